using Pennon.Lance.IO;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.History.HistoryTable;

namespace Pennon.Lance.Tests.History;

public sealed class CleanupTests
{
    static readonly LanceCleanupOptions Everything = new() { OlderThan = TimeSpan.Zero, UnnamedFileAge = TimeSpan.Zero, RemoveUnnamedFiles = true };

    static async Task<List<long>> VersionsAsync(IObjectStore store, string? branch = null)
    {
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = branch });
        return [.. (await dataset.ListVersionsAsync()).Select(v => v.Version)];
    }

    /// <summary>Ten rows, three appends of one row each, a delete, and a replacement of everything.</summary>
    static async Task<MemoryObjectStore> TableAsync()
    {
        var store = new MemoryObjectStore();
        var dataset = await CreateAsync(store, 10);
        for (var i = 0; i < 3; i++)
        {
            var next = await AppendAsync(dataset, 100 + i, 1);
            dataset.Dispose();
            dataset = next;
        }
        (await DeleteAsync(dataset, id => id == 3)).Dispose();
        dataset.Dispose();
        (await LanceDataset.OverwriteAsync(store, "t.lance", People, Rows(Range(0, 5)))).Dispose();
        return store;
    }

    [Fact]
    public async Task By_default_young_versions_stay()
    {
        var store = await TableAsync();
        Assert.Equal(default, await LanceCleanup.RunAsync(store, "t.lance"));
        Assert.Equal([1L, 2, 3, 4, 5, 6], await VersionsAsync(store));
    }

    [Fact]
    public async Task Everything_but_the_latest_goes_with_the_files_only_it_needs()
    {
        var store = await TableAsync();
        var before = await KeysAsync(store, "");
        var plan = await LanceCleanup.RunAsync(store, "t.lance", Everything with { DryRun = true });
        Assert.Equal(before, await KeysAsync(store, ""));
        var result = await LanceCleanup.RunAsync(store, "t.lance", Everything);
        Assert.Equal(plan, result);
        var after = await KeysAsync(store, "");
        Assert.Equal((5, before.Count - after.Count), (result.Versions, result.Files));
        Assert.Equal(["_transactions", "_versions", "_versions", "data"], after.Select(k => k.Split('/')[1]).Order());
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
        Assert.Equal(Range(0, 5), await IdsAsync(dataset));
        using var next = await AppendAsync(dataset, 50, 1);
        Assert.Equal(7, next.Version);
    }

    [Fact]
    public async Task A_number_of_versions_stays_whatever_their_age()
    {
        var store = await TableAsync();
        // Numbers of versions just made are not freed under a commit that may be under way, unless that is asked for.
        Assert.Equal(0, (await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { KeepVersions = 3 })).Versions);
        Assert.Equal(3, (await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { KeepVersions = 3, OlderThan = TimeSpan.Zero })).Versions);
        Assert.Equal([4L, 5, 6], await VersionsAsync(store));
        using (var old = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 5 }))
            Assert.Equal([.. Range(0, 10).Where(i => i != 3), 100, 101, 102], await IdsAsync(old));
        Assert.Equal(0, (await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { KeepVersions = 1, OlderThan = TimeSpan.FromHours(1) })).Versions);
        Assert.Equal(0, (await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { KeepVersions = 10, OlderThan = TimeSpan.Zero })).Versions);
    }

    [Fact]
    public async Task Tags_branches_and_readers_keep_versions_and_files()
    {
        var store = await TableAsync();
        using (var first = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 1 }))
            await first.CreateTagAsync("keep");
        using (var third = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 3 }))
        using (var branch = await third.CreateBranchAsync("b"))
        using (var b4 = await AppendAsync(branch, 500, 1))
            (await AppendAsync(b4, 501, 1)).Dispose();
        using (var reader = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 5 }))
        {
            // Versions 2 and 4 of the main line, and 3 and 4 of the branch.
            Assert.Equal(4, (await LanceCleanup.RunAsync(store, "t.lance", Everything)).Versions);
            Assert.Equal([1L, 3, 5, 6], await VersionsAsync(store));
            Assert.Equal([5L], await VersionsAsync(store, "b"));
            Assert.Equal(12, (await IdsAsync(reader)).Count);
        }
        Assert.Equal(1, (await LanceCleanup.RunAsync(store, "t.lance", Everything)).Versions);
        using (var tagged = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "keep" }))
            Assert.Equal(Range(0, 10), await IdsAsync(tagged));
        using (var branch = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "b" }))
        {
            Assert.Equal([.. Range(0, 10), 100, 101, 500, 501], await IdsAsync(branch));
            await branch.DeleteTagAsync("keep");
        }
        // The branch still needs files of the main line, though the versions that made them are gone.
        Assert.Equal(1, (await LanceCleanup.RunAsync(store, "t.lance", Everything)).Versions);
        using (var branch = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "b" }))
        {
            Assert.Equal([.. Range(0, 10), 100, 101, 500, 501], await IdsAsync(branch));
            await branch.DeleteBranchAsync("b");
        }
        Assert.Equal(1, (await LanceCleanup.RunAsync(store, "t.lance", Everything)).Versions);
        Assert.Single(await KeysAsync(store, "t.lance/data/"));
    }

    [Fact]
    public async Task Files_that_no_version_ever_named_are_kept_until_they_are_old()
    {
        var store = await TableAsync();
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
        await using var writer = LanceTableWriter.Append(dataset, People);
        await foreach (var batch in Rows(Range(70, 3)))
            await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { OlderThan = TimeSpan.Zero });
        Assert.Equal(2, (await KeysAsync(store, "t.lance/data/")).Count);
        await staged.CommitAsync();
        using (var latest = await dataset.RefreshAsync())
            Assert.Equal([0L, 1, 2, 3, 4, 70, 71, 72], await IdsAsync(latest));
        await store.PutAsync("t.lance/data/stranger.lance", new byte[10]);
        await store.PutAsync("t.lance/_indices/11111111-2222-3333-4444-555555555555/page.lance", new byte[10]);
        await store.PutAsync("t.lance/note.txt", new byte[10]);
        Assert.Equal(new LanceCleanupResult(0, 0), await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { UnnamedFileAge = TimeSpan.FromHours(1) }));
        Assert.Equal(new LanceCleanupResult(2, 20), await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { RemoveUnnamedFiles = true }));
        Assert.Contains("t.lance/note.txt", await KeysAsync(store, "t.lance/"));
    }

    [Fact]
    public async Task What_is_left_of_a_branch_goes_when_it_is_old()
    {
        var store = new MemoryObjectStore();
        using var main = await CreateAsync(store, 3);
        using (var branch = await main.CreateBranchAsync("gone"))
            (await AppendAsync(branch, 10, 1)).Dispose();
        await store.DeleteAsync("t.lance/_refs/branches/gone.json");
        Assert.Equal(default, await LanceCleanup.RunAsync(store, "t.lance", new LanceCleanupOptions { OlderThan = TimeSpan.Zero }));
        Assert.Equal(2, (await LanceCleanup.RunAsync(store, "t.lance", Everything)).Versions);
        Assert.Empty(await KeysAsync(store, "t.lance/tree/"));
    }

    [Fact]
    public async Task A_damaged_manifest_stops_the_cleanup_before_anything_is_removed()
    {
        var store = await TableAsync();
        await store.PutAsync("t.lance/_versions/18446744073709551613.manifest", new byte[100]);
        var before = await KeysAsync(store, "");
        await Assert.ThrowsAsync<LanceFormatException>(async () => await LanceCleanup.RunAsync(store, "t.lance", Everything));
        Assert.Equal(before, await KeysAsync(store, ""));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceCleanup.RunAsync(store, "none.lance", Everything));
    }

    [Fact]
    public async Task A_death_at_any_write_leaves_every_version_that_is_left_whole()
    {
        var whole = new FaultyObjectStore(await TableAsync());
        await LanceCleanup.RunAsync(whole, "t.lance", Everything);
        Assert.InRange(whole.Writes, 5, 60);
        for (var write = 1; write <= whole.Writes; write++)
        {
            foreach (var timing in new[] { FaultTiming.Before, FaultTiming.After })
            {
                var inner = await TableAsync();
                await Assert.ThrowsAsync<InjectedFaultException>(async () => await LanceCleanup.RunAsync(new FaultyObjectStore(inner, write, timing), "t.lance", Everything));
                foreach (var version in await VersionsAsync(inner))
                {
                    using var dataset = await LanceDataset.OpenAsync(inner, "t.lance", new LanceOpenOptions { Version = version });
                    Assert.Equal(dataset.Table.LiveRows, (await IdsAsync(dataset)).Count);
                }
                await LanceCleanup.RunAsync(inner, "t.lance", Everything);
                Assert.Equal(4, (await KeysAsync(inner, "")).Count);
            }
        }
    }

    [Fact]
    public async Task Writers_and_readers_go_on_while_cleanups_run()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 50)).Dispose();
        // Longer than any of these commits takes, and shorter than all of them together.
        var options = new LanceCleanupOptions { OlderThan = TimeSpan.FromSeconds(1.5) };
        var writers = Task.WhenAll(Enumerable.Range(0, 2).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                while (true)
                {
                    using var current = await OpenLatestAsync(store);
                    try
                    {
                        (await AppendAsync(current, 1000 * (w + 1) + i, 1)).Dispose();
                        await Task.Delay(120);
                        break;
                    }
                    catch (ConflictException error) when (error.IsRetryable)
                    {
                        // A version committed meanwhile was cleaned up before this write could be compared with it; nothing was committed.
                    }
                }
            }
        })));
        var readers = Task.Run(async () =>
        {
            while (!writers.IsCompleted)
            {
                using var current = await OpenLatestAsync(store);
                Assert.Equal(current.Table.LiveRows, (await IdsAsync(current)).Count);
            }
        }, TestContext.Current.CancellationToken);
        var removed = 0;
        while (!writers.IsCompleted)
        {
            removed += (await LanceCleanup.RunAsync(store, "t.lance", options)).Versions;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        await writers;
        await readers;
        Assert.InRange(removed, 5, 50);
        using var last = await LanceDataset.OpenAsync(store, "t.lance");
        Assert.Equal([.. Range(0, 50), .. Range(1000, 25), .. Range(2000, 25)], (await IdsAsync(last)).Order());
        Assert.Equal(51, last.Version);
    }

    // Between finding the latest version and reading it two cleanups and a commit may pass.
    static async Task<LanceDataset> OpenLatestAsync(IObjectStore store)
    {
        while (true)
        {
            try
            {
                return await LanceDataset.OpenAsync(store, "t.lance");
            }
            catch (LanceNotFoundException)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        var store = await TableAsync();
        foreach (var options in new[] { new LanceCleanupOptions { KeepVersions = 0 }, new LanceCleanupOptions { OlderThan = TimeSpan.FromSeconds(-1) }, new LanceCleanupOptions { UnnamedFileAge = TimeSpan.MinValue } })
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await LanceCleanup.RunAsync(store, "t.lance", options));
    }
}
