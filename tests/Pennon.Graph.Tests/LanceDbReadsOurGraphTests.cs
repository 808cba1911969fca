using System.Text.Json;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests;

/// <summary>LanceDB opens every table of a loaded graph.</summary>
public sealed class LanceDbReadsOurGraphTests
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lsqb-sf0003")]
    [InlineData("ldbc-sf01")]
    [InlineData("snap-bitcoin-otc")]
    public async Task Every_table_of_a_loaded_graph_opens_in_LanceDb_with_its_rows(string name)
    {
        Node.SkipUnlessPresent("interop");
        SharedData.SkipUnlessPresent("data", name);
        using var folder = new TempFolder(name);
        await using var database = await GraphDatabase.OpenAsync(folder.FullName, null, None);
        await database.LoadAsync(new LoadRequest { Paths = [SharedData.Path("data", name)] }, null, None);

        var output = await Node.OutputOfAsync(RepositoryFolder.Path("interop", "graph-check.mjs"), [folder.FullName], cancellationToken: None);

        using var counts = JsonDocument.Parse(output);
        var info = await database.GetInfoAsync(None);
        Assert.Equal(info.Tables.Count + 1, counts.RootElement.GetProperty("_graph.lance").GetInt64());
        foreach (var table in info.Tables)
        {
            Assert.Equal(table.Rows, counts.RootElement.GetProperty(table.Path).GetInt64());
        }
    }
}
