using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;
using Pennon.TestSupport;
using Pennon.TestSupport.Stores;

namespace Pennon.Graph.Tests;

/// <summary>The store is killed at every write of a load in turn; whatever is left must be a whole graph.</summary>
public sealed class CrashTests : IDisposable
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    const string First = """
        {"type":"P","data":{"id":1,"n":"a"}}
        {"type":"P","data":{"id":2,"n":"b"}}
        {"edge":"K","from":1,"to":2}
        """;

    const string Second = """
        {"type":"P","data":{"id":3,"n":"c"}}
        {"type":"Q","data":{"id":"q"}}
        {"edge":"K","from":3,"to":1}
        {"edge":"L","from":3,"to":"q"}
        """;

    const string Third = """{"type":"P","data":{"id":4,"n":"d"}}""";

    readonly TempFolder _folder = new("crash");
    readonly string _first;
    readonly string _second;
    readonly string _third;

    public CrashTests()
    {
        _first = _folder.Write("1.jsonl", First);
        _second = _folder.Write("2.jsonl", Second);
        _third = _folder.Write("3.jsonl", Third);
    }

    public void Dispose() => _folder.Dispose();

    static async Task LoadAsync(IObjectStore store, string path, LoadMode mode = LoadMode.Append)
    {
        await using var database = await GraphDatabase.OpenAsync(store, null, None);
        await database.LoadAsync(new LoadRequest { Paths = [path], Mode = mode }, null, None);
    }

    static async Task<(long Version, int Persons, long Edges)> ReadAsync(IObjectStore store)
    {
        await using var database = await GraphDatabase.OpenAsync(store, null, None);
        var graph = await database.SnapshotAsync(None);
        var persons = graph.FindNodeTable("P");
        if (persons is not null)
        {
            Assert.Equal(persons.RowCount, (await persons.LoadColumnAsync("n", None)).Length);
            Assert.Equal(persons.RowCount, (await persons.LoadKeyIndexAsync(None)).Count);
        }

        foreach (var pair in graph.EdgeTypes.SelectMany(t => t.Pairs))
        {
            Assert.Equal(pair.EdgeCount, (await pair.LoadOutAsync(None)).EdgeCount);
            Assert.Equal(pair.EdgeCount, (await pair.LoadInAsync(None)).EdgeCount);
        }

        return (graph.Version, persons?.RowCount ?? 0, graph.EdgeTypes.Sum(t => t.EdgeCount));
    }

    static async Task<string[]> KeysAsync(IObjectStore store)
    {
        var keys = new List<string>();
        await foreach (var item in store.ListAsync("", None))
        {
            keys.Add(item.Path);
        }

        return [.. keys];
    }

    [Theory]
    [InlineData(LoadMode.Append, FaultTiming.Before)]
    [InlineData(LoadMode.Append, FaultTiming.After)]
    [InlineData(LoadMode.Merge, FaultTiming.Before)]
    [InlineData(LoadMode.Overwrite, FaultTiming.After)]
    public async Task Killing_a_load_at_any_write_leaves_the_version_before_and_unreferenced_files(LoadMode mode, FaultTiming timing)
    {
        var input = mode == LoadMode.Overwrite ? _folder.Write("both.jsonl", First + "\n" + Second) : _second;
        var counting = new FaultyObjectStore(await SeededAsync());
        await LoadAsync(counting, input, mode);
        var after = await ReadAsync(counting);
        for (var kill = 1; kill <= counting.Writes; kill++)
        {
            var store = await SeededAsync();
            var before = await ReadAsync(store);
            var faulty = new FaultyObjectStore(store, kill, timing);
            var error = await Record.ExceptionAsync(() => LoadAsync(faulty, input, mode));

            var state = await ReadAsync(store);
            Assert.True(state == before || state == after, $"write {kill}: {state} is neither {before} nor {after}");
            Assert.True(error is not null || state == after, $"write {kill} went unnoticed");

            // The next load works as if nothing had happened, and cleaning leaves nothing behind but what versions name.
            if (state == before)
            {
                await LoadAsync(store, input, mode);
                Assert.Equal(after, await ReadAsync(store));
            }

            await LoadAsync(store, _third);
            var final = await ReadAsync(store);
            Assert.Equal((after.Version + 1, after.Persons + 1, after.Edges), final);
            await using var database = await GraphDatabase.OpenAsync(store, null, None);
            await database.CleanupAsync(None);
            Assert.Equal(final, await ReadAsync(store));
            Assert.Equal(before, await AtAsync(store, 1));
            Assert.Equal(0, (await database.CleanupAsync(None)).Files);
        }
    }

    [Fact]
    public async Task Cleaning_after_a_killed_load_restores_exactly_the_files_before_it()
    {
        var counting = new FaultyObjectStore(await SeededAsync());
        await LoadAsync(counting, _second);
        for (var kill = 1; kill <= counting.Writes; kill += 3)
        {
            var store = await SeededAsync();
            var keys = await KeysAsync(store);
            var before = await ReadAsync(store);
            await Record.ExceptionAsync(() => LoadAsync(new FaultyObjectStore(store, kill), _second));
            if (await ReadAsync(store) != before)
            {
                continue;
            }

            await using var database = await GraphDatabase.OpenAsync(store, null, None);
            await database.CleanupAsync(None);

            Assert.Equal(keys, await KeysAsync(store));
            Assert.Equal(before, await ReadAsync(store));
        }
    }

    [Fact]
    public async Task Killing_the_first_load_leaves_an_empty_graph()
    {
        var counting = new FaultyObjectStore(new MemoryObjectStore());
        await LoadAsync(counting, _first);
        for (var kill = 1; kill < counting.Writes; kill++)
        {
            var store = new MemoryObjectStore();
            await Record.ExceptionAsync(() => LoadAsync(new FaultyObjectStore(store, kill), _first));
            if ((await ReadAsync(store)).Version != 0)
            {
                continue;
            }

            await LoadAsync(store, _first);
            Assert.Equal((1, 2, 1), await ReadAsync(store));
        }
    }

    [Fact]
    public async Task Of_two_publishes_on_one_parent_the_second_is_told_to_try_again()
    {
        var store = await SeededAsync();
        var publisher = new GraphPublisher(store);
        var parent = await publisher.CurrentAsync(None);
        await using var one = new StagedCommit(parent) { Author = "one", Catalog = parent.Catalog };
        await using var two = new StagedCommit(parent) { Author = "two", Catalog = parent.Catalog };

        var published = await publisher.PublishAsync(one, None);
        var error = await Assert.ThrowsAsync<ConflictException>(async () => await publisher.PublishAsync(two, None));

        Assert.Equal(parent.Version + 1, published.Version);
        Assert.True(error.IsRetryable);
        Assert.Equal("one", (await publisher.CurrentAsync(None)).Author);
    }

    [Fact]
    public async Task Loads_that_race_each_publish_whole_or_fail_as_conflicts()
    {
        var store = await SeededAsync();
        var files = Enumerable.Range(0, 6).Select(i => _folder.Write($"r{i}.jsonl", $"{{\"type\":\"P\",\"data\":{{\"id\":{100 + i},\"n\":\"x\"}}}}\n{{\"edge\":\"K\",\"from\":{100 + i},\"to\":1}}")).ToArray();

        var outcomes = await Task.WhenAll(files.Select(f => Task.Run(async () => await Record.ExceptionAsync(() => LoadAsync(store, f)), None)));

        Assert.All(outcomes, o => Assert.True(o is null or ConflictException { IsRetryable: true }, o?.ToString()));
        var won = outcomes.Count(o => o is null);
        Assert.True(won >= 1);
        Assert.Equal((1 + won, 2 + won, 1 + won), await ReadAsync(store));
    }

    async Task<MemoryObjectStore> SeededAsync()
    {
        var store = new MemoryObjectStore();
        await LoadAsync(store, _first);
        return store;
    }

    static async Task<(long Version, int Persons, long Edges)> AtAsync(IObjectStore store, long version)
    {
        await using var database = await GraphDatabase.OpenAsync(store, null, None);
        var graph = await database.SnapshotAsync(version, None);
        return (graph.Version, graph.FindNodeTable("P")!.RowCount, graph.EdgeTypes.Sum(t => t.EdgeCount));
    }
}
