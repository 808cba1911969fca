using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Tables;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.History.HistoryTable;

namespace Pennon.Lance.Tests.History;

public sealed class RowHistoryTests
{
    [Fact]
    public async Task A_restore_brings_rows_columns_and_ids_back_as_a_new_version()
    {
        var store = new MemoryObjectStore();
        using var one = await CreateAsync(store, 5, stableRowIds: true);
        using var two = await AppendAsync(one, 10, 2);
        Assert.Equal(3, await two.RestoreAsync(1));
        using var three = await two.RefreshAsync();
        Assert.Equal(Range(0, 5), await IdsAsync(three));
        using var four = await AppendAsync(three, 20, 1);
        Assert.Equal([.. Range(0, 5), 20], await IdsAsync(four));
        // Neither fragment ids nor row ids are given again.
        Assert.Equal([0u, 2], four.Table.Fragments.Select(f => f.Id));
        Assert.Equal([0UL, 1, 2, 3, 4, 7], await ColumnAsync(four, "_rowid"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await four.RestoreAsync(9));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await four.RestoreAsync(0));
    }

    [Fact]
    public async Task A_branch_is_restored_on_its_own_line()
    {
        var store = new MemoryObjectStore();
        using var main = await CreateAsync(store, 5);
        using var branch = await main.CreateBranchAsync("b");
        using var two = await AppendAsync(branch, 10, 2);
        Assert.Equal(3, await two.RestoreAsync(1));
        using var three = await two.RefreshAsync();
        Assert.Equal(("b", 3L), (three.Branch, three.Version));
        Assert.Equal(Range(0, 5), await IdsAsync(three));
        Assert.Equal([1L], (await main.ListVersionsAsync()).Select(v => v.Version));
    }

    [Fact]
    public async Task A_death_at_any_write_of_a_restore_tag_branch_or_clone_leaves_it_done_or_not()
    {
        foreach (var what in new Func<LanceDataset, Task>[]
        {
            async d => await d.RestoreAsync(1),
            async d => await d.CreateTagAsync("x"),
            async d => await d.UpdateTagAsync("old"),
            async d => await d.DeleteTagAsync("old"),
            async d => (await d.CreateBranchAsync("x")).Dispose(),
            async d => await d.DeleteBranchAsync("b"),
            async d => (await d.ShallowCloneAsync(d.Store, "c.lance")).Dispose(),
        })
        {
            var whole = new FaultyObjectStore(await PrepareAsync());
            await RunAsync(whole, what);
            Assert.InRange(whole.Writes, 1, 30);
            for (var write = 1; write <= whole.Writes; write++)
            {
                foreach (var timing in new[] { FaultTiming.Before, FaultTiming.After })
                {
                    var inner = await PrepareAsync();
                    try
                    {
                        await RunAsync(new FaultyObjectStore(inner, write, timing), what);
                    }
                    catch (InjectedFaultException)
                    {
                        // What is left has to be whole, and the same call has to work now, or say that it is done.
                    }
                    await CheckAsync(inner);
                    try
                    {
                        await RunAsync(inner, what);
                    }
                    catch (Exception error) when (error is ConflictException or LanceNotFoundException)
                    {
                        Assert.Matches("already|has no|exists", error.Message);
                    }
                    await CheckAsync(inner);
                }
            }
        }

        static async Task<MemoryObjectStore> PrepareAsync()
        {
            var store = new MemoryObjectStore();
            using var one = await CreateAsync(store, 5);
            await one.CreateTagAsync("old");
            using var branch = await one.CreateBranchAsync("b");
            (await AppendAsync(branch, 50, 1)).Dispose();
            (await AppendAsync(one, 10, 2)).Dispose();
            return store;
        }

        static async Task RunAsync(IObjectStore store, Func<LanceDataset, Task> what)
        {
            using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
            await what(dataset);
        }

        static async Task CheckAsync(IObjectStore store)
        {
            using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
            Assert.Equal(dataset.Version == 2 ? [.. Range(0, 5), 10, 11] : Range(0, 5), await IdsAsync(dataset));
            foreach (var tag in await dataset.ListTagsAsync())
            {
                using var tagged = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = tag.Name });
                Assert.Equal(tagged.Table.LiveRows, (await IdsAsync(tagged)).Count);
            }
            foreach (var branch in await dataset.ListBranchesAsync())
            {
                using var opened = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = branch.Name });
                Assert.Equal(opened.Table.LiveRows, (await IdsAsync(opened)).Count);
            }
            if ((await KeysAsync(store, "c.lance/_versions/")).Count > 0)
            {
                using var clone = await LanceDataset.OpenAsync(store, "c.lance");
                Assert.Equal(7, (await IdsAsync(clone)).Count);
            }
        }
    }

    [Fact]
    public async Task Rows_are_taken_by_their_ids_wherever_they_lie()
    {
        foreach (var stable in new[] { true, false })
        {
            var store = new MemoryObjectStore();
            using var one = await CreateAsync(store, 30, stableRowIds: stable, rowsPerFile: 7);
            using var two = await DeleteAsync(one, id => id == 8);
            var ids = new List<ulong>();
            await foreach (var batch in two.ScanAsync(new ScanOptions { Columns = [], WithRowId = true }))
                ids.AddRange(((PrimitiveArray<ulong>)batch.Column("_rowid")).Values);
            ulong[] wanted = [ids[25], ids[3], ids[3], ids[8]];
            using var rows = await two.TakeRowIdsAsync(wanted, ["id"]);
            Assert.Equal([26L, 3, 3, 9], ((PrimitiveArray<long>)rows.Column("id")).Values.ToArray());
            var error = await Assert.ThrowsAsync<LanceNotFoundException>(async () => await two.TakeRowIdsAsync(new ulong[] { ids[0], stable ? 8UL : 1UL << 32 | 1 }));
            Assert.Contains("no row with the id", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_recorded_table_of_stable_ids_tells_when_rows_were_made_and_changed()
    {
        var recording = FixtureFolders.Recordings("tables").Select(r => r.Data).FirstOrDefault(r => r.EndsWith("stable_row_ids.expected.json", StringComparison.Ordinal));
        if (recording is null)
            Assert.Skip("Needs the recorded tables, which this machine does not have.");
        using var first = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording), new LanceOpenOptions { Version = 1 });
        Assert.All(await ColumnAsync(first, "_row_created_at_version"), v => Assert.Equal(1UL, v));
        using var latest = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording));
        var created = await ColumnAsync(latest, "_row_created_at_version");
        var updated = await ColumnAsync(latest, "_row_last_updated_at_version");
        Assert.All(created.Zip(updated), p => Assert.InRange(p.First, 1UL, p.Second));
        Assert.Contains(created.Zip(updated), p => p.First < p.Second);
        Assert.Contains(created, v => v > 1);
    }

    [Fact]
    public async Task Tables_without_stable_ids_have_no_versions_of_rows()
    {
        using var dataset = await CreateAsync(new MemoryObjectStore(), 3);
        Assert.Throws<LanceNotSupportedException>(() => dataset.SchemaOf(new ScanOptions { WithCreatedAtVersion = true }));
        Assert.Throws<LanceNotSupportedException>(() => dataset.SchemaOf(new ScanOptions { WithLastUpdatedAtVersion = true }));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task Opening_the_latest_version_takes_as_many_requests_however_many_versions_there_are(int versions)
    {
        var store = new MemoryObjectStore();
        using (var one = await CreateAsync(store, 1))
        {
            // Copies of the first manifest under other numbers are enough to list; only the last is opened.
            var bytes = await store.ReadAllAsync(one.Table.Location.Path);
            for (var v = 2; v < versions; v++)
                await store.PutAsync($"t.lance/_versions/{ulong.MaxValue - (ulong)v}.manifest", bytes);
            var message = one.Table.Manifest.Clone();
            message.Version = (ulong)versions;
            await store.PutAsync($"t.lance/_versions/{ulong.MaxValue - (ulong)versions}.manifest", Pennon.Lance.Tables.ManifestBytes.Build(message, null, []));
        }
        var counting = new CountingObjectStore(store);
        using var latest = await LanceDataset.OpenAsync(counting, "t.lance");
        Assert.Equal(versions, latest.Version);
        Assert.InRange(counting.Requests, 1, 2);
        counting.Reset();
        Assert.Same(latest, await latest.RefreshAsync());
        Assert.InRange(counting.Requests, 1, 1);
    }
}
