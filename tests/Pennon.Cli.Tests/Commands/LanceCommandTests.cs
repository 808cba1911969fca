using System.Text;
using System.Text.Json;
using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

public sealed class LanceCommandTests(SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    string Table => Directory.GetDirectories(Path.Combine(sample.Path, "nodes"), "Person*").Single();

    Task<CliRun> LanceAsync(string verb, params string[] options) => CliRun.OfAsync(["lance", verb, Table, .. options]);

    static List<JsonElement> Lines(CliRun run) =>
        [.. Encoding.UTF8.GetString(run.Raw).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public async Task AScanBeginsWithTheSchemaAndGivesARowALine()
    {
        var run = await LanceAsync("scan", "--columns", "id,name");
        Assert.True(run.ExitCode == 0, run.Error);
        var lines = Lines(run);
        Assert.Equal(4, lines.Count);
        Assert.Equal(3, lines[0].GetProperty("rows").GetInt32());
        Assert.Equal("id,name", string.Join(",", lines[0].GetProperty("schema").EnumerateArray().Select(field => field.GetProperty("name").GetString())));
        Assert.Equal("{\"id\":\"1\",\"name\":\"Ada\"}", lines[1].GetRawText());
    }

    [Fact]
    public async Task FilterLimitAndOffsetApply()
    {
        Assert.Equal(["Charles"], Lines(await LanceAsync("scan", "--filter", "born < 1800")).Skip(1).Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(["2"], Lines(await LanceAsync("scan", "--offset", "1", "--limit", "1")).Skip(1).Select(row => row.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task TakeKeepsTheOrderAskedFor() =>
        Assert.Equal(["3", "1", "3"], Lines(await LanceAsync("take", "--rows", "2,0,2")).Skip(1).Select(row => row.GetProperty("id").GetString()));

    [Fact]
    public async Task CountSchemaInfoAndVersionsDescribeTheDataset()
    {
        Assert.Equal("3\n", (await LanceAsync("count")).Output);
        Assert.Equal("1\n", (await LanceAsync("count", "--filter", "born IS NULL")).Output);
        Assert.Contains("name", (await LanceAsync("schema")).Output, StringComparison.Ordinal);
        Assert.Contains("file format", (await LanceAsync("info")).Output, StringComparison.Ordinal);
        Assert.Contains("Z", (await LanceAsync("versions")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("take --rows 99", "99")]
    [InlineData("scan --columns nonsense", "nonsense")]
    [InlineData("scan --filter born<>", "filter")]
    [InlineData("scan --version 99", "99")]
    [InlineData("scan --tag gone", "gone")]
    public async Task WhatIsNotThereIsNamedWithExitCodeOne(string arguments, string word)
    {
        var parts = arguments.Split(' ');
        var run = await LanceAsync(parts[0], parts[1..]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected fault", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("take --rows x")]
    [InlineData("take")]
    [InlineData("scan --limit -1")]
    [InlineData("scan --tag a --version 1")]
    public async Task AWrongOptionIsAUsageError(string arguments)
    {
        var parts = arguments.Split(' ');
        Assert.Equal(2, (await LanceAsync(parts[0], parts[1..])).ExitCode);
    }

    [Fact]
    public async Task AFolderThatIsNotADatasetIsNamed()
    {
        using var folder = new TempFolder();
        Assert.Equal(1, (await CliRun.OfAsync("lance", "count", folder.FullName)).ExitCode);
        var missing = await CliRun.OfAsync("lance", "count", folder.Path("none.lance"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("none.lance", missing.Error, StringComparison.Ordinal);
    }
}
