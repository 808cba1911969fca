using System.Text.Json.Nodes;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors;
using Pennon.Lance.Indexes.Vectors.Ivf;
using Pennon.Lance.Tests.Tables;

namespace Pennon.Lance.Tests.Indexes.Vectors;

public class IvfFixtureTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string>> Recordings() =>
        FixtureFolders.Recordings("tables").Where(static r => Path.GetFileName(r.Data).StartsWith("idx_vec_", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Codes_give_the_recorded_distances(string expectation)
    {
        var recording = JsonNode.Parse(await File.ReadAllTextAsync(expectation, Token))!;
        var compared = 0;
        foreach (var query in recording["queries"]!.AsArray())
        {
            // Refined and filtered answers are put together by the search above.
            if (query!["refine"] is not null || query["where"] is not null)
                continue;
            using var dataset = await LanceDataset.OpenAsync(
                FixtureFolders.TableOf(expectation), new LanceOpenOptions { Version = query["version"]!.GetValue<int>() }, Token);
            var covered = dataset.Table.Indexes.Where(static s => s.Kind is IvfIndexKind).ToArray();
            // Where rows are not indexed, the engine scores everything exactly.
            if (dataset.Table.Fragments.Any(f => !covered.Any(s => s.Coverage.Contains(f.Id))))
                continue;
            var vector = query["vector"]!.AsArray().Select(static v => v!.GetValue<float>()).ToArray();
            var wanted = query["hits"]!.AsArray().Select(static h => (Id: h!["id"]!.GetValue<int>(), Distance: h["distance"]!.GetValue<double>())).ToArray();
            var found = await SearchAsync(dataset, covered, vector, query["k"]!.GetValue<int>());
            var graph = Path.GetFileName(expectation).Contains("hnsw", StringComparison.Ordinal);
            // A graph may miss a row, and the engine rounds the tables of RaBitQ to bytes.
            var tolerance = Path.GetFileName(expectation).Contains("_rq_", StringComparison.Ordinal) ? 0.03 : 2e-6;
            var all = await SearchAsync(dataset, covered, vector, int.MaxValue);
            var byId = all.ToDictionary(static f => f.Id, static f => f.Distance);
            if (Path.GetFileName(expectation).Contains("pq4", StringComparison.Ordinal))
            {
                // The engine measures the first rows of a partition; for the rest it sums up tables of bytes, which come out lower (TABLE 18.5).
                Assert.True(wanted.Count(w => Math.Abs(w.Distance - byId[w.Id]) <= tolerance * Math.Max(1, Math.Abs(w.Distance))) >= 3);
                Assert.All(wanted, w => Assert.InRange(w.Distance, byId[w.Id] / 2, byId[w.Id] * (1 + tolerance)));
                compared++;
                continue;
            }
            foreach (var (id, distance) in wanted)
                Assert.True(Math.Abs(byId[id] - distance) <= tolerance * Math.Max(1, Math.Abs(distance)), $"row {id}: {byId[id]} instead of {distance}");
            for (var i = 0; i < wanted.Length && !graph; i++)
                Assert.Equal(wanted[i].Distance, found[i].Distance, tolerance * Math.Max(1, Math.Abs(wanted[i].Distance)));
            compared++;
        }
        Assert.True(compared > 0);
    }

    static async Task<(int Id, float Distance)[]> SearchAsync(LanceDataset dataset, Lance.Indexes.IndexSegment[] segments, float[] vector, int k)
    {
        var table = dataset.Table;
        var locator = await table.RowLocatorAsync(Token);
        var nearest = new NearestRows((int)Math.Min(k, table.LiveRows), null, null);
        foreach (var segment in segments)
        {
            var opened = await IvfSegment.OpenAsync(segment, Token);
            var query = vector.ToArray();
            if (opened.Metric == LanceMetric.Cosine)
                VectorRows.Normalise(query);
            await IvfScan.SearchAsync(opened, query, new IvfProbes(opened.PartitionCount, opened.PartitionCount), new IndexedRows(locator, segment.Coverage, null), nearest, Token);
        }
        var rows = nearest.ToSorted();
        using var batch = await dataset.TakeAddressesAsync(rows.Select(static r => r.Address).ToArray(), ["id"], Token);
        var ids = ((PrimitiveArray<int>)batch.Column("id")).Values;
        var found = new (int, float)[rows.Length];
        for (var i = 0; i < found.Length; i++)
            found[i] = (ids[i], rows[i].Distance);
        return found;
    }
}
