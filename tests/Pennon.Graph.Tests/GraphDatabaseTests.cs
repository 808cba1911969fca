using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests;

public sealed class GraphDatabaseTests : IDisposable
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    readonly TempFolder _folder = new("graph");
    readonly MemoryObjectStore _store = new();

    public void Dispose() => _folder.Dispose();

    Task<LoadResult> LoadAsync(GraphDatabase database, string jsonLines, LoadMode mode = LoadMode.Append, IReadOnlyDictionary<string, string>? keys = null) =>
        database.LoadAsync(new LoadRequest { Paths = [_folder.Write($"{Guid.NewGuid():n}.jsonl", jsonLines)], Mode = mode, Keys = keys ?? new Dictionary<string, string>() }, null, None).AsTask();

    static async Task<string> TextAsync(GraphSnapshot graph)
    {
        // Every node and edge in words, so that a whole graph is compared in one assertion.
        var lines = new List<string>();
        foreach (var table in graph.NodeTables)
        {
            for (var i = 0; i < table.RowCount; i++)
            {
                lines.Add($"{table.Name} {await PropertiesAsync(table.Properties, p => table.LoadColumnAsync(p, None), i)}");
            }
        }

        foreach (var type in graph.EdgeTypes)
        {
            foreach (var pair in type.Pairs)
            {
                var outgoing = await pair.LoadOutAsync(None);
                var incoming = await pair.LoadInAsync(None);
                Assert.Equal(pair.EdgeCount, outgoing.EdgeCount);
                Assert.Equal(pair.EdgeCount, incoming.EdgeCount);
                for (var node = 0; node < pair.Source.RowCount; node++)
                {
                    for (var i = 0; i < outgoing.DegreeOf(node); i++)
                    {
                        var target = outgoing.NeighboursOf(node)[i];
                        var edge = (int)outgoing.EdgeIdsOf(node)[i];
                        var at = incoming.EdgeIdsOf((int)target).IndexOf((uint)edge);
                        Assert.Equal((uint)node, incoming.NeighboursOf((int)target)[at]);
                        lines.Add($"{pair.Source.Name}[{node}] -{type.Name}-> {pair.Target.Name}[{target}] {await PropertiesAsync(type.Properties, p => pair.LoadColumnAsync(p, None), edge)}");
                    }
                }
            }
        }

        return string.Join("\n", lines);
    }

    static async Task<string> PropertiesAsync(IReadOnlyList<PropertyInfo> properties, Func<string, ValueTask<PropertyColumn>> load, int row)
    {
        var parts = new List<string>();
        foreach (var property in properties)
        {
            var column = await load(property.Name);
            Assert.Equal(property.Type, column.Type);
            Assert.Equal(property.IsMixed, column.IsMixed);
            var chunk = column.SingleChunk!;
            if (!property.Nullable)
            {
                Assert.True(chunk.IsValid(row));
            }

            if (chunk.IsValid(row))
            {
                parts.Add($"{property.Name}={Value(chunk, row, column.IsMixed)}");
            }
        }

        return string.Join(" ", parts);
    }

    static string Value(ArrowArray array, int row, bool mixed) => array switch
    {
        PrimitiveArray<long> longs => $"{longs.Values[row]}",
        PrimitiveArray<int> ints => $"{ints.Values[row]}",
        PrimitiveArray<double> doubles => $"{doubles.Values[row]:0.0###}",
        PrimitiveArray<float> floats => $"{floats.Values[row]:0.0###}",
        BooleanArray booleans => booleans.GetValue(row) ? "true" : "false",
        StringArray strings => $"'{strings.GetString(row)}'",
        BinaryArray bytes when mixed => Tagged(new TaggedValue(bytes.GetBytes(row))),
        ListArray lists => $"[{string.Join(",", Enumerable.Range(lists.Offsets[row], lists.Offsets[row + 1] - lists.Offsets[row]).Select(i => Value(lists.Items, i, false)))}]",
        FixedSizeListArray vectors => $"<{string.Join(",", Enumerable.Range(row * vectors.Size, vectors.Size).Select(i => Value(vectors.Items, i, false)))}>",
        _ => throw new InvalidOperationException(array.Type.ToString()),
    };

    static string Tagged(TaggedValue value)
    {
        switch (value.Kind)
        {
            case TaggedKind.Boolean:
                return value.GetBoolean() ? "true" : "false";
            case TaggedKind.Int64:
                return $"{value.GetInt64()}";
            case TaggedKind.Float64:
                return $"{value.GetDouble():0.0###}";
            case TaggedKind.String:
                return $"'{value.GetString()}'";
            case TaggedKind.List or TaggedKind.Map:
                var parts = new List<string>();
                var items = value.Items;
                while (items.MoveNext())
                {
                    parts.Add(System.Text.Encoding.UTF8.GetString(items.Name) + (items.Name.IsEmpty ? "" : ":") + Tagged(items.Current));
                }

                return $"{{{string.Join(",", parts)}}}";
            default:
                return value.Kind.ToString();
        }
    }

    const string People = """
        {"type":"Person","data":{"id":1,"name":"Ada","born":1815}}
        {"type":"Person","data":{"id":2,"name":"Blaise"}}
        {"type":"City","data":{"id":"rome","size":2.5}}
        {"edge":"KNOWS","from":1,"to":2,"data":{"since":1640}}
        {"edge":"LIVES_IN","from":2,"to":"rome"}

        """;

    const string PeopleText = """
        Person id=1 name='Ada' born=1815
        Person id=2 name='Blaise'
        City id='rome' size=2.5
        Person[0] -KNOWS-> Person[1] since=1640
        Person[1] -LIVES_IN-> City[0] 
        """;

    [Fact]
    public async Task An_empty_store_is_an_empty_graph()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);

        var graph = await database.SnapshotAsync(None);

        Assert.Equal(0, graph.Version);
        Assert.Empty(graph.NodeTables);
        Assert.Equal(0, (await database.GetInfoAsync(None)).Nodes);
    }

    [Fact]
    public async Task A_missing_database_is_an_error_when_one_is_asked_for()
    {
        var options = new GraphDatabaseOptions { CreateIfMissing = false };

        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await GraphDatabase.OpenAsync(_store, options, None));
    }

    [Fact]
    public async Task What_was_loaded_is_read_again_by_another_handle()
    {
        await using (var database = await GraphDatabase.OpenAsync(_store, null, None))
        {
            var result = await LoadAsync(database, People);
            Assert.Equal((1, 3, 2), (result.Version, result.Nodes, result.Edges));
            Assert.Equal(PeopleText, await TextAsync(await database.SnapshotAsync(None)));
        }

        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        var graph = await reopened.SnapshotAsync(None);
        Assert.Equal(PeopleText, await TextAsync(graph));
        Assert.Equal(1, graph.Version);
        var person = graph.FindNodeTable("Person")!;
        Assert.Equal("id", person.KeyProperty);
        Assert.True((await person.LoadKeyIndexAsync(None)).TryFind(2, out var id));
        Assert.Equal(1, id);
        var info = await reopened.GetInfoAsync(None);
        Assert.Equal((3, 2), (info.Nodes, info.Edges));
        Assert.True(info.Bytes > 0);
        Assert.Equal(1, Assert.Single(info.Versions).Version);
    }

    [Fact]
    public async Task Appending_keeps_ids_and_adds_rows_pairs_types_and_columns()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(database, People);
        await LoadAsync(database, """
            {"edge":"KNOWS","from":3,"to":1,"data":{"since":1900,"how":"letters"}}
            {"type":"Person","data":{"id":3,"name":"Carl","email":"c@x"}}
            {"edge":"LIVES_IN","from":3,"to":"rome","data":{}}
            {"edge":"KNOWS","from":3,"to":"rome"}
            {"type":"Dog","data":{"id":9}}
            {"edge":"OWNS","from":1,"to":9}

            """);

        const string expected = """
            Person id=1 name='Ada' born=1815
            Person id=2 name='Blaise'
            Person id=3 name='Carl' email='c@x'
            City id='rome' size=2.5
            Dog id=9
            Person[0] -KNOWS-> Person[1] since=1640
            Person[2] -KNOWS-> Person[0] since=1900 how='letters'
            Person[2] -KNOWS-> City[0] 
            Person[1] -LIVES_IN-> City[0] 
            Person[2] -LIVES_IN-> City[0] 
            Person[0] -OWNS-> Dog[0] 
            """;
        Assert.Equal(expected, await TextAsync(await database.SnapshotAsync(None)));
        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        Assert.Equal(expected, await TextAsync(await reopened.SnapshotAsync(None)));
        Assert.Equal(PeopleText, await TextAsync(await reopened.SnapshotAsync(1, None)));
        var graph = await reopened.SnapshotAsync(None);
        var vids = graph.NodeTables.SelectMany(t => Enumerable.Range(0, t.RowCount).Select(t.VidOf)).ToArray();
        Assert.Equal(vids.Length, vids.Distinct().Count());
        Assert.Equal((await reopened.SnapshotAsync(1, None)).FindNodeTable("Person")!.VidOf(1), graph.FindNodeTable("Person")!.VidOf(1));
    }

    [Fact]
    public async Task Merging_updates_what_is_named_and_adds_the_rest()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(database, People);
        var result = await LoadAsync(database, """
            {"type":"Person","data":{"id":2,"born":1623,"name":"Blaise P."}}
            {"type":"Person","data":{"id":3,"name":"Carl","email":"c@x"}}
            {"type":"Person","data":{"id":1,"born":null}}
            {"edge":"KNOWS","from":1,"to":2,"data":{"since":1641}}
            {"edge":"KNOWS","from":2,"to":1,"data":{"since":1642}}

            """, LoadMode.Merge);

        Assert.Equal((2, 1), (result.NodesUpdated, result.EdgesUpdated));
        const string expected = """
            Person id=1 name='Ada'
            Person id=2 name='Blaise P.' born=1623
            Person id=3 name='Carl' email='c@x'
            City id='rome' size=2.5
            Person[0] -KNOWS-> Person[1] since=1641
            Person[1] -KNOWS-> Person[0] since=1642
            Person[1] -LIVES_IN-> City[0] 
            """;
        Assert.Equal(expected, await TextAsync(await database.SnapshotAsync(None)));
        await LoadAsync(database, """
            {"type":"Person","data":{"id":3,"name":"Carl G."}}
            {"type":"Person","data":{"id":4,"name":"Doris"}}

            """, LoadMode.Merge);
        await LoadAsync(database, """{"type":"Person","data":{"id":5,"name":"Emmy"}}""");

        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        var final = expected.Replace("name='Carl' email='c@x'", "name='Carl G.' email='c@x'\nPerson id=4 name='Doris'\nPerson id=5 name='Emmy'", StringComparison.Ordinal);
        Assert.Equal(final, await TextAsync(await reopened.SnapshotAsync(None)));
        Assert.Equal(PeopleText, await TextAsync(await reopened.SnapshotAsync(1, None)));
    }

    [Fact]
    public async Task Overwriting_replaces_the_whole_graph_and_keeps_its_history()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(database, People);
        var before = (await database.SnapshotAsync(None)).FindNodeTable("Person")!.VidOf(0);
        await LoadAsync(database, """{"type":"Person","data":{"id":"x"}}""", LoadMode.Overwrite);

        var graph = await database.SnapshotAsync(None);
        Assert.Equal("Person id='x'", await TextAsync(graph));
        Assert.NotEqual(before, graph.NodeTables[0].VidOf(0));
        Assert.Equal(PeopleText, await TextAsync(await database.SnapshotAsync(1, None)));
    }

    [Fact]
    public async Task Values_of_several_kinds_are_one_property()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        var lines = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"{{\"type\":\"A\",\"data\":{{\"id\":{i},\"v\":{i}}}}}\n"));
        await LoadAsync(database, lines + """
            {"type":"A","data":{"id":-1,"v":"text","late":1}}
            {"type":"A","data":{"id":-2,"v":{"a":[1,2.5,null,true]},"late":2.5}}
            {"type":"A","data":{"id":-3,"v":[],"later":"é\n"}}

            """);

        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        var table = (await reopened.SnapshotAsync(None)).NodeTables[0];
        Assert.True(table.FindProperty("v")!.IsMixed);
        Assert.Equal(ArrowType.Float64, table.FindProperty("late")!.Type);
        Assert.Equal(ArrowType.String, table.FindProperty("later")!.Type);
        var text = (await TextAsync(await reopened.SnapshotAsync(None))).Split("\nA ");
        Assert.Equal("id=2999 v=2999", text[2999]);
        Assert.Equal("id=-1 v='text' late=1.0", text[3000]);
        Assert.Equal("id=-2 v={a:{1,2.5,Null,true}} late=2.5", text[3001]);
        Assert.Equal("id=-3 v={} later='é\n'", text[3002]);
    }

    [Fact]
    public async Task Columns_are_inferred_from_the_first_values()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(database, """
            {"type":"A","data":{"id":"k","i":1,"d":1,"b":true,"s":"x","l":[],"n":null,"w":[1]}}
            {"type":"A","data":{"id":"m","i":-9223372036854775808,"d":0.5,"b":null,"l":["p","q"],"w":[2.5,null]}}

            """);

        var table = (await database.SnapshotAsync(None)).NodeTables[0];
        Assert.Equal("id string, i int64, d float64, b bool, s string, l list<string>, w list<float64>", string.Join(", ", table.Properties.Select(p => $"{p.Name} {PropertyTypeName.Format(p.Type)}")));
        Assert.False(table.FindProperty("i")!.Nullable);
        Assert.True(table.FindProperty("b")!.Nullable);
    }

    [Fact]
    public async Task Awkward_names_of_types_and_properties_are_kept()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(database, """
            {"type":"a/b é","data":{"_vid":1,"overflow":"x","a.b":2,"A.B":3,"":4}}
            {"type":"A/B é","data":{"_vid":2}}
            {"edge":"..","from":1,"to":2,"data":{"_src":7}}

            """, keys: new Dictionary<string, string> { ["a/b é"] = "_vid", ["A/B é"] = "_vid" });

        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        Assert.Equal("a/b é _vid=1 overflow='x' a.b=2 A.B=3 =4\nA/B é _vid=2\na/b é[0] -..-> A/B é[0] _src=7", await TextAsync(await reopened.SnapshotAsync(None)));
    }

    [Fact]
    public async Task A_declared_vector_is_a_fixed_size_list()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        var schema = new GraphSchema { Nodes = [new NodeTypeSchema("A", "id", [new("id", ArrowType.Int64), new("v", PropertyTypeName.Vector(2))], [])] };
        var path = _folder.Write("v.jsonl", """
            {"type":"A","data":{"id":1,"v":[0.5,1]}}
            {"type":"A","data":{"id":2}}
            {"type":"A","data":{"id":3,"v":[2,3]}}
            """);
        await database.LoadAsync(new LoadRequest { Paths = [path], Schema = schema }, null, None);

        await using var reopened = await GraphDatabase.OpenAsync(_store, null, None);
        Assert.Equal("A id=1 v=<0.5,1.0>\nA id=2\nA id=3 v=<2.0,3.0>", (await TextAsync(await reopened.SnapshotAsync(None))).Replace(" \n", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_handles_that_write_take_turns_by_version()
    {
        await using var first = await GraphDatabase.OpenAsync(_store, null, None);
        await using var second = await GraphDatabase.OpenAsync(_store, null, None);
        await LoadAsync(first, People);

        await LoadAsync(second, """{"type":"Person","data":{"id":3}}""");

        Assert.Equal(2, second.Version);
        Assert.Equal(1, first.Version);
        Assert.Equal(3, (await first.RefreshAsync(None)).FindNodeTable("Person")!.RowCount);
    }

    [Fact]
    public async Task A_second_writer_on_a_folder_is_told_so()
    {
        var path = _folder.Path("db");
        await using var database = await GraphDatabase.OpenAsync(path, null, None);
        await LoadAsync(database, People);
        using var other = new FileStream(Path.Combine(path, "_writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var error = await Assert.ThrowsAsync<ConflictException>(() => LoadAsync(database, """{"type":"Person","data":{"id":3}}"""));

        Assert.True(error.IsRetryable);
        Assert.Equal(PeopleText, await TextAsync(await database.SnapshotAsync(None)));
    }

    [Fact]
    public async Task The_cache_may_be_too_small_for_anything()
    {
        await using (var database = await GraphDatabase.OpenAsync(_store, null, None))
        {
            await LoadAsync(database, People);
        }

        await using var small = await GraphDatabase.OpenAsync(_store, new GraphDatabaseOptions { CacheBytes = 0 }, None);

        Assert.Equal(PeopleText, await TextAsync(await small.SnapshotAsync(None)));
    }
}
