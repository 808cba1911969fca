using Google.Protobuf;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tests.Tables;

public sealed class RowIdTests
{
    static ulong[] Ids(params U64Segment[] segments)
    {
        var message = new RowIdSequence();
        message.Segments.AddRange(segments);
        var count = segments.Sum(Count);
        var ids = RowIds.Read(message.ToByteArray(), count, "f");
        var all = new ulong[count];
        ids.Fill(0, all);
        for (var start = 0; start < count; start++)
        {
            for (var length = 0; length <= count - start; length += 3)
            {
                var part = new ulong[length];
                ids.Fill(start, part);
                Assert.Equal(all.Skip(start).Take(length), part);
            }
        }
        return all;
    }

    static int Count(U64Segment segment) => segment.SegmentCase switch
    {
        U64Segment.SegmentOneofCase.Range => (int)(segment.Range.End - segment.Range.Start),
        U64Segment.SegmentOneofCase.RangeWithHoles => (int)(segment.RangeWithHoles.End - segment.RangeWithHoles.Start) - segment.RangeWithHoles.Holes.U16Array.Offsets.Length / 2,
        U64Segment.SegmentOneofCase.RangeWithBitmap => segment.RangeWithBitmap.Bitmap.Sum(b => System.Numerics.BitOperations.PopCount(b)),
        U64Segment.SegmentOneofCase.SortedArray => segment.SortedArray.U32Array.Offsets.Length / 4,
        _ => segment.Array.U64Array.Values.Length / 8,
    };

    static U64Segment Range(ulong start, ulong end) => new() { Range = new() { Start = start, End = end } };

    static U64Segment Holes(ulong start, ulong end, params ushort[] holes)
    {
        var bytes = holes.SelectMany(BitConverter.GetBytes).ToArray();
        return new() { RangeWithHoles = new() { Start = start, End = end, Holes = new() { U16Array = new() { Base = start, Offsets = ByteString.CopyFrom(bytes) } } } };
    }

    static U64Segment Bits(ulong start, ulong end, params byte[] bits) =>
        new() { RangeWithBitmap = new() { Start = start, End = end, Bitmap = ByteString.CopyFrom(bits) } };

    static U64Segment Sorted(ulong start, params uint[] offsets) =>
        new() { SortedArray = new() { U32Array = new() { Base = start, Offsets = ByteString.CopyFrom([.. offsets.SelectMany(BitConverter.GetBytes)]) } } };

    static U64Segment Listed(params ulong[] values) =>
        new() { Array = new() { U64Array = new() { Values = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]) } } };

    [Fact]
    public void Every_stored_form_gives_its_ids()
    {
        Assert.Equal([5UL, 6, 7], Ids(Range(5, 8)));
        Assert.Equal([10UL, 12, 13, 16], Ids(Holes(10, 18, 1, 4, 5, 7)));
        Assert.Equal([11UL, 12], Ids(Holes(10, 13, 0)));
        Assert.Equal([0UL, 1, 3, 5, 6, 7, 8, 9], Ids(Bits(0, 10, 0xEB, 0x03)));
        Assert.Equal([100UL + 70, 100 + 150], Ids(Bits(100, 260, [0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0])));
        Assert.Equal([1000UL, 1007, 1009], Ids(Sorted(1000, 0, 7, 9)));
        Assert.Equal([9UL, 1, ulong.MaxValue], Ids(Listed(9, 1, ulong.MaxValue)));
        Assert.Equal([3UL, 4, 9, 2, 20, 22], Ids(Range(3, 5), Listed(9, 2), Holes(20, 23, 1)));
        Assert.Empty(Ids());
    }

    [Fact]
    public void Contradictions_are_refused()
    {
        static void Refused(long rows, params U64Segment[] segments)
        {
            var message = new RowIdSequence();
            message.Segments.AddRange(segments);
            Assert.Throws<LanceFormatException>(() => RowIds.Read(message.ToByteArray(), rows, "f"));
        }
        Refused(4, Range(5, 8));
        Refused(0, Range(8, 5));
        Refused(2, Holes(10, 13, 5));
        Refused(1, Holes(10, 13, 1, 1));
        Refused(2, Bits(0, 100, 3));
        Refused(1, new U64Segment());
        Refused(1, new U64Segment { Array = new() { U64Array = new() { Values = ByteString.CopyFrom(1, 2, 3) } } });
        Refused(1, new U64Segment { SortedArray = new() { U32Array = new() { Base = ulong.MaxValue, Offsets = ByteString.CopyFrom(1, 0, 0, 0) } } });
        Refused(long.MaxValue, Range(0, long.MaxValue), Range(0, long.MaxValue));
        Assert.Throws<LanceFormatException>(() => RowIds.Read(new byte[] { 0x0A, 0x05, 0x01 }, 1, "f"));
    }
}
