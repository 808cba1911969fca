using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>Deletes and updates: which rows there are afterwards, and what was written.</summary>
public sealed class RowMutationTests
{
    static async Task<List<string>> FilesAsync(IObjectStore store, string part)
    {
        var files = new List<string>();
        await foreach (var item in store.ListAsync("t.lance/" + part)) files.Add(item.Path);
        return files;
    }

    [Fact]
    public async Task A_delete_writes_only_deletion_files_and_drops_fragments_without_rows()
    {
        var store = new MemoryObjectStore();
        using (var table = await CreateAsync(store, 30, rowsPerFile: 10))
        {
            var result = await table.DeleteAsync("id < 13 or id = 25");
            Assert.Equal((2L, 14L, 1), (result.Version, result.Rows, result.Attempts));
        }
        Assert.Equal(Enumerable.Range(13, 17).Where(i => i != 25).Select(i => Text(i)), await RowsAsync(store));
        Assert.Equal(3, (await FilesAsync(store, "data/")).Count);
        Assert.Equal(["t.lance/_deletions/1-1-", "t.lance/_deletions/2-1-"], (await FilesAsync(store, "_deletions/")).Select(f => f[..23]));
        using var after = await OpenAsync(store);
        Assert.Equal([1ul, 2ul], after.Table.Manifest.Fragments.Select(f => f.Id));
        Assert.Equal("id < 13 or id = 25", after.Table.File.ReadTransaction()!.Delete.Predicate);
        using var before = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 1 });
        Assert.Equal(30, await before.CountRowsAsync());
    }

    [Fact]
    public async Task Deletions_of_one_fragment_add_up_in_a_new_file_each_time()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 10);
        foreach (var id in new[] { 3, 7, 0 }) await table.DeleteAsync($"id = {id}");
        Assert.Equal(new[] { 1, 2, 4, 5, 6, 8, 9 }.Select(i => Text(i)), await RowsAsync(store));
        Assert.Equal(3, (await FilesAsync(store, "_deletions/")).Count);
    }

    [Theory]
    [InlineData(4999, DeletionFileKind.Arrow)]
    [InlineData(5000, DeletionFileKind.Bitmap)]
    public async Task Many_deletions_are_stored_as_a_bitmap(int rows, DeletionFileKind kind)
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 6000, rowsPerFile: 6000);
        Assert.Equal(rows, (await table.DeleteAsync($"id < {rows}")).Rows);
        using var after = await OpenAsync(store);
        Assert.Equal(kind == DeletionFileKind.Arrow ? 0 : 1, (int)after.Table.Manifest.Fragments[0].DeletionFile.FileType);
        Assert.Equal(6000 - rows, await after.CountRowsAsync());
        Assert.Equal(Enumerable.Range(rows, 6000 - rows).Select(i => Text(i)), await RowsAsync(after));
    }

    public enum DeletionFileKind
    {
        Arrow,
        Bitmap,
    }

    [Fact]
    public async Task A_delete_that_matches_nothing_is_a_version_without_a_change()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 5);
        Assert.Equal((2L, 0L), ((await table.DeleteAsync("id > 100")).Version, (await table.DeleteAsync("id is null")).Rows));
        Assert.Equal(5, (await RowsAsync(store)).Count);
        Assert.Empty(await FilesAsync(store, "_deletions/"));
    }

    [Fact]
    public async Task Rows_are_deleted_by_address_and_unknown_addresses_are_refused()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 30, rowsPerFile: 10);
        await using (var staged = await table.StageDeleteRowsAsync(new ulong[] { 2UL << 32 | 5, 3, 3, 1UL << 32 }))
        {
            Assert.Equal(3, staged.Rows);
            await staged.CommitAsync();
        }
        Assert.Equal(Enumerable.Range(0, 30).Except([25, 3, 10]).Select(i => Text(i)), await RowsAsync(store));
        using var after = await OpenAsync(store);
        await using (var again = await after.StageDeleteRowsAsync(new ulong[] { 3 })) Assert.Equal(0, again.Rows);
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await after.StageDeleteRowsAsync(new ulong[] { 10 }));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await after.StageDeleteRowsAsync(new ulong[] { 9UL << 32 }));
    }

    [Fact]
    public async Task An_update_moves_rows_to_a_new_fragment_with_their_new_values()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 20, rowsPerFile: 10);
        var result = await table.UpdateAsync("id in (3, 15)", new Dictionary<string, string> { ["score"] = "score + id", ["name"] = "NULL" });
        Assert.Equal((2L, 2L), (result.Version, result.Rows));
        var expected = Enumerable.Range(0, 20).Except([3, 15]).Select(i => Text(i)).Concat([Text(3, null, 4.5), Text(15, null, 22.5)]);
        Assert.Equal(expected, await RowsAsync(store));
        using var after = await OpenAsync(store);
        var update = after.Table.File.ReadTransaction()!.Update;
        Assert.Equal([1u, 2u], update.FieldsForPreservingFragBitmap);
        Assert.Equal((2, 1), (update.UpdatedFragments.Count, update.NewFragments.Count));
    }

    [Fact]
    public async Task An_update_of_every_row_leaves_only_new_fragments()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 20, rowsPerFile: 10);
        await table.UpdateAsync(where: (string?)null, new Dictionary<string, string> { ["id"] = "id + 100" });
        using var after = await OpenAsync(store);
        Assert.Equal([2ul], after.Table.Manifest.Fragments.Select(f => f.Id));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => Text(i + 100, $"n{i}", i / 2.0)), await RowsAsync(after));
    }

    [Fact]
    public async Task Stable_ids_and_the_version_that_made_a_row_stay_with_it()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 6, rowsPerFile: 3, stableRowIds: true);
        await table.DeleteAsync("id = 0");
        await table.UpdateAsync("id in (1, 4)", new Dictionary<string, string> { ["score"] = "0" });
        await table.MergeInsertAsync(Batches(People, [9, "nine", 9.0], [4, "four", 4.0]), LanceMergeOptions.Upsert("id"));
        var rows = await RowsAsync(store, new ScanOptions { Columns = ["id"], WithRowId = true, WithCreatedAtVersion = true, WithLastUpdatedAtVersion = true });
        Assert.Equal(
            [
                """{"id":"2","_rowid":"2","_row_created_at_version":"1","_row_last_updated_at_version":"1"}""",
                """{"id":"3","_rowid":"3","_row_created_at_version":"1","_row_last_updated_at_version":"1"}""",
                """{"id":"5","_rowid":"5","_row_created_at_version":"1","_row_last_updated_at_version":"1"}""",
                """{"id":"1","_rowid":"1","_row_created_at_version":"1","_row_last_updated_at_version":"3"}""",
                """{"id":"4","_rowid":"4","_row_created_at_version":"1","_row_last_updated_at_version":"4"}""",
                """{"id":"9","_rowid":"6","_row_created_at_version":"4","_row_last_updated_at_version":"4"}""",
            ],
            rows);
    }

    [Fact]
    public async Task Updates_that_do_not_fit_say_why_and_leave_nothing_behind()
    {
        var store = new MemoryObjectStore();
        var schema = new Schema([new Field("id", ArrowType.Int64, nullable: false), new Field("name", ArrowType.String)]);
        using var table = await LanceDataset.CreateAsync(store, "t.lance", schema, Batches(schema, [1, "a"], [2, "b"]));
        var files = await FilesAsync(store, "");
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["nope"] = "1" }));
        await Assert.ThrowsAsync<LanceFilterException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["id"] = "nope + 1" }));
        await Assert.ThrowsAsync<LanceFilterException>(async () => await table.UpdateAsync("nope = 1", new Dictionary<string, string> { ["id"] = "1" }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string>()));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["id"] = "NULL" }));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["name"] = "'x'" }, cancellationToken: cancelled.Token));
        await (await table.StageUpdateAsync(null, new Dictionary<string, LanceExpression> { ["name"] = "x" })).DisposeAsync();
        await (await table.StageDeleteAsync("id = 1")).DisposeAsync();
        Assert.Equal(files, await FilesAsync(store, ""));
    }

    [Fact]
    public async Task Deletions_of_other_rows_of_a_fragment_are_united_and_of_the_same_rows_are_run_again()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 10);
        await using var first = await table.StageDeleteAsync("id = 1");
        await using var second = await table.StageUpdateAsync(LanceExpression.Parse("id = 2"), new Dictionary<string, LanceExpression> { ["name"] = "two" });
        await using var same = await table.StageDeleteAsync("id in (1, 5)");
        await using var rest = await table.StageDeleteAsync("id >= 3");
        await first.CommitAsync();
        Assert.Equal(3, await second.CommitAsync());
        Assert.True((await Assert.ThrowsAsync<ConflictException>(async () => await same.CommitAsync())).IsRetryable);
        // Together with the others it deletes the last row, so that the fragment goes.
        await using var zero = await table.StageDeleteAsync("id = 0");
        await zero.CommitAsync();
        Assert.Equal(5, await rest.CommitAsync());
        Assert.Equal([Text(2, "two", 1)], await RowsAsync(store));
        using var after = await OpenAsync(store);
        Assert.Equal([1ul], after.Table.Manifest.Fragments.Select(f => f.Id));
    }

    [Fact]
    public async Task The_deletion_file_of_a_rebase_that_was_given_up_is_deleted()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 10);
        var staged = await table.StageDeleteAsync("id in (1, 5)");
        await table.DeleteAsync("id = 5");
        await Assert.ThrowsAsync<ConflictException>(async () => await staged.CommitAsync());
        await staged.DisposeAsync();
        Assert.Single(await FilesAsync(store, "_deletions/"));
        Assert.Equal(2, (await FilesAsync(store, "_transactions/")).Count);
    }

    [Fact]
    public async Task Operations_in_one_call_run_again_on_what_others_committed()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 4)).Dispose();
        var work = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var mine = await OpenAsync(store);
            for (var i = 0; i < 10; i++)
                await mine.UpdateAsync("id = 2", new Dictionary<string, string> { ["score"] = "score + 1" }, new LanceWriteOptions { OperationAttempts = 200 });
        }));
        await Task.WhenAll(work);
        Assert.Contains(Text(2, "n2", 41), await RowsAsync(store));
        Assert.Equal(4, (await RowsAsync(store)).Count);
    }

    [Fact]
    public async Task Branches_are_changed_without_the_main_line_noticing()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 6, rowsPerFile: 3);
        using (var branch = await table.CreateBranchAsync("dev"))
        {
            await branch.DeleteAsync("id = 1");
            await branch.UpdateAsync("id = 4", new Dictionary<string, string> { ["name"] = "'branch'" });
            await branch.MergeInsertAsync(Batches(People, [5, "five", 1.0], [7, "seven", 2.0]), LanceMergeOptions.Upsert("id"));
            await using var append = await branch.StageAppendAsync(People, Batches(People, [8, "eight", 3.0]));
            await append.CommitAsync();
            await branch.AddColumnsAsync(new Dictionary<string, string> { ["double"] = "id * 2" });
        }
        Assert.Equal(Enumerable.Range(0, 6).Select(i => Text(i)), await RowsAsync(store));
        using var dev = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "dev" });
        Assert.Equal([0, 2, 3, 4, 5, 7, 8], (await RowsAsync(dev, new ScanOptions { Columns = ["id"] })).Select(r => int.Parse(r[7..^2], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(6, dev.Version);
    }
}
