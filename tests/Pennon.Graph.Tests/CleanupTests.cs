using Pennon.TestSupport;

namespace Pennon.Graph.Tests;

public sealed class CleanupTests
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_of_processes_that_died_are_removed_and_the_graph_stays()
    {
        using var folder = new TempFolder("cleanup");
        await using var database = await GraphDatabase.OpenAsync(folder.Path("db"), null, None);
        var request = new LoadRequest { Paths = [folder.Write("a.jsonl", "{\"type\":\"A\",\"data\":{\"id\":1}}\n")] };
        await database.LoadAsync(request, null, None);
        await database.LoadAsync(request with { Mode = LoadMode.Merge }, null, None);
        folder.Write("db/nodes/A.lance/data/.tmp_0123", "half a file");
        folder.Write("db/nodes/A.lance/data/stray.lance", "never named");
        folder.Write("db/edges/E.lance/data/stray.lance", "never named");

        var result = await database.CleanupAsync(None);

        Assert.Equal((3, 33L), (result.Files, result.Bytes));
        Assert.Equal(0, (await database.CleanupAsync(None)).Files);
        await using var reopened = await GraphDatabase.OpenAsync(folder.Path("db"), null, None);
        foreach (var version in new[] { 1, 2 })
        {
            Assert.Equal(1, (await (await reopened.SnapshotAsync(version, None)).NodeTables[0].LoadColumnAsync("id", None)).Length);
        }
    }
}
