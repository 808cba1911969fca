using System.Text.Json;
using Pennon.Cypher.Tests.Support;

namespace Pennon.Cypher.Tests;

/// <summary>The nine LSQB queries: counts that three other engines agree on, in the natural model where one edge type joins several pairs.</summary>
public class LsqbTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string graph in new[] { "lsqb-ldbc01", "lsqb-sf0003" })
        {
            for (int query = 1; query <= 9; query++)
            {
                cases.Add(graph, $"q{query}");
            }
        }
        foreach (string query in new[] { "q3", "q6", "q9" })
        {
            cases.Add("lsqb-sf01", query);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_count_is_the_agreed_one(string graph, string query)
    {
        var snapshot = SharedGraphs.Load(graph);
        using var expected = JsonDocument.Parse(SharedGraphs.Expected(graph));
        var result = await new CypherEngine().ExecuteAsync(snapshot, SharedGraphs.Query(graph, query), cancellationToken: TestContext.Current.CancellationToken);
        var row = Assert.Single(result.Rows());
        Assert.Equal(expected.RootElement.GetProperty(query).GetInt64(), Assert.Single(row).AsInteger());
    }

    [Theory]
    [InlineData("q1", "TreeCount")]
    [InlineData("q2", "CycleCount")]
    [InlineData("q3", "Intersect")]
    [InlineData("q4", "TreeCount")]
    [InlineData("q5", "TreeCount")]
    [InlineData("q6", "TreeCount")]
    [InlineData("q7", "TreeCount")]
    [InlineData("q8", "TreeCount")]
    [InlineData("q9", "TreeCount")]
    public async Task The_plan_uses_the_technique_that_makes_it_fast(string query, string technique)
    {
        var snapshot = SharedGraphs.Load("lsqb-ldbc01");
        var prepared = await new CypherEngine().PrepareAsync(snapshot, SharedGraphs.Query("lsqb-ldbc01", query), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(technique, prepared.Explain(), StringComparison.Ordinal);
    }
}
