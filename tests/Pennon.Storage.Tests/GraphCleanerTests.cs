using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Storage.Tests;

/// <summary>Cleaning takes what no version names, and nothing else.</summary>
public sealed class GraphCleanerTests
{
    readonly MemoryObjectStore _store = new();

    static GraphCleaner Cleaner(IObjectStore store) => new(store, new GraphPublisher(store));

    [Fact]
    public async Task A_graph_of_several_versions_keeps_every_file()
    {
        await StorageTables.PublishAsync(_store, "a", ("P", [1]), ("Q", [10]));
        await StorageTables.PublishAsync(_store, "b", ("P", [2]));
        var keys = await StorageTables.KeysAsync(_store);

        var result = await Cleaner(_store).CleanAsync();

        Assert.Equal((0, 0L), (result.Files, result.Bytes));
        Assert.Equal(keys, await StorageTables.KeysAsync(_store));
    }

    [Fact]
    public async Task An_empty_store_needs_no_cleaning() => Assert.Equal(0, (await Cleaner(_store).CleanAsync()).Files);

    [Fact]
    public async Task Versions_and_datasets_that_were_never_published_go()
    {
        var parent = await StorageTables.PublishAsync(_store, "a", ("P", [1]));
        var keys = await StorageTables.KeysAsync(_store);
        var unpublished = await StorageTables.StageAsync(_store, parent.Tables[0], [99], append: true);
        await unpublished.Transaction.CommitAsync();
        var stranger = await StorageTables.StageAsync(_store, StorageTables.Table(9, "Stranger"), [3]);
        await stranger.Transaction.CommitAsync();
        await _store.PutAsync("adjacency/half.lance/data/x.lance", new byte[100]);
        await _store.PutAsync("notes.txt", new byte[5]);

        var result = await Cleaner(_store).CleanAsync();

        Assert.True(result is { Files: > 3, Bytes: > 100 }, result.ToString());
        Assert.Equal(keys.Append("notes.txt").Order(StringComparer.Ordinal), await StorageTables.KeysAsync(_store));
        Assert.Equal("v1 P@1=[1]", await StorageTables.TextAsync(_store));
        await StorageTables.PublishAsync(_store, "b", ("P", [2]));
        Assert.Equal("v2 P@2=[1,2]", await StorageTables.TextAsync(_store));
    }

    [Fact]
    public async Task In_a_folder_the_pieces_of_broken_writes_go_too()
    {
        using var folder = new TempFolder("clean");
        var store = new LocalObjectStore(folder.FullName, flushToDisk: false);
        await StorageTables.PublishAsync(store, "a", ("P", [1]));
        var piece = folder.Write("nodes/P.lance/data/.tmp_1234567890abcdef", "half of a file");

        var result = await Cleaner(store).CleanAsync();

        Assert.False(File.Exists(piece));
        Assert.Equal((1, 14L), (result.Files, result.Bytes));
        Assert.Equal("v1 P@1=[1]", await StorageTables.TextAsync(store));
    }
}
