using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests;

/// <summary>Real graphs, loaded as they are and opened again from the disk.</summary>
public sealed class DataSetTests(LoadedDataSets loaded) : IClassFixture<LoadedDataSets>
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    /// <summary>The data sets with their nodes, edges, node tables and edge types.</summary>
    public static TheoryData<string, long, long, int, int> DataSets => new()
    {
        { "lsqb-sf0003", 31_524, 49_680, 11, 15 },
        { "lsqb-ldbc01", 327_588, 1_420_073, 11, 15 },
        { "ldbc-sf01", 327_588, 1_420_073, 8, 15 },
        { "wordnet", 265_269, 455_959, 2, 14 },
        { "snap-slashdot", 82_168, 948_464, 1, 1 },
        { "snap-twitter", 81_306, 1_342_310, 1, 1 },
        { "snap-wiki-vote", 7_116, 103_689, 1, 1 },
        { "snap-bitcoin-otc", 5_881, 35_592, 1, 1 },
    };

    [Fact]
    public async Task Every_table_of_every_loaded_data_set_opens_in_LanceDb_with_its_rows()
    {
        Node.SkipUnlessPresent("interop");
        SharedData.SkipUnlessPresent("data");
        var folders = new List<TempFolder>();
        foreach (var row in DataSets)
        {
            if (Directory.Exists(SharedData.Path("data", row.Data.Item1)))
            {
                folders.Add((await loaded.GetAsync(row.Data.Item1)).Folder);
            }
        }

        var output = await Node.OutputOfAsync(
            RepositoryFolder.Path("interop", "graph-check.mjs"), folders.Select(folder => folder.FullName), timeout: TimeSpan.FromMinutes(3), cancellationToken: None);

        using var counts = JsonDocument.Parse(output);
        Assert.NotEmpty(folders);
        foreach (var folder in folders)
        {
            var graph = counts.RootElement.GetProperty(folder.FullName);
            await using var database = await GraphDatabase.OpenAsync(folder.FullName, null, None);
            var info = await database.GetInfoAsync(None);
            Assert.Equal(info.Tables.Count + 1, graph.GetProperty("_graph.lance").GetInt64());
            foreach (var table in info.Tables)
            {
                Assert.Equal((table.Path, table.Rows), (table.Path, graph.GetProperty(table.Path).GetInt64()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DataSets))]
    public async Task Every_data_set_loads_with_its_counts(string name, long nodes, long edges, int nodeTables, int edgeTypes)
    {
        SharedData.SkipUnlessPresent("data", name);
        var (folder, result) = await loaded.GetAsync(name);

        Assert.Equal((1, nodes, edges), (result.Version, result.Nodes, result.Edges));
        await using var reopened = await GraphDatabase.OpenAsync(folder.FullName, new GraphDatabaseOptions { CreateIfMissing = false }, None);
        var graph = await reopened.SnapshotAsync(None);
        Assert.Equal(nodeTables, graph.NodeTables.Count);
        Assert.Equal(edgeTypes, graph.EdgeTypes.Count);
        Assert.Equal(nodes, graph.NodeTables.Sum(t => (long)t.RowCount));
        Assert.Equal(edges, graph.EdgeTypes.Sum(t => t.EdgeCount));
        foreach (var table in graph.NodeTables)
        {
            using var dataset = await LanceDataset.OpenAsync(folder.Path("nodes", ColumnNames.FileName(table.Name) + ".lance"), null, None);
            Assert.Equal(table.RowCount, await dataset.CountRowsAsync(null, None));
            Assert.Equal(table.RowCount, (await table.LoadKeyIndexAsync(None)).Count);
        }

        foreach (var pair in graph.EdgeTypes.SelectMany(t => t.Pairs))
        {
            var outgoing = await pair.LoadOutAsync(None);
            var incoming = await pair.LoadInAsync(None);
            Assert.Equal(pair.EdgeCount, outgoing.EdgeCount);
            Assert.Equal(pair.EdgeCount, incoming.EdgeCount);
            Assert.Equal(pair.Statistics.MaxOutDegree, outgoing.MaxDegree);
            Assert.Equal(pair.Statistics.DistinctTargets, incoming.NodesWithEdges);
            foreach (var property in pair.Type.Properties)
            {
                Assert.Equal(pair.EdgeCount, (await pair.LoadColumnAsync(property.Name, None)).Length);
            }
        }
    }

    [Fact]
    public async Task Csv_and_json_lines_of_one_graph_load_alike()
    {
        Node.SkipUnlessPresent();
        SharedData.SkipUnlessPresent("data", "lsqb-sf0003");
        var source = SharedData.Path("data", "lsqb-sf0003");
        using var folder = new TempFolder("alike");
        var lines = await Node.OutputOfAsync(SharedData.Path("data", "tools", "to-jsonl.mjs"), [source, "--types"], cancellationToken: None);
        await using var csv = await GraphDatabase.OpenAsync(folder.Path("csv"), null, None);
        await using var json = await GraphDatabase.OpenAsync(folder.Path("json"), null, None);
        await csv.LoadAsync(new LoadRequest { Paths = [source] }, null, None);
        await json.LoadAsync(new LoadRequest { Paths = [folder.Write("all.jsonl", lines)] }, null, None);

        var (left, right) = (await csv.SnapshotAsync(None), await json.SnapshotAsync(None));
        Assert.Equal(left.NodeTables.Select(t => (t.Name, t.RowCount)), right.NodeTables.Select(t => (t.Name, t.RowCount)));
        var pairs = right.EdgeTypes.SelectMany(t => t.Pairs).ToDictionary(p => (p.Type.Name, p.Source.Name, p.Target.Name));
        foreach (var pair in left.EdgeTypes.SelectMany(t => t.Pairs))
        {
            var other = pairs[(pair.Type.Name, pair.Source.Name, pair.Target.Name)];
            var (mine, theirs) = (await pair.LoadOutAsync(None), await other.LoadOutAsync(None));
            Assert.Equal(pair.Statistics, other.Statistics);
            Assert.Equal(mine.Offsets.ToArray(), theirs.Offsets.ToArray());
            Assert.Equal(mine.Neighbours.ToArray(), theirs.Neighbours.ToArray());
            Assert.Equal(mine.EdgeIds.ToArray(), theirs.EdgeIds.ToArray());
        }
    }

    [Fact]
    public async Task Values_are_those_of_the_files()
    {
        SharedData.SkipUnlessPresent("data", "ldbc-sf01");
        var (folder, _) = await loaded.GetAsync("ldbc-sf01");
        await using var reopened = await GraphDatabase.OpenAsync(folder.FullName, null, None);
        var graph = await reopened.SnapshotAsync(None);
        var person = graph.FindNodeTable("Person")!;
        Assert.True((await person.LoadKeyIndexAsync(None)).TryFind(933, out var mahinda));
        Assert.Equal("Mahinda", ((StringArray)(await person.LoadColumnAsync("firstName", None)).SingleChunk!).GetString(mahinda));
        Assert.Equal(20100214153210447, ((PrimitiveArray<long>)(await person.LoadColumnAsync("creationDate", None)).SingleChunk!).Values[mahinda]);
        var post = graph.FindNodeTable("Post")!;
        Assert.True((await post.LoadKeyIndexAsync(None)).TryFind(3, out var three));
        Assert.Null(((StringArray)(await post.LoadColumnAsync("imageFile", None)).SingleChunk!).GetString(three));
        Assert.Equal("About Rupert Murdoch, Napoleon, Ferdinand II of Aragon: apply putty in order to fix or fill", ((StringArray)(await post.LoadColumnAsync("content", None)).SingleChunk!).GetString(three));

        var knows = graph.FindEdgeType("KNOWS")!.Pairs[0];
        var keys = ((PrimitiveArray<long>)(await person.LoadColumnAsync("id", None)).SingleChunk!).Values.ToArray();
        var created = ((PrimitiveArray<long>)(await knows.LoadColumnAsync("creationDate", None)).SingleChunk!).Values.ToArray();
        var friends = await knows.LoadOutAsync(None);
        var found = Enumerable.Range(0, friends.DegreeOf(mahinda)).Single(i => keys[friends.NeighboursOf(mahinda)[i]] == 2199023256077);
        Assert.Equal(20100422123057947, created[friends.EdgeIdsOf(mahinda)[found]]);
    }
}
