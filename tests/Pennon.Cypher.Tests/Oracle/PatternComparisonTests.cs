using System.Globalization;
using System.Text;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>Counted patterns against the oracle, on one thread and on several. PENNON_PATTERN_SEEDS=from..to runs other seeds than the usual ones.</summary>
public sealed class PatternComparisonTests
{
    const int QueriesPerGraph = 40;
    const int LargestAnswer = 5_000;

    [Fact]
    public async Task Patterns_are_counted_as_the_oracle_enumerates_them()
    {
        var (first, last) = Seeds();
        var failures = new StringBuilder();
        int compared = 0, failed = 0;
        var techniques = new Dictionary<string, int> { ["CycleCount"] = 0, ["TreeCount"] = 0, [" and "] = 0, ["Intersect"] = 0, ["except"] = 0, ["optional"] = 0 };
        var single = new CypherEngine(new CypherOptions { MaxDegreeOfParallelism = 1 });
        var several = new CypherEngine(new CypherOptions { MaxDegreeOfParallelism = 3, LeastParallelCost = 0 });
        for (int seed = first; seed < last; seed++)
        {
            var random = new Random(seed);
            var graph = RandomPattern.Graph(random);
            var snapshot = OracleSnapshot.Build(graph);
            for (int i = 0; i < QueriesPerGraph; i++)
            {
                string text = new RandomPattern(random).Write();
                // What would take the oracle minutes is left to it elsewhere.
                string all = string.Concat(text.AsSpan(0, text.LastIndexOf(text.Contains(" WITH ", StringComparison.Ordinal) ? " WITH " : " RETURN ", StringComparison.Ordinal)), " RETURN count(*)");
                var count = await single.ExecuteAsync(snapshot, all, null, TestContext.Current.CancellationToken);
                if (count.Rows().Single()[0].AsInteger() > LargestAnswer)
                {
                    continue;
                }
                var expected = OracleInterpreter.Run(graph, text);
                foreach (var engine in new[] { single, several })
                {
                    var result = await engine.ExecuteAsync(snapshot, text, null, TestContext.Current.CancellationToken);
                    compared++;
                    if (EngineComparisonTests.Compare(expected, new OracleResult(result.Columns, [.. result.Rows()]), ordered: false) is { } problem)
                    {
                        failed++;
                        failures.AppendLine(CultureInfo.InvariantCulture, $"seed {seed}, query {i}, {engine.Options.MaxDegreeOfParallelism} threads: {text}\n    {problem}");
                    }
                }
                string plan = (await single.PrepareAsync(snapshot, text, null, TestContext.Current.CancellationToken)).Explain();
                foreach (string technique in techniques.Keys)
                {
                    techniques[technique] += plan.Contains(technique, StringComparison.Ordinal) ? 1 : 0;
                }
            }
        }
        string used = string.Join(", ", techniques.Select(static entry => $"{entry.Key.Trim()} {entry.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} compared; {used}");
        Assert.True(failed == 0, $"{compared} compared, {failed} differ; {used}\n{failures}");
        Assert.All(techniques, entry => Assert.True(entry.Value > 0, $"No query was planned with '{entry.Key}'."));
    }

    static (int First, int Last) Seeds()
    {
        if (Environment.GetEnvironmentVariable("PENNON_PATTERN_SEEDS")?.Split("..") is [var from, var to])
        {
            return (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture));
        }
        return (1, 21);
    }
}
