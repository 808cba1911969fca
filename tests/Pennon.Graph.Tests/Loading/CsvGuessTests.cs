using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests.Loading;

public sealed class CsvGuessTests : IDisposable
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    readonly TempFolder _folder = new("guess");

    public void Dispose() => _folder.Dispose();

    async Task<GraphSnapshot> LoadAsync()
    {
        var database = await GraphDatabase.OpenAsync(new MemoryObjectStore(), null, None);
        await database.LoadAsync(new LoadRequest { Paths = [_folder.FullName] }, null, None);
        return await database.SnapshotAsync(None);
    }

    static string Describe(GraphSnapshot graph) =>
        string.Join("; ", graph.NodeTables.Select(t => $"{t.Name}({string.Join(",", t.Properties.Select(p => $"{p.Name}:{PropertyTypeName.Format(p.Type)}"))}) {t.RowCount}"))
        + " | "
        + string.Join("; ", graph.EdgeTypes.Select(t => $"{t.Name}({string.Join(",", t.Properties.Select(p => $"{p.Name}:{PropertyTypeName.Format(p.Type)}"))}) {string.Join(",", t.Pairs.Select(p => $"{p.Source.Name}>{p.Target.Name} {p.EdgeCount}"))}"));

    [Fact]
    public async Task Files_named_for_types_become_types()
    {
        _folder.Write("Person.csv", "id,name,score\n1,Ada,0.5\n2,\"B, C\",1\n");
        _folder.Write("City.csv", "name;size\nRome;3\nOslo;1\n");
        _folder.Write("Person_livesIn_City.csv", "a|b|since\n1|Rome|1990\n2|Oslo|\n");
        _folder.Write("Person_knows_Person.tsv", "1\t2\ttrue\n2\t1\tfalse\n");

        Assert.Equal(
            "City(name:string,size:int64) 2; Person(id:int64,name:string,score:float64) 2 | LIVES_IN(since:int64) Person>City 2; KNOWS(value1:bool) Person>Person 2".Split(" | ").Select(s => string.Join("; ", s.Split("; ").Order(StringComparer.Ordinal))),
            Describe(await LoadAsync()).Split(" | ").Select(s => string.Join("; ", s.Split("; ").Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task Nodes_and_edges_become_a_graph_of_one_type()
    {
        _folder.Write("nodes.csv", "5\n6\n7\n");
        _folder.Write("edges.csv", "5,6,1,10.25\n6,7,-2,11\n");

        Assert.Equal("Node(id:int64) 3 | EDGE(value1:int64,value2:float64) Node>Node 2", Describe(await LoadAsync()));
    }

    [Fact]
    public async Task Types_without_rows_are_kept()
    {
        _folder.Write("schema.json", """
            {"nodes":[{"type":"A","key":"id","files":[{"name":"A.csv"}],"columns":[{"name":"id","type":"int64"},{"name":"s","type":"string"}]}],
             "edges":[{"edge":"E","from":"A","to":"A","files":[{"name":"E.csv"}],"columns":[{"name":"w","type":"float64"}]}]}
            """);
        _folder.Write("A.csv", "id,s\n");
        _folder.Write("E.csv", "");

        var graph = await LoadAsync();

        Assert.Equal("A(id:int64,s:string) 0 | E(w:float64) A>A 0", Describe(graph));
        Assert.Equal(0, (await graph.NodeTables[0].LoadColumnAsync("s", None)).Length);
        Assert.Equal(0, (await graph.EdgeTypes[0].Pairs[0].LoadColumnAsync("w", None)).Length);
        Assert.Equal(0, (await graph.EdgeTypes[0].Pairs[0].LoadInAsync(None)).EdgeCount);
        Assert.Equal(0, (await graph.NodeTables[0].LoadKeyIndexAsync(None)).Count);
    }
}
