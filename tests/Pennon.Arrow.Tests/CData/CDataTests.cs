using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Arrow.CData;
using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.CData;

public unsafe class CDataTests
{
    public static TheoryData<int> EveryType() => [.. Enumerable.Range(0, RandomArrays.Types.Count)];

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Every_type_and_value_survives_export_and_import(int type)
    {
        var random = new Random(type + 600);
        var field = new Field("näme", RandomArrays.Types[type], random.Next(2) == 0, new Dictionary<string, string> { ["k"] = "v", ["ü"] = "" });
        CArrowSchema schema;
        CDataExporter.ExportField(field, &schema);
        Assert.Equal(field, CDataImporter.ImportField(&schema));
        Assert.True(schema.Release is null);
        foreach (var length in new[] { 0, 1, 64, 100 })
        {
            foreach (var sliced in new[] { false, true })
            {
                var array = RandomArrays.Make(random, field.Type, length, random.Next(2) * 0.3, sliced);
                CArrowArray exported;
                CDataExporter.ExportArray(array, &exported);
                using var imported = CDataImporter.ImportArray(&exported, field.Type);
                Assert.True(exported.Release is null);
                ArrowAssert.Equal(array, imported, $"length {length}, sliced {sliced}");
            }
        }
    }

    [Fact]
    public void Nothing_is_copied_and_views_keep_their_offset()
    {
        var array = (PrimitiveArray<int>)new PrimitiveArray<int>(ArrowType.Int32, [1, 2, 3, 4]).Slice(1, 2);
        CArrowArray exported;
        CDataExporter.ExportArray(array, &exported);
        Assert.Equal((2L, 1L, 0L, 2L), (exported.Length, exported.Offset, exported.NullCount, exported.BufferCount));
        Assert.True(exported.Buffers[0] is null);
        Assert.Equal(2, ((int*)exported.Buffers[1])[1]);
        Assert.True(Unsafe.AreSame(ref MemoryMarshal.GetReference(array.ValueBuffer.Span), ref *(byte*)exported.Buffers[1]));
        using var imported = (PrimitiveArray<int>)CDataImporter.ImportArray(&exported, ArrowType.Int32);
        Assert.True(Unsafe.AreSame(ref MemoryMarshal.GetReference(array.Values), ref MemoryMarshal.GetReference(imported.Values)));
    }

    [Fact]
    public void Memory_returns_when_the_last_user_is_gone()
    {
        var allocator = new TestArrowAllocator();
        var builder = new BinaryBuilder(ArrowType.String, allocator);
        builder.Append("a");
        builder.Append((string?)null);
        var lists = new ListBuilder(new ListType(ArrowType.Int64), allocator);
        ((PrimitiveBuilder<long>)lists.Items).Append(5L);
        lists.EndRow();
        lists.AppendNull();
        var schema = new Schema([new Field("s", ArrowType.String), new Field("l", new ListType(ArrowType.Int64))]);
        var batch = new RecordBatch(schema, [builder.Build(), lists.Build()], 2);
        CArrowArray exported;
        CDataExporter.ExportBatch(batch, &exported);
        batch.Dispose();
        Assert.True(allocator.Live > 0, "The export must hold the memory.");
        var imported = CDataImporter.ImportBatch(&exported, schema);
        ArrowAssert.Rows(["\"a\"", "null"], imported.Column(0));
        var column = imported.Column(1).Share();
        imported.Dispose();
        Assert.True(allocator.Live > 0, "A column that is still in use holds the memory.");
        ArrowAssert.Rows(["[\"5\"]", "null"], column);
        column.Dispose();
        allocator.AssertReturned();
    }

    [Fact]
    public void An_export_that_nobody_imports_is_released_by_its_callback()
    {
        var allocator = new TestArrowAllocator();
        var builder = new PrimitiveBuilder<double>(ArrowType.Float64, allocator);
        builder.Append(1.5);
        var array = builder.Build();
        CArrowArray exported;
        CDataExporter.ExportArray(array, &exported);
        array.Dispose();
        Assert.Equal(1, allocator.Live);
        exported.Release(&exported);
        Assert.True(exported.Release is null);
        allocator.AssertReturned();
    }

    [Fact]
    public void Memory_that_the_collector_may_move_is_pinned()
    {
        var bytes = new byte[1 << 12];
        bytes[8] = 7;
        var array = new PrimitiveArray<byte>(ArrowType.UInt8, bytes.Length, 0, 0, ArrowBuffer.Empty, ArrowBuffer.Wrap(bytes, 0, bytes.Length));
        CArrowArray exported;
        CDataExporter.ExportArray(array, &exported);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.Equal(7, ((byte*)exported.Buffers[1])[8]);
        exported.Release(&exported);
    }

    [Fact]
    public void Schemas_travel_as_structs_with_metadata()
    {
        var schema = new Schema(
            [new Field("x", new MapType(new Field("k", ArrowType.Int32, false), new Field("v", ArrowType.String), keysSorted: true)), new Field("d", new DictionaryType(ArrowType.Int16, ArrowType.String, ordered: true))],
            new Dictionary<string, string> { ["origin"] = "test" });
        CArrowSchema exported;
        CDataExporter.ExportSchema(schema, &exported);
        Assert.Equal("+s", Marshal.PtrToStringUTF8((nint)exported.Format));
        Assert.Equal("+m", Marshal.PtrToStringUTF8((nint)exported.Children[0]->Format));
        Assert.Equal("s", Marshal.PtrToStringUTF8((nint)exported.Children[1]->Format));
        Assert.Equal("u", Marshal.PtrToStringUTF8((nint)exported.Children[1]->Dictionary->Format));
        Assert.Equal((2L | 4, 2L | 1), (exported.Children[0]->Flags, exported.Children[1]->Flags));
        Assert.Equal(schema, CDataImporter.ImportSchema(&exported));
    }

    [Theory]
    [InlineData("vu")]
    [InlineData("+ud:1,2")]
    [InlineData("tiM")]
    [InlineData("d:10,2,64")]
    [InlineData("")]
    [InlineData("+r")]
    public void Formats_without_a_type_are_refused_by_name(string format)
    {
        var exported = (CArrowSchema*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowSchema));
        CDataExporter.ExportField(new Field("x", ArrowType.Int32), exported);
        NativeMemory.Free(exported->Format);
        exported->Format = CDataFormat.Copy(format);
        var error = Assert.Throws<NotSupportedException>(() => CDataImporter.ImportField(exported));
        Assert.Contains($"'{format}'", error.Message, StringComparison.Ordinal);
        Assert.True(exported->Release is null);
        NativeMemory.Free(exported);
    }

    [Fact]
    public void A_broken_array_is_refused_and_still_released()
    {
        var allocator = new TestArrowAllocator();
        void Refused(Action<nint> damage, ArrowType type)
        {
            var builder = new BinaryBuilder(ArrowType.String, allocator);
            builder.Append("abc");
            var array = builder.Build();
            var exported = (CArrowArray*)NativeMemory.AllocZeroed((nuint)sizeof(CArrowArray));
            CDataExporter.ExportArray(array, exported);
            array.Dispose();
            damage((nint)exported);
            Assert.Throws<ArgumentException>(() => CDataImporter.ImportArray(exported, type));
            Assert.True(exported->Release is null);
            NativeMemory.Free(exported);
            allocator.AssertReturned();
        }
        Refused(_ => { }, ArrowType.Int32);
        Refused(_ => { }, new ListType(ArrowType.Int32));
        Refused(a => ((CArrowArray*)a)->Length = -1, ArrowType.String);
        Refused(a => ((CArrowArray*)a)->BufferCount = 2, ArrowType.String);
        Refused(a => ((CArrowArray*)a)->NullCount = 1, ArrowType.String);
        Refused(a => ((CArrowArray*)a)->Buffers[2] = null, ArrowType.String);
    }

    [Fact]
    public void A_released_structure_is_refused()
    {
        CArrowArray none = default;
        CArrowSchema nothing = default;
        CArrowArrayStream empty = default;
        Assert.Throws<ArgumentException>(() => Import(none));
        Assert.Throws<ArgumentException>(() => ImportSchema(nothing));
        Assert.Throws<ArgumentException>(() => ImportStream(empty));

        static void Import(CArrowArray array) => CDataImporter.ImportArray(&array, ArrowType.Int32);
        static void ImportSchema(CArrowSchema schema) => CDataImporter.ImportField(&schema);
        static void ImportStream(CArrowArrayStream stream) => CDataImporter.ImportStream(&stream);
    }

    [Fact]
    public void Streams_hand_over_batches_and_failures()
    {
        var allocator = new TestArrowAllocator();
        var schema = new Schema([new Field("x", ArrowType.Int32)]);
        IEnumerable<RecordBatch> Batches(bool fail)
        {
            for (var i = 0; i < 2; i++)
            {
                var builder = new PrimitiveBuilder<int>(ArrowType.Int32, allocator);
                builder.Append(i);
                yield return new RecordBatch(schema, [builder.Build()], 1);
            }
            if (fail) throw new IOException("the disk is gone");
        }
        CArrowArrayStream exported;
        CDataExporter.ExportStream(schema, Batches(fail: true), &exported);
        using (var stream = CDataImporter.ImportStream(&exported))
        {
            Assert.True(exported.Release is null);
            Assert.Equal(schema, stream.Schema);
            for (var i = 0; i < 2; i++)
            {
                using var batch = stream.Read()!;
                ArrowAssert.Rows([$"{i}"], batch.Column(0));
            }
            var error = Assert.Throws<InvalidOperationException>(stream.Read);
            Assert.Contains("the disk is gone", error.Message, StringComparison.Ordinal);
        }
        allocator.AssertReturned();
        CDataExporter.ExportStream(schema, Batches(fail: false), &exported);
        using (var stream = CDataImporter.ImportStream(&exported))
        {
            stream.Read()!.Dispose();
            stream.Read()!.Dispose();
            Assert.Null(stream.Read());
            Assert.Null(stream.Read());
        }
        allocator.AssertReturned();
    }

    [Fact]
    public void Imported_columns_work_in_kernels_and_can_be_exported_again()
    {
        var array = RandomArrays.Make(new Random(4), ArrowType.String, 50, 0.2, sliced: true);
        CArrowArray first, second;
        CDataExporter.ExportArray(array, &first);
        using var imported = CDataImporter.ImportArray(&first, ArrowType.String);
        var rows = new[] { 3, 1, 40 };
        ArrowAssert.Equal(Take.Apply(array, rows), Take.Apply(imported, rows));
        using var view = imported.Slice(5, 20);
        CDataExporter.ExportArray(view, &second);
        using var again = CDataImporter.ImportArray(&second, ArrowType.String);
        ArrowAssert.Equal(array.Slice(5, 20), again);
    }
}
