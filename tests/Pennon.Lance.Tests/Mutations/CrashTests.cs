using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>A process that dies at any write of any operation leaves the old version or the new one, whole, and the table goes on.</summary>
public sealed class CrashTests
{
    static readonly LanceWriteOptions Options = new() { PageBytes = 4096, Parallelism = 0, MaxRowsPerFile = 8 };

    static readonly Schema Added = new([new Field("added", ArrowType.Int64)]);

    static async Task CommitAsync(ValueTask<StagedTransaction> staging)
    {
        await using var staged = await staging;
        await staged.CommitAsync();
    }

    static async Task RunAsync(string operation, LanceDataset table, IObjectStore others)
    {
        switch (operation)
        {
            case "append": await CommitAsync(table.StageAppendAsync(People, People1([50, 51, 52, 53, 54, 55, 56, 57, 58]), Options)); break;
            case "overwrite": await CommitAsync(table.StageOverwriteAsync(People, People1([50, 51]), Options)); break;
            case "delete": await CommitAsync(table.StageDeleteAsync("id % 3 = 1 or id < 6", Options)); break;
            case "delete rows": await CommitAsync(table.StageDeleteRowsAsync(new ulong[] { 1, 1UL << 32 | 2 }, Options)); break;
            case "update": await CommitAsync(table.StageUpdateAsync(LanceExpression.Parse("id > 3"), new Dictionary<string, LanceExpression> { ["name"] = "x" }, Options)); break;
            case "merge":
                var merge = LanceMergeOptions.Upsert("id") with { WhenNotMatchedBySourceDelete = true, WhenNotMatchedBySourceCondition = LanceExpression.Parse("id > 15") };
                await using (var staged = await table.StageMergeInsertAsync(Batches(People, [3, "three", 3.0], [8, null, null], [99, "new", 1.0]), merge, Options)) await staged.CommitAsync();
                break;
            case "add computed": await CommitAsync(table.StageAddColumnsAsync([KeyValuePair.Create("added", LanceExpression.Parse("id + 1"))], Options)); break;
            case "add batches": await CommitAsync(table.StageAddColumnsAsync(Added, Batches(Added, [.. Enumerable.Range(0, 20).Select(i => new object?[] { i })]), Options)); break;
            case "add nulls": await CommitAsync(ValueTask.FromResult(table.StageAddColumns(Added, Options))); break;
            case "drop": await CommitAsync(ValueTask.FromResult(table.StageDropColumns(["name"], Options))); break;
            case "cast": await CommitAsync(table.StageAlterColumnsAsync([new LanceColumnAlteration("id") { Type = ArrowType.Float64 }], Options)); break;
            case "configuration": await CommitAsync(ValueTask.FromResult(table.StageUpdateConfig(new LanceConfigChanges { Config = new Dictionary<string, string?> { ["k"] = "v" } }, Options))); break;
            case "rebased delete":
                await using (var staged = await table.StageDeleteAsync("id in (1, 9)", Options))
                {
                    using (var other = await OpenAsync(others)) await other.DeleteAsync("id in (2, 10)");
                    await staged.CommitAsync();
                }
                break;
            default: throw new ArgumentException(operation);
        }
    }

    [Theory]
    [InlineData("append")]
    [InlineData("overwrite")]
    [InlineData("delete")]
    [InlineData("delete rows")]
    [InlineData("update")]
    [InlineData("merge")]
    [InlineData("add computed")]
    [InlineData("add batches")]
    [InlineData("add nulls")]
    [InlineData("drop")]
    [InlineData("cast")]
    [InlineData("configuration")]
    [InlineData("rebased delete")]
    public async Task A_process_that_dies_at_any_write_leaves_the_old_version_or_the_new_one(string operation)
    {
        var clean = new MemoryObjectStore();
        using (var table = await CreateAsync(clean, 20, rowsPerFile: 7, stableRowIds: operation is "update" or "merge")) await RunAsync(operation, table, clean);
        var after = await RowsAsync(clean);
        foreach (var timing in new[] { FaultTiming.Before, FaultTiming.After })
        {
            for (var kill = 1L; ; kill++)
            {
                var disk = new MemoryObjectStore();
                (await CreateAsync(disk, 20, rowsPerFile: 7, stableRowIds: operation is "update" or "merge")).Dispose();
                var before = await RowsAsync(disk);
                var faulty = new FaultyObjectStore(disk, kill, timing);
                var failed = false;
                try
                {
                    using var table = await OpenAsync(faulty);
                    await RunAsync(operation, table, disk);
                }
                catch (InjectedFaultException)
                {
                    failed = true;
                }
                var read = await RowsAsync(disk);
                if (operation == "rebased delete" && !read.SequenceEqual(after)) before = [.. before.Where(r => r != Text(2) && r != Text(10))];
                var what = $"killed {timing} write {kill} of '{operation}'";
                Assert.True(read.SequenceEqual(after) || (failed && (read.SequenceEqual(before) || read.Count == 20)), $"{what}: {string.Join('\n', read)}");
                using (var next = await OpenAsync(disk))
                {
                    var schema = new Schema([next.Schema.Fields[0]]);
                    await CommitAsync(next.StageAppendAsync(schema, Batches(schema, [1000])));
                    Assert.Equal(read.Count + 1, await (await next.RefreshAsync()).CountRowsAsync());
                }
                if (!failed && !faulty.IsDead) break;
            }
        }
    }
}
