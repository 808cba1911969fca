using Pennon.Arrow;
using Pennon.Lance.Indexes;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>Files of an index: columns, metadata, and blocks of bytes beside them.</summary>
public sealed class IndexFileTests
{
    static readonly Schema Columns = new(
        [new("values", ArrowType.Int32), new("ids", ArrowType.UInt64, nullable: false)], new Dictionary<string, string> { ["from schema"] = "1" });

    [Fact]
    public async Task Rows_metadata_and_global_buffers_come_back()
    {
        var store = new MemoryObjectStore();
        long bytes;
        await using (var writer = await IndexFileWriter.CreateAsync(store, "i/f.lance", Columns, default))
        {
            await writer.WriteAsync(Batch(0, 5000), default);
            await writer.WriteAsync(Batch(5000, 10), default);
            Assert.Equal(1, writer.AddGlobalBuffer(new byte[] { 1, 2, 3 }));
            Assert.Equal(2, writer.AddGlobalBuffer(ReadOnlyMemory<byte>.Empty));
            writer.SetMetadata("batch_size", "4096");
            bytes = await writer.FinishAsync(default);
        }
        using var reader = await IndexFileReader.OpenAsync(store, "i/f.lance", default);
        using (var stored = await store.OpenAsync("i/f.lance"))
            Assert.Equal(stored.Length, bytes);
        Assert.Equal(5010, reader.RowCount);
        Assert.Equal("4096", reader.Metadata["batch_size"]);
        Assert.Equal("1", reader.Metadata["from schema"]);
        Assert.Equal(3, reader.GlobalBufferCount);
        Assert.Equal(new byte[] { 1, 2, 3 }, await reader.ReadGlobalBufferAsync(1, default));
        Assert.Empty(await reader.ReadGlobalBufferAsync(2, default));
        Assert.NotEmpty(await reader.ReadGlobalBufferAsync(0, default));
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadGlobalBufferAsync(3, default));
        using var read = await reader.ReadAsync(4998, 4, ["ids", "values"], default);
        Assert.Equal([4998UL, 4999, 5000, 5001], ((PrimitiveArray<ulong>)read.Column(0)).Values.ToArray());
        using var taken = await reader.TakeAsync(new long[] { 3, 5009 }, null, default);
        Assert.Equal([-3, -5009], ((PrimitiveArray<int>)taken.Column(0)).Values.ToArray());
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadAsync(5000, 11, null, default));
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadAsync(0, 1, ["none"], default));
    }

    [Fact]
    public async Task A_file_that_is_not_finished_does_not_appear()
    {
        var store = new MemoryObjectStore();
        await using (var writer = await IndexFileWriter.CreateAsync(store, "f.lance", Columns, default))
            await writer.WriteAsync(Batch(0, 10), default);
        Assert.False(await store.ExistsAsync("f.lance"));
    }

    static RecordBatch Batch(int start, int count)
    {
        var values = new int[count];
        var ids = new ulong[count];
        for (var i = 0; i < count; i++)
            (values[i], ids[i]) = (-start - i, (ulong)(start + i));
        return new RecordBatch(new Schema(Columns.Fields), [new PrimitiveArray<int>(ArrowType.Int32, values), new PrimitiveArray<ulong>(ArrowType.UInt64, ids)], count);
    }
}
