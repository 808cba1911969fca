using Pennon.Arrow;
using Pennon.Lance.IO;
using static Pennon.Lance.Tests.History.HistoryTable;

namespace Pennon.Lance.Tests.History;

public sealed class DiffTests
{
    static async Task<List<(long Id, string? Name)>> RowsAsync(IAsyncEnumerable<RecordBatch> batches)
    {
        var rows = new List<(long, string?)>();
        await foreach (var batch in batches)
        {
            var names = (VariableBinaryArray<int>)batch.Column("name");
            for (var i = 0; i < batch.Length; i++)
                rows.Add((((PrimitiveArray<long>)batch.Column("id")).Values[i], names.IsNull(i) ? null : System.Text.Encoding.UTF8.GetString(names.GetBytes(i))));
            batch.Dispose();
        }
        return rows;
    }

    static async Task<(long[] Inserted, long[] Updated, long[] Deleted)> IdsOfAsync(LanceDiff diff)
    {
        var result = (
            (await RowsAsync(diff.ReadInsertedAsync())).Select(r => r.Id).Order().ToArray(), (await RowsAsync(diff.ReadUpdatedAsync())).Select(r => r.Id).Order().ToArray(),
            (await RowsAsync(diff.ReadDeletedAsync())).Select(r => r.Id).Order().ToArray());
        Assert.Equal((diff.InsertedCount, diff.UpdatedCount, diff.DeletedCount), (result.Item1.Length, result.Item2.Length, result.Item3.Length));
        return result;
    }

    static async Task<LanceDataset> AtAsync(IObjectStore store, long version) => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = version });

    static async Task RenameAsync(IObjectStore store, string where, string name)
    {
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
        await using var staged = await dataset.StageUpdateAsync(LanceExpression.Parse(where), new Dictionary<string, LanceExpression> { ["name"] = LanceExpression.Parse($"'{name}'") });
        await staged.CommitAsync();
    }

    [Fact]
    public async Task Rows_with_stable_ids_are_followed_through_updates_compaction_and_restore()
    {
        var store = new MemoryObjectStore();
        using (var one = await CreateAsync(store, 20, stableRowIds: true, rowsPerFile: 6))
        using (var two = await AppendAsync(one, 100, 3))
            (await DeleteAsync(two, id => id is 4 or 5 or 101)).Dispose();
        await RenameAsync(store, "id in (2, 3, 11, 100)", "new");
        using var four = await LanceDataset.OpenAsync(store, "t.lance");
        await four.CompactAsync();
        using var five = await four.RefreshAsync();
        Assert.Equal(5, five.Version);
        using var first = await AtAsync(store, 1);
        var diff = await LanceDataset.DiffAsync(first, five);
        Assert.Equivalent((new long[] { 100, 102 }, new long[] { 2, 3, 11 }, new long[] { 4, 5 }), await IdsOfAsync(diff), strict: true);
        Assert.Equal([(2L, "new"), (3L, "new"), (11L, "new")], (await RowsAsync(diff.ReadUpdatedAsync())).Order());
        Assert.Equal([(2L, "n2"), (3L, "n3"), (11L, "n11")], (await RowsAsync(diff.ReadUpdatedBeforeAsync())).Order());
        Assert.Equal((await RowsAsync(diff.ReadUpdatedAsync())).Select(r => r.Id), (await RowsAsync(diff.ReadUpdatedBeforeAsync())).Select(r => r.Id));
        var back = await LanceDataset.DiffAsync(five, first);
        Assert.Equivalent((new long[] { 4, 5 }, new long[] { 2, 3, 11 }, new long[] { 100, 102 }), await IdsOfAsync(back), strict: true);
        var none = await LanceDataset.DiffAsync(four, five);
        Assert.Equal((0L, 0L, 0L), (none.InsertedCount, none.UpdatedCount, none.DeletedCount));
        Assert.Equal(6, await five.RestoreAsync(2));
        using var six = await five.RefreshAsync();
        var restored = await LanceDataset.DiffAsync(five, six);
        Assert.Equivalent((new long[] { 4, 5, 101 }, new long[] { 2, 3, 11, 100 }, Array.Empty<long>()), await IdsOfAsync(restored), strict: true);
        using var two2 = await AtAsync(store, 2);
        var same = await LanceDataset.DiffAsync(two2, six);
        Assert.Equal((0L, 0L, 0L), (same.InsertedCount, same.UpdatedCount, same.DeletedCount));
        (await LanceDataset.OverwriteAsync(store, "t.lance", People, Rows(Range(0, 20)))).Dispose();
        using var seven = await six.RefreshAsync();
        var replaced = await LanceDataset.DiffAsync(six, seven);
        Assert.Equal((20L, 0L, 23L), (replaced.InsertedCount, replaced.UpdatedCount, replaced.DeletedCount));
    }

    [Fact]
    public async Task Rows_without_stable_ids_are_compared_where_that_is_exact()
    {
        var store = new MemoryObjectStore();
        using var one = await CreateAsync(store, 10);
        using var two = await AppendAsync(one, 100, 3);
        using var three = await DeleteAsync(two, id => id is 1 or 101);
        Assert.Equivalent((new long[] { 100, 102 }, Array.Empty<long>(), new long[] { 1 }), await IdsOfAsync(await LanceDataset.DiffAsync(one, three)), strict: true);
        Assert.Equivalent((new long[] { 1 }, Array.Empty<long>(), new long[] { 100, 102 }), await IdsOfAsync(await LanceDataset.DiffAsync(three, one)), strict: true);
        Assert.Equivalent((Array.Empty<long>(), Array.Empty<long>(), new long[] { 1, 101 }), await IdsOfAsync(await LanceDataset.DiffAsync(two, three)), strict: true);
        await RenameAsync(store, "id = 5", "new");
        using var four = await three.RefreshAsync();
        var error = await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await LanceDataset.DiffAsync(three, four));
        Assert.Contains("version 4 (Update) may have moved rows", error.Message, StringComparison.Ordinal);
        (await LanceDataset.OverwriteAsync(store, "t.lance", People, Rows(Range(0, 2)))).Dispose();
        using var five = await four.RefreshAsync();
        var replaced = await LanceDataset.DiffAsync(one, five);
        Assert.Equal((2L, 0L, 10L), (replaced.InsertedCount, replaced.UpdatedCount, replaced.DeletedCount));
    }

    [Fact]
    public async Task Changes_of_columns_are_no_changes_of_rows()
    {
        var store = new MemoryObjectStore();
        using var one = await CreateAsync(store, 10, stableRowIds: true);
        await one.AddColumnsAsync(new Schema([new("extra", ArrowType.Int32)]));
        using var two = await one.RefreshAsync();
        var diff = await LanceDataset.DiffAsync(one, two);
        Assert.Equal((0L, 0L, 0L, true), (diff.InsertedCount, diff.UpdatedCount, diff.DeletedCount, diff.HasOtherColumns));
    }

    [Fact]
    public async Task Versions_of_other_lines_and_tables_are_refused()
    {
        var store = new MemoryObjectStore();
        using var main = await CreateAsync(store, 3);
        using var branch = await main.CreateBranchAsync("b");
        using var other = await CreateAsync(store, 3, "u.lance");
        using var far = await CreateAsync(new MemoryObjectStore(), 3);
        foreach (var wrong in new[] { branch, other, far })
            await Assert.ThrowsAsync<ArgumentException>(async () => await LanceDataset.DiffAsync(main, wrong));
    }

    [Fact]
    public async Task Random_histories_agree_with_a_comparison_of_all_rows()
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            var random = new Random(seed);
            var store = new MemoryObjectStore();
            (await CreateAsync(store, 200, stableRowIds: true, rowsPerFile: 40)).Dispose();
            var states = new List<Dictionary<ulong, (long, string?)>>();
            for (var step = 0; step < 14; step++)
            {
                using var now = await LanceDataset.OpenAsync(store, "t.lance");
                switch (random.Next(5))
                {
                    case 0:
                        (await AppendAsync(now, 1000 + 50 * step, 20)).Dispose();
                        break;
                    case 1:
                        (await DeleteAsync(now, _ => random.Next(12) == 0)).Dispose();
                        break;
                    case 2:
                        await RenameAsync(store, $"id % {random.Next(3, 30)} = 1", $"s{step}");
                        break;
                    case 3:
                        await now.CompactAsync(new LanceCompactionOptions { TargetRowsPerFragment = random.Next(30, 200) });
                        break;
                    default:
                        await now.RestoreAsync(random.Next(1, (int)now.Version + 1));
                        break;
                }
            }
            using var last = await LanceDataset.OpenAsync(store, "t.lance");
            var versions = (int)last.Version;
            for (var pair = 0; pair < 12; pair++)
            {
                using var from = await AtAsync(store, random.Next(1, versions + 1));
                using var to = await AtAsync(store, random.Next(1, versions + 1));
                var (before, after) = (await StateAsync(from), await StateAsync(to));
                var diff = await LanceDataset.DiffAsync(from, to);
                var message = $"seed {seed}, versions {from.Version} to {to.Version}";
                Assert.True(after.Where(a => !before.ContainsKey(a.Key)).Select(a => a.Value.Id).Order().SequenceEqual((await RowsAsync(diff.ReadInsertedAsync())).Select(r => r.Id).Order()), message);
                Assert.True(before.Where(b => !after.ContainsKey(b.Key)).Select(b => b.Value.Id).Order().SequenceEqual((await RowsAsync(diff.ReadDeletedAsync())).Select(r => r.Id).Order()), message);
                // A row that was changed to what it was counts as updated, so that the values are a lower bound.
                var updated = (await RowsAsync(diff.ReadUpdatedAsync())).Select(r => r.Id).ToHashSet();
                Assert.True(after.Where(a => before.TryGetValue(a.Key, out var b) && b != a.Value).All(a => updated.Contains(a.Value.Id)), message);
            }
        }
    }

    static async Task<Dictionary<ulong, (long Id, string? Name)>> StateAsync(LanceDataset dataset)
    {
        var state = new Dictionary<ulong, (long, string?)>();
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { WithRowId = true }))
        {
            var names = (VariableBinaryArray<int>)batch.Column("name");
            for (var i = 0; i < batch.Length; i++)
            {
                state.Add(((PrimitiveArray<ulong>)batch.Column("_rowid")).Values[i],
                    (((PrimitiveArray<long>)batch.Column("id")).Values[i], names.IsNull(i) ? null : System.Text.Encoding.UTF8.GetString(names.GetBytes(i))));
            }
        }
        return state;
    }
}
