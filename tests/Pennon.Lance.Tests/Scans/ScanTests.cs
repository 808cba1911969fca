using System.Buffers;
using System.Text;
using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Tables;
using Pennon.TestSupport.Stores;

namespace Pennon.Lance.Tests.Scans;

public sealed class ScanTests
{
    static readonly Schema People = new(
    [
        new Field("id", ArrowType.Int64, false),
        new Field("name", ArrowType.String),
        new Field("home", new StructType([new Field("city", ArrowType.String), new Field("zip", ArrowType.Int32)])),
        new Field("tags", new ListType(ArrowType.String)),
        new Field("dotted.name", ArrowType.Int32),
    ]);

    static RecordBatch Batch(int start, int count)
    {
        var id = new PrimitiveBuilder<long>(ArrowType.Int64);
        var name = new BinaryBuilder(ArrowType.String);
        var city = new BinaryBuilder(ArrowType.String);
        var zip = new PrimitiveBuilder<int>(ArrowType.Int32);
        var dotted = new PrimitiveBuilder<int>(ArrowType.Int32);
        var tag = new BinaryBuilder(ArrowType.String);
        var offsets = new int[count + 1];
        var homes = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++)
        {
            var n = start + i;
            id.Append(n);
            name.Append(n % 7 == 0 ? null : $"person {n}");
            city.Append(n % 2 == 0 ? "Ulm" : "Köln");
            zip.Append(n * 3);
            dotted.Append(-n);
            if (n % 5 != 0)
                homes[i >> 3] |= (byte)(1 << (i & 7));
            for (var t = 0; t < n % 3; t++)
                tag.Append($"t{t}");
            offsets[i + 1] = offsets[i] + n % 3;
        }
        var home = ArrowArray.Create(People.Fields[2].Type, count, -1, 0, [ArrowBuffer.Of<byte>(homes)], [city.Build(), zip.Build()]);
        var tags = ArrowArray.Create(People.Fields[3].Type, count, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>(offsets)], [tag.Build()]);
        return new RecordBatch(People, [id.Build(), name.Build(), home, tags, dotted.Build()], count);
    }

    static async IAsyncEnumerable<RecordBatch> Batches(params (int Start, int Count)[] parts)
    {
        foreach (var (start, count) in parts)
            yield return Batch(start, count);
        await Task.CompletedTask;
    }

    static async Task<LanceDataset> TableAsync(IObjectStore store, int rows = 2500, int rowsPerFile = 700)
    {
        var options = new LanceWriteOptions { MaxRowsPerFile = rowsPerFile };
        return await LanceDataset.CreateAsync(store, "people.lance", People, Batches((0, rows)), options);
    }

    static async Task<List<string>> LinesAsync(LanceDataset dataset, ScanOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new JsonRowWriter(dataset.SchemaOf(options ?? new ScanOptions()));
        await foreach (var batch in dataset.ScanAsync(options))
        {
            Assert.NotEqual(0, batch.Length);
            Assert.Equal(dataset.SchemaOf(options ?? new ScanOptions()), batch.Schema);
            writer.WriteRows(output, batch);
            batch.Dispose();
        }
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [Fact]
    public async Task What_was_written_is_scanned_in_order_whatever_the_parallelism_and_batch_size()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var all = await LinesAsync(dataset);
        Assert.Equal(2500, all.Count);
        Assert.Equal("{\"id\":\"5\",\"name\":\"person 5\",\"home\":null,\"tags\":[\"t0\",\"t1\"],\"dotted.name\":-5}", all[5]);
        Assert.Equal("{\"id\":\"7\",\"name\":null,\"home\":{\"city\":\"Köln\",\"zip\":21},\"tags\":[\"t0\"],\"dotted.name\":-7}", all[7]);
        Assert.Equal(4, dataset.Info.FragmentCount);
        foreach (var parallelism in new[] { 1, 3, 16 })
        {
            foreach (var size in new int?[] { null, 1, 100, 5000 })
            {
                if (size != 1 || parallelism == 3)
                    Assert.Equal(all, await LinesAsync(dataset, new ScanOptions { Parallelism = parallelism, BatchSize = size }));
            }
        }
    }

    [Fact]
    public async Task Batches_hold_no_more_rows_than_asked_for()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        foreach (var where in new[] { null, "id % 2 = 0" })
        {
            await foreach (var batch in dataset.ScanAsync(new ScanOptions { BatchSize = 64, Where = where }))
                Assert.InRange(batch.Length, 1, 64);
        }
    }

    [Fact]
    public async Task Columns_come_in_the_order_asked_for_and_paths_reach_into_structs()
    {
        using var dataset = await TableAsync(new MemoryObjectStore(), rows: 3);
        Assert.Equal("{\"home\":{\"zip\":3},\"id\":\"1\"}", (await LinesAsync(dataset, new ScanOptions { Columns = ["home.zip", "id"] }))[1]);
        Assert.Equal("{\"home\":{\"city\":\"Köln\",\"zip\":3}}", (await LinesAsync(dataset, new ScanOptions { Columns = ["home.zip", "home.city"] }))[1]);
        Assert.Equal("{\"dotted.name\":-2}", (await LinesAsync(dataset, new ScanOptions { Columns = ["dotted.name"] }))[2]);
        Assert.Equal(["{}", "{}", "{}"], await LinesAsync(dataset, new ScanOptions { Columns = [] }));
        foreach (var column in new[] { "", "nothing", "home.street", "id.x", "home.", "tags.item" })
            Assert.Throws<LanceNotFoundException>(() => dataset.SchemaOf(new ScanOptions { Columns = [column] }));
    }

    [Fact]
    public async Task Limits_and_offsets_cut_the_scan_exactly()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var all = await LinesAsync(dataset);
        var even = await LinesAsync(dataset, new ScanOptions { Where = "id % 2 = 0" });
        Assert.Equal(1250, even.Count);
        foreach (var (offset, limit) in new (long, long?)[] { (0, 0), (0, 1), (699, 2), (700, 700), (1, null), (2499, 5), (2500, 1), (99999, null), (1249, 1), (3, 2490) })
        {
            var cut = limit is { } count ? (int)count : int.MaxValue;
            Assert.Equal(all.Skip((int)offset).Take(cut), await LinesAsync(dataset, new ScanOptions { Offset = offset, Limit = limit }));
            Assert.Equal(even.Skip((int)offset).Take(cut), await LinesAsync(dataset, new ScanOptions { Where = "id % 2 = 0", Offset = offset, Limit = limit, BatchSize = 33 }));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.SchemaOf(new ScanOptions { Limit = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.SchemaOf(new ScanOptions { Offset = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.SchemaOf(new ScanOptions { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.SchemaOf(new ScanOptions { Parallelism = 0 }));
    }

    [Theory]
    [InlineData("id = 1234", 1)]
    [InlineData("id < 0", 0)]
    [InlineData("id >= 0", 2500)]
    [InlineData("name is null", 358)]
    [InlineData("home.city = 'Ulm'", 1000)]
    [InlineData("home is null", 500)]
    [InlineData("home.zip is null", 500)]
    [InlineData("array_has(tags, 't1')", 833)]
    [InlineData("\"dotted.name\" < -2400", 99)]
    [InlineData("id in (1, 700, 2499, 9999)", 3)]
    public async Task Filtered_scans_equal_scans_that_are_filtered_afterwards(string where, int count)
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var rows = await LinesAsync(dataset, new ScanOptions { Where = where });
        Assert.Equal(count, rows.Count);
        Assert.Equal(count, await dataset.CountRowsAsync(LanceExpression.Parse(where)));
        var all = (await LinesAsync(dataset)).ToHashSet();
        Assert.All(rows, row => Assert.Contains(row, all));
        // The filter's own columns need not be among those returned.
        var ids = await LinesAsync(dataset, new ScanOptions { Where = where, Columns = ["id"], WithRowAddress = true });
        Assert.Equal(count, ids.Count);
        Assert.Equal(rows.Count, (await LinesAsync(dataset, new ScanOptions { Where = where, Columns = [] })).Count);
        Assert.Equal(rows.Count, (await LinesAsync(dataset, new ScanOptions { Where = where, Columns = ["home.zip", "name"] })).Count);
    }

    [Fact]
    public async Task Text_and_expression_are_joined_by_and()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var options = new ScanOptions { Where = "id < 10", Filter = LanceExpression.Column("id").Greater(7L), Columns = ["id"] };
        Assert.Equal(["{\"id\":\"8\"}", "{\"id\":\"9\"}"], await LinesAsync(dataset, options));
    }

    [Fact]
    public async Task Row_addresses_name_fragment_and_offset()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var lines = await LinesAsync(dataset, new ScanOptions { Columns = ["id"], WithRowAddress = true, WithRowId = true });
        Assert.Equal("{\"id\":\"699\",\"_rowid\":\"699\",\"_rowaddr\":\"699\"}", lines[699]);
        Assert.Equal($"{{\"id\":\"701\",\"_rowid\":\"{(1L << 32) + 1}\",\"_rowaddr\":\"{(1L << 32) + 1}\"}}", lines[701]);
        using var taken = await dataset.TakeAddressesAsync(new[] { (1UL << 32) + 1, 699UL }, ["id"]);
        Assert.Equal([701L, 699], ((PrimitiveArray<long>)taken.Column(0)).Values);
    }

    [Fact]
    public async Task Rows_are_taken_in_any_order_with_repeats()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        var all = await LinesAsync(dataset);
        var random = new Random(4);
        foreach (var count in new[] { 0, 1, 2, 50, 1000 })
        {
            var rows = Enumerable.Range(0, count).Select(_ => random.NextInt64(2500)).ToArray();
            using var batch = await dataset.TakeAsync(rows);
            var output = new ArrayBufferWriter<byte>();
            new JsonRowWriter(dataset.Schema).WriteRows(output, batch);
            Assert.Equal(rows.Select(r => all[(int)r]), Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.TakeAsync(new[] { 2500L }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.TakeAsync(new[] { -1L }));
    }

    [Fact]
    public async Task Counting_without_a_filter_and_empty_limits_read_no_data_file()
    {
        var store = new CountingObjectStore(new MemoryObjectStore());
        (await TableAsync(store)).Dispose();
        store.Reset();
        using var dataset = await LanceDataset.OpenAsync(store, "people.lance");
        Assert.Equal((0, 1), (store.Opens, store.Gets));
        Assert.Equal(2500, await dataset.CountRowsAsync());
        Assert.Empty(await LinesAsync(dataset, new ScanOptions { Limit = 0 }));
        Assert.Empty(await LinesAsync(dataset, new ScanOptions { Offset = 2500 }));
        Assert.Equal((0, 1), (store.Opens, store.Gets));
        await LinesAsync(dataset, new ScanOptions { Offset = 750, Limit = 10 });
        Assert.Equal((1, 1), (store.Opens, store.Gets));
    }

    [Fact]
    public async Task Columns_that_are_not_asked_for_are_not_read()
    {
        var store = new CountingObjectStore(new MemoryObjectStore());
        (await TableAsync(store, rows: 20000, rowsPerFile: 20000)).Dispose();
        using var dataset = await LanceDataset.OpenAsync(store, "people.lance");
        await LinesAsync(dataset);
        var whole = store.BytesRead;
        store.Reset();
        await LinesAsync(dataset, new ScanOptions { Columns = ["id"] });
        Assert.InRange(store.BytesRead, 1, whole / 2);
        store.Reset();
        await LinesAsync(dataset, new ScanOptions { Where = "id = 12345" });
        Assert.InRange(store.BytesRead, 1, whole / 2);
    }

    [Fact]
    public async Task Appends_and_overwrites_are_new_versions_and_old_ones_stay()
    {
        var store = new MemoryObjectStore();
        (await TableAsync(store, rows: 10)).Dispose();
        using var appended = await LanceDataset.AppendAsync(store, "people.lance", People, Batches((10, 5)));
        Assert.Equal(15, await appended.CountRowsAsync());
        using var replaced = await LanceDataset.OverwriteAsync(store, "people.lance", People, Batches((100, 2), (102, 1)));
        Assert.Equal(3, await replaced.CountRowsAsync());
        using var first = await LanceDataset.OpenAsync(store, "people.lance", new LanceOpenOptions { Version = 1 });
        Assert.Equal(10, await first.CountRowsAsync());
        using var newest = await first.RefreshAsync();
        Assert.Equal(3, newest.Version);
        Assert.Same(newest, await newest.RefreshAsync());
        Assert.Equal([1L, 2, 3], (await newest.ListVersionsAsync()).Select(v => v.Version));
        await using (var staged = await LanceDataset.StageAppendAsync(store, "people.lance", People, Batches((0, 7))))
            Assert.Equal(7, staged.Rows);
        Assert.Equal(3, (await newest.RefreshAsync()).Version);
    }

    [Fact]
    public async Task A_cancelled_scan_stops_and_an_abandoned_one_leaves_nothing_running()
    {
        using var dataset = await TableAsync(new MemoryObjectStore());
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in dataset.ScanAsync(new ScanOptions { BatchSize = 10 }, cancel.Token))
                await cancel.CancelAsync();
        });
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { BatchSize = 10 }))
            break;
        Assert.Equal(2500, (await LinesAsync(dataset)).Count);
    }

    [Fact]
    public async Task A_failing_read_ends_the_scan_with_its_error()
    {
        var memory = new MemoryObjectStore();
        (await TableAsync(memory)).Dispose();
        var reads = 0;
        var store = new FaultyObjectStore(memory)
        {
            OnRead = (operation, path) =>
            {
                if (operation == "read" && path.Contains("/data/", StringComparison.Ordinal) && Interlocked.Increment(ref reads) > 6)
                    throw new InjectedFaultException("the disk is gone");
            },
        };
        using var dataset = await LanceDataset.OpenAsync(store, "people.lance");
        await Assert.ThrowsAsync<InjectedFaultException>(async () => await LinesAsync(dataset, new ScanOptions { BatchSize = 50 }));
    }

    [Fact]
    public async Task A_missing_data_file_is_not_found_by_name()
    {
        var store = new MemoryObjectStore();
        (await TableAsync(store)).Dispose();
        await foreach (var item in store.ListAsync("people.lance/data/"))
            await store.DeleteAsync(item.Path);
        using var dataset = await LanceDataset.OpenAsync(store, "people.lance");
        Assert.Contains("people.lance/data/", (await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LinesAsync(dataset))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_rows_shift_positions_limits_and_takes()
    {
        var folder = new[] { FixtureFolders.Whole, FixtureFolders.Own }.Where(f => f is not null).Select(f => Path.Combine(f!, "tables", "deletion_files.lance")).FirstOrDefault(Directory.Exists);
        if (folder is null)
            Assert.Skip("Needs the recorded table 'deletion_files', which this machine does not have.");
        using var latest = await LanceDataset.OpenAsync(folder);
        foreach (var version in await latest.ListVersionsAsync())
        {
            using var dataset = await LanceDataset.OpenAsync(folder, new LanceOpenOptions { Version = version.Version });
            var all = await LinesAsync(dataset, new ScanOptions { WithRowAddress = true });
            Assert.Equal(await dataset.CountRowsAsync(), all.Count);
            var random = new Random((int)version.Version);
            for (var round = 0; round < 15; round++)
            {
                var offset = random.Next(all.Count + 2);
                var limit = random.Next(1, 3000);
                Assert.Equal(all.Skip(offset).Take(limit), await LinesAsync(dataset, new ScanOptions { Offset = offset, Limit = limit, WithRowAddress = true }));
            }
            if (all.Count == 0)
                continue;
            var rows = Enumerable.Range(0, 200).Select(_ => random.NextInt64(all.Count)).ToArray();
            using var taken = await dataset.TakeAsync(rows, ["id"]);
            var ids = (PrimitiveArray<int>)taken.Column("id");
            for (var i = 0; i < rows.Length; i++)
                Assert.StartsWith($"{{\"id\":{ids.Values[i]},", all[(int)rows[i]], StringComparison.Ordinal);
        }
    }
}
