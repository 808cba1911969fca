using System.Text.Json.Nodes;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Indexes;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Interop;

/// <summary>Scalar indexes that we and LanceDB make, use and bring up in turns on one table.</summary>
public sealed class ScalarIndexInteropTests
{
    static readonly (string Where, string Index)[] Filters =
    [
        ("num = 7", "num_idx"), ("num >= -3 AND num < 4", "num_idx"), ("num IS NULL", "num_idx"), ("num != 5", "num_idx"), ("num IN (1, 2, 29)", "num_idx"),
        ("val > 4.0", "val_idx"), ("val = 1.5", "val_idx"), ("word = 'abc'", "word_idx"), ("word >= 'b' AND word < 'c'", "word_idx"), ("word LIKE 'app%'", "word_idx"),
        ("cat = 'c3'", "cat_idx"), ("cat IN ('c1', 'c2')", "cat_idx"), ("NOT (cat = 'c3')", "cat_idx"), ("cat IS NULL", "cat_idx"), ("flag = true", "flag_idx"), ("flag IS NULL", "flag_idx"),
        ("array_has_any(labels, ['l1', 'l2'])", "labels_idx"), ("array_has_all(labels, ['l0', 'l3'])", "labels_idx"), ("array_has(labels, 'l2')", "labels_idx"), ("id = 250", "id_idx"),
        ("cat = 'c1' AND num > 3", "cat_idx"), ("cat = 'c1' OR num = 3", "num_idx"),
    ];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Either_makes_the_indexes_and_both_use_and_optimise_them(bool weMake, bool stable)
    {
        Node.SkipUnlessPresent("interop");
        using var folder = new TempFolder("scalar-indexes");
        await using var engine = LanceDbSession.Start();
        var store = new LocalObjectStore(folder, flushToDisk: false);
        var random = new Random(5);
        (await IndexedTable.CreateAsync(store, random, 5000, 2000, stable, plainFloats: true)).Dispose();
        foreach (var (column, kind, options) in new (string, string, LanceIndexOptions)[]
        {
            ("id", "btree", new LanceBTreeIndex()), ("num", "btree", new LanceBTreeIndex()), ("val", "btree", new LanceBTreeIndex()), ("word", "btree", new LanceBTreeIndex()),
            ("cat", "bitmap", new LanceBitmapIndex()), ("flag", "bitmap", new LanceBitmapIndex()), ("labels", "labelList", new LanceLabelListIndex()),
        })
        {
            if (!weMake)
            {
                await engine.CallAsync("createIndex", folder, "t", new JsonObject { ["column"] = column, ["kind"] = kind });
                continue;
            }
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.CreateIndexAsync(column, options);
        }
        await CompareAsync("made", indexed: true);
        await AppendAsync(5000);
        await CompareAsync("appended", indexed: true);
        await OptimizeAsync(ours: !weMake);
        await CompareAsync("optimised by the other", indexed: true);
        await engine.CallAsync("delete", folder, "t", new JsonObject { ["where"] = "id % 50 = 1" });
        await engine.CallAsync("update", folder, "t", new JsonObject { ["where"] = "id % 60 = 2", ["values"] = new JsonObject { ["num"] = "num + 1", ["cat"] = "'c3'" } });
        await CompareAsync("changed", indexed: true);
        await OptimizeAsync(ours: weMake);
        await CompareAsync("optimised by the maker", indexed: true);
        await AppendAsync(6000);
        await OptimizeAsync(ours: true);
        await OptimizeAsync(ours: false);
        await CompareAsync("optimised by both", indexed: true);

        async Task AppendAsync(int first) =>
            (await LanceDataset.AppendAsync(store, IndexedTable.Name, IndexedTable.Columns, IndexedTable.Batches(random, first, 300, plainFloats: true))).Dispose();

        async Task OptimizeAsync(bool ours)
        {
            if (!ours)
            {
                await engine.CallAsync("optimize", folder, "t");
                return;
            }
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.OptimizeIndexesAsync();
        }

        async Task CompareAsync(string when, bool indexed)
        {
            using var dataset = await IndexedTable.OpenAsync(store);
            Assert.All(await dataset.ListIndexesAsync(), i => Assert.True(i.IsUsable));
            foreach (var (where, index) in Filters)
            {
                var expected = await IndexedTable.RunAsync(dataset, where, useIndexes: false, columns: ["id"]);
                Assert.True(expected.SequenceEqual(await IndexedTable.RunAsync(dataset, where, useIndexes: true, columns: ["id"])), $"{when}: {where} by us");
                var theirs = await engine.CountAsync(folder, "t", where);
                Assert.True(expected.Count == theirs, $"{when}: {where}: {theirs} rows by LanceDB, {expected.Count} by us");
                if (!indexed)
                    continue;
                var plan = (string)(await engine.CallAsync("explain", folder, "t", new JsonObject { ["where"] = where }))!;
                Assert.True(plan.Contains($"@{index}(", StringComparison.Ordinal), $"{when}: {where} is not answered from {index}: {plan}");
            }
        }
    }

    [Fact]
    public async Task LanceDB_answers_with_our_zone_map_bloom_filter_and_ngram_indexes_in_the_table()
    {
        Node.SkipUnlessPresent("interop");
        using var folder = new TempFolder("zone-indexes");
        await using var engine = LanceDbSession.Start();
        var store = new LocalObjectStore(folder, flushToDisk: false);
        (await IndexedTable.CreateAsync(store, new Random(6), 4000, 1500, plainFloats: true)).Dispose();
        foreach (var (column, options) in new (string, LanceIndexOptions)[]
        {
            ("num", new LanceZoneMapIndex { ZoneRows = 256 }), ("val", new LanceZoneMapIndex()), ("id", new LanceBloomFilterIndex { ZoneRows = 512 }), ("word", new LanceNGramIndex()),
        })
        {
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.CreateIndexAsync(column, options);
        }
        using var table = await IndexedTable.OpenAsync(store);
        foreach (var where in new[] { "num = 7", "num > 28", "num IS NULL", "val > 4.0", "val < -4.5", "id = 3000", "id IN (1, 2, 3999)", "contains(word, 'abra')", "contains(word, 'cad1')", "contains(word, 'zzapp')" })
        {
            var expected = await IndexedTable.RunAsync(table, where, useIndexes: false, columns: ["id"]);
            var theirs = await engine.CountAsync(folder, "t", where);
            Assert.True(expected.Count == theirs, $"{where}: {theirs} rows by LanceDB, {expected.Count} by us");
        }
    }
}
