using System.Text;
using Pennon.Cypher.Syntax;
using Pennon.TestSupport;

namespace Pennon.Cypher.Tests.Syntax;

/// <summary>Whole bodies of real queries: the TCK's and those of the data sets.</summary>
public sealed class ParseCorpusTests
{
    [Fact]
    public void Every_tck_query_parses_and_reads_back_from_its_printed_form()
    {
        SharedData.SkipUnlessPresent("tck/features");
        var failures = new StringBuilder();
        int count = 0;
        foreach (var (scenario, text) in TckQueries.Valid())
        {
            count++;
            Check($"{scenario}", text, failures);
        }
        Assert.True(failures.Length == 0, failures.ToString());
        Assert.True(count > 3000, $"Only {count} queries were found.");
    }

    [Fact]
    public void Every_query_of_the_data_sets_parses_and_reads_back_from_its_printed_form()
    {
        SharedData.SkipUnlessPresent("data");
        var failures = new StringBuilder();
        int count = 0;
        foreach (var file in Directory.EnumerateFiles(SharedData.Path("data"), "*.cypher", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(Path.GetDirectoryName(file)) != "queries")
            {
                continue;
            }
            count++;
            Check(file, File.ReadAllText(file), failures);
        }
        Assert.True(failures.Length == 0, failures.ToString());
        Assert.True(count >= 39, $"Only {count} queries were found.");
    }

    [Fact]
    public void Scenarios_that_expect_unexpected_syntax_are_refused()
    {
        SharedData.SkipUnlessPresent("tck/features");
        string[] codes = ["UnexpectedSyntax", "IntegerOverflow", "InvalidNumberLiteral", "FloatingPointOverflow", "InvalidUnicodeLiteral", "InvalidClauseComposition"];
        var accepted = new StringBuilder();
        foreach (var scenario in TckQueries.Scenarios)
        {
            var code = scenario.Steps[^1].Text.Split(": ")[^1];
            if (!TckQueries.ExpectsCompileTimeError(scenario) || !codes.Contains(code))
            {
                continue;
            }
            var text = scenario.Steps.Last(TckQueries.IsQuery).DocString!;
            try
            {
                CypherParser.Parse(text);
                accepted.AppendLine($"{scenario} ({code}): {text}");
            }
            catch (CypherSyntaxException error)
            {
                if (error.Code != code)
                {
                    accepted.AppendLine($"{scenario}: {error.Code} instead of {code}: {error.Message}");
                }
            }
        }
        Assert.True(accepted.Length == 0, accepted.ToString());
    }

    static void Check(string name, string text, StringBuilder failures)
    {
        try
        {
            var tree = CypherParser.Parse(text);
            var printed = SyntaxPrinter.Print(tree);
            var again = CypherParser.Parse(printed);
            if (!tree.Equals(again))
            {
                failures.AppendLine($"{name}: {text}\n  reads back differently from: {printed}");
            }
        }
        catch (CypherSyntaxException error)
        {
            failures.AppendLine($"{name}: {error.Message}");
        }
    }
}
