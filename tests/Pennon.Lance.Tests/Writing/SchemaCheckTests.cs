using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Writing;

public sealed class SchemaCheckTests
{
    static readonly Field Id = new("id", ArrowType.Int64, nullable: false);
    static readonly Field Name = new("name", ArrowType.String);
    static readonly Field Point = new("point", new StructType([new("x", ArrowType.Float64), new("y", ArrowType.Float64)]));

    static async Task<MemoryObjectStore> TableAsync()
    {
        var store = new MemoryObjectStore();
        await using var writer = await LanceTableWriter.CreateAsync(store, "t.lance", new Schema([Id, Name, Point]));
        await using var staged = await writer.FinishAsync();
        await staged.CommitAsync();
        return store;
    }

    static async Task<string> AppendErrorAsync(params Field[] fields)
    {
        var store = await TableAsync();
        return (await Assert.ThrowsAsync<ArgumentException>(async () => await LanceTableWriter.AppendAsync(store, "t.lance", new Schema(fields)))).Message;
    }

    [Fact]
    public async Task An_unknown_column_is_named() =>
        Assert.Equal("The appended rows have a column 'age', which table 't.lance' does not have.", await AppendErrorAsync(Id, Name, Point, new("age", ArrowType.Int32)));

    [Fact]
    public async Task A_column_of_another_type_is_named_with_both_types() =>
        Assert.Equal("The appended column 'name' is large_string, and table 't.lance' stores string; cast it first.", await AppendErrorAsync(Id, new("name", ArrowType.LargeString), Point));

    [Fact]
    public async Task A_nested_column_of_another_type_is_named_with_its_path() =>
        Assert.Equal("The appended column 'point.y' is float, and table 't.lance' stores double; cast it first.",
            await AppendErrorAsync(Id, Name, new("point", new StructType([new("x", ArrowType.Float64), new("y", ArrowType.Float32)]))));

    [Fact]
    public async Task A_missing_field_of_a_struct_is_refused() =>
        Assert.Contains("'point' has 1 fields, and that of table 't.lance' 2", await AppendErrorAsync(Id, Name, new("point", new StructType([new("x", ArrowType.Float64)]))), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_column_must_be_nullable() =>
        Assert.Contains("has the column 'id', which is not nullable and is missing", await AppendErrorAsync(Name, Point), StringComparison.Ordinal);

    [Fact]
    public async Task A_nullable_column_does_not_go_into_one_that_is_not() =>
        Assert.Contains("'id' is nullable", await AppendErrorAsync(new("id", ArrowType.Int64), Name), StringComparison.Ordinal);

    [Fact]
    public async Task Nullable_columns_may_be_left_out_and_the_order_is_free()
    {
        var store = await TableAsync();
        await using var writer = await LanceTableWriter.AppendAsync(store, "t.lance", new Schema([Name, Id]));
        await writer.WriteAsync(new RandomRows(1).CreateBatch(writer.Schema, 3));
        await using var staged = await writer.FinishAsync();
        Assert.Equal(2, await staged.CommitAsync());
    }

    [Fact]
    public async Task Duplicate_reserved_and_absent_columns_are_refused_at_creation()
    {
        var store = new MemoryObjectStore();
        async Task<string> Error(params Field[] fields) => (await Assert.ThrowsAsync<ArgumentException>(async () => await LanceTableWriter.CreateAsync(store, "t.lance", new Schema(fields)))).Message;
        Assert.StartsWith("The schema has two columns named 'id'.", await Error(Id, Id), StringComparison.Ordinal);
        Assert.StartsWith("The column name '_rowid' is reserved", await Error(new Field("_rowid", ArrowType.UInt64)), StringComparison.Ordinal);
        Assert.StartsWith("Table 't.lance' needs at least one column.", await Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_the_format_cannot_hold_are_refused_at_creation_with_the_column()
    {
        var store = new MemoryObjectStore();
        async Task<LanceNotSupportedException> Error(Field field) => await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await LanceTableWriter.CreateAsync(store, "t.lance", new Schema([field])));
        Assert.Contains("Column 'v' is fixed_size_list", (await Error(new("v", new FixedSizeListType(ArrowType.String, 3)))).Message, StringComparison.Ordinal);
        Assert.Equal("dictionary value type", (await Error(new("d", new DictionaryType(ArrowType.Int32, ArrowType.Boolean)))).Feature);
        Assert.Contains("'s.v'", (await Error(new("s", new StructType([new("v", new FixedSizeListType(new ListType(ArrowType.Int32), 2))])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_must_have_the_writers_columns_and_no_nulls_where_there_are_none()
    {
        var store = new MemoryObjectStore();
        await using var writer = await LanceTableWriter.CreateAsync(store, "t.lance", new Schema([Id, Name]));
        async Task<string> Error(RecordBatch batch) => (await Assert.ThrowsAsync<ArgumentException>(async () => await writer.WriteAsync(batch))).Message;
        var random = new RandomRows(1, nulls: 0.5);
        Assert.Contains("has 1 columns", await Error(random.CreateBatch(new Schema([Id]), 3)), StringComparison.Ordinal);
        Assert.Contains("is 'nom', and the writer expects 'name'", await Error(random.CreateBatch(new Schema([Id, new("nom", ArrowType.String)]), 3)), StringComparison.Ordinal);
        Assert.Contains("is int32, and the writer expects int64", await Error(random.CreateBatch(new Schema([new("id", ArrowType.Int32), Name]), 3)), StringComparison.Ordinal);
        Assert.Contains("'id' is not nullable", await Error(random.CreateBatch(new Schema([new("id", ArrowType.Int64), Name]), 50)), StringComparison.Ordinal);
    }
}
