using System.Text;
using Pennon.Cypher.Tests.Tck;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>The engine against the oracle on random queries over random graphs.</summary>
public sealed class EngineComparisonTests
{
    const int FirstSeed = 1000;
    const int Graphs = 16;
    const int QueriesPerGraph = 60;

    [Fact]
    public async Task The_engine_answers_random_queries_as_the_oracle_does()
    {
        var failures = new StringBuilder();
        int compared = 0, refused = 0, failed = 0;
        for (int seed = FirstSeed; seed < FirstSeed + Graphs; seed++)
        {
            var random = new Random(seed);
            var graph = RandomGraph.Create(random);
            var snapshot = OracleSnapshot.Build(graph, seed % 2 == 0 ? "id" : null);
            var engine = new CypherEngine();
            for (int i = 0; i < QueriesPerGraph; i++)
            {
                var query = new RandomQuery(random);
                var text = query.Write();
                string? problem;
                try
                {
                    var result = await engine.ExecuteAsync(snapshot, text, null, TestContext.Current.CancellationToken);
                    compared++;
                    problem = Compare(OracleInterpreter.Run(graph, text), new OracleResult(result.Columns, [.. result.Rows()]), query.IsOrdered);
                }
                catch (CypherNotSupportedException error)
                {
                    refused++;
                    problem = null;
                    TestContext.Current.TestOutputHelper?.WriteLine($"{error.Message} {text}");
                }
                catch (CypherException error)
                {
                    problem = $"{error.Code}: {error.Message}";
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    problem = error.ToString();
                }
                if (problem is not null)
                {
                    failed++;
                    failures.AppendLine($"seed {seed}, query {i}: {text}\n    {problem}");
                }
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} compared, {refused} refused");
        Assert.True(failed == 0, $"{compared} compared, {failed} differ, {refused} refused\n{failures}");
        Assert.True(refused <= compared / 20, $"{refused} queries were refused, {compared} compared.");
    }

    internal static string? Compare(OracleResult expected, OracleResult actual, bool ordered)
    {
        if (!expected.Columns.SequenceEqual(actual.Columns))
        {
            return $"columns [{string.Join(", ", actual.Columns)}] instead of [{string.Join(", ", expected.Columns)}]";
        }
        var (wanted, got) = (Lines(expected, ordered), Lines(actual, ordered));
        if (wanted.SequenceEqual(got))
        {
            return null;
        }
        const int Shown = 12;
        return $"{got.Count} rows\n      {string.Join("\n      ", got.Take(Shown))}\n    instead of {wanted.Count}\n      {string.Join("\n      ", wanted.Take(Shown))}";
    }

    // The sum of a float column over no rows: the engine's columns keep their type, so it says 0.0 where the oracle says 0.
    static bool IsZero(CypherValue value) => value.IsNumber && value.AsFloat() == 0;

    static List<string> Lines(OracleResult result, bool ordered)
    {
        var text = new TckText(ignoreListOrder: true);
        var lines = result.Rows.Select(row => string.Join(" | ", row.Select(value => IsZero(value) ? "0" : text.Of(value))));
        return [.. ordered ? lines : lines.Order(StringComparer.Ordinal)];
    }
}
