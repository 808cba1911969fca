using System.Globalization;
using System.Text.Json.Nodes;
using Pennon.Arrow;
using Pennon.Lance.Indexes;
using Pennon.Lance.IO;
using Pennon.Lance.Scans;
using Pennon.Lance.Tests.Tables;
using Pennon.TestSupport;
using Pennon.TestSupport.Stores;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>Making, listing, dropping and bringing up indexes, and what look-ups cost.</summary>
public sealed class IndexLifeTests
{
    static readonly Schema Two = new([new("id", ArrowType.Int64, nullable: false), new("text", ArrowType.String)]);

    [Fact]
    public async Task Indexes_are_listed_dropped_and_replaced()
    {
        var store = new MemoryObjectStore();
        (await IndexedTable.CreateAsync(store, new Random(1), 100, 40)).Dispose();
        var version = await WithAsync(store, d => d.CreateIndexAsync("num", new LanceBTreeIndex()));
        Assert.Equal(2, version);
        await WithAsync(store, d => d.CreateIndexAsync("part.x", new LanceBitmapIndex(), name: "x"));
        (await LanceDataset.AppendAsync(store, IndexedTable.Name, IndexedTable.Columns, IndexedTable.Batches(new Random(2), 100, 7))).Dispose();
        using (var dataset = await IndexedTable.OpenAsync(store))
        {
            var list = await dataset.ListIndexesAsync();
            Assert.Equal(["num_idx", "x"], list.Select(i => i.Name));
            Assert.Equal(["BTree", "Bitmap"], list.Select(i => i.Kind));
            Assert.Equal(["num"], list[0].Columns);
            Assert.Equal(["part.x"], list[1].Columns);
            Assert.All(list, i => Assert.Equal((1, true, 3, 1, 100L, 7L), (i.Segments, i.IsUsable, i.IndexedFragments, i.UnindexedFragments, i.IndexedRows, i.UnindexedRows)));
            Assert.All(list, i => Assert.True(i.Bytes > 0 && i.CreatedAt > DateTimeOffset.UtcNow.AddHours(-1)));
            var figures = (await dataset.IndexStatisticsAsync("num_idx"))[0].Figures;
            Assert.Equal(100, figures["entries"]);
            await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.CreateIndexAsync("num", new LanceBitmapIndex(), replace: false));
            await Assert.ThrowsAsync<LanceNotFoundException>(async () => await dataset.CreateIndexAsync("none", new LanceBitmapIndex()));
            await Assert.ThrowsAsync<LanceNotFoundException>(async () => await dataset.DropIndexAsync("none"));
            await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await dataset.CreateIndexAsync("labels", new LanceBTreeIndex()));
            await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await dataset.CreateIndexAsync("num", new LanceLabelListIndex()));
            await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await dataset.CreateIndexAsync("num", new LanceNGramIndex()));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.CreateIndexAsync("num", new LanceBTreeIndex { PageRows = 0 }));
        }
        await WithAsync(store, d => d.CreateIndexAsync("num", new LanceBitmapIndex()));
        await WithAsync(store, d => d.DropIndexAsync("x"));
        using var last = await IndexedTable.OpenAsync(store);
        Assert.Equal([("num_idx", "Bitmap", 107L)], (await last.ListIndexesAsync()).Select(i => (i.Name, i.Kind, i.IndexedRows)));
        using var before = await LanceDataset.OpenAsync(store, IndexedTable.Name, new LanceOpenOptions { Version = 1 });
        Assert.Empty(await before.ListIndexesAsync());
    }

    [Fact]
    public async Task An_index_that_is_abandoned_leaves_no_file()
    {
        var store = new MemoryObjectStore();
        using var dataset = await IndexedTable.CreateAsync(store, new Random(1), 100, 40);
        await using (var staged = await dataset.StageCreateIndexAsync("num", new LanceBTreeIndex()))
            Assert.NotEmpty(await KeysAsync(store));
        Assert.Empty(await KeysAsync(store));
        using var stop = new CancellationTokenSource();
        var progress = new Canceller(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await dataset.CreateIndexAsync("num", new LanceBTreeIndex(), progress: progress, cancellationToken: stop.Token));
        Assert.Empty(await KeysAsync(store));

        static async Task<List<string>> KeysAsync(MemoryObjectStore store)
        {
            var keys = new List<string>();
            await foreach (var entry in store.ListAsync($"{IndexedTable.Name}/_indices/"))
                keys.Add(entry.Path);
            return keys;
        }
    }

    [Fact]
    public async Task A_sort_that_does_not_fit_into_memory_gives_the_same_files()
    {
        var random = new Random(3);
        foreach (var column in new[] { "id", "text" })
        {
            var store = new MemoryObjectStore();
            using (var dataset = await LanceDataset.CreateAsync(store, "t.lance", Two, Rows(random, 150_000)))
            {
                await dataset.CreateIndexAsync(column, new LanceBTreeIndex(), name: "whole");
                await WithAsync(store, d => d.CreateIndexAsync(column, new LanceBTreeIndex { SortMemory = 1 << 20 }, name: "spilled"));
            }
            using var latest = await LanceDataset.OpenAsync(store, "t.lance");
            var whole = latest.Table.Indexes.Single(i => i.Name == "whole");
            var spilled = latest.Table.Indexes.Single(i => i.Name == "spilled");
            foreach (var file in new[] { "page_data.lance", "page_lookup.lance" })
            {
                var (a, b) = (await BytesAsync(store, whole.LocationOf(file).Prefix), await BytesAsync(store, spilled.LocationOf(file).Prefix));
                Assert.True(a.AsSpan().SequenceEqual(b), file);
            }
            await latest.VerifyIndexAsync("spilled");
            Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "pennon-sort-*"));
        }

        static async Task<byte[]> BytesAsync(IObjectStore store, string path)
        {
            using var reader = await store.OpenAsync(path);
            var bytes = new byte[reader.Length];
            Assert.Equal(bytes.Length, await reader.ReadAsync(0, bytes));
            return bytes;
        }
    }

    [Fact]
    public async Task A_point_look_up_with_a_warm_cache_is_at_most_one_request()
    {
        var store = new CountingObjectStore(new MemoryObjectStore());
        using (var dataset = await LanceDataset.CreateAsync(store, "t.lance", Two, Rows(new Random(4), 60_000), new LanceWriteOptions { MaxRowsPerFile = 20_000 }))
            await dataset.CreateIndexAsync("id", new LanceBTreeIndex());
        using var table = await LanceDataset.OpenAsync(store, "t.lance");
        await FindAsync(table, 31_000, "id");
        await FindAsync(table, 31_001, "id");
        store.Reset();
        await FindAsync(table, 31_002, "id");
        Assert.InRange(store.Opens + store.Reads + store.Lists, 0, 1);
        store.Reset();
        Assert.Equal(1, await table.CountRowsAsync(LanceExpression.Parse("id = 31003")));
        Assert.Equal(0, store.Opens + store.Reads + store.Lists);

        static async Task FindAsync(LanceDataset table, int id, params string[] columns)
        {
            var found = 0;
            await foreach (var batch in table.ScanAsync(new ScanOptions { Columns = columns, Where = $"id = {id}" }))
            {
                found += batch.Length;
                Assert.Equal(id, ((PrimitiveArray<long>)batch.Column(0)).Values[0]);
                batch.Dispose();
            }
            Assert.Equal(1, found);
        }
    }

    [Fact]
    public async Task Recorded_filters_use_the_indexes_that_LanceDB_used_and_go_on_after_we_optimise()
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables");
        var path = Path.Combine(FixtureFolders.Whole!, "tables", "idx_scalar.expected.json");
        var expected = JsonNode.Parse(await File.ReadAllBytesAsync(path))!;
        using var folder = new TempFolder("index-life");
        Copy(FixtureFolders.TableOf(path), folder.Path("t.lance"));
        var store = new LocalObjectStore(folder, flushToDisk: false);
        foreach (var query in expected["queries"]!.AsArray())
        {
            using var dataset = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = (int)query!["version"]! });
            var where = (string)query["where"]!;
            var filter = FilterBinder.Bind(LanceExpression.Parse(where), dataset.Table.Schema);
            Assert.True(query["usesIndex"] is null || IndexPlanner.Plan(dataset.Table, filter) is not null, where);
            Assert.Equal(await IndexedTable.RunAsync(dataset, where, useIndexes: false), await IndexedTable.RunAsync(dataset, where, useIndexes: true));
        }
        var before = await IdsAsync(12);
        using (var older = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 12 }))
            await older.RestoreAsync(12);
        var version = await WithAsync(store, d => d.OptimizeIndexesAsync(), "t.lance");
        using (var optimized = await LanceDataset.OpenAsync(store, "t.lance"))
        {
            Assert.All(await optimized.ListIndexesAsync(), i => Assert.Equal((0L, 1), (i.UnindexedRows, i.Segments)));
            foreach (var index in await optimized.ListIndexesAsync())
                await optimized.VerifyIndexAsync(index.Name);
        }
        Assert.Equal(before, await IdsAsync((int)version));

        async Task<List<string>> IdsAsync(int number)
        {
            using var dataset = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = number });
            var all = new List<string>();
            foreach (var query in expected["queries"]!.AsArray().Where(q => (int)q!["version"]! == 12))
                all.AddRange(await IndexedTable.RunAsync(dataset, (string)query!["where"]!, useIndexes: true, columns: ["id"]));
            return all;
        }
    }

    static async Task<long> WithAsync(IObjectStore store, Func<LanceDataset, ValueTask<long>> work, string table = IndexedTable.Name)
    {
        using var dataset = await LanceDataset.OpenAsync(store, table);
        return await work(dataset);
    }

    static async IAsyncEnumerable<RecordBatch> Rows(Random random, int count)
    {
        await Task.CompletedTask;
        var ids = new long[count];
        for (var i = 0; i < count; i++)
            ids[i] = i;
        random.Shuffle(ids);
        var texts = new BinaryBuilder(ArrowType.String);
        foreach (var id in ids)
            texts.Append(id % 9 == 0 ? null : $"a shared beginning {(id % 5000).ToString(CultureInfo.InvariantCulture)}");
        yield return new RecordBatch(Two, [new PrimitiveArray<long>(ArrowType.Int64, ids), texts.Build()], count);
    }

    static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var folder in Directory.EnumerateDirectories(source))
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(source))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetAttributes(copy, FileAttributes.Normal);
        }
    }

    sealed class Canceller(CancellationTokenSource stop) : IProgress<LanceProgress>
    {
        public void Report(LanceProgress value) => stop.Cancel();
    }
}
