using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Writing;

public sealed class DatasetWritingTests
{
    static readonly Schema People = new([new("id", ArrowType.Int64, nullable: false), new("name", ArrowType.String)], new Dictionary<string, string> { ["made by"] = "tests" });

    static async IAsyncEnumerable<RecordBatch> Batches(params int[] lengths)
    {
        var start = 0L;
        foreach (var length in lengths)
        {
            await Task.Yield();
            var ids = new PrimitiveBuilder<long>(ArrowType.Int64);
            var names = new BinaryBuilder(ArrowType.String);
            for (var i = 0; i < length; i++, start++)
            {
                ids.Append(start);
                names.Append(start % 3 == 0 ? null : $"name {start}");
            }
            yield return new RecordBatch(People, [ids.Build(), names.Build()], length);
        }
    }

    static async Task<List<long>> IdsAsync(LanceDataset dataset)
    {
        var ids = new List<long>();
        await foreach (var batch in dataset.ScanAsync()) ids.AddRange(((PrimitiveArray<long>)batch.Column("id")).Values);
        return ids;
    }

    [Fact]
    public async Task Create_append_and_overwrite_give_the_new_version_and_keep_the_old_ones()
    {
        var store = new MemoryObjectStore();
        using var created = await LanceDataset.CreateAsync(store, "t.lance", People, Batches(10, 5));
        Assert.Equal((1L, 15L), (created.Version, await created.CountRowsAsync()));
        Assert.Equal(People, created.Schema);
        Assert.Equal("tests", created.Schema.Metadata["made by"]);
        using var appended = await LanceDataset.AppendAsync(store, "t.lance", People, Batches(4));
        Assert.Equal([.. Enumerable.Range(0, 15).Select(i => (long)i), 0, 1, 2, 3], await IdsAsync(appended));
        using var replaced = await LanceDataset.OverwriteAsync(store, "t.lance", People, Batches(2));
        Assert.Equal(3, replaced.Version);
        Assert.Equal([0L, 1], await IdsAsync(replaced));
        Assert.Equal(15, (await IdsAsync(created)).Count);
        using var second = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 2 });
        Assert.Equal(19, await second.CountRowsAsync());
    }

    [Fact]
    public async Task A_table_without_rows_has_its_schema()
    {
        using var dataset = await LanceDataset.CreateAsync(new MemoryObjectStore(), "t.lance", People);
        Assert.Equal(0, await dataset.CountRowsAsync());
        Assert.Equal(People, dataset.Schema);
    }

    [Fact]
    public async Task A_source_that_fails_half_way_leaves_nothing_behind()
    {
        var store = new MemoryObjectStore();
        async IAsyncEnumerable<RecordBatch> Failing()
        {
            await foreach (var batch in Batches(100)) yield return batch;
            throw new InvalidDataException("line 101");
        }
        await Assert.ThrowsAsync<InvalidDataException>(async () => await LanceDataset.CreateAsync(store, "t.lance", People, Failing(), new LanceWriteOptions { MaxRowsPerFile = 30 }));
        await foreach (var item in store.ListAsync("")) Assert.Fail($"'{item.Path}' was left behind.");
    }

    [Fact]
    public async Task A_cancelled_write_leaves_nothing_behind()
    {
        var store = new MemoryObjectStore();
        using var cancellation = new CancellationTokenSource();
        async IAsyncEnumerable<RecordBatch> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (var i = 0; ; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i == 20) await cancellation.CancelAsync();
                await foreach (var batch in Batches(50)) yield return batch;
            }
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await LanceDataset.CreateAsync(store, "t.lance", People, Endless(), new LanceWriteOptions { MaxRowsPerFile = 200 }, cancellation.Token));
        await foreach (var item in store.ListAsync("")) Assert.Fail($"'{item.Path}' was left behind.");
    }

    [Fact]
    public async Task The_store_itself_can_be_the_table()
    {
        var store = new MemoryObjectStore();
        using var dataset = await LanceDataset.CreateAsync(store, "", People, Batches(3));
        Assert.Equal([0L, 1, 2], await IdsAsync(dataset));
    }
}
