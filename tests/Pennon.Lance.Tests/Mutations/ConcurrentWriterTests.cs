using System.Text.Json.Nodes;
using Pennon.Lance.IO;
using Pennon.TestSupport;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>Writers that work on one table at once lose nothing: each counts what it did, and the table has exactly that.</summary>
public sealed class ConcurrentWriterTests
{
    static readonly LanceWriteOptions Patient = new() { CommitAttempts = 1000, OperationAttempts = 1000 };

    // Every writer has rows of its own, a counter that all share, and a part in what is appended.
    sealed class Tally
    {
        public long Appended, Deleted, Increments;
    }

    static async Task WriteAsync(IObjectStore store, int writer, int rounds, Tally tally)
    {
        var random = new Random(writer);
        for (var round = 0; round < rounds; round++)
        {
            using var table = await OpenAsync(store);
            var id = 1000 * (writer + 1) + round;
            switch (random.Next(5))
            {
                case 0:
                    await using (var append = await table.StageAppendAsync(People, People1([id, id + 500]), Patient)) await append.CommitAsync();
                    Interlocked.Add(ref tally.Appended, 2);
                    break;
                case 1:
                    await table.UpdateAsync("id = 0", new Dictionary<string, string> { ["score"] = "score + 1" }, Patient);
                    Interlocked.Increment(ref tally.Increments);
                    break;
                case 2:
                    var merged = await table.MergeInsertAsync(Batches(People, [id, "m", 1.0], [writer + 1, "touched", round]), LanceMergeOptions.Upsert("id"), Patient);
                    Assert.Equal((1L, 1L), (merged.Inserted, merged.Updated));
                    Interlocked.Increment(ref tally.Appended);
                    break;
                case 3:
                    var deleted = await table.DeleteAsync($"id >= {1000 * (writer + 1)} and id < {1000 * (writer + 2)} and id % 3 = {round % 3}", Patient);
                    Interlocked.Add(ref tally.Deleted, deleted.Rows);
                    break;
                default:
                    await table.UpdateAsync($"id >= {1000 * (writer + 1)} and id < {1000 * (writer + 2)}", new Dictionary<string, string> { ["name"] = $"'w{writer}'" }, Patient);
                    break;
            }
        }
    }

    static async Task CheckAsync(IObjectStore store, int start, Tally tally)
    {
        using var table = await OpenAsync(store);
        Assert.Equal(start + tally.Appended - tally.Deleted, await table.CountRowsAsync());
        Assert.Equal(await table.CountRowsAsync(), (await RowsAsync(table)).Distinct().Count());
        Assert.Contains(Text(0, "n0", tally.Increments), await RowsAsync(table));
        var versions = await table.ListVersionsAsync();
        Assert.Equal(Enumerable.Range(1, versions.Count).Select(v => (long)v), versions.Select(v => v.Version));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Five_writers_of_ours_lose_nothing(bool stableRowIds)
    {
        using var folder = new TempFolder("writers");
        (await CreateAsync(new LocalObjectStore(folder, flushToDisk: false), 10, rowsPerFile: 5, stableRowIds)).Dispose();
        var tally = new Tally();
        // Stores of their own share nothing but the files, as processes do.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(w => Task.Run(() => WriteAsync(new LocalObjectStore(folder, flushToDisk: false), w, 16, tally))));
        await CheckAsync(new LocalObjectStore(folder), 10, tally);
    }

    [Fact]
    public async Task Three_writers_of_ours_and_two_of_LanceDb_lose_nothing()
    {
        Node.SkipUnlessPresent("interop");
        using var folder = new TempFolder("mixed-writers");
        (await CreateAsync(new LocalObjectStore(folder, flushToDisk: false), 10, rowsPerFile: 5)).Dispose();
        var tally = new Tally();
        var ours = Enumerable.Range(0, 3).Select(w => Task.Run(() => WriteAsync(new LocalObjectStore(folder, flushToDisk: false), w, 12, tally)));
        var theirs = Enumerable.Range(3, 2).Select(w => Task.Run(() => EngineAsync(folder, w, 12, tally)));
        await Task.WhenAll(ours.Concat(theirs));
        await CheckAsync(new LocalObjectStore(folder), 10, tally);
        await using var engine = LanceDbSession.Start();
        Assert.Equal(10 + tally.Appended - tally.Deleted, await engine.CountAsync(folder, "t"));
    }

    static async Task EngineAsync(string folder, int writer, int rounds, Tally tally)
    {
        await using var engine = LanceDbSession.Start();
        var random = new Random(writer);
        for (var round = 0; round < rounds; round++)
        {
            var id = 1000 * (writer + 1) + round;
            switch (random.Next(3))
            {
                case 0:
                    await RetryAsync("add", new JsonObject { ["schema"] = PeopleForEngine, ["rows"] = new JsonArray(new JsonObject { ["id"] = $"{id}", ["name"] = "theirs", ["score"] = 1 }) });
                    Interlocked.Increment(ref tally.Appended);
                    break;
                case 1:
                    await RetryAsync("update", new JsonObject { ["where"] = "id = 0", ["values"] = new JsonObject { ["score"] = "score + 1" } });
                    Interlocked.Increment(ref tally.Increments);
                    break;
                default:
                    var row = new JsonObject { ["id"] = $"{id}", ["name"] = "theirs", ["score"] = 2 };
                    await RetryAsync("merge", new JsonObject { ["on"] = "id", ["schema"] = PeopleForEngine, ["rows"] = new JsonArray(row) });
                    Interlocked.Increment(ref tally.Appended);
                    break;
            }
        }

        async Task RetryAsync(string operation, JsonObject arguments)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await engine.CallAsync(operation, folder, "t", arguments);
                    return;
                }
                catch (LanceDbException error) when (attempt < 100 && error.Message.Contains("ommit conflict", StringComparison.Ordinal))
                {
                    // LanceDB gives up after a few attempts and leaves the operation undone.
                }
            }
        }
    }
}
