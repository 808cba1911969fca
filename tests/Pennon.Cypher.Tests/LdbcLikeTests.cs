using System.Text.Json;
using Pennon.Cypher.Tests.Support;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests;

/// <summary>Nineteen queries of an LDBC-SNB-like workload on LDBC data, with recorded answers compared value for value.</summary>
public class LdbcLikeTests
{
    const string Graph = "ldbc-sf01";

    public static TheoryData<string> Queries =>
        ["bi1", "bi5", "bi11", "bi12", "bi18", "ic1", "ic2", "ic4", "ic5", "ic6", "ic7", "ic8", "ic9", "ic11", "ic12", "ic13", "is1", "is2", "is3"];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task The_answer_is_the_recorded_one(string query)
    {
        var snapshot = SharedGraphs.Load(Graph);
        using var expected = JsonDocument.Parse(SharedGraphs.Expected(Graph));
        var result = await new CypherEngine().ExecuteAsync(snapshot, SharedGraphs.Query(Graph, query), cancellationToken: TestContext.Current.CancellationToken);
        var rows = result.Rows().Select(static row => string.Join(" | ", row.Select(Text))).ToList();
        var wanted = expected.RootElement.GetProperty(query).EnumerateArray().Select(static row => string.Join(" | ", row.EnumerateArray().Select(Text))).ToList();
        Assert.Equal(wanted, rows);
    }

    static string Text(CypherValue value) => value.Type == CypherType.String ? value.AsString() : value.ToString();

    static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
