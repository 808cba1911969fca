using Pennon.Arrow.Compute;
using Pennon.Arrow.Ipc;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Ipc;

/// <summary>Damaged input gives <see cref="ArrowFormatException"/> or a batch that every kernel can walk; nothing else, and no giant allocation.</summary>
public class IpcFuzzTests
{
    const long AllocationLimit = 64L << 20;

    static RecordBatch Sample(int seed, int rows) => RandomArrays.Batch(new Random(seed), rows, sliced: false);

    static void Walk(RecordBatch batch)
    {
        // Rows that are not backed by bytes (nulls, empty structs) can be claimed in any number; they need no walking.
        var rows = Math.Min(batch.Length, 50);
        foreach (var column in batch.Columns)
        {
            using var view = column.Slice(0, rows);
            for (var i = 0; i < rows; i++) Visit(view, i);
            using var taken = Take.Apply(view, Enumerable.Range(0, rows).Reverse().ToArray());
            _ = taken.NullCount;
        }
    }

    static void Visit(ArrowArray array, int row)
    {
        if (array.IsNull(row)) return;
        // Claimed items of zero width can be billions.
        var items = array switch
        {
            VariableListArray<int> a => a.Offsets[row + 1] - a.Offsets[row],
            VariableListArray<long> a => a.Offsets[row + 1] - a.Offsets[row],
            _ => 0,
        };
        if (items < 10_000) _ = ArrowText.Row(array, row);
    }

    static void Check(byte[] bytes, Action<byte[]> read, string context)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (ArrowFormatException error)
        {
            Assert.InRange(error.Offset, 0, Math.Max(bytes.Length, 0));
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{context}: {error}");
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < AllocationLimit, $"{context}: allocated {GC.GetAllocatedBytesForCurrentThread() - before} bytes.");
    }

    static void ReadStream(byte[] bytes)
    {
        using var reader = ArrowStreamReader.Open(new MemoryStream(bytes));
        while (reader.Read() is { } batch) Walk(batch);
    }

    static void ReadTrickle(byte[] bytes)
    {
        using var reader = ArrowStreamReader.Open(new IpcRoundTripTests.Trickle(bytes));
        while (reader.Read() is { } batch) Walk(batch);
    }

    static void ReadFile(byte[] bytes)
    {
        using var reader = ArrowFileReader.Open(new MemoryStream(bytes));
        for (var i = 0; i < Math.Min(reader.BatchCount, 4); i++) Walk(reader.Read(i));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_damaged_byte_is_refused_or_harmless(bool file)
    {
        var batch = Sample(11, 3);
        var bytes = file ? IpcRoundTripTests.File(batch.Schema, batch) : IpcRoundTripTests.Stream(batch.Schema, batch);
        // Every metadata byte is hit; the body is mostly padding, of which a sample is enough.
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == 0 && i % 11 != 0) continue;
            // Neighbouring bytes take turns between losing one bit and losing all.
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= i % 2 == 0 ? (byte)0xFF : (byte)(1 << (i / 2 & 7));
            Check(damaged, file ? ReadFile : ReadStream, $"byte {i} = {damaged[i]}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_is_refused_or_harmless(bool file)
    {
        var batch = Sample(12, 2);
        var bytes = file ? IpcRoundTripTests.File(batch.Schema, batch) : IpcRoundTripTests.Stream(batch.Schema, batch);
        for (var length = 0; length < bytes.Length; length += length < 300 ? 1 : 9)
        {
            var cut = bytes[..length];
            Check(cut, file ? ReadFile : ReadStream, $"length {length}");
            if (!file && length % 3 == 0) Check(cut, ReadTrickle, $"length {length} unseekable");
            if (file) Assert.Throws<ArrowFormatException>(() => ReadFile(cut));
        }
    }

    [Fact]
    public void Random_damage_in_many_places_is_refused_or_harmless()
    {
        var batch = Sample(13, 5);
        byte[][] originals = [IpcRoundTripTests.Stream(batch.Schema, batch), IpcRoundTripTests.File(batch.Schema, batch)];
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var which = random.Next(2);
            var damaged = (byte[])originals[which].Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                var at = random.Next(damaged.Length);
                damaged[at] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }
            Check(damaged, which == 0 ? ReadStream : ReadFile, $"seed {seed}");
        }
    }

    [Fact]
    public void Shared_children_cannot_multiply()
    {
        // A chain of structs whose two children are one and the same field would stand for 2^60 fields.
        var builder = new Pennon.Arrow.Ipc.FlatBuffers.FlatBufferBuilder();
        var field = 0;
        for (var depth = 0; depth < 60; depth++)
        {
            var children = field == 0 ? builder.CreateReferences([]) : builder.CreateReferences([field, field]);
            builder.StartTable(1);
            var type = builder.EndTable();
            builder.StartTable(7);
            builder.AddByte(2, (byte)(field == 0 ? IpcFormat.TypeTag.Null : IpcFormat.TypeTag.Struct));
            builder.AddReference(3, type);
            builder.AddReference(5, children);
            field = builder.EndTable();
        }
        var fields = builder.CreateReferences([field]);
        builder.StartTable(2);
        builder.AddReference(1, fields);
        var message = EncodedMessage.Finish(builder, IpcFormat.Header.Schema, builder.EndTable(), [], 0);
        var error = Assert.Throws<ArrowFormatException>(() => ArrowStreamReader.Open(new MemoryStream(message.Head)));
        Assert.Contains("more nodes than its size can hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_are_only_claimed_are_not_believed()
    {
        byte[] prefix = [0xFF, 0xFF, 0xFF, 0xFF, 0xF0, 0xFF, 0xFF, 0x7F];
        foreach (var read in new Action<byte[]>[] { ReadStream, ReadTrickle }) Check(prefix, read, "metadata of 2 GiB");
        Assert.Throws<ArrowFormatException>(() => ReadStream([]));
        Assert.Throws<ArrowFormatException>(() => ReadFile("ARROW1"u8.ToArray()));
        Assert.Throws<ArrowFormatException>(() => ReadStream("PAR1 is something else entirely"u8.ToArray()));
    }
}
