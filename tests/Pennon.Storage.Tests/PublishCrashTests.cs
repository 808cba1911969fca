using Pennon.Lance.IO;
using Pennon.TestSupport;
using Pennon.TestSupport.Stores;

namespace Pennon.Storage.Tests;

/// <summary>The process dies at each write of staging and publishing in turn.</summary>
public sealed class PublishCrashTests
{
    const string Before = "v1 P@1=[1] Q@1=[10]";
    const string After = "v2 P@2=[1,2] Q@1=[10] R@1=[20]";

    static Task ChangeAsync(IObjectStore store) => StorageTables.PublishAsync(store, "b", ("P", [2]), ("R", [20]));

    static async Task<MemoryObjectStore> SeededAsync()
    {
        var store = new MemoryObjectStore();
        await StorageTables.PublishAsync(store, "a", ("P", [1]), ("Q", [10]));
        return store;
    }

    [Theory]
    [InlineData(FaultTiming.Before)]
    [InlineData(FaultTiming.After)]
    public async Task The_graph_is_at_the_old_or_the_new_version_and_goes_on(FaultTiming timing)
    {
        var counting = new FaultyObjectStore(await SeededAsync());
        await ChangeAsync(counting);
        Assert.Equal(After, await StorageTables.TextAsync(counting));
        Assert.True(counting.Writes > 8, $"only {counting.Writes} writes");

        for (var kill = 1; kill <= counting.Writes; kill++)
        {
            var store = await SeededAsync();
            var keys = await StorageTables.KeysAsync(store);
            var error = await Record.ExceptionAsync(() => ChangeAsync(new FaultyObjectStore(store, kill, timing)));

            var state = await StorageTables.TextAsync(store);
            Assert.True(state is Before or After, $"write {kill}: {state}");
            Assert.True(error is InjectedFaultException || state == After, $"write {kill}: {error}");

            if (state == Before)
            {
                await new GraphCleaner(store, new GraphPublisher(store)).CleanAsync();
                Assert.Equal(keys, await StorageTables.KeysAsync(store));
                await ChangeAsync(store);
                Assert.Equal(After, await StorageTables.TextAsync(store));
            }
            else
            {
                await StorageTables.PublishAsync(store, "c", ("Q", [11]));
                Assert.Equal("v3 P@2=[1,2] Q@2=[10,11] R@1=[20]", await StorageTables.TextAsync(store));
            }
        }
    }

    [Fact]
    public async Task Without_a_cleaning_in_between_the_next_publish_works_too()
    {
        var counting = new FaultyObjectStore(await SeededAsync());
        await ChangeAsync(counting);
        for (var kill = 1; kill <= counting.Writes; kill++)
        {
            var store = await SeededAsync();
            await Record.ExceptionAsync(() => ChangeAsync(new FaultyObjectStore(store, kill)));
            if (await StorageTables.TextAsync(store) != Before)
            {
                continue;
            }

            await StorageTables.PublishAsync(store, "d", ("S", [5]));

            var manifest = await new GraphPublisher(store).CurrentAsync();
            Assert.Equal(2, manifest.Version);
            Assert.Equal<long[]>([5], await StorageTables.ValuesAsync(store, manifest.Find(TableKind.Nodes, "S")!));
            Assert.Equal<long[]>([1], await StorageTables.ValuesAsync(store, manifest.Find(TableKind.Nodes, "P")!));
        }
    }

    [Fact]
    public async Task A_cleaning_that_dies_at_any_deletion_leaves_every_version_whole()
    {
        async Task<MemoryObjectStore> DirtyAsync()
        {
            var store = await SeededAsync();
            await Record.ExceptionAsync(() => ChangeAsync(new FaultyObjectStore(store, 12)));
            Assert.Equal(Before, await StorageTables.TextAsync(store));
            return store;
        }

        var counting = new FaultyObjectStore(await DirtyAsync());
        var all = await new GraphCleaner(counting, new GraphPublisher(counting)).CleanAsync();
        Assert.Equal(all.Files, counting.Writes);
        for (var kill = 1; kill <= counting.Writes; kill++)
        {
            var store = await DirtyAsync();
            var faulty = new FaultyObjectStore(store, kill);
            await Assert.ThrowsAsync<InjectedFaultException>(async () => await new GraphCleaner(faulty, new GraphPublisher(faulty)).CleanAsync());

            Assert.Equal(Before, await StorageTables.TextAsync(store));
            await new GraphCleaner(store, new GraphPublisher(store)).CleanAsync();
            Assert.Equal(await StorageTables.KeysAsync(counting), await StorageTables.KeysAsync(store), KeyShape);
        }
    }

    // The names of data files are random; only the count and the manifests' names say that the same is left.
    static bool KeyShape(string left, string right) => Path.GetExtension(left) == Path.GetExtension(right);
}
