using Pennon.Lance.Files;

namespace Pennon.Lance.Tests.Files;

/// <summary>Damaged files: every read ends in a sentence about the file or in arrays of the right shape, soon, and without
/// asking for more memory than the file could justify.</summary>
public sealed class HostileFileTests
{
    const long MemoryLimit = 64L << 20;
    const int MaxRows = 20_000;
    const int MaxFileLength = 24 << 10;

    /// <summary>Whether to take every byte in turn, which takes minutes, instead of some hundred of each file.</summary>
    static readonly bool s_everyByte = Environment.GetEnvironmentVariable("PENNON_EVERY_BYTE") is { Length: > 0 };

    public static TheoryData<string> SmallFiles
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (string name in FixtureFile.Names.Select(n => n.Data))
            {
                if (name.Length == 0 || FixtureFile.DataFiles(name).Any(f => new FileInfo(f).Length <= MaxFileLength))
                {
                    names.Add(name);
                }
            }
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public async Task Every_damaged_byte_is_refused_or_harmless(string name)
    {
        string file = FixtureFile.DataFiles(name).First(f => new FileInfo(f).Length <= MaxFileLength);
        byte[] content = await File.ReadAllBytesAsync(file);
        var columns = await ColumnsOf(content);
        var random = new Random(name.Length);
        int step = s_everyByte ? 1 : Math.Max(1, content.Length / 300);
        for (int at = 0; at < content.Length; at += 1 + random.Next(2 * step - 1))
        {
            await Attempt(content, at, 0xFF, columns, name);
            await Attempt(content, at, (byte)(1 << random.Next(8)), columns, name);
        }
    }

    public static TheoryData<string> AllFiles => FixtureFile.Names;

    [Theory]
    [MemberData(nameof(AllFiles))]
    public async Task Damage_anywhere_in_larger_files_is_refused_or_harmless(string name)
    {
        foreach (string file in FixtureFile.DataFiles(name))
        {
            byte[] content = await File.ReadAllBytesAsync(file);
            var columns = await ColumnsOf(content);
            var random = new Random(content.Length);
            for (int round = 0; round < (s_everyByte ? 1000 : 6); round++)
            {
                // Half of the damage goes to the metadata, which is small but decides everything.
                int at = random.Next(2) == 0 ? random.Next(content.Length) : content.Length - 1 - random.Next(Math.Min(content.Length, 3000));
                await Attempt(content, at, (byte)(1 + random.Next(255)), columns, name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public async Task Every_truncated_file_is_refused(string name)
    {
        string file = FixtureFile.DataFiles(name).First(f => new FileInfo(f).Length <= MaxFileLength);
        byte[] content = await File.ReadAllBytesAsync(file);
        var columns = await ColumnsOf(content);
        for (int length = 0; length < content.Length; length += s_everyByte || length > content.Length - 200 ? 1 : 61)
        {
            await Assert.ThrowsAsync<LanceFormatException>(async () => await ReadAll(content[..length], columns));
            // A cut inside the pages with the right end after it: positions no longer mean what they say.
            await Try([.. content[..length], .. content[^40..]], columns, name, $"first {length} bytes and the footer");
        }
    }

    static async Task<List<FileColumn>> ColumnsOf(byte[] content)
    {
        using var reader = await FixtureFile.OpenAsync(content);
        return FixtureFile.Columns(reader);
    }

    static async Task Attempt(byte[] content, int at, byte flip, List<FileColumn> columns, string name)
    {
        content[at] ^= flip;
        try
        {
            await Try(content, columns, name, $"byte {at} ^ 0x{flip:X2}");
        }
        finally
        {
            content[at] ^= flip;
        }
    }

    static async Task Try(byte[] content, List<FileColumn> columns, string name, string damage)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            await ReadAll(content, columns);
        }
        catch (LanceFormatException error)
        {
            Assert.Equal("damaged.lance", error.File);
        }
        catch (LanceNotSupportedException)
        {
        }
        catch (Exception error)
        {
            Assert.Fail($"{name}, {damage}: {error}");
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MemoryLimit, $"{name}, {damage}: {allocated} bytes were allocated");
    }

    static async Task ReadAll(byte[] content, List<FileColumn> columns)
    {
        using var reader = await FixtureFile.OpenAsync(content);
        int rows = (int)Math.Min(reader.RowCount, MaxRows);
        var arrays = await reader.ReadAsync(columns, 0, rows);
        foreach (var array in arrays)
        {
            Assert.Equal(rows, array.Length);
            JsonRows.Print(array.Slice(0, Math.Min(rows, 2)));
        }
        long[] taken = [.. new long[] { 0, rows / 2, rows - 1 }.Distinct().Where(r => r >= 0 && r < rows)];
        Assert.Equal(taken.Length, (await reader.TakeAsync(columns, taken))[0].Length);
    }
}
