using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph.Tests.Reading;

/// <summary>A stored adjacency is believed only after it was checked against the tables that it joins.</summary>
public sealed class AdjacencyReaderTests
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    static ArrowArray Lists(ulong[][] lists)
    {
        var builder = new ListBuilder(new ListType(new Field("item", ArrowType.UInt64)));
        foreach (var list in lists)
        {
            foreach (var item in list)
            {
                ((PrimitiveBuilder<ulong>)builder.Items).Append(item);
            }

            builder.EndRow();
        }

        return builder.Build();
    }

    static async Task<CsrIndex> ReadAsync(ulong[] vertices, ulong[][] neighbours, ulong[][] edges, int edgeCount)
    {
        var store = new MemoryObjectStore();
        await using (var writer = await LanceTableWriter.CreateAsync(store, "a.lance", AdjacencyWriter.Schema, null, None))
        {
            await writer.WriteAsync(new RecordBatch(AdjacencyWriter.Schema, [new PrimitiveArray<ulong>(ArrowType.UInt64, vertices), Lists(neighbours), Lists(edges)], vertices.Length), None);
            await using var staged = await writer.FinishAsync(None);
            await staged.CommitAsync(None);
        }

        var reader = new ColumnReader(store, new GraphTable(1, 1, TableKind.AdjacencyOut, "E", "a.lance", null, 1, vertices.Length, "{}"));
        var nodes = new IdBlocks([(10, 4)]);
        return (await AdjacencyReader.ReadAsync(reader, (0, vertices.Length), nodes, nodes, new IdBlocks([(100, edgeCount)]), None)).Index;
    }

    [Fact]
    public async Task What_was_written_is_read()
    {
        var index = await ReadAsync([11, 13], [[10, 12], [13]], [[101, 100], [102]], 3);

        Assert.Equal([0u, 0, 2, 2, 3], index.Offsets.ToArray());
        Assert.Equal([0u, 2, 3], index.Neighbours.ToArray());
        Assert.Equal([1u, 0, 2], index.EdgeIds.ToArray());
    }

    [Theory]
    [InlineData(new ulong[] { 13, 11 }, 10, 12, 100, 101, 2, "out of order")]
    [InlineData(new ulong[] { 11, 99 }, 10, 12, 100, 101, 2, "out of order or of another table")]
    [InlineData(new ulong[] { 11, 13 }, 10, 99, 100, 101, 2, "no vertex")]
    [InlineData(new ulong[] { 11, 13 }, 10, 12, 100, 999, 2, "no edge of its pair")]
    [InlineData(new ulong[] { 11, 13 }, 10, 12, 100, 101, 3, "2 of the 3 edges")]
    [InlineData(new ulong[] { 11, 13 }, 10, 12, 100, 101, 1, "more than the 1 edges")]
    public async Task What_does_not_fit_its_tables_is_refused(ulong[] vertices, ulong first, ulong second, ulong firstEdge, ulong secondEdge, int edges, string reason)
    {
        var error = await Assert.ThrowsAsync<LanceFormatException>(() => ReadAsync(vertices, [[first], [second]], [[firstEdge], [secondEdge]], edges));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal("a.lance", error.File);
    }

    [Fact]
    public async Task Neighbours_out_of_order_and_lists_of_different_lengths_are_refused()
    {
        Assert.Contains("not in order", (await Assert.ThrowsAsync<LanceFormatException>(() => ReadAsync([11], [[12, 10]], [[100, 101]], 2))).Message, StringComparison.Ordinal);
        Assert.Contains("lists", (await Assert.ThrowsAsync<LanceFormatException>(() => ReadAsync([11, 12], [[10, 12], [10]], [[100], [101, 102]], 3))).Message, StringComparison.Ordinal);
    }
}
