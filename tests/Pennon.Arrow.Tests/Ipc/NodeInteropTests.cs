using System.Text;
using System.Text.Json;
using Pennon.Arrow.Ipc;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Ipc;

/// <summary>The npm package apache-arrow reads what we write, and we read what it writes.</summary>
public class NodeInteropTests
{
    const string Folder = "interop/arrow";

    /// <summary>The reference implementation has no large lists.</summary>
    static bool Shared(ArrowType type) => type.Id != ArrowTypeId.LargeList;

    static async Task<JsonElement> Read(string path) =>
        JsonDocument.Parse(await Node.OutputOfAsync(RepositoryFolder.Path(Folder, "ipc.mjs"), ["read", path], cancellationToken: TestContext.Current.CancellationToken)).RootElement;

    static async Task Run(params string[] arguments) =>
        await Node.OutputOfAsync(RepositoryFolder.Path(Folder, "ipc.mjs"), arguments, cancellationToken: TestContext.Current.CancellationToken);

    static string Name(ArrowType type) => type switch
    {
        FixedSizeBinaryType t => $"fixed_binary({t.ByteWidth})",
        Time32Type t => $"time32({TimeUnits.Suffix(t.Unit)})",
        Time64Type t => $"time64({TimeUnits.Suffix(t.Unit)})",
        TimestampType t => $"timestamp({TimeUnits.Suffix(t.Unit)}{(t.TimeZone is null ? "" : "," + t.TimeZone)})",
        DurationType t => $"duration({TimeUnits.Suffix(t.Unit)})",
        Decimal128Type t => $"decimal128({t.Precision},{t.Scale})",
        Decimal256Type t => $"decimal256({t.Precision},{t.Scale})",
        ListType t => $"list<{Name(t.Item)}>",
        FixedSizeListType t => $"fixed_list<{Name(t.Item)},{t.Size}>",
        StructType t => $"struct<{string.Join(",", t.Fields.Select(Name))}>",
        MapType t => $"map<{Name(t.Key)},{Name(t.Value)}{(t.KeysSorted ? ",sorted" : "")}>",
        DictionaryType t => $"dictionary<{Name(t.Index)},{Name(t.Value)}{(t.Ordered ? ",ordered" : "")}>",
        { Id: ArrowTypeId.Boolean } => "bool",
        { Id: ArrowTypeId.LargeString } => "large_string",
        { Id: ArrowTypeId.LargeBinary } => "large_binary",
        _ => type.ToString()!,
    };

    static string Name(Field field) => $"{field.Name}:{Name(field.Type)}{(field.Nullable ? "?" : "")}";

    static void AssertSame(RecordBatch batch, JsonElement read)
    {
        Assert.Equal(batch.Schema.Fields.Select(Name), read.GetProperty("schema").EnumerateArray().Select(f => f.GetString()));
        for (var c = 0; c < batch.Columns.Count; c++)
        {
            var theirs = read.GetProperty("columns")[c].EnumerateArray().Select(Canonical).ToArray();
            var ours = ArrowText.Rows(batch.Column(c)).Select(r => Canonical(JsonDocument.Parse(r).RootElement)).ToArray();
            for (var i = 0; i < ours.Length; i++)
                Assert.True(i < theirs.Length && ours[i] == theirs[i], $"{batch.Schema.Fields[c]} row {i}: ours {ours[i]}, theirs {(i < theirs.Length ? theirs[i] : "missing")}");
            Assert.Equal(ours.Length, theirs.Length);
        }
    }

    static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(",", element.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.String => ArrowText.Quote(element.GetString()!),
        _ => element.GetRawText(),
    };

    [Theory]
    [InlineData("stream", 1)]
    [InlineData("file", 2)]
    [InlineData("stream", 3)]
    public async Task The_reference_reader_sees_the_same_values(string kind, int seed)
    {
        Node.SkipUnlessPresent(Folder);
        using var folder = new TempFolder();
        var batch = RandomArrays.Batch(new Random(seed), 70, nulls: seed == 3 ? 0 : 0.25, sliced: true, Shared);
        var path = folder.Path("ours.arrow");
        RecordBatch[] parts = [batch.Slice(0, 40), batch.Slice(40, 0), batch.Slice(40, 30)];
        await File.WriteAllBytesAsync(path, kind == "file" ? IpcRoundTripTests.File(batch.Schema, parts) : IpcRoundTripTests.Stream(batch.Schema, parts), TestContext.Current.CancellationToken);
        AssertSame(batch, await Read(path));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("file")]
    public async Task What_the_reference_writer_copies_reads_back_the_same(string kind)
    {
        Node.SkipUnlessPresent(Folder);
        using var folder = new TempFolder();
        var batch = RandomArrays.Batch(new Random(7), 50, sliced: true, include: Shared);
        var (ours, theirs) = (folder.Path("ours.arrow"), folder.Path("theirs.arrow"));
        await File.WriteAllBytesAsync(ours, IpcRoundTripTests.Stream(batch.Schema, batch), TestContext.Current.CancellationToken);
        await Run("copy", ours, theirs, kind);
        ArrowAssert.Equal(batch, Assert.Single(ReadAll(theirs, kind)));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("file")]
    public async Task What_the_reference_writer_makes_has_the_known_values(string kind)
    {
        Node.SkipUnlessPresent(Folder);
        using var folder = new TempFolder();
        var path = folder.Path("made.arrow");
        await Run("make", path, kind);
        var batch = Assert.Single(ReadAll(path, kind));
        ArrowAssert.Rows(["1", "null", "-3", "2147483647"], batch.Column("i32"));
        ArrowAssert.Rows(["\"1\"", "\"-9223372036854775808\"", "null", "\"9223372036854775807\""], batch.Column("i64"));
        ArrowAssert.Rows(["0", "255", "null", "7"], batch.Column("u8"));
        ArrowAssert.Rows(["\"3ff8000000000000\"", "\"8000000000000000\"", "null", "\"7ff0000000000000\""], batch.Column("f64"));
        ArrowAssert.Rows(["true", "null", "false", "true"], batch.Column("flag"));
        ArrowAssert.Rows(["\"\"", "\"grüße\"", "null", "\"日本\""], batch.Column("text"));
        ArrowAssert.Rows(["\"a\"", "\"b\"", "null", "\"a\""], batch.Column("word"));
        ArrowAssert.Rows(["[1,2]", "[]", "null", "[null]"], batch.Column("list"));
        ArrowAssert.Rows(["[1,\"p\"]", "null", "[null,\"q\"]", "[4,null]"], batch.Column("pair"));
    }

    [Fact]
    public async Task Metadata_reaches_the_reference_reader()
    {
        Node.SkipUnlessPresent(Folder);
        using var folder = new TempFolder();
        var schema = new Schema([new Field("x", ArrowType.Int32, false, new Dictionary<string, string> { ["unit"] = "m²" })], new Dictionary<string, string> { ["a"] = "1" });
        var path = folder.Path("ours.arrow");
        await File.WriteAllBytesAsync(path, IpcRoundTripTests.Stream(schema), TestContext.Current.CancellationToken);
        var read = await Read(path);
        Assert.Equal("1", read.GetProperty("metadata").GetProperty("a").GetString());
        Assert.Equal("m²", read.GetProperty("fieldMetadata")[0].GetProperty("unit").GetString());
        Assert.Equal("x:int32", read.GetProperty("schema")[0].GetString());
    }

    static List<RecordBatch> ReadAll(string path, string kind)
    {
        if (kind == "stream") return IpcRoundTripTests.ReadStream(File.OpenRead(path));
        using var reader = ArrowFileReader.Open(File.OpenRead(path));
        return [.. Enumerable.Range(0, reader.BatchCount).Select(i => reader.Read(i))];
    }
}
