using System.Text;
using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Writing;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Interop;

/// <summary>LanceDB reads, changes and indexes what the writer writes, and the reader reads what LanceDB made of it.</summary>
public sealed class LanceDbReadsOurTables
{
    [Fact]
    public async Task LanceDb_reads_every_value_and_works_on_every_table()
    {
        Node.SkipUnlessPresent("interop");
        using var temporary = new TempFolder("interop");
        var folder = Environment.GetEnvironmentVariable("PENNON_INTEROP_FOLDER") is { Length: > 0 } kept ? kept : temporary.FullName;
        var tables = InteropTables.All().ToList();
        foreach (var table in tables) await table.WriteAsync(folder);
        var outcome = await Node.RunAsync(RepositoryFolder.Path("interop", "check.mjs"), [folder], timeout: TimeSpan.FromMinutes(5));
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        foreach (var table in tables) await ReadBackAsync(table, folder);
    }

    /// <summary>The table as LanceDB left it: with deletions, new fragments, and files of its own.</summary>
    static async Task ReadBackAsync(InteropTable table, string folder)
    {
        var file = Path.Combine(folder, table.Name + ".after.json");
        if (!File.Exists(file))
        {
            Assert.Equal("scalars_0", table.Name);
            return;
        }
        using var after = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        using var dataset = await LanceDataset.OpenAsync(new LocalObjectStore(folder), table.Name + ".lance");
        Assert.Equal(after.RootElement.GetProperty("rows").GetInt64(), await dataset.CountRowsAsync());
        var columns = after.RootElement.GetProperty("columns");
        var names = columns.EnumerateObject().Select(c => c.Name).ToList();
        var row = 0;
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = names }))
        {
            foreach (var name in names)
            {
                var values = columns.GetProperty(name).EnumerateArray().Skip(row).Take(batch.Length).ToList();
                Assert.Equal(batch.Length, values.Count);
                for (var i = 0; i < values.Count; i++)
                {
                    using var actual = JsonDocument.Parse(Json(batch.Column(name), i));
                    if (!JsonElement.DeepEquals(values[i], actual.RootElement)) Assert.Fail($"{table.Name}.{name}, row {row + i}: read {actual.RootElement}, LanceDB read {values[i]}");
                }
            }
            row += batch.Length;
            batch.Dispose();
        }
        Assert.Equal(after.RootElement.GetProperty("rows").GetInt32(), row);
    }

    static string Json(ArrowArray array, int row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ArrowJson.Write(json, array, row);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
