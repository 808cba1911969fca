using System.Text.Json.Nodes;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>Every change of rows and columns, done by us and by LanceDB in turns on the same table; both must read the same after each.</summary>
public sealed class MutationInteropTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_engines_read_the_same_after_every_change_of_either(bool stableRowIds)
    {
        Node.SkipUnlessPresent("interop");
        using var folder = new TempFolder("mutations");
        await using var engine = LanceDbSession.Start();
        var store = new LocalObjectStore(folder, flushToDisk: false);
        (await TestRows.CreateAsync(store, 40, rowsPerFile: 15, stableRowIds)).Dispose();
        await SameAsync("create");

        await OursAsync("delete", d => d.DeleteAsync("id % 7 = 3"));
        await TheirsAsync("delete", new JsonObject { ["where"] = "id in (1, 2, 38)" });
        await OursAsync("update", d => d.UpdateAsync("id < 10", new Dictionary<string, string> { ["name"] = "concat(name, '!')", ["score"] = "score + 1" }));
        await TheirsAsync("update", new JsonObject { ["where"] = "id >= 30", ["values"] = new JsonObject { ["score"] = "score * 2" } });
        await OursMergeAsync("upsert", LanceMergeOptions.Upsert("id"), [5, "five", 5.5], [100, "new", null], [31, null, 0.25]);
        await TheirsAsync("merge", new JsonObject
        {
            ["on"] = "id",
            ["schema"] = TestRows.PeopleForEngine,
            ["rows"] = new JsonArray(new JsonObject { ["id"] = "100", ["name"] = "again", ["score"] = 1 }, new JsonObject { ["id"] = "101", ["name"] = "theirs", ["score"] = 2 }),
        });
        await OursMergeAsync("delete by source", LanceMergeOptions.Upsert("id") with { WhenNotMatchedBySourceDelete = true, WhenNotMatchedBySourceCondition = LanceExpression.Parse("id between 10 and 20") }, [12, "kept", 1.0]);
        await TheirsAsync("createIndex", new JsonObject { ["column"] = "id", ["kind"] = "btree" });
        await OursAsync("update indexed", d => d.UpdateAsync("id = 100 or id = 33", new Dictionary<string, string> { ["name"] = "'indexed'" }));
        await OursMergeAsync("merge on the indexed key", LanceMergeOptions.Upsert("id"), [33, "merged", 3.0], [200, "x", 1.0]);
        await OursAsync("add column", d => d.AddColumnsAsync(new Dictionary<string, string> { ["twice"] = "score * 2", ["low"] = "lower(name)" }));
        await TheirsAsync("addColumns", new JsonObject { ["columns"] = new JsonArray(new JsonObject { ["name"] = "thrice", ["valueSql"] = "score * 3" }) });
        await OursAsync("add nulls", d => d.AddColumnsAsync(new Schema([new Field("empty", ArrowType.Int32)])));
        await OursAsync("fill", d => d.UpdateAsync("id < 8", new Dictionary<string, string> { ["empty"] = "id" }));
        await OursAsync("rename", d => d.AlterColumnsAsync([new LanceColumnAlteration("thrice") { Name = "triple" }, new LanceColumnAlteration("empty") { Type = ArrowType.Int64 }]));
        await TheirsAsync("alterColumns", new JsonObject { ["changes"] = new JsonArray(new JsonObject { ["path"] = "twice", ["rename"] = "double" }) });
        await OursAsync("drop", d => d.DropColumnsAsync(["low"]));
        await TheirsAsync("dropColumns", new JsonObject { ["columns"] = new JsonArray("double") });
        await OursAsync("config", d => d.UpdateConfigAsync(new LanceConfigChanges { Config = new Dictionary<string, string?> { ["k"] = "v" } }));
        await TheirsAsync("optimize", []);
        await OursAsync("delete after compaction", d => d.DeleteAsync("id > 150"));
        await TheirsAsync("update", new JsonObject { ["where"] = "id = 5", ["values"] = new JsonObject { ["name"] = "'last'" } });
        await OursAsync("delete all", d => d.DeleteAsync("true"));
        await TheirsAsync("optimize", []);

        async Task OursAsync(string what, Func<LanceDataset, ValueTask<LanceMutationResult>> change)
        {
            using (var dataset = await TestRows.OpenAsync(store)) await change(dataset);
            await SameAsync("our " + what);
        }

        async Task OursMergeAsync(string what, LanceMergeOptions merge, params object?[][] rows)
        {
            using (var dataset = await TestRows.OpenAsync(store)) await dataset.MergeInsertAsync(TestRows.Batches(TestRows.People, rows), merge);
            await SameAsync("our " + what);
        }

        async Task TheirsAsync(string operation, JsonObject arguments)
        {
            await engine.CallAsync(operation, folder, "t", arguments);
            await SameAsync("LanceDB's " + operation);
        }

        async Task SameAsync(string after)
        {
            var ours = await TestRows.RowsAsync(store);
            var theirs = TestRows.OfEngine(await engine.RowsAsync(folder, "t"));
            Assert.True(ours.SequenceEqual(theirs), $"after {after} we read\n{string.Join('\n', ours)}\nand LanceDB\n{string.Join('\n', theirs)}");
            foreach (var id in new[] { 5, 33, 100 })
            {
                var where = $"id = {id}";
                Assert.Equal(ours.Count(r => r.Contains($"\"id\":\"{id}\"", StringComparison.Ordinal)), await engine.CountAsync(folder, "t", where));
            }
        }
    }
}
