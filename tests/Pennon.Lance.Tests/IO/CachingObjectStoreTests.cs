using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.TestSupport;
using Pennon.TestSupport.Stores;

namespace Pennon.Lance.Tests.IO;

/// <summary>The cache over memory, with every object taken for unchanging.</summary>
public sealed class CachingMemoryStoreTests : ObjectStoreConformance
{
    protected override IObjectStore Store { get; } = new CachingObjectStore(new MemoryObjectStore(), new CachingObjectStoreOptions { BlockBytes = 512, IsImmutable = static _ => true });
}

/// <summary>The cache over a store that answers like one behind a network.</summary>
public sealed class CachingRemoteStoreTests : ObjectStoreConformance
{
    protected override IObjectStore Store { get; } =
        new CachingObjectStore(new AsynchronousObjectStore(new MemoryObjectStore()), new CachingObjectStoreOptions { BlockBytes = 512, IsImmutable = static _ => true });
}

/// <summary>The cache over a folder.</summary>
public sealed class CachingLocalStoreTests : ObjectStoreConformance
{
    readonly TempFolder _folder = new("cached");

    public CachingLocalStoreTests() => Store = new CachingObjectStore(new LocalObjectStore(_folder.Path("root")));

    protected override IObjectStore Store { get; }

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }
}

/// <summary>A folder without waiting for the disk.</summary>
public sealed class UnflushedLocalStoreTests : ObjectStoreConformance
{
    readonly TempFolder _folder = new("unflushed");

    public UnflushedLocalStoreTests() => Store = new LocalObjectStore(_folder.Path("root"), flushToDisk: false);

    protected override IObjectStore Store { get; }

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }
}

/// <summary>The counting store of the tests.</summary>
public sealed class CountingObjectStoreTests : ObjectStoreConformance
{
    protected override IObjectStore Store { get; } = new CountingObjectStore(new MemoryObjectStore());
}

/// <summary>The failing store of the tests, before it fails.</summary>
public sealed class FaultyObjectStoreTests : ObjectStoreConformance
{
    protected override IObjectStore Store { get; } = new FaultyObjectStore(new MemoryObjectStore());
}

/// <summary>What the cache keeps, what it forgets, and what it costs.</summary>
public sealed class CachingObjectStoreTests
{
    const string Key = "t.lance/data/a.lance";

    static byte[] Content(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static async Task<(CountingObjectStore Counting, CachingObjectStore Cache)> StoresAsync(byte[] content, CachingObjectStoreOptions? options = null, bool remote = true)
    {
        var memory = new MemoryObjectStore();
        await memory.PutAsync(Key, content);
        var counting = new CountingObjectStore(remote ? new AsynchronousObjectStore(memory) : memory);
        return (counting, new CachingObjectStore(counting, options));
    }

    [Fact]
    public async Task What_was_read_once_is_read_again_without_a_request()
    {
        var content = Content(300_000);
        var (counting, cache) = await StoresAsync(content);
        for (var round = 0; round < 3; round++)
        {
            using var reader = await cache.OpenAsync(Key);
            var bytes = new byte[200_000];
            Assert.Equal(bytes.Length, await reader.ReadAsync(70_000, bytes));
            Assert.True(content.AsSpan(70_000, bytes.Length).SequenceEqual(bytes));
            Assert.Equal((1L, 1L), (counting.Opens, counting.Reads));
        }

        Assert.Equal((4L, 8L), (cache.Misses, cache.Hits));
    }

    [Fact]
    public async Task Missing_blocks_side_by_side_are_one_request()
    {
        var content = Content(10 * 512 + 17);
        var (counting, cache) = await StoresAsync(content, new CachingObjectStoreOptions { BlockBytes = 512 });
        using var reader = await cache.OpenAsync(Key);
        await reader.ReadExactlyAsync(4 * 512 + 5, new byte[1]);
        counting.Reset();

        var all = new byte[content.Length];
        await reader.ReadExactlyAsync(0, all);

        Assert.Equal(content, all);
        Assert.Equal((0L, 2L), (counting.Opens, counting.Reads));
        Assert.Equal(content.Length - 512, counting.BytesRead);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Any_ranges_read_as_without_the_cache_and_the_budget_holds(int seed, bool remote)
    {
        var random = new Random(seed);
        var content = Content(40_000, seed);
        const int budget = 12_000;
        var (_, cache) = await StoresAsync(content, new CachingObjectStoreOptions { BlockBytes = 1024, BudgetBytes = budget, LargestCachedRead = 6000 }, remote);
        for (var i = 0; i < 400; i++)
        {
            using var reader = await cache.OpenAsync(Key);
            var offset = random.Next(content.Length + 10);
            var bytes = new byte[random.Next(9000)];
            var expected = Math.Clamp(content.Length - offset, 0, bytes.Length);
            var read = reader.SupportsSynchronousReads ? reader.Read(offset, bytes) : await reader.ReadAsync(offset, bytes);
            Assert.True(expected == read, $"seed {seed}, read {i}");
            Assert.True(content.AsSpan(Math.Min(offset, content.Length), expected).SequenceEqual(bytes.AsSpan(0, read)), $"seed {seed}, read {i}");
            Assert.InRange(cache.UsedBytes, 0, budget);
        }

        Assert.True(cache.Hits > 0);
        cache.Clear();
        Assert.Equal(0, cache.UsedBytes);
    }

    [Fact]
    public async Task Readers_at_once_all_get_the_object_s_bytes()
    {
        var content = Content(1 << 20);
        var (_, cache) = await StoresAsync(content, new CachingObjectStoreOptions { BlockBytes = 4096, BudgetBytes = 200_000 });
        using var reader = await cache.OpenAsync(Key);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            var bytes = new byte[20_000];
            for (var n = 0; n < 100; n++)
            {
                var offset = random.Next(content.Length - bytes.Length);
                await reader.ReadExactlyAsync(offset, bytes);
                Assert.True(content.AsSpan(offset, bytes.Length).SequenceEqual(bytes));
            }
        })));
    }

    [Fact]
    public async Task A_whole_object_may_be_changed_by_the_one_who_got_it()
    {
        var (counting, cache) = await StoresAsync([1, 2, 3]);
        (await cache.GetAsync(Key, 100))[0] = 99;
        (await cache.GetAsync(Key, 100))[1] = 99;

        Assert.Equal<byte[]>([1, 2, 3], await cache.GetAsync(Key, 3));
        Assert.Equal(1, counting.Gets);
        await Assert.ThrowsAsync<LanceFormatException>(async () => await cache.GetAsync(Key, 2));
    }

    [Fact]
    public async Task Writing_copying_and_deleting_forget_what_was_kept()
    {
        var (_, cache) = await StoresAsync([1, 2, 3]);
        async Task<byte[]> GetAsync() => await cache.GetAsync(Key, 100);
        Assert.Equal<byte[]>([1, 2, 3], await GetAsync());
        await cache.PutAsync(Key, new byte[] { 4, 5, 6 });
        Assert.Equal<byte[]>([4, 5, 6], await GetAsync());
        await cache.PutAsync("other", new byte[] { 7, 8, 9 });
        await cache.CopyAsync("other", Key);
        Assert.Equal<byte[]>([7, 8, 9], await GetAsync());
        await using (var writer = await cache.CreateAsync(Key))
        {
            await writer.WriteAsync(new byte[] { 0, 0, 1 });
            await writer.CompleteAsync();
        }

        Assert.Equal<byte[]>([0, 0, 1], await GetAsync());
        await cache.DeleteAsync(Key);
        await Assert.ThrowsAsync<LanceNotFoundException>(GetAsync);
        Assert.True(await cache.PutIfAbsentAsync(Key, new byte[] { 2, 2, 2 }));
        Assert.Equal<byte[]>([2, 2, 2], await GetAsync());
    }

    [Fact]
    public async Task A_listing_that_shows_another_object_forgets_the_old_one()
    {
        var memory = new MemoryObjectStore();
        await memory.PutAsync(Key, new byte[] { 1, 2, 3 });
        var cache = new CachingObjectStore(memory);
        Assert.Equal<byte[]>([1, 2, 3], await cache.GetAsync(Key, 100));

        await memory.PutAsync(Key, new byte[] { 4, 5 });
        Assert.Single(await cache.ListFirstAsync("t.lance/", 5));

        Assert.Equal<byte[]>([4, 5], await cache.GetAsync(Key, 100));
    }

    [Fact]
    public async Task An_object_that_shrank_behind_the_cache_is_refused()
    {
        var memory = new MemoryObjectStore();
        await memory.PutAsync(Key, Content(5000));
        var cache = new CachingObjectStore(new AsynchronousObjectStore(memory), new CachingObjectStoreOptions { BlockBytes = 512 });
        using (var first = await cache.OpenAsync(Key))
            await first.ReadExactlyAsync(0, new byte[10]);
        await memory.PutAsync(Key, Content(100));
        using var reader = await cache.OpenAsync(Key);

        var error = await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadExactlyAsync(4000, new byte[10]));

        Assert.Equal(Key, error.File);
        using var again = await cache.OpenAsync(Key);
        Assert.Equal(100, again.Length);
    }

    [Theory]
    [InlineData("t.lance/data/x.lance", true)]
    [InlineData("t.lance/_deletions/0-1-2.arrow", true)]
    [InlineData("t.lance/_indices/u/page_data.lance", true)]
    [InlineData("t.lance/_transactions/1-u.txn", true)]
    [InlineData("t.lance/_versions/1.manifest", true)]
    [InlineData("t.lance/_versions/18446744073709551614.manifest", true)]
    [InlineData("t.lance/_versions/latest_version_hint.json", false)]
    [InlineData("t.lance/_refs/tags/a.json", false)]
    [InlineData("t.lance/_refs/branches/a.json", false)]
    [InlineData("_versions", false)]
    [InlineData("data", false)]
    [InlineData("notes.txt", false)]
    public void Only_files_that_are_written_once_are_kept(string key, bool kept) => Assert.Equal(kept, new CachingObjectStoreOptions().IsImmutable(key));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var store = new MemoryObjectStore();
        foreach (var options in new CachingObjectStoreOptions[]
            { new() { BudgetBytes = -1 }, new() { BlockBytes = 500 }, new() { BlockBytes = 256 }, new() { BlockBytes = 32 << 20 }, new() { LargestCachedRead = -1 } })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new CachingObjectStore(store, options));
        }
    }

    [Fact]
    public async Task A_table_opened_again_through_the_cache_sees_new_versions_and_reads_no_old_byte_twice()
    {
        var counting = new CountingObjectStore(new AsynchronousObjectStore(new MemoryObjectStore()));
        var cache = new CachingObjectStore(counting);
        var schema = new Schema([new Field("n", ArrowType.Int64)]);
        async Task WriteAsync(bool first, long value)
        {
            await using var writer = first ? await LanceTableWriter.CreateAsync(cache, "t.lance", schema) : await LanceTableWriter.AppendAsync(cache, "t.lance", schema);
            var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
            builder.Append(value);
            using var batch = new RecordBatch(schema, [builder.Build()], 1);
            await writer.WriteAsync(batch);
            await using var staged = await writer.FinishAsync();
            await staged.CommitAsync();
        }

        async Task<long[]> ReadAsync()
        {
            using var dataset = await LanceDataset.OpenAsync(cache, "t.lance");
            var values = new List<long>();
            await foreach (var batch in dataset.ScanAsync())
            {
                values.AddRange(((PrimitiveArray<long>)batch.Column(0)).Values);
                batch.Dispose();
            }

            return [.. values];
        }

        await WriteAsync(first: true, 1);
        Assert.Equal<long[]>([1L], await ReadAsync());
        await WriteAsync(first: false, 2);
        Assert.Equal<long[]>([1L, 2L], await ReadAsync());
        counting.Reset();

        Assert.Equal<long[]>([1L, 2L], await ReadAsync());

        Assert.Equal((0L, 0L, 0L), (counting.Opens, counting.Reads, counting.Gets));
        Assert.InRange(counting.Requests, 1, 2);
    }
}
