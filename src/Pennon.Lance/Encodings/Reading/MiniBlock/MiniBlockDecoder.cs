using Pennon.Lance.Wire.Encodings21;
using Kind = Pennon.Lance.Wire.Encodings21.CompressiveEncoding.CompressionOneofCase;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Decodes the values of one chunk of a mini-block page.</summary>
internal abstract class MiniBlockDecoder
{
    /// <summary>Appends ranges of the <paramref name="slots"/> slots of a chunk, in order, to a sink.</summary>
    public abstract void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink);

    public static MiniBlockDecoder Create(CompressiveEncoding? encoding, int depth = 0)
    {
        CorruptEncodingException.ThrowIf(depth > 8, "encodings are nested too deeply");
        return encoding?.CompressionCase switch
        {
            Kind.Flat => FlatMiniBlock.Create(EncodingNames.FlatBits(encoding, "values")),
            Kind.InlineBitpacking => new PackedMiniBlock(EncodingNames.WordBits(encoding.InlineBitpacking.UncompressedBitsPerValue)),
            Kind.Rle => new RunLengthMiniBlock(
                EncodingNames.FlatBits(encoding.Rle.Values, "run values"), EncodingNames.FlatBits(encoding.Rle.RunLengths, "run lengths")),
            Kind.ByteStreamSplit => new SplitMiniBlock(EncodingNames.FlatBits(encoding.ByteStreamSplit.Values, "split values")),
            Kind.Variable => new VariableMiniBlock(EncodingNames.FlatBits(encoding.Variable.Offsets, "offsets")),
            Kind.Fsst when encoding.Fsst.Values?.CompressionCase == Kind.Variable => new SymbolMiniBlock(
                EncodingNames.FlatBits(encoding.Fsst.Values.Variable.Offsets, "offsets"), new FsstDecoder(encoding.Fsst.SymbolTable.Span)),
            Kind.General => new CompressedMiniBlock(
                encoding.General.Compression?.Scheme ?? CompressionScheme.CompressionUnspecified, Create(encoding.General.Values, depth + 1)),
            Kind.FixedSizeList => new FixedListMiniBlock(FixedListShape.Create(encoding)),
            Kind.PackedStruct => new StructMiniBlock(encoding.PackedStruct),
            _ => throw EncodingNames.Unsupported(encoding, "mini-block values"),
        };
    }
}

/// <summary>Plain values of whole bytes.</summary>
internal sealed class FlatMiniBlock(int width) : MiniBlockDecoder
{
    public static MiniBlockDecoder Create(int bits)
    {
        if (bits == 1)
        {
            return new BitMiniBlock();
        }
        CorruptEncodingException.ThrowIf(bits == 0 || bits % 8 != 0, "flat values are neither single bits nor whole bytes");
        return new FlatMiniBlock(bits / 8);
    }

    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        var target = sink.AsFixed(width);
        var source = buffers.First;
        CorruptEncodingException.ThrowIf((long)slots * width > source.Length, "a chunk is shorter than its values");
        foreach (var range in ranges)
        {
            source.Slice(range.Start * width, range.Count * width).CopyTo(target.Reserve(range.Count));
        }
    }
}

internal sealed class BitMiniBlock : MiniBlockDecoder
{
    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        var target = sink.As<BitSink>();
        CorruptEncodingException.ThrowIf(slots > buffers.First.Length * 8L, "a chunk is shorter than its values");
        foreach (var range in ranges)
        {
            target.Append(buffers.First, range.Start, range.Count);
        }
    }
}

/// <summary>Decoders that can only produce a chunk as a whole.</summary>
internal abstract class WholeChunkMiniBlock(int width) : MiniBlockDecoder
{
    const int FewSlots = 16;

    protected int Width => width;

    protected abstract void CheckCount(in ChunkBuffers buffers, int slots);

    protected abstract void DecodeAll(in ChunkBuffers buffers, int slots, Span<byte> target);

    /// <summary>Decodes a few slots by themselves, if the encoding allows that.</summary>
    protected virtual bool TryDecodeFew(in ChunkBuffers buffers, SlotRange range, Span<byte> target) => false;

    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        var target = sink.AsFixed(width);
        CheckCount(in buffers, slots);
        if (ranges.Length == 1 && ranges[0].Count == slots)
        {
            DecodeAll(in buffers, slots, target.Reserve(slots));
            return;
        }
        if (ranges.Length == 1 && ranges[0].Count <= FewSlots)
        {
            var few = target.Reserve(ranges[0].Count);
            if (TryDecodeFew(in buffers, ranges[0], few))
            {
                return;
            }
            target.Retract(ranges[0].Count);
        }
        using var all = new Scratch<byte>(checked(slots * width));
        DecodeAll(in buffers, slots, all.Span);
        foreach (var range in ranges)
        {
            all.Span.Slice(range.Start * width, range.Count * width).CopyTo(target.Reserve(range.Count));
        }
    }
}

internal sealed class PackedMiniBlock(int bits) : WholeChunkMiniBlock(bits / 8)
{
    protected override void CheckCount(in ChunkBuffers buffers, int slots) =>
        CorruptEncodingException.ThrowIf(slots > FastLanes.UnitLength, "a packed unit holds at most 1024 values");

    protected override void DecodeAll(in ChunkBuffers buffers, int slots, Span<byte> target) =>
        PackedUnit.DecodeInline(8 * Width, buffers.First, slots, target);

    protected override bool TryDecodeFew(in ChunkBuffers buffers, SlotRange range, Span<byte> target)
    {
        PackedUnit.DecodeInlineRange(8 * Width, buffers.First, range.Start, range.Count, target);
        return true;
    }
}

internal sealed class RunLengthMiniBlock : WholeChunkMiniBlock
{
    readonly int _lengthBits;

    public RunLengthMiniBlock(int bits, int lengthBits) : base(bits / 8)
    {
        CorruptEncodingException.ThrowIf(bits is not (8 or 16 or 32 or 64 or 128) || lengthBits is not (8 or 16 or 32), "RLE: values or run lengths have a width that is not defined");
        _lengthBits = lengthBits;
    }

    protected override void CheckCount(in ChunkBuffers buffers, int slots) =>
        RunLength.CheckCount(buffers.First.Length / Width, buffers[1], _lengthBits, slots);

    protected override void DecodeAll(in ChunkBuffers buffers, int slots, Span<byte> target) =>
        RunLength.Expand(Width, buffers.First, buffers[1], _lengthBits, target);
}

internal sealed class SplitMiniBlock : WholeChunkMiniBlock
{
    public SplitMiniBlock(int bits) : base(bits / 8) =>
        CorruptEncodingException.ThrowIf(bits is not (32 or 64), "byte stream split is defined for values of 32 and 64 bits only");

    protected override void CheckCount(in ChunkBuffers buffers, int slots) =>
        CorruptEncodingException.ThrowIf((long)slots * Width > buffers.First.Length, "a chunk is shorter than its values");

    protected override void DecodeAll(in ChunkBuffers buffers, int slots, Span<byte> target) =>
        ByteStreamSplit.Decode(Width, buffers.First, slots, target);
}

/// <summary>Any decoder whose first buffer is compressed, each chunk by itself.</summary>
internal sealed class CompressedMiniBlock(CompressionScheme scheme, MiniBlockDecoder inner) : MiniBlockDecoder
{
    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        using var plain = new Scratch<byte>(Compression.DecodedLength(scheme, buffers.First));
        Compression.Decode(scheme, buffers.First, plain.Span);
        inner.Decode(buffers.WithFirst(plain.Span), slots, ranges, sink);
    }
}

/// <summary>Fixed-width structs row by row, taken apart into one sink per child.</summary>
internal sealed class StructMiniBlock : MiniBlockDecoder
{
    readonly int[] _widths;
    readonly int _rowWidth;

    public StructMiniBlock(PackedStruct encoding) : this(encoding.BitsPerValue) =>
        CorruptEncodingException.ThrowIf(EncodingNames.FlatBits(encoding.Values, "packed structs") != 8L * _rowWidth, "the widths of packed children do not add up to the width of the struct");

    /// <param name="childBits">The width of each child, in the order of the schema.</param>
    public StructMiniBlock(IReadOnlyList<ulong> childBits)
    {
        _widths = new int[childBits.Count];
        long total = 0;
        for (int i = 0; i < _widths.Length; i++)
        {
            int bits = EncodingNames.CheckedBits(childBits[i], "a packed child");
            CorruptEncodingException.ThrowIf(bits == 0 || bits % 8 != 0, "a packed child is not a whole number of bytes");
            _widths[i] = bits / 8;
            total += _widths[i];
        }
        CorruptEncodingException.ThrowIf(total is 0 or > int.MaxValue / 8, "a packed struct has an impossible width");
        _rowWidth = (int)total;
    }

    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        CorruptEncodingException.ThrowIf((long)slots * _rowWidth > buffers.First.Length, "a chunk is shorter than its values");
        foreach (var range in ranges)
        {
            Append(buffers.First.Slice(range.Start * _rowWidth, range.Count * _rowWidth), range.Count, sink.As<StructSink>());
        }
    }

    void Append(ReadOnlySpan<byte> rows, int count, StructSink sink)
    {
        CorruptEncodingException.ThrowIf(sink.Children.Length != _widths.Length, "a packed struct has another number of children than the schema");
        int offset = 0;
        for (int child = 0; child < _widths.Length; child++)
        {
            int width = _widths[child];
            if (sink.Children[child] is BitSink bits)
            {
                CorruptEncodingException.ThrowIf(width != 1, "a packed boolean is not one byte");
                for (int i = 0; i < count; i++)
                {
                    bits.AppendRun(rows[i * _rowWidth + offset] != 0, 1);
                }
            }
            else if (sink.Children[child] is FixedListSink list)
            {
                AppendList(rows, count, offset, width, list);
            }
            else
            {
                var target = sink.Children[child].AsFixed(width).Reserve(count);
                for (int i = 0; i < count; i++)
                {
                    rows.Slice(i * _rowWidth + offset, width).CopyTo(target[(i * width)..]);
                }
            }
            offset += width;
        }
        sink.Advance(count);
    }

    void AppendList(ReadOnlySpan<byte> rows, int count, int offset, int width, FixedListSink list)
    {
        CorruptEncodingException.ThrowIf(list.Dimension == 0 || width % list.Dimension != 0, "a packed list does not divide into its items");
        var items = list.Items.AsFixed(width / list.Dimension);
        for (int i = 0; i < count; i++)
        {
            rows.Slice(i * _rowWidth + offset, width).CopyTo(items.Reserve(list.Dimension));
        }
        list.Advance(count);
    }
}
