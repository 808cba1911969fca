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

    static string FixtureOf(string folder, string name) =>
        new[] { Path.Combine(folder, name + ".lance"), Path.Combine(folder, name) }.First(Directory.Exists);
}
