using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Tables;

/// <summary>Shallow clones and branches keep files elsewhere, under a path spelled by whoever made them.</summary>
public sealed class BasePathTests
{
    static async Task<MemoryObjectStore> LoadAsync(string cloneKey, string sourceKey)
    {
        var folder = new[] { FixtureFolders.Own, FixtureFolders.Whole }.Where(f => f is not null).Select(f => Path.Combine(f!, "tables")).FirstOrDefault(Directory.Exists);
        if (folder is null)
            Assert.Skip("Needs the recorded tables, which this machine does not have.");
        var store = new MemoryObjectStore();
        foreach (var (name, key) in new[] { ("shallow_clone.lance", cloneKey), ("shallow_clone_source.lance", sourceKey) })
        {
            var local = new LocalObjectStore(Path.Combine(folder, name));
            await foreach (var item in local.ListAsync(""))
                await store.PutAsync($"{key}/{item.Path}", await local.ReadAllAsync(item.Path));
        }
        return store;
    }

    static async Task<long> RowsAsync(LanceDataset dataset)
    {
        long rows = 0;
        await foreach (var batch in dataset.ScanAsync())
            rows += batch.Length;
        return rows;
    }

    [Fact]
    public async Task Relative_places_are_looked_for_beside_the_table()
    {
        var store = await LoadAsync("db/clone.lance", "db/shallow_clone_source.lance");
        using var dataset = await LanceDataset.OpenAsync(store, "db/clone.lance");
        Assert.Equal(5, await RowsAsync(dataset));
        Assert.Equal("./shallow_clone_source.lance", Assert.Single(dataset.Info.BasePaths).Path);
    }

    [Fact]
    public async Task A_resolver_of_the_callers_comes_first()
    {
        var store = await LoadAsync("clone.lance", "moved/away.lance");
        using (var lost = await LanceDataset.OpenAsync(store, "clone.lance"))
            await Assert.ThrowsAsync<LanceNotFoundException>(async () => await RowsAsync(lost));
        var asked = new List<string>();
        var options = new LanceOpenOptions
        {
            ResolveBasePath = path =>
            {
                asked.Add(path.Path);
                return new LanceLocation(store, "moved/away.lance");
            },
        };
        using var dataset = await LanceDataset.OpenAsync(store, "clone.lance", options);
        Assert.Equal(5, await RowsAsync(dataset));
        Assert.Equal(["./shallow_clone_source.lance"], asked);
    }
}
