using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.IO;
using Pennon.TestSupport.Stores;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

public sealed class ColumnTests
{
    static readonly Schema Extra = new([new Field("a", ArrowType.Int64), new Field("b", ArrowType.String, nullable: false)]);

    static async Task<LanceDataset> WithDeletionsAsync(IObjectStore store)
    {
        using var table = await CreateAsync(store, 12, rowsPerFile: 5);
        await table.DeleteAsync("id in (0, 1, 4, 7, 9)");
        return await OpenAsync(store);
    }

    [Fact]
    public async Task Computed_columns_write_one_file_for_each_fragment_and_read_only_what_they_need()
    {
        var memory = new MemoryObjectStore();
        (await WithDeletionsAsync(memory)).Dispose();
        var store = new CountingObjectStore(memory);
        using var table = await OpenAsync(store);
        store.Reset();
        await table.AddColumnsAsync(new Dictionary<string, string> { ["twice"] = "id * 2", ["flag"] = "id > 5" });
        Assert.Equal(3 + 3, store.Puts);
        Assert.Equal(
            new[] { 2, 3, 5, 6, 8, 10, 11 }.Select(i => $$"""{"id":"{{i}}","twice":"{{2 * i}}","flag":{{(i > 5 ? "true" : "false")}}}"""),
            await RowsAsync(memory, new ScanOptions { Columns = ["id", "twice", "flag"] }));
        using var after = await OpenAsync(memory);
        Assert.All(after.Table.Manifest.Fragments, f => Assert.Equal([3, 4], f.Files[1].Fields));
    }

    [Fact]
    public async Task A_value_that_fails_only_for_deleted_rows_does_not_fail()
    {
        var store = new MemoryObjectStore();
        var schema = new Schema([new Field("id", ArrowType.Int64), new Field("t", ArrowType.String)]);
        using var table = await LanceDataset.CreateAsync(store, "t.lance", schema, Batches(schema, [1, "10"], [2, "x"], [3, "30"]));
        await Assert.ThrowsAnyAsync<Exception>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("t") { Type = ArrowType.Int32 }]));
        await table.DeleteAsync("t = 'x'");
        await table.AlterColumnsAsync([new LanceColumnAlteration("t") { Type = ArrowType.Int32 }]);
        Assert.Equal(["""{"id":"1","t":10}""", """{"id":"3","t":30}"""], await RowsAsync(store));
    }

    [Fact]
    public async Task Columns_from_batches_follow_the_live_rows()
    {
        var store = new MemoryObjectStore();
        using var table = await WithDeletionsAsync(store);
        static async IAsyncEnumerable<RecordBatch> Values(params int[] sizes)
        {
            await Task.CompletedTask;
            var next = 0;
            foreach (var size in sizes)
            {
                yield return Batch(Extra, [.. Enumerable.Range(next, size).Select(i => new object?[] { i % 3 == 0 ? null : (long)i, $"b{i}" })]);
                next += size;
            }
        }
        await using (var staged = await table.StageAddColumnsAsync(Extra, Values(1, 0, 4, 2))) await staged.CommitAsync();
        Assert.Equal(
            new[] { 2, 3, 5, 6, 8, 10, 11 }.Select((id, i) => $$"""{"id":"{{id}}","a":{{(i % 3 == 0 ? "null" : $"\"{i}\"")}},"b":"b{{i}}"}"""),
            await RowsAsync(store, new ScanOptions { Columns = ["id", "a", "b"] }));
        using var latest = await OpenAsync(store);
        var renamed = new Schema([new Field("c", ArrowType.Int64), new Field("d", ArrowType.String)]);
        var count = store.Count;
        foreach (var sizes in new[] { new[] { 6 }, [8], [] })
        {
            var batches = Values(sizes).Select(b => new RecordBatch(renamed, [b.Column(0), b.Column(1)], b.Length));
            await Assert.ThrowsAsync<ArgumentException>(async () => await latest.StageAddColumnsAsync(renamed, batches));
        }
        Assert.Equal(count, store.Count);
    }

    [Fact]
    public async Task Columns_of_nulls_write_no_data()
    {
        var memory = new MemoryObjectStore();
        (await WithDeletionsAsync(memory)).Dispose();
        var store = new CountingObjectStore(memory);
        using var table = await OpenAsync(store);
        store.Reset();
        var schema = new Schema([new Field("s", new StructType([new Field("x", ArrowType.Int32)])), new Field("l", new ListType(ArrowType.String))]);
        await table.AddColumnsAsync(schema);
        Assert.Equal((3L, 0L), (store.Puts, store.Opens));
        Assert.All(await RowsAsync(memory, new ScanOptions { Columns = ["l"] }), r => Assert.Equal("""{"l":null}""", r));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.AddColumnsAsync(new Schema([new Field("n", ArrowType.Int32, nullable: false)])));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.AddColumnsAsync(schema));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.AddColumnsAsync(new Schema([new Field("_rowid", ArrowType.UInt64)])));
    }

    [Fact]
    public async Task Ids_of_dropped_columns_are_not_given_to_new_ones()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 3);
        await table.DropColumnsAsync(["score"]);
        await table.AddColumnsAsync(new Dictionary<string, string> { ["score"] = "id * 10" });
        using var after = await OpenAsync(store);
        Assert.Equal([0, 1, 3], after.Table.Manifest.Fields.Select(f => f.Id));
        Assert.Equal(["""{"score":"0"}""", """{"score":"10"}""", """{"score":"20"}"""], await RowsAsync(after, new ScanOptions { Columns = ["score"] }));
    }

    [Fact]
    public async Task Drops_change_the_schema_only()
    {
        var memory = new MemoryObjectStore();
        (await CreateAsync(memory, 5, rowsPerFile: 2)).Dispose();
        var store = new CountingObjectStore(memory);
        using var table = await OpenAsync(store);
        store.Reset();
        await table.DropColumnsAsync(["name", "score"]);
        Assert.Equal((3L, 0L), (store.Puts, store.Opens));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $$"""{"id":"{{i}}"}"""), await RowsAsync(memory));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.DropColumnsAsync(["id"]));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await table.DropColumnsAsync(["name"]));
    }

    [Fact]
    public async Task Fields_of_structs_are_renamed_and_dropped_by_path()
    {
        var store = new MemoryObjectStore();
        var inner = new StructType([new Field("x", ArrowType.Int32), new Field("y", ArrowType.Int32)]);
        var schema = new Schema([new Field("id", ArrowType.Int64), new Field("s", inner)]);
        var column = ArrowArray.Create(inner, 2, 0, 0, [ArrowBuffer.Empty], [new PrimitiveArray<int>(ArrowType.Int32, [1, 2]), new PrimitiveArray<int>(ArrowType.Int32, [3, 4])]);
        async IAsyncEnumerable<RecordBatch> Rows()
        {
            await Task.CompletedTask;
            yield return new RecordBatch(schema, [new PrimitiveArray<long>(ArrowType.Int64, [7, 8]), column], 2);
        }
        using var table = await LanceDataset.CreateAsync(store, "t.lance", schema, Rows());
        await table.AlterColumnsAsync([new LanceColumnAlteration("s.y") { Name = "z" }]);
        await table.DropColumnsAsync(["s.x"]);
        Assert.Equal(["""{"id":"7","s":{"z":3}}""", """{"id":"8","s":{"z":4}}"""], await RowsAsync(store));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.DropColumnsAsync(["s.z"]));
        await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("s.z") { Type = ArrowType.Int64 }]));
    }

    [Fact]
    public async Task A_cast_rewrites_one_column_under_a_new_id_and_keeps_its_place()
    {
        var memory = new MemoryObjectStore();
        var schema = new Schema([new Field("k", ArrowType.Int32), new Field("v", ArrowType.String)]);
        using (await LanceDataset.CreateAsync(memory, "t.lance", schema, Batches(schema, [1, "a"], [null, "b"], [-3, "c"]))) { }
        using var table = await OpenAsync(memory);
        await table.AlterColumnsAsync([new LanceColumnAlteration("k") { Type = ArrowType.Int64, Name = "key" }]);
        using var after = await OpenAsync(memory);
        Assert.Equal([(2, "key", "int64"), (1, "v", "string")], after.Table.Manifest.Fields.Select(f => (f.Id, f.Name, f.LogicalType)));
        Assert.Equal(["""{"key":"1","v":"a"}""", """{"key":null,"v":"b"}""", """{"key":"-3","v":"c"}"""], await RowsAsync(after));
        Assert.Equal(2, after.Table.Manifest.Fragments[0].Files.Count);
        await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("v") { Type = new ListType(ArrowType.Int32) }]));
        await Assert.ThrowsAsync<ArrowComputeException>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("v") { Type = ArrowType.Int32 }]));
    }

    [Fact]
    public async Task A_column_becomes_not_null_only_without_nulls()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 3);
        await table.AlterColumnsAsync([new LanceColumnAlteration("id") { Nullable = false }]);
        using (var after = await OpenAsync(store)) Assert.False(after.Schema.Field("id").Nullable);
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["id"] = "NULL" }));
        await table.UpdateAsync("id = 1", new Dictionary<string, string> { ["name"] = "NULL" });
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("name") { Nullable = false }]));
        await table.AlterColumnsAsync([new LanceColumnAlteration("id") { Nullable = true }]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.AlterColumnsAsync([new LanceColumnAlteration("id") { Name = "name" }]));
        await table.AlterColumnsAsync([new LanceColumnAlteration("id") { Name = "name" }, new LanceColumnAlteration("name") { Name = "id" }]);
        using var swapped = await OpenAsync(store);
        Assert.Equal(["name", "id", "score"], swapped.Schema.Fields.Select(f => f.Name));
    }

    [Fact]
    public async Task Changes_of_columns_meet_writers_of_rows_as_the_matrix_says()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 4);
        await using var add = await table.StageAddColumnsAsync([KeyValuePair.Create("twice", LanceExpression.Parse("id * 2"))]);
        await using var drop = table.StageDropColumns(["score"]);
        await using var append = await table.StageAppendAsync(People, Batches(People, [9, "nine", 9.0]));
        await using var delete = await table.StageDeleteAsync("id = 1");
        await append.CommitAsync();
        Assert.True((await Assert.ThrowsAsync<ConflictException>(async () => await add.CommitAsync())).IsRetryable);
        Assert.Equal(3, await drop.CommitAsync());
        Assert.Equal(4, await delete.CommitAsync());
        await table.AddColumnsAsync(new Dictionary<string, string> { ["twice"] = "id * 2" });
        Assert.Equal(
            new[] { 0, 2, 3 }.Select(i => $$"""{"id":"{{i}}","name":"n{{i}}","twice":"{{2 * i}}"}""").Append("""{"id":"9","name":"nine","twice":"18"}"""), await RowsAsync(store));
    }

    [Fact]
    public async Task Configuration_and_metadata_are_changed_and_removed()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 1);
        await table.UpdateConfigAsync(new LanceConfigChanges
        {
            Config = new Dictionary<string, string?> { ["a"] = "1", ["b"] = "2" },
            TableMetadata = new Dictionary<string, string?> { ["owner"] = "me" },
            SchemaMetadata = new Dictionary<string, string?> { ["s"] = "t" },
            FieldMetadata = new Dictionary<string, IReadOnlyDictionary<string, string?>> { ["name"] = new Dictionary<string, string?> { ["unit"] = "m" } },
        });
        await table.UpdateConfigAsync(new LanceConfigChanges { Config = new Dictionary<string, string?> { ["a"] = null, ["c"] = "3" } });
        using var after = await OpenAsync(store);
        Assert.Equal([("b", "2"), ("c", "3")], after.Table.Manifest.Config.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)));
        Assert.Equal(("me", "t", "m"), (after.Table.Manifest.TableMetadata["owner"], after.Schema.Metadata["s"], after.Schema.Field("name").Metadata["unit"]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.UpdateConfigAsync(new LanceConfigChanges()));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await table.UpdateConfigAsync(new LanceConfigChanges { FieldMetadata = new Dictionary<string, IReadOnlyDictionary<string, string?>> { ["x"] = new Dictionary<string, string?>() } }));
    }
}
