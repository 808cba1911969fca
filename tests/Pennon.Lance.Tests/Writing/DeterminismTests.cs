using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Writing;

public sealed class DeterminismTests
{
    static readonly Schema Mixed = new(
    [
        new("i", ArrowType.Int32), new("s", ArrowType.String), new("l", new ListType(ArrowType.Int64)), new("st", new StructType([new("x", ArrowType.Float32), new("y", new ListType(ArrowType.String))])),
        new("d", new DictionaryType(ArrowType.Int8, ArrowType.String)), new("v", new FixedSizeListType(ArrowType.Float32, 4)),
    ]);

    static async Task<byte[]> DataAsync(RecordBatch[] batches, int parallelism)
    {
        var store = new MemoryObjectStore();
        await using var writer = await LanceTableWriter.CreateAsync(store, "t", Mixed, new LanceWriteOptions { PageBytes = 8192, Parallelism = parallelism });
        foreach (var batch in batches) await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        await foreach (var item in store.ListAsync("t/data/"))
        {
            using var reader = await store.OpenAsync(item.Path);
            var bytes = new byte[reader.Length];
            await reader.ReadAsync(0, bytes);
            return bytes;
        }
        throw new InvalidOperationException("No data file.");
    }

    [Fact]
    public async Task The_same_rows_give_the_same_bytes_whatever_the_parallelism()
    {
        RecordBatch[] Batches() => [.. Enumerable.Range(0, 5).Select(i => new RandomRows(i).CreateBatch(Mixed, 3000))];
        var first = await DataAsync(Batches(), 0);
        Assert.Equal(first, await DataAsync(Batches(), 4));
        Assert.True(first.Length > 100_000);
    }

    [Fact]
    public async Task What_lies_under_nulls_in_memory_never_reaches_the_file()
    {
        var schema = new Schema([new("i", ArrowType.Int32), new("s", ArrowType.String)]);
        byte[] Secret() => "SECRET"u8.ToArray();
        RecordBatch Batch(int hidden, byte[] text)
        {
            var validity = ArrowBuffer.Of<byte>([0b101]);
            var ints = ArrowArray.Create(ArrowType.Int32, 3, 1, 0, [validity, ArrowBuffer.Of<int>([1, hidden, 3])]);
            var strings = ArrowArray.Create(ArrowType.String, 3, 1, 0, [validity, ArrowBuffer.Of<int>([0, 1, 1 + text.Length, 2 + text.Length]), ArrowBuffer.Of<byte>([(byte)'a', .. text, (byte)'b'])]);
            return new RecordBatch(schema, [ints, strings], 3);
        }
        async Task<byte[]> Data(RecordBatch batch)
        {
            var store = new MemoryObjectStore();
            await using var writer = await LanceTableWriter.CreateAsync(store, "t", schema);
            await writer.WriteAsync(batch);
            await using var staged = await writer.FinishAsync();
            await foreach (var item in store.ListAsync("t/data/"))
            {
                using var reader = await store.OpenAsync(item.Path);
                var bytes = new byte[reader.Length];
                await reader.ReadAsync(0, bytes);
                return bytes;
            }
            return [];
        }
        var clean = await Data(Batch(0, []));
        Assert.Equal(clean, await Data(Batch(0x5EC2E7, Secret())));
    }
}
