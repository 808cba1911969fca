using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings20;
using Nullable = Pennon.Lance.Wire.Encodings20.Nullable;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Integers packed back to back at one width.</summary>
internal sealed class BitpackedRead20 : ArrayRead20
{
    readonly int _buffer;
    readonly int _width;
    readonly int _bits;
    readonly bool _signed;
    int _handle = -1;

    public BitpackedRead20(Bitpacked encoding, PageLocation location, long start, int count) : base(location, start, count)
    {
        _buffer = BufferIndex(encoding.Buffer);
        _bits = EncodingNames.WordBits(encoding.UncompressedBitsPerValue);
        CorruptEncodingException.ThrowIf(encoding.CompressedBitsPerValue is 0 || encoding.CompressedBitsPerValue > (ulong)_bits, "a packed width is not between 1 and the width of the values");
        _width = (int)encoding.CompressedBitsPerValue;
        _signed = encoding.Signed;
    }

    long FirstByte => Start * _width / 8;

    public override bool Plan(ReadPlan plan)
    {
        if (_handle >= 0)
        {
            return false;
        }
        _handle = Location.Request(plan, _buffer, FirstByte, ((Start + Count) * _width + 7) / 8 - FirstByte);
        return true;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var target = sink.AsFixed(_bits / 8).Reserve(Count);
        BitPacking.Unpack(plan.Bytes(_handle), _width, _signed, Start * _width - FirstByte * 8, Count, _bits / 8, target);
        nulls?.AppendValid(Count);
    }
}

/// <summary>Unsigned integers packed in groups of 1024.</summary>
internal sealed class FastLanesRead20 : ArrayRead20
{
    readonly int _buffer;
    readonly int _width;
    readonly int _bits;
    int _handle = -1;

    public FastLanesRead20(BitpackedForNonNeg encoding, PageLocation location, long start, int count) : base(location, start, count)
    {
        _buffer = BufferIndex(encoding.Buffer);
        _bits = EncodingNames.WordBits(encoding.UncompressedBitsPerValue);
        CorruptEncodingException.ThrowIf(encoding.CompressedBitsPerValue > (ulong)_bits, "a packed width exceeds the width of the values");
        _width = (int)encoding.CompressedBitsPerValue;
        CorruptEncodingException.ThrowIf(_width == 0 && (long)count * _bits / 8 > ValueSink.UnbackedLimit, "more values of zero bits are claimed than can be built without stored data");
    }

    long FirstGroup => Start / FastLanes.UnitLength;

    public override bool Plan(ReadPlan plan)
    {
        if (_handle >= 0)
        {
            return false;
        }
        long groups = (Start + Count + FastLanes.UnitLength - 1) / FastLanes.UnitLength - FirstGroup;
        _handle = Location.Request(plan, _buffer, FirstGroup * FastLanes.PackedBytes(_width), groups * FastLanes.PackedBytes(_width));
        return true;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var packed = plan.Bytes(_handle);
        int groupBytes = FastLanes.PackedBytes(_width);
        int valueBytes = _bits / 8;
        using var unit = new Scratch<byte>(FastLanes.UnitLength * valueBytes);
        var target = sink.AsFixed(valueBytes).Reserve(Count);
        long at = Start;
        for (int group = 0; !target.IsEmpty; group++)
        {
            PackedUnit.Decode(_bits, _width, packed.Slice(group * groupBytes, groupBytes), FastLanes.UnitLength, unit.Span);
            int skip = (int)(at % FastLanes.UnitLength);
            int take = Math.Min(FastLanes.UnitLength - skip, target.Length / valueBytes);
            unit.Span.Slice(skip * valueBytes, take * valueBytes).CopyTo(target);
            target = target[(take * valueBytes)..];
            at += take;
        }
        nulls?.AppendValid(Count);
    }
}

/// <summary>Structs of fixed-width children, row by row.</summary>
internal sealed class PackedStructRead20 : ArrayRead20
{
    readonly int _buffer;
    readonly StructMiniBlock _rows;
    readonly long _rowWidth;
    int _handle = -1;

    public PackedStructRead20(PackedStruct encoding, PageLocation location, long start, int count) : base(location, start, count)
    {
        _buffer = BufferIndex(encoding.Buffer);
        var widths = new List<ulong>();
        foreach (var child in encoding.Inner)
        {
            ulong bits = WidthOf(child, 0);
            widths.Add(bits);
            _rowWidth = checked(_rowWidth + (long)(bits / 8));
        }
        _rows = new StructMiniBlock(widths);
    }

    static ulong WidthOf(ArrayEncoding child, int depth)
    {
        CorruptEncodingException.ThrowIf(depth > 8, "encodings are nested too deeply");
        return child.ArrayEncodingCase switch
        {
            ArrayEncoding.ArrayEncodingOneofCase.Flat => child.Flat.BitsPerValue,
            ArrayEncoding.ArrayEncodingOneofCase.Nullable when child.Nullable.NullabilityCase == Nullable.NullabilityOneofCase.NoNulls && child.Nullable.NoNulls.Values is { } values => WidthOf(values, depth + 1),
            ArrayEncoding.ArrayEncodingOneofCase.FixedSizeList when child.FixedSizeList.Items is { } items => checked(WidthOf(items, depth + 1) * child.FixedSizeList.Dimension),
            _ => throw new LanceNotSupportedException("packed structs of file version 2.0", "A packed struct of file version 2.0 has children that are not plain values; rewrite the table in file version 2.2 to read it."),
        };
    }

    public override bool Plan(ReadPlan plan)
    {
        if (_handle >= 0)
        {
            return false;
        }
        _handle = Location.Request(plan, _buffer, checked(Start * _rowWidth), Count * _rowWidth);
        return true;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var bytes = plan.Bytes(_handle);
        ReadOnlySpan<int> bounds = [0, bytes.Length];
        _rows.Decode(new ChunkBuffers(bytes, bounds), Count, [new SlotRange(0, Count)], sink);
        nulls?.AppendValid(Count);
    }
}
