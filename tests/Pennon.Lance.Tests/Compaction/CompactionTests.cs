using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Tests.History;
using Pennon.Lance.Tests.Writing;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.History.HistoryTable;

namespace Pennon.Lance.Tests.Compaction;

public sealed class CompactionTests
{
    static readonly LanceCompactionOptions Hundred = new() { TargetRowsPerFragment = 100 };

    static long[] Rows(LanceDataset dataset) => [.. dataset.Table.Fragments.Select(f => f.PhysicalRows)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Small_fragments_become_few_and_rows_keep_order_ids_and_versions(bool stable)
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 95, stableRowIds: stable, rowsPerFile: 10);
        for (var i = 0; i < 6; i++)
            dataset = await AppendAsync(dataset, 1000 + 30 * i, 30);
        dataset = await DeleteAsync(dataset, id => id % 3 == 1 || id is >= 20 and < 30);
        var ids = await IdsAsync(dataset);
        var before = stable ? (await ColumnAsync(dataset, "_rowid"), await ColumnAsync(dataset, "_row_created_at_version"), await ColumnAsync(dataset, "_row_last_updated_at_version")) : default;
        var seen = new List<LanceProgress>();
        var result = await dataset.CompactAsync(Hundred, new Collector(seen));
        Assert.Equal((9L, 15, 2, 0), (result.Version, result.FragmentsRemoved, result.FragmentsAdded, result.IndexesRemapped));
        using var compacted = await dataset.RefreshAsync();
        Assert.Equal(9, compacted.Version);
        Assert.Equal(ids, await IdsAsync(compacted));
        Assert.Equal(ids.Count, Rows(compacted).Sum());
        Assert.InRange(Rows(compacted)[0], 100, 119);
        Assert.All(compacted.Table.Fragments, f => Assert.False(f.HasDeletions));
        Assert.Equal(ids.Count, result.RowsWritten);
        Assert.Equal(("rewrite", ids.Count, ids.Count), (seen[^1].Stage, seen[^1].Done, seen[^1].Total));
        if (stable)
        {
            Assert.Equal(before.Item1, await ColumnAsync(compacted, "_rowid"));
            Assert.Equal(before.Item2, await ColumnAsync(compacted, "_row_created_at_version"));
            Assert.Equal(before.Item3, await ColumnAsync(compacted, "_row_last_updated_at_version"));
            Assert.Equal([1UL, 2, 3, 4, 5, 6, 7], before.Item2.Distinct());
        }
        Assert.Null(await compacted.StageCompactionAsync(Hundred));
        Assert.Equal((9L, 0), ((await compacted.CompactAsync(Hundred)).Version, (await compacted.CompactAsync(Hundred)).FragmentsRemoved));
        Assert.Equal([.. Range(0, 20), .. Range(30, 65), .. Range(1000, 180)], (await IdsAsync(await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 7 }))).Where(i => i is < 20 or >= 30));
        dataset.Dispose();
    }

    sealed class Collector(List<LanceProgress> seen) : IProgress<LanceProgress>
    {
        public void Report(LanceProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }

    [Fact]
    public async Task Groups_end_at_the_target_and_at_fragments_that_stay()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 60);
        foreach (var count in new[] { 60, 10, 300, 5, 40, 120, 1 })
            dataset = await AppendAsync(dataset, 1000, count);
        await dataset.CompactAsync(Hundred);
        using var compacted = await dataset.RefreshAsync();
        // 60+60 reach the target; 10 stays alone before one that is large enough, 5+40 are joined, and 1 stays.
        Assert.Equal([120L, 10, 300, 45, 120, 1], Rows(compacted));
        Assert.Equal([8u, 2, 3, 9, 6, 7], compacted.Table.Fragments.Select(f => f.Id));
        Assert.Equal(9, compacted.Version);
        dataset.Dispose();
    }

    [Fact]
    public async Task Large_groups_are_cut_evenly_and_fragments_with_many_deletions_are_rewritten_alone()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 1000);
        dataset = await DeleteAsync(dataset, id => id % 10 == 0);
        Assert.Null(await dataset.StageCompactionAsync(Hundred));
        dataset = await DeleteAsync(dataset, id => id == 1);
        await dataset.CompactAsync(Hundred);
        using var compacted = await dataset.RefreshAsync();
        Assert.Equal([113L, 113, 113, 113, 113, 113, 113, 108], Rows(compacted));
        Assert.Equal(Range(2, 998).Where(i => i % 10 != 0), await IdsAsync(compacted));
        dataset.Dispose();
    }

    [Fact]
    public async Task Fragments_of_which_nothing_is_left_vanish()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 10);
        dataset = await AppendAsync(dataset, 100, 10);
        // Whole fragments go with their last row, so this one keeps none only if two writers meet; here its count is made up.
        var message = dataset.Table.Fragments[0].Message.Clone();
        var (file, _) = await DeletionFileWriter.WriteAsync(store, "t.lance", 0, 2, RoaringBitmap.Of([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), default);
        message.DeletionFile = file;
        var delete = new Pennon.Lance.Wire.Transaction { Delete = new() };
        delete.Delete.UpdatedFragments.Add(message);
        await using (var staged = StagedTransaction.For(dataset.Table, delete, [], 0, null))
            await staged.CommitAsync();
        dataset = await dataset.RefreshAsync();
        Assert.Equal(10, await dataset.CountRowsAsync());
        await dataset.CompactAsync(Hundred);
        using var compacted = await dataset.RefreshAsync();
        Assert.Equal([10L], Rows(compacted));
        Assert.Equal(Range(100, 10), await IdsAsync(compacted));
        dataset.Dispose();
    }

    [Fact]
    public async Task Every_type_survives()
    {
        var schema = new Schema(
        [
            new("id", ArrowType.Int64, nullable: false), new("s", ArrowType.String), new("l", new ListType(new StructType([new("x", ArrowType.Int32), new("y", ArrowType.String)]))),
            new("v", new FixedSizeListType(ArrowType.Float32, 8)), new("d", new DictionaryType(ArrowType.Int8, ArrowType.String)), new("m", new MapType(new Field("key", ArrowType.String, nullable: false), new Field("value", ArrowType.Int32))),
            new("n", ArrowType.Null), new("dec", new Decimal128Type(20, 2)), new("b", ArrowType.Boolean),
        ]);
        var store = new MemoryObjectStore();
        var random = new RandomRows(11);
        static async IAsyncEnumerable<RecordBatch> One(RecordBatch batch)
        {
            await Task.CompletedTask;
            yield return batch;
        }
        (await LanceDataset.CreateAsync(store, "t.lance", schema, One(random.CreateBatch(schema, 500)))).Dispose();
        using var dataset = await LanceDataset.AppendAsync(store, "t.lance", schema, One(random.CreateBatch(schema, 700)));
        var before = await JsonAsync(dataset);
        await dataset.CompactAsync();
        using var compacted = await dataset.RefreshAsync();
        Assert.Single(compacted.Table.Fragments);
        Assert.Equal(before, await JsonAsync(compacted));
    }

    static async Task<string> JsonAsync(LanceDataset dataset)
    {
        using var text = new MemoryStream();
        await using (var json = new System.Text.Json.Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            await foreach (var batch in dataset.ScanAsync())
            {
                for (var row = 0; row < batch.Length; row++)
                {
                    for (var c = 0; c < batch.Columns.Count; c++)
                        ArrowJson.Write(json, batch.Column(c), row);
                }
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    [Fact]
    public async Task A_staged_compaction_loses_against_a_change_of_its_fragments_and_gives_way_to_others()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 40, rowsPerFile: 10);
        await using (var staged = (await dataset.StageCompactionAsync(Hundred))!)
        {
            using var appended = await AppendAsync(dataset, 500, 5);
            Assert.Equal(3, await staged.CommitAsync());
        }
        using (var both = await dataset.RefreshAsync())
        {
            Assert.Equal([.. Range(0, 40), .. Range(500, 5)], await IdsAsync(both));
            // The ids were given anew on top of the append, which had taken the first free one.
            Assert.Equal([5u, 4], both.Table.Fragments.Select(f => f.Id));
            Assert.Equal(5u, both.Table.Manifest.MaxFragmentId);
        }
        var second = await CreateAsync(store, 40, "u.lance", rowsPerFile: 10);
        await using (var staged = (await second.StageCompactionAsync(Hundred))!)
        {
            using var deleted = await DeleteAsync(second, id => id == 3);
            Assert.True((await Assert.ThrowsAsync<ConflictException>(async () => await staged.CommitAsync())).IsRetryable);
        }
        Assert.Equal(4, (await KeysAsync(store, "u.lance/data/")).Count);
        using var still = await second.RefreshAsync();
        Assert.Equal(39, await still.CountRowsAsync());
        dataset.Dispose();
        second.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Compaction_runs_beside_writers_and_nothing_is_lost(bool stable)
    {
        var store = new MemoryObjectStore();
        using var dataset = await CreateAsync(store, 600, stableRowIds: stable, rowsPerFile: 20);
        using var stop = new CancellationTokenSource();
        var deleted = new HashSet<long>();
        var next = 10_000L;
        var writer = Task.Run(async () =>
        {
            var random = new Random(5);
            for (var i = 0; i < 25; i++)
            {
                using var appended = await AppendAsync(await LanceDataset.OpenAsync(store, "t.lance"), next, 7);
                next += 7;
                while (true)
                {
                    using var current = await LanceDataset.OpenAsync(store, "t.lance");
                    var victim = random.Next(600);
                    try
                    {
                        (await DeleteAsync(current, id => id == victim)).Dispose();
                        deleted.Add(victim);
                        break;
                    }
                    catch (ConflictException e) when (e.IsRetryable)
                    {
                        // The compaction came first; the row has another address now.
                    }
                }
            }
        }, TestContext.Current.CancellationToken);
        var compactions = 0;
        while (!writer.IsCompleted)
        {
            var result = await dataset.CompactAsync(new LanceCompactionOptions { TargetRowsPerFragment = 60, DeletedShare = 0.02, Rounds = 100 });
            compactions += result.FragmentsRemoved > 0 ? 1 : 0;
        }
        await writer;
        using var last = await dataset.RefreshAsync();
        Assert.Equal([.. Range(0, 600).Where(i => !deleted.Contains(i)), .. Range(10_000, 175)], (await IdsAsync(last)).Order());
        Assert.True(compactions > 0);
        if (stable)
            Assert.Equal(last.Table.LiveRows, (await ColumnAsync(last, "_rowid")).Distinct().Count());
    }

    [Fact]
    public async Task Only_the_groups_that_others_changed_are_done_again()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 400, rowsPerFile: 20);
        var changed = false;
        // While the first group is written another writer deletes a row of the second.
        var progress = new Reaction(() =>
        {
            if (changed)
                return;
            changed = true;
            DeleteAsync(dataset, id => id == 150).GetAwaiter().GetResult().Dispose();
        });
        var result = await dataset.CompactAsync(Hundred, progress);
        Assert.Equal((20, 4), (result.FragmentsRemoved, result.FragmentsAdded));
        Assert.Equal(499, result.RowsWritten);
        Assert.Equal(4, result.Version);
        using var compacted = await dataset.RefreshAsync();
        Assert.Equal(Range(0, 400).Where(i => i != 150), await IdsAsync(compacted));
        Assert.Equal([100L, 99, 100, 100], Rows(compacted));
        Assert.Equal(24, (await KeysAsync(store, "t.lance/data/")).Count);
        dataset.Dispose();
    }

    sealed class Reaction(Action act) : IProgress<LanceProgress>
    {
        public void Report(LanceProgress value) => act();
    }

    [Fact]
    public async Task Cancelled_or_failing_work_leaves_no_file_behind()
    {
        var store = new MemoryObjectStore();
        using var dataset = await CreateAsync(store, 400, rowsPerFile: 20);
        var before = await KeysAsync(store, "");
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await dataset.CompactAsync(Hundred, new Reaction(cancellation.Cancel), cancellation.Token));
        Assert.Equal(before, await KeysAsync(store, ""));
        await using (await dataset.StageCompactionAsync(Hundred))
            Assert.Equal(before.Count + 4, (await KeysAsync(store, "")).Count);
        Assert.Equal(before, await KeysAsync(store, ""));
    }

    [Fact]
    public async Task A_death_at_any_write_leaves_the_old_or_the_new_version()
    {
        static async Task<MemoryObjectStore> TableAsync()
        {
            var store = new MemoryObjectStore();
            using var dataset = await CreateAsync(store, 200, rowsPerFile: 20);
            (await DeleteAsync(dataset, id => id % 7 == 0)).Dispose();
            return store;
        }
        var expected = Range(0, 200).Where(i => i % 7 != 0).ToArray();
        var whole = new FaultyObjectStore(await TableAsync());
        using (var dataset = await LanceDataset.OpenAsync(whole, "t.lance"))
            await dataset.CompactAsync(Hundred);
        Assert.InRange(whole.Writes, 5, 100);
        for (var write = 1; write <= whole.Writes; write++)
        {
            foreach (var timing in new[] { FaultTiming.Before, FaultTiming.After })
            {
                var inner = await TableAsync();
                var faulty = new FaultyObjectStore(inner, write, timing);
                try
                {
                    using var dataset = await LanceDataset.OpenAsync(faulty, "t.lance");
                    await dataset.CompactAsync(Hundred);
                }
                catch (InjectedFaultException)
                {
                    Assert.True(faulty.IsDead);
                }
                using var left = await LanceDataset.OpenAsync(inner, "t.lance");
                Assert.Equal(expected, await IdsAsync(left));
                Assert.InRange(left.Version, 2, 3);
                await left.CompactAsync(Hundred);
                using var again = await left.RefreshAsync();
                Assert.Equal(expected, await IdsAsync(again));
                Assert.Equal(3, again.Version);
                Assert.Equal([102L, 69], Rows(again));
            }
        }
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        using var dataset = await CreateAsync(new MemoryObjectStore(), 1);
        foreach (var options in new[] { new LanceCompactionOptions { TargetRowsPerFragment = 0 }, new LanceCompactionOptions { DeletedShare = 1.1 }, new LanceCompactionOptions { DeletedShare = double.NaN }, new LanceCompactionOptions { Rounds = 0 }, new LanceCompactionOptions { MaxBytesPerFile = 0 } })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.CompactAsync(options));
    }
}
