using System.IO.Compression;
using Pennon.Arrow.Compute;
using Pennon.Arrow.Ipc;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Ipc;

public class IpcRoundTripTests
{
    static readonly Dictionary<string, string> SomeMetadata = new() { ["zeta"] = "ü", ["alpha"] = "" };

    internal static byte[] Stream(Schema schema, params RecordBatch[] batches)
    {
        using var memory = new MemoryStream();
        using var writer = new ArrowStreamWriter(memory, schema, leaveOpen: true);
        foreach (var batch in batches) writer.Write(batch);
        writer.Finish();
        return memory.ToArray();
    }

    internal static byte[] File(Schema schema, params RecordBatch[] batches)
    {
        using var memory = new MemoryStream();
        using var writer = new ArrowFileWriter(memory, schema, leaveOpen: true);
        foreach (var batch in batches) writer.Write(batch);
        writer.Finish();
        return memory.ToArray();
    }

    internal static List<RecordBatch> ReadStream(Stream stream, ArrowReadOptions? options = null)
    {
        using var reader = ArrowStreamReader.Open(stream, options);
        var batches = new List<RecordBatch>();
        while (reader.Read() is { } batch) batches.Add(batch);
        return batches;
    }

    static RecordBatch[] Batches(int seed, Func<ArrowType, bool>? include = null)
    {
        var random = new Random(seed);
        return [.. new[] { 0, 1, 100, 65 }.Select((length, i) => RandomArrays.Batch(random, length, i * 0.2, sliced: i > 0, include))];
    }

    [Fact]
    public void Every_type_survives_the_stream_with_empty_sliced_and_null_rows()
    {
        var batches = Batches(1);
        var read = ReadStream(new MemoryStream(Stream(batches[0].Schema, batches)));
        Assert.Equal(batches.Length, read.Count);
        for (var i = 0; i < batches.Length; i++) ArrowAssert.Equal(batches[i], read[i], $"batch {i}");
    }

    [Fact]
    public void Every_type_survives_the_file_in_any_order()
    {
        // One dictionary per column: the file format cannot replace them.
        var whole = RandomArrays.Batch(new Random(2), 300, sliced: true);
        RecordBatch[] batches = [whole.Slice(10, 90), whole.Slice(0, 0), whole.Slice(33, 200)];
        using var reader = ArrowFileReader.Open(new MemoryStream(File(whole.Schema, batches)));
        Assert.Equal(3, reader.BatchCount);
        foreach (var i in new[] { 2, 0, 1, 0 }) ArrowAssert.Equal(batches[i], reader.Read(i), $"batch {i}");
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(3));
    }

    [Fact]
    public async Task Async_and_sync_write_the_same_bytes_and_read_from_a_trickle()
    {
        var batches = Batches(3);
        var cancel = TestContext.Current.CancellationToken;
        var memory = new MemoryStream();
        await using (var writer = new ArrowStreamWriter(memory, batches[0].Schema, leaveOpen: true))
        {
            foreach (var batch in batches) await writer.WriteAsync(batch, cancellationToken: cancel);
            await writer.FinishAsync(cancel);
        }
        Assert.Equal(Stream(batches[0].Schema, batches), memory.ToArray());

        await using var reader = await ArrowStreamReader.OpenAsync(new Trickle(memory.ToArray()), cancellationToken: cancel);
        var i = 0;
        await foreach (var batch in reader.ReadAllAsync(cancel)) ArrowAssert.Equal(batches[i++], batch);
        Assert.Equal(batches.Length, i);
    }

    [Fact]
    public async Task Async_and_sync_write_the_same_file()
    {
        var cancel = TestContext.Current.CancellationToken;
        var batch = RandomArrays.Batch(new Random(4), 50);
        var memory = new MemoryStream();
        await using (var writer = new ArrowFileWriter(memory, batch.Schema, leaveOpen: true))
        {
            await writer.WriteAsync(batch, cancel);
            await writer.FinishAsync(cancel);
        }
        Assert.Equal(File(batch.Schema, batch), memory.ToArray());
        await using var reader = await ArrowFileReader.OpenAsync(memory, cancellationToken: cancel);
        await foreach (var read in reader.ReadAllAsync(cancel)) ArrowAssert.Equal(batch, read);
    }

    [Fact]
    public void Metadata_of_schema_fields_batches_and_file_survives()
    {
        var schema = new Schema([new Field("x", ArrowType.Int32, nullable: false, new Dictionary<string, string> { [Field.ExtensionNameKey] = "my.type" })], SomeMetadata);
        var batch = new RecordBatch(schema, [new PrimitiveArray<int>(ArrowType.Int32, [1])], 1);
        var memory = new MemoryStream();
        using (var writer = new ArrowStreamWriter(memory, schema, leaveOpen: true))
        {
            writer.Write(batch, SomeMetadata);
            writer.Write(batch);
            writer.Finish();
        }
        memory.Position = 0;
        using (var reader = ArrowStreamReader.Open(memory))
        {
            Assert.Equal(schema, reader.Schema);
            reader.Read();
            Assert.Equal(SomeMetadata.OrderBy(p => p.Key, StringComparer.Ordinal), reader.BatchMetadata.OrderBy(p => p.Key, StringComparer.Ordinal));
            reader.Read();
            Assert.Empty(reader.BatchMetadata);
            Assert.Null(reader.Read());
        }
        memory = new MemoryStream();
        using (var writer = new ArrowFileWriter(memory, schema, SomeMetadata, leaveOpen: true)) writer.Finish();
        using var file = ArrowFileReader.Open(memory);
        Assert.Equal(schema, file.Schema);
        Assert.Equal(0, file.BatchCount);
        Assert.Equal("ü", file.Metadata["zeta"]);
    }

    static RecordBatch Coded(ArrowArray dictionary, params sbyte[] positions)
    {
        var type = new DictionaryType(ArrowType.Int8, ArrowType.String);
        var array = ArrowArray.Create(type, positions.Length, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>(positions)], null, dictionary);
        return new RecordBatch(new Schema([new Field("c", type)]), [array], positions.Length);
    }

    [Fact]
    public void Dictionaries_grow_by_deltas_and_are_replaced()
    {
        var abc = Compute.FilterTakeConcatTests.Strings("a", "b", "c");
        var batches = new[] { Coded(abc.Slice(0, 2), 1, 0), Coded(abc, 2, 1), Coded(abc.Share(), 0), Coded(Compute.FilterTakeConcatTests.Strings("x"), 0) };
        var bytes = Stream(batches[0].Schema, batches);
        var read = ReadStream(new MemoryStream(bytes));
        for (var i = 0; i < batches.Length; i++) ArrowAssert.Equal(batches[i], read[i], $"batch {i}");
        Assert.Equal([2, 3, 3, 1], read.Select(b => ((DictionaryArray)b.Column(0)).Dictionary.Length));

        using var file = ArrowFileReader.Open(new MemoryStream(File(batches[0].Schema, batches[..3])));
        for (var i = 0; i < 3; i++) ArrowAssert.Equal(batches[i], file.Read(i), $"file batch {i}");
        var error = Assert.Throws<InvalidOperationException>(() => File(batches[0].Schema, batches));
        Assert.Contains("Column 'c' changed its dictionary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_batches_give_equal_bytes_however_they_are_sliced()
    {
        var random = new Random(6);
        var batch = RandomArrays.Batch(random, 77, sliced: true);
        var copy = Concat.Apply([batch.Slice(0, 30), batch.Slice(30, 47)]);
        // Values under null rows differ between views and copies, so the comparison is of the copy with a view of it.
        var padded = Concat.Apply([copy.Slice(0, 5), copy]).Slice(5, 77);
        Assert.Equal(Stream(copy.Schema, copy).Length, Stream(padded.Schema, padded).Length);
        Assert.Equal(Stream(copy.Schema, copy), Stream(copy.Schema, copy));
    }

    [Fact]
    public void A_schema_without_batches_is_a_whole_stream()
    {
        using var reader = ArrowStreamReader.Open(new MemoryStream(Stream(new Schema([]))));
        Assert.Empty(reader.Schema.Fields);
        Assert.Null(reader.Read());
    }

    [Fact]
    public void Batches_of_another_shape_and_after_the_end_are_refused()
    {
        var schema = new Schema([new Field("x", ArrowType.Int32)]);
        using var writer = new ArrowStreamWriter(new MemoryStream(), schema);
        Assert.Throws<ArgumentException>(() => writer.Write(Coded(Compute.FilterTakeConcatTests.Strings("a"), 0)));
        writer.Finish();
        Assert.Throws<InvalidOperationException>(() => writer.Write(new RecordBatch(schema, [new PrimitiveArray<int>(ArrowType.Int32, [1])], 1)));
    }

    [Fact]
    public void Reading_returns_all_memory()
    {
        var allocator = new TestArrowAllocator();
        var batches = Batches(9);
        var read = ReadStream(new MemoryStream(Stream(batches[0].Schema, batches)), new ArrowReadOptions { Allocator = allocator });
        foreach (var batch in read) batch.Dispose();
        allocator.AssertReturned();
    }

    [Fact]
    public void Compressed_bodies_need_a_codec_and_use_it()
    {
        var values = ArrowBuffer.Of<long>(Enumerable.Range(0, 1000).Select(i => (long)i).ToArray());
        var bytes = CompressedStream(values.Span);
        var error = Assert.Throws<ArrowFormatException>(() => ReadStream(new MemoryStream(bytes)));
        Assert.Contains("compressed with Zstd, and no codec for it was given", error.Message, StringComparison.Ordinal);
        var batch = Assert.Single(ReadStream(new MemoryStream(bytes), new ArrowReadOptions { Codecs = [new DeflateAsZstd()] }));
        Assert.Equal(values.As<long>().ToArray(), ((PrimitiveArray<long>)batch.Column(0)).Values.ToArray());
    }

    /// <summary>A stream with one compressed int64 column, put together by hand because the library writes no compression.</summary>
    static byte[] CompressedStream(ReadOnlySpan<byte> values)
    {
        var schema = new Schema([new Field("x", ArrowType.Int64)]);
        var compressed = new MemoryStream();
        compressed.Write(BitConverter.GetBytes((long)values.Length));
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(values);
        var builder = new Pennon.Arrow.Ipc.FlatBuffers.FlatBufferBuilder();
        builder.StartVector(16, 2, 8);
        builder.PushInt64(compressed.Length);
        builder.PushInt64(0);
        builder.PushInt64(0);
        builder.PushInt64(0);
        var buffers = builder.EndVector();
        builder.StartVector(16, 1, 8);
        builder.PushInt64(0);
        builder.PushInt64(values.Length / 8);
        var nodes = builder.EndVector();
        builder.StartTable(2);
        builder.AddByte(0, (byte)ArrowCompression.Zstd);
        var compression = builder.EndTable();
        builder.StartTable(5);
        builder.AddInt64(0, values.Length / 8);
        builder.AddReference(1, nodes);
        builder.AddReference(2, buffers);
        builder.AddReference(3, compression);
        var header = builder.EndTable();
        var message = EncodedMessage.Finish(builder, IpcFormat.Header.RecordBatch, header, [compressed.ToArray()], EncodedMessage.Padded(compressed.Length));
        var stream = new MemoryStream();
        stream.Write(Stream(schema).AsSpan()[..^8]);
        message.WriteTo(stream);
        return stream.ToArray();
    }

    sealed class DeflateAsZstd : IArrowCompressionCodec
    {
        public ArrowCompression Kind => ArrowCompression.Zstd;

        public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            using var deflate = new DeflateStream(new MemoryStream(source.ToArray()), CompressionMode.Decompress);
            return deflate.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
    }

    /// <summary>Gives a few bytes at a time and cannot seek.</summary>
    internal sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 7)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 7)], cancellationToken);
    }
}
