using System.Text.Json.Nodes;
using Pennon.Lance.Tests.Tables;
using static Pennon.Lance.Tests.Indexes.Vectors.VectorTable;

namespace Pennon.Lance.Tests.Indexes.Vectors;

public class VectorFixtureTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string>> Recordings() =>
        FixtureFolders.Recordings("tables").Where(r => Path.GetFileName(r.Data).StartsWith("idx_vec_", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Exact_search_gives_the_recorded_exact_answers(string expectation)
    {
        var recording = JsonNode.Parse(await File.ReadAllTextAsync(expectation, Token))!;
        foreach (var query in recording["queries"]!.AsArray())
        {
            using var dataset = await LanceDataset.OpenAsync(
                FixtureFolders.TableOf(expectation), new LanceOpenOptions { Version = query!["version"]!.GetValue<int>() }, Token);
            using var found = await dataset.SearchAsync(QueryOf(query, useIndex: false), Token);
            Same(Hits(query["exact"]!), found, 1e-5, query.ToJsonString()[..60]);
        }
    }

    internal static LanceVectorQuery QueryOf(JsonNode query, bool useIndex) =>
        new(query["column"]!.GetValue<string>(), query["vector"]!.AsArray().Select(v => v!.GetValue<float>()).ToArray())
        {
            K = query["k"]!.GetValue<int>(),
            Metric = Enum.Parse<LanceMetric>(query["metric"]!.GetValue<string>(), ignoreCase: true),
            Probes = query["nprobes"]?.GetValue<int>(),
            RefineFactor = query["refine"]?.GetValue<int>() ?? 0,
            Where = query["where"]?.GetValue<string>(),
            PreFilter = !(query["postfilter"]?.GetValue<bool>() ?? false),
            UseIndex = useIndex,
        };

    internal static (int, double)[] Hits(JsonNode hits) =>
        [.. hits.AsArray().Select(h => (h!["id"]!.GetValue<int>(), h["distance"]!.GetValue<double>()))];
}
