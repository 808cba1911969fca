using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

public sealed class QueryCommandTests(SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    const string ByName = "MATCH (p:Person) RETURN p.name AS name, p.born AS born ORDER BY p.id";

    Task<CliRun> QueryAsync(string text, params string[] options) => CliRun.OfAsync(["query", sample.Path, text, .. options]);

    [Fact]
    public async Task ATableIsTheUsualForm()
    {
        var run = await QueryAsync(ByName);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            ┌─────────────────────┬──────┐
            │ name                │ born │
            ├─────────────────────┼──────┤
            │ Ada                 │ 1815 │
            │ Charles             │ 1791 │
            │ Mary, "of" Jedburgh │ null │
            └─────────────────────┴──────┘
            3 rows

            """.ReplaceLineEndings("\n"),
            run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task ATableFitsTheTerminal()
    {
        var run = await CliRun.OfAsync(["query", sample.Path, ByName], width: 24);
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 24, line));
    }

    [Theory]
    [InlineData("json", "[\n{\"name\":\"Ada\",\"born\":1815},\n{\"name\":\"Charles\",\"born\":1791},\n{\"name\":\"Mary, \\\"of\\\" Jedburgh\",\"born\":null}\n]\n")]
    [InlineData("jsonl", "{\"name\":\"Ada\",\"born\":1815}\n{\"name\":\"Charles\",\"born\":1791}\n{\"name\":\"Mary, \\\"of\\\" Jedburgh\",\"born\":null}\n")]
    [InlineData("csv", "name,born\nAda,1815\nCharles,1791\n\"Mary, \"\"of\"\" Jedburgh\",\n")]
    public async Task OtherFormsAreExact(string format, string expected)
    {
        var run = await QueryAsync(ByName, "--format", format);
        Assert.Equal(expected, run.Output);
    }

    [Fact]
    public async Task AnEmptyAnswerKeepsItsForm()
    {
        const string none = "MATCH (p:Person) WHERE p.id = 99 RETURN p.name AS name";
        Assert.Equal("[]\n", (await QueryAsync(none, "--format", "json")).Output);
        Assert.Equal("", (await QueryAsync(none, "--format", "jsonl")).Output);
        Assert.Equal("name\n", (await QueryAsync(none, "--format", "csv")).Output);
        Assert.EndsWith("0 rows\n", (await QueryAsync(none)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ArrowIsAnIpcStreamOnStandardOutput()
    {
        var run = await QueryAsync(ByName, "--format", "arrow");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], run.Raw[..4]);
    }

    [Fact]
    public async Task ParametersTravelAsJson()
    {
        var run = await QueryAsync("MATCH (p:Person {id: $id}) RETURN p.name AS name", "--params", "{\"id\": 2}", "--format", "csv");
        Assert.Equal("name\nCharles\n", run.Output);
    }

    [Fact]
    public async Task ParametersMayLieInAFile()
    {
        using var folder = new TempFolder();
        var file = folder.Write("p.json", "{\"id\": 1}");
        var run = await QueryAsync("MATCH (p:Person {id: $id}) RETURN p.name AS name", "--params", "@" + file, "--format", "csv");
        Assert.Equal("name\nAda\n", run.Output);
    }

    [Fact]
    public async Task AQueryMayComeFromStandardInput()
    {
        var run = await CliRun.OfAsync(["query", sample.Path, "-", "--format", "csv"], input: "RETURN 1 AS one");
        Assert.Equal("one\n1\n", run.Output);
    }

    [Fact]
    public async Task TimingGoesToStandardError()
    {
        var run = await QueryAsync(ByName, "--timing");
        Assert.Matches("^3 rows; planned in .+, ran in .+\n$", run.Error);
    }

    [Fact]
    public async Task ExplainShowsThePlanAndProfileItsRows()
    {
        var explain = await QueryAsync("MATCH (:Person)-[:KNOWS]->(b) RETURN count(*)", "--explain");
        Assert.Equal(0, explain.ExitCode);
        Assert.NotEmpty(explain.Output.Trim());
        var profile = await QueryAsync("MATCH (:Person)-[:KNOWS]->(b) RETURN count(*)", "--profile");
        Assert.Equal(0, profile.ExitCode);
        Assert.NotEqual(explain.Output, profile.Output);
    }

    [Fact]
    public async Task ASyntaxErrorIsOneMessageWithItsPlaceAndExitCodeOne()
    {
        var run = await QueryAsync("MATCH (p:Person RETURN p");
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("line 1, column ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": 1", "--params is not JSON")]
    [InlineData("[1]", "--params takes a JSON object")]
    public async Task BadParametersAreRefused(string json, string message)
    {
        var run = await QueryAsync("RETURN $id", "--params", json);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--format", "xml")]
    [InlineData("--explain", "--profile")]
    [InlineData("--nonsense", "1")]
    public async Task AWrongOptionIsAUsageError(params string[] options)
    {
        var run = await QueryAsync("RETURN 1", options);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("pennon query --help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingDatabaseIsNamed()
    {
        using var folder = new TempFolder();
        var run = await CliRun.OfAsync("query", folder.Path("none.pennon"), "RETURN 1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("none.pennon", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path("none.pennon")));
    }

    [Fact]
    public async Task ACancelledQueryGives130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var run = await CliRun.OfAsync(["query", sample.Path, ByName], cancellationToken: stop.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.Equal("pennon: interrupted\n", run.Error);
    }
}
