using Pennon.Cli.Sample;
using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

public sealed class QuickstartCommandTests
{
    [Fact]
    public async Task TheThreeQuestionsAreAnswered()
    {
        using var folder = new TempFolder("quickstart");
        var run = await CliRun.OfAsync("quickstart", folder.Path("q"));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Loaded 226 nodes and 522 relationships", run.Output, StringComparison.Ordinal);
        Assert.Contains("Bell Labs", run.Output, StringComparison.Ordinal);
        Assert.Contains("Plankalkül", run.Output, StringComparison.Ordinal);
        Assert.Contains("pennon shell", run.Output, StringComparison.Ordinal);
        var again = await CliRun.OfAsync("quickstart", folder.Path("q"));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheAnswersAreThoseOfThePlainFile()
    {
        using var folder = new TempFolder("quickstart");
        await CliRun.OfAsync("quickstart", folder.Path("q"));
        var plain = await PlainSample.ReadAsync();
        var run = await CliRun.OfAsync("query", folder.Path("q", "languages.pennon"), SampleGraph.Questions[0].Cypher, "--format", "csv");
        var expected = plain.Languages.Where(language => language.Value < 1965)
            .Select(language => (Name: language.Key, Year: language.Value, Lines: plain.ChainsFrom(language.Key, 3)))
            .Where(row => row.Lines > 0).OrderByDescending(row => row.Lines).ThenBy(row => row.Name, StringComparer.Ordinal).Take(5)
            .Select(row => $"{row.Name},{row.Year},{row.Lines}");
        Assert.Equal("language,year,lines\n" + string.Join("\n", expected) + "\n", run.Output);
        var way = await CliRun.OfAsync("query", folder.Path("q", "languages.pennon"), SampleGraph.Questions[2].Cypher, "--format", "csv");
        Assert.StartsWith($"steps,way\n{plain.Distance("Plankalkül", "Rust")},", way.Output, StringComparison.Ordinal);
    }
}
