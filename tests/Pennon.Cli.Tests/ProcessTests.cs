using Pennon.TestSupport;

namespace Pennon.Cli.Tests;

/// <summary>The program as a process of its own: streams, encoding, exit codes.</summary>
public sealed class ProcessTests
{
    static Task<ProcessOutcome> RunAsync(string? input, params string[] arguments) => ProcessRunner.RunAsync(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Pennon.Cli.dll"), .. arguments], input: input, cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public async Task HelpNamesEveryVerb()
    {
        var run = await RunAsync(null, "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(["quickstart", "load", "query", "shell", "info", "lance"], verb => Assert.Contains(verb, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("load")]
    [InlineData("query")]
    [InlineData("shell")]
    [InlineData("info")]
    [InlineData("quickstart")]
    [InlineData("lance")]
    [InlineData("lance scan")]
    [InlineData("lance take")]
    [InlineData("lance count")]
    [InlineData("lance schema")]
    [InlineData("lance versions")]
    [InlineData("lance info")]
    public async Task EveryVerbShowsExamples(string verb)
    {
        var run = await CliRun.OfAsync([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"pennon {verb.Split(' ')[0]}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextIsUtf8WithoutAByteOrderMarkAndExitCodesComeThrough()
    {
        using var folder = new TempFolder("process");
        var file = folder.Write("p.jsonl", "{\"type\":\"Person\",\"data\":{\"id\":1,\"name\":\"Zoë 日本\"}}\n");
        var load = await RunAsync(null, "load", folder.Path("db"), file);
        Assert.Equal(0, load.ExitCode);
        Assert.Empty(load.Error);
        var query = await RunAsync("MATCH (p:Person) RETURN p.name AS name;", "shell", folder.Path("db"));
        Assert.Equal(0, query.ExitCode);
        Assert.StartsWith("┌", query.Output, StringComparison.Ordinal);
        Assert.Contains("Zoë 日本", query.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(null, "query", folder.Path("db"), "RETURN nonsense")).ExitCode);
        Assert.Equal(2, (await RunAsync(null, "query", folder.Path("db"))).ExitCode);
    }
}
