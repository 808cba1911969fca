using Pennon.Arrow;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tests.Tables;

public sealed class LanceSchemaTests
{
    public static TheoryData<string, ArrowType> Names => new()
    {
        { "null", ArrowType.Null },
        { "bool", ArrowType.Boolean },
        { "int8", ArrowType.Int8 },
        { "uint64", ArrowType.UInt64 },
        { "halffloat", ArrowType.Float16 },
        { "double", ArrowType.Float64 },
        { "string", ArrowType.String },
        { "large_binary", ArrowType.LargeBinary },
        { "date32:day", ArrowType.Date32 },
        { "date64:ms", ArrowType.Date64 },
        { "time32:ms", new Time32Type(TimeUnit.Millisecond) },
        { "time64:ns", new Time64Type(TimeUnit.Nanosecond) },
        { "timestamp:us:-", new TimestampType(TimeUnit.Microsecond) },
        { "timestamp:ms:Europe/Berlin", new TimestampType(TimeUnit.Millisecond, "Europe/Berlin") },
        { "timestamp:s:+02:00", new TimestampType(TimeUnit.Second, "+02:00") },
        { "duration:s", new DurationType(TimeUnit.Second) },
        { "decimal:128:38:2", new Decimal128Type(38, 2) },
        { "decimal:256:50:-4", new Decimal256Type(50, -4) },
        { "fixed_size_binary:16", new FixedSizeBinaryType(16) },
        { "fixed_size_list:float:128", new FixedSizeListType(ArrowType.Float32, 128) },
        { "fixed_size_list:fixed_size_list:int16:3:2", new FixedSizeListType(new FixedSizeListType(ArrowType.Int16, 3), 2) },
        { "dict:string:uint16:false", new DictionaryType(ArrowType.UInt16, ArrowType.String) },
        { "dict:timestamp:ms:-:int8:false", new DictionaryType(ArrowType.Int8, new TimestampType(TimeUnit.Millisecond)) },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Type_names_and_arrow_types_translate_both_ways(string name, ArrowType type)
    {
        Assert.Equal(type, LogicalTypes.Parse(name));
        Assert.Equal(name, LogicalTypes.NameOf(type));
    }

    [Theory]
    [InlineData("time32:ns")]
    [InlineData("timestamp:ms")]
    [InlineData("decimal:128:39:1")]
    [InlineData("decimal:64:3:1")]
    [InlineData("decimal:128:1")]
    [InlineData("fixed_size_binary:0")]
    [InlineData("fixed_size_binary:-1")]
    [InlineData("fixed_size_binary:99999999999")]
    [InlineData("fixed_size_list:float:0")]
    [InlineData("fixed_size_list:float:x")]
    [InlineData("fixed_size_list:")]
    [InlineData("dict:string")]
    [InlineData("dict:string:float:false")]
    public void Senseless_type_parameters_are_a_format_error(string name)
    {
        var message = new FieldMessage { Name = "c", Id = 0, ParentId = -1, LogicalType = name };
        Assert.Throws<LanceFormatException>(() => LanceSchema.Read([message], null, "f"));
    }

    [Fact]
    public void Unknown_type_names_are_refused_by_name()
    {
        var message = new FieldMessage { Name = "c", Id = 0, ParentId = -1, LogicalType = "quaternion" };
        Assert.Contains("quaternion", Assert.Throws<LanceNotSupportedException>(() => LanceSchema.Read([message], null, "f")).Message);
    }

    [Fact]
    public void A_nested_schema_survives_the_round_trip_with_depth_first_ids()
    {
        var schema = new Schema(
        [
            new Field("id", ArrowType.Int64, false),
            new Field("vec", new ListType(ArrowType.Float32)),
            new Field("s", new StructType([new Field("x", ArrowType.Int32), new Field("y", new ListType(new StructType([new Field("z", ArrowType.String)])))])),
            new Field("m", new MapType(new Field("key", ArrowType.String, false), new Field("value", ArrowType.Int32))),
            new Field("f", new FixedSizeListType(ArrowType.Float32, 4), true, new Dictionary<string, string> { ["a"] = "ü" }),
        ], new Dictionary<string, string> { ["k"] = "v" });
        var messages = LanceSchema.Write(schema);
        Assert.Equal(Enumerable.Range(0, messages.Count), messages.Select(m => m.Id));
        Assert.Equal([-1, -1, 1, -1, 3, 3, 5, 6, -1, 8, 9, 9, -1], messages.Select(m => m.ParentId));
        var metadata = new Google.Protobuf.Collections.MapField<string, Google.Protobuf.ByteString>();
        LanceSchema.WriteMetadata(schema.Metadata, metadata);
        var read = LanceSchema.Read(messages, metadata, "f");
        Assert.Equal(schema, read.Arrow);
        Assert.Equal(12, read.MaximumId);
        Assert.Equal([0, 2, 4, 7, 10, 11, 12], read.Fields.SelectMany(f => f.Leaves()).Select(f => f.Id));
        Assert.Equal("z", read.Find(7)!.Name);
        Assert.Null(read.Find(13));
        Assert.Null(read.Find("x"));
    }

    [Fact]
    public void Lists_that_are_no_tree_are_a_format_error()
    {
        static FieldMessage Field(int id, int parent, string type = "int32") => new() { Name = $"f{id}", Id = id, ParentId = parent, LogicalType = type };
        void Refused(params FieldMessage[] fields) => Assert.Throws<LanceFormatException>(() => LanceSchema.Read(fields, null, "f"));
        Refused(Field(0, -1), Field(0, -1));
        Refused(Field(0, 0));
        Refused(Field(1, 0), Field(0, -1));
        Refused(Field(-3, -1));
        Refused(Field(0, -2));
        Refused(Field(0, -1, "list"));
        Refused(Field(0, -1, "list"), Field(1, 0), Field(2, 0));
        Refused(Field(0, -1), Field(1, 0));
        Refused(Field(0, -1, "map"), Field(1, 0));
        Refused([Field(0, -1, "struct"), .. Enumerable.Range(1, 100).Select(i => Field(i, i - 1, "struct"))]);
    }

    [Fact]
    public void Blob_columns_read_as_their_descriptions()
    {
        var v1 = new FieldMessage { Name = "b", Id = 0, ParentId = -1, LogicalType = "large_binary", Nullable = true };
        v1.Metadata["lance-encoding:blob"] = Google.Protobuf.ByteString.CopyFromUtf8("true");
        var v2 = new FieldMessage { Name = "c", Id = 1, ParentId = -1, LogicalType = "struct", Nullable = true };
        v2.Metadata["ARROW:extension:name"] = Google.Protobuf.ByteString.CopyFromUtf8("lance.blob.v2");
        var data = new FieldMessage { Name = "data", Id = 2, ParentId = 1, LogicalType = "large_binary", Nullable = true };
        var schema = LanceSchema.Read([v1, v2, data], null, "f");
        Assert.Equal("struct<position: uint64, size: uint64>", schema.Fields[0].Type.ToString());
        Assert.Equal(["kind", "position", "size", "blob_id", "blob_uri"], ((StructType)schema.Fields[1].Type).Fields.Select(f => f.Name));
        Assert.True(schema.Fields[1].IsLeaf);
        Assert.Equal([0, 1], schema.Fields.SelectMany(f => f.Leaves()).Select(f => f.Id));
    }
}
