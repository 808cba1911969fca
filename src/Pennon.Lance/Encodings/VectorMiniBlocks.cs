using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Fixed-size lists: the validity of their items, outermost level first, then all items flat.</summary>
/// <param name="shape">Lengths of the levels, outermost first, and the width of an item.</param>
/// <param name="items">Item bytes, or one byte for each boolean.</param>
/// <param name="validity">For each level flags of 0 or 1 for its items, or null when all of them are valid.</param>
internal sealed class VectorMiniBlocks(VectorShape shape, ReadOnlyMemory<byte> items, ByteSink?[] validity) : MiniBlockValues
{
    readonly int _slots = SlotsFor(8192, checked((int)Math.Min(int.MaxValue, shape.BitsPerValue)));

    public override int BufferCount
    {
        get
        {
            var count = 1;
            foreach (var level in validity)
                if (level is not null) count++;
            return count;
        }
    }

    public override CompressiveEncoding Describe() => shape.Describe(validity);

    public override int ChunkSlots(int first) => _slots;

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        var buffer = 0;
        var perValue = 1;
        for (var level = 0; level < shape.Dimensions.Length; level++)
        {
            perValue *= shape.Dimensions[level];
            if (validity[level] is not { } flags) continue;
            WriteBits(flags.Span.Slice(first * perValue, count * perValue), target, out sizes[buffer++]);
        }
        if (shape.ItemBits == 1)
        {
            WriteBits(items.Span.Slice(first * perValue, count * perValue), target, out sizes[buffer]);
            return;
        }
        var bytes = perValue * (shape.ItemBits / 8);
        sizes[buffer] = count * bytes;
        target.Append(items.Span.Slice(first * bytes, count * bytes));
        target.Pad(8);
    }

    static void WriteBits(ReadOnlySpan<byte> flags, ByteSink target, out int size)
    {
        size = (flags.Length + 7) >> 3;
        FlagPacking.Pack(flags, target.Extend(size));
        target.Pad(8);
    }
}
