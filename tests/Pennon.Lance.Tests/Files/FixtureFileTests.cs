using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pennon.Lance.Tests.Files;

public sealed class FixtureFileTests
{
    public static TheoryData<string> Names => FixtureFile.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_value_is_what_LanceDB_reads(string name)
    {
        var expected = FixtureFile.Expected(name);
        var files = FixtureFile.DataFiles(name);
        long rows = 0;
        foreach (string file in files)
        {
            using var reader = await FixtureFile.OpenAsync(file);
            var columns = FixtureFile.Columns(reader);
            var arrays = await reader.ReadAsync(columns, 0, (int)reader.RowCount);
            for (int i = 0; i < columns.Count; i++)
            {
                Assert.Equal(columns[i].Field.Type, arrays[i].Type);
                Compare(expected, columns[i].Field.Name, JsonRows.Print(arrays[i]), files.Length > 1);
            }
            rows += reader.RowCount;
        }
        Assert.Equal(expected.GetProperty("rows").GetInt64(), rows);
    }

    static void Compare(JsonElement expected, string column, string[] rows, bool isPart)
    {
        if (expected.TryGetProperty("columnDigest", out var digests) && digests.TryGetProperty(column, out var digest))
        {
            byte[] json = Encoding.UTF8.GetBytes("[" + string.Join(',', rows) + "]");
            Assert.Equal(digest.GetProperty("sha256OfJsonArray").GetString(), Convert.ToHexStringLower(SHA256.HashData(json)));
            return;
        }
        var wanted = expected.GetProperty("columns").GetProperty(column).EnumerateArray().Select(e => e.GetRawText()).ToArray();
        if (isPart)
        {
            int start = Enumerable.Range(0, wanted.Length - rows.Length + 1).First(s => wanted.AsSpan(s, rows.Length).SequenceEqual(rows));
            wanted = wanted[start..(start + rows.Length)];
        }
        Assert.Equal(wanted.Length, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.True(wanted[i] == rows[i], $"column {column}, row {i}: expected {wanted[i]}, got {rows[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ranges_and_single_rows_agree_with_the_whole_file(string name)
    {
        int seed = 17;
        foreach (string file in FixtureFile.DataFiles(name))
        {
            using var reader = await FixtureFile.OpenAsync(file);
            var columns = FixtureFile.Columns(reader);
            int rows = (int)reader.RowCount;
            var whole = (await reader.ReadAsync(columns, 0, rows)).Select(JsonRows.Print).ToArray();
            var random = new Random(seed);
            for (int round = 0; round < (rows > 50_000 ? 12 : 25); round++)
            {
                int start = random.Next(rows);
                int count = round switch { 0 => 0, 1 => 1, _ => random.Next(Math.Min(rows - start, 2000)) };
                var part = await reader.ReadAsync(columns, start, count);
                for (int c = 0; c < columns.Count; c++)
                {
                    Assert.True(whole[c].AsSpan(start, count).SequenceEqual(JsonRows.Print(part[c])), $"{columns[c].Field.Name}, rows {start} to {start + count}, seed {seed}");
                }
                long[] taken = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => random.NextInt64(rows)).Distinct().Order()];
                var array = await reader.TakeAsync(columns, taken);
                for (int c = 0; c < columns.Count; c++)
                {
                    Assert.True(taken.Select(r => whole[c][r]).SequenceEqual(JsonRows.Print(array[c])), $"{columns[c].Field.Name}, rows {string.Join(' ', taken)}, seed {seed}");
                }
            }
        }
    }
}
