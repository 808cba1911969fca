using Pennon.Arrow;

namespace Pennon.Graph.Tests.Model;

public sealed class GraphSnapshotBuilderTests
{
    static ArrowArray Longs(params long[] values) =>
        ArrowArray.Create(ArrowType.Int64, values.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<long>(values)]);

    static ArrowArray Strings(params string?[] values)
    {
        var builder = new BinaryBuilder(ArrowType.String);
        foreach (var value in values)
        {
            builder.Append(value);
        }

        return builder.Build();
    }

    [Fact]
    public async Task A_graph_in_memory_reads_like_a_stored_one()
    {
        var graph = new GraphSnapshotBuilder()
            .AddNodes("Person", "id", 3, ("id", Longs(10, 20, 30)), ("name", Strings("Ada", null, "Cy")))
            .AddNodes("City", "name", 2, ("name", Strings("Rome", "Oslo")))
            .AddEdges("LIVES_IN", "Person", "City", [0, 1, 2], [1, 1, 0])
            .AddEdges("KNOWS", "Person", "Person", [0, 1], [1, 2], ("since", Longs(1999, 2001)))
            .Build();

        var person = graph.FindNodeTable("Person")!;
        Assert.Equal(3, person.RowCount);
        Assert.Equal(["id", "name"], person.Properties.Select(p => p.Name));
        Assert.True(person.FindProperty("name")!.Nullable);
        var keys = await person.LoadKeyIndexAsync(TestContext.Current.CancellationToken);
        Assert.True(keys.TryFind(20, out var local));
        Assert.Equal(1, local);
        Assert.False(keys.TryFind("20"u8, out _));
        var city = graph.NodeTables[1];
        Assert.Equal(3UL, city.VidOf(0));
        Assert.True(city.TryLocalIdOf(4, out local));
        Assert.Equal(1, local);
        Assert.False(city.TryLocalIdOf(2, out _));
        Assert.True((await city.LoadKeyIndexAsync(TestContext.Current.CancellationToken)).TryFind("Oslo"u8, out local));
        Assert.Equal(1, local);

        var lives = graph.FindEdgeType("LIVES_IN")!.Pairs[0];
        var incoming = await lives.LoadInAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0u, 1u], incoming.NeighboursOf(1).ToArray());
        var knows = graph.FindEdgeType("KNOWS")!;
        Assert.Equal(2, knows.EdgeCount);
        Assert.Equal(4UL, knows.Pairs[0].EidOf(1));
        var since = await knows.Pairs[0].LoadColumnAsync("since", TestContext.Current.CancellationToken);
        Assert.Equal([1999L, 2001L], ((PrimitiveArray<long>)since.SingleChunk!).Values.ToArray());
        Assert.Null(graph.FindNodeTable("Nobody"));
    }

    [Fact]
    public async Task An_unknown_property_is_refused_by_name()
    {
        var graph = new GraphSnapshotBuilder().AddNodes("A", null, 1).AddEdges("E", "A", "A", [0], [0]).Build();

        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await graph.NodeTables[0].LoadColumnAsync("x", TestContext.Current.CancellationToken));
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await graph.EdgeTypes[0].Pairs[0].LoadColumnAsync("x", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await graph.NodeTables[0].LoadKeyIndexAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Ill_shaped_graphs_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", "id", 2, ("id", Longs(1, 1))));
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", "id", 1, ("id", Strings((string?)null))));
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", "no", 1, ("id", Longs(1))));
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", null, 2, ("id", Longs(1))));
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", null, 1).AddEdges("E", "A", "A", [1], [0]));
        Assert.Throws<ArgumentException>(() => new GraphSnapshotBuilder().AddNodes("A", null, 1).AddEdges("E", "A", "B", [0], [0]));
    }

    [Fact]
    public async Task Columns_of_more_than_a_chunk_are_split()
    {
        var count = (1 << 20) + 5;
        var values = new long[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = i;
        }

        var graph = new GraphSnapshotBuilder().AddNodes("A", "id", count, ("id", Longs(values))).Build();

        var column = await graph.NodeTables[0].LoadColumnAsync("id", TestContext.Current.CancellationToken);
        Assert.Null(column.SingleChunk);
        Assert.Equal(count, column.Length);
        Assert.Equal(1 << 20, ((PrimitiveArray<long>)column.Chunks[1]).Values[0]);
    }
}
