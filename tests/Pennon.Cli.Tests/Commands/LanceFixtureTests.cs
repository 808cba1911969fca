using System.Text;
using System.Text.Json;
using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

/// <summary>Datasets written by LanceDB, read by <c>pennon lance scan</c>, against their recorded rows.</summary>
public sealed class LanceFixtureTests
{
    static List<JsonElement> Lines(CliRun run) =>
        [.. Encoding.UTF8.GetString(run.Raw).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public static TheoryData<string> Fixtures()
    {
        var names = new TheoryData<string>();
        if (SharedData.Exists)
        {
            foreach (var file in Directory.EnumerateFiles(SharedData.Path("lance", "fixtures", "files"), "*.expected.json").Order(StringComparer.Ordinal))
            {
                names.Add(Path.GetFileName(file)[..^".expected.json".Length]);
            }
        }
        else
        {
            names.Add("");
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task EveryFixtureOfTheReferenceScansToItsRecordedColumns(string name)
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "files");
        var folder = SharedData.Path("lance", "fixtures", "files");
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, name + ".expected.json"), TestContext.Current.CancellationToken));
        var run = await CliRun.OfAsync("lance", "scan", FixtureOf(folder, name));
        Assert.True(run.ExitCode == 0, run.Error);
        var lines = Lines(run);
        Assert.Equal(expected.RootElement.GetProperty("schema").GetRawText().Replace(" ", "", StringComparison.Ordinal), lines[0].GetProperty("schema").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected.RootElement.GetProperty("rows").GetInt64(), lines.Count - 1);
        if (!expected.RootElement.TryGetProperty("columns", out var columns))
        {
            return;
        }

        foreach (var column in columns.EnumerateObject())
        {
            var row = 1;
            foreach (var value in column.Value.EnumerateArray())
            {
                Assert.True(JsonElement.DeepEquals(value, lines[row].GetProperty(column.Name)), $"{column.Name}, row {row - 1}: expected {value.GetRawText()}, got {lines[row].GetProperty(column.Name).GetRawText()}");
                row++;
            }
        }
    }

    [Fact]
    public async Task EveryFixtureScansToTheBytesOfTheReferenceTool()
    {
        Node.SkipUnlessPresent("interop");
        SharedData.SkipUnlessPresent("lance", "tools", "dump-table.mjs");
        var folder = SharedData.Path("lance", "fixtures", "files");
        using var scratch = new TempFolder("dump");
        await Node.OutputOfAsync(
            RepositoryFolder.Path("interop", "to-file.mjs"),
            [scratch.Path("dump.jsonl"), SharedData.Path("lance", "tools", "dump-table.mjs"), folder],
            RepositoryFolder.Path("interop"),
            timeout: TimeSpan.FromMinutes(3),
            cancellationToken: TestContext.Current.CancellationToken);
        var dump = await File.ReadAllTextAsync(scratch.Path("dump.jsonl"), TestContext.Current.CancellationToken);

        var at = 0;
        var compared = new List<string>();
        while (at < dump.Length)
        {
            var headerEnd = dump.IndexOf('\n', at);
            using var header = JsonDocument.Parse(dump.AsMemory(at, headerEnd - at));
            var end = headerEnd + 1;
            for (var row = header.RootElement.GetProperty("rows").GetInt64(); row > 0; row--)
            {
                var newLine = dump.IndexOf('\n', end);
                Assert.True(newLine >= 0, $"The tool's output ends after {dump.Length} characters, within {header.RootElement.GetProperty("table")}.");
                end = newLine + 1;
            }

            var name = header.RootElement.GetProperty("table").GetString()!;
            var run = await CliRun.OfAsync("lance", "scan", FixtureOf(folder, name));
            Assert.True(run.ExitCode == 0, $"{name}: {run.Error}");
            AssertSameText(name, dump.AsSpan(at, end - at), Encoding.UTF8.GetString(run.Raw));
            compared.Add(name);
            at = end;
        }

        Assert.Equal(Directory.EnumerateDirectories(folder).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal), compared.Order(StringComparer.Ordinal));
    }

    static void AssertSameText(string name, ReadOnlySpan<char> expected, ReadOnlySpan<char> actual)
    {
        var same = expected.CommonPrefixLength(actual);
        if (same < expected.Length || same < actual.Length)
        {
            var from = Math.Max(0, same - 60);
            Assert.Fail($"{name} differs at character {same}: the tool has '{expected[from..Math.Min(expected.Length, same + 60)]}', the scan '{actual[from..Math.Min(actual.Length, same + 60)]}'.");
        }
    }

    static string FixtureOf(string folder, string name) =>
        new[] { Path.Combine(folder, name + ".lance"), Path.Combine(folder, name) }.First(Directory.Exists);
}
