using Pennon.Lance.Wire.Encodings21;
using Kind = Pennon.Lance.Wire.Encodings21.CompressiveEncoding.CompressionOneofCase;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>
/// A page of wide values, one after the other with their levels before each. Rows are found by arithmetic where all entries
/// are equally long, and through the repetition index elsewhere.
/// </summary>
internal sealed class FullZipPage : Page
{
    public FullZipPage(FullZipLayout layout, PageLocation location) : base(location, new PageNesting(layout.Layers))
    {
        CorruptEncodingException.ThrowIf(layout.BitsRep > 16 || layout.BitsDef > 16, "a control word has impossible widths");
        RepetitionBits = (int)layout.BitsRep;
        DefinitionBits = (int)layout.BitsDef;
        int bits = RepetitionBits + DefinitionBits;
        ControlWidth = bits == 0 ? 0 : bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
        Entries = layout.NumItems;
        VisibleEntries = layout.NumVisibleItems;
        CorruptEncodingException.ThrowIf(VisibleEntries > Entries, "a page has more visible items than items");
        CorruptEncodingException.ThrowIf(!Nesting.HasLists && Entries != location.Rows, "a page has another number of items than rows");
        CorruptEncodingException.ThrowIf(!Nesting.HasLists && RepetitionBits != 0, "a page without lists has repetition levels");
        if (layout.WidthCase == FullZipLayout.WidthOneofCase.BitsPerOffset)
        {
            CorruptEncodingException.ThrowIf(layout.BitsPerOffset is not (32 or 64), "lengths are neither 32 nor 64 bits wide");
            LengthWidth = (int)layout.BitsPerOffset / 8;
            Variable = PerValueDecoder.Create(layout.ValueCompression, LengthWidth * 8);
        }
        else
        {
            int valueBits = EncodingNames.CheckedBits(layout.BitsPerValue, "a value");
            CorruptEncodingException.ThrowIf(valueBits % 8 != 0, "a value is not a whole number of bytes");
            ValueWidth = valueBits / 8;
            Fixed = FixedValueDecoder.Create(layout.ValueCompression, ValueWidth);
            CorruptEncodingException.ThrowIf(ValueWidth == 0 && ControlWidth == 0, "values of no width are stored without levels");
        }
        HasRowIndex = LengthWidth > 0 || Nesting.HasLists;
        if (HasRowIndex)
        {
            long size = location.Size(1);
            IndexWidth = (int)Math.Min(size / (location.Rows + 1), 16);
            CorruptEncodingException.ThrowIf(IndexWidth is not (1 or 2 or 4 or 8) || size != IndexWidth * (location.Rows + 1), "the row index does not have one position per row");
        }
    }

    public int RepetitionBits { get; }

    public int DefinitionBits { get; }

    /// <summary>Bytes of the levels before each entry.</summary>
    public int ControlWidth { get; }

    public long Entries { get; }

    public long VisibleEntries { get; }

    /// <summary>Bytes of the length before each value; 0 if all values are equally long.</summary>
    public int LengthWidth { get; }

    public int ValueWidth { get; }

    public FixedValueDecoder? Fixed { get; }

    public PerValueDecoder? Variable { get; }

    public bool HasRowIndex { get; }

    /// <summary>Bytes of one position in the row index.</summary>
    public int IndexWidth { get; }

    public override PageRead Begin(IReadOnlyList<RowRange> ranges, ValueSink sink) => new FullZipRead(this, ranges, sink);
}

/// <summary>Appends values of one width, packed tightly.</summary>
internal abstract class FixedValueDecoder
{
    public abstract void Append(ReadOnlySpan<byte> values, int count, ValueSink sink);

    /// <summary>The sink whose bytes are exactly the stored bytes, if this encoding has one.</summary>
    public virtual FixedSink? PlainSink(ValueSink sink) => null;

    /// <summary>Counts values whose bytes went straight into <see cref="PlainSink"/>.</summary>
    public virtual void AdvancePlain(ValueSink sink, int count)
    {
    }

    public static FixedValueDecoder Create(CompressiveEncoding? encoding, int width)
    {
        switch (encoding?.CompressionCase)
        {
            case Kind.Flat:
                CorruptEncodingException.ThrowIf(EncodingNames.FlatBits(encoding, "values") != width * 8L, "the width of a value is stated twice, differently");
                return new FlatValue(width);
            case Kind.FixedSizeList:
                return new FixedListValue(FixedListShape.Create(encoding), width);
            case Kind.PackedStruct:
                return new PackedValue(new StructMiniBlock(encoding.PackedStruct));
            default:
                throw EncodingNames.Unsupported(encoding, "full-zip values");
        }
    }
}

internal sealed class FlatValue(int width) : FixedValueDecoder
{
    public override FixedSink? PlainSink(ValueSink sink) => sink is BitSink ? null : sink.AsFixed(width);

    public override void Append(ReadOnlySpan<byte> values, int count, ValueSink sink)
    {
        if (sink is BitSink bits && width == 1)
        {
            bits.AppendBytes(values[..count]);
            return;
        }
        values[..(count * width)].CopyTo(sink.AsFixed(width).Reserve(count));
    }
}

internal sealed class PackedValue(StructMiniBlock rows) : FixedValueDecoder
{
    public override void Append(ReadOnlySpan<byte> values, int count, ValueSink sink)
    {
        ReadOnlySpan<int> bounds = [0, values.Length];
        rows.Decode(new ChunkBuffers(values, bounds), count, [new SlotRange(0, count)], sink);
    }
}

/// <summary>Vectors: the validity bitmaps of the nested levels of one value, each on whole bytes, then its items.</summary>
internal sealed class FixedListValue : FixedValueDecoder
{
    readonly FixedListShape _shape;
    readonly int _width;
    readonly int _items;

    public FixedListValue(FixedListShape shape, int width)
    {
        _shape = shape;
        _width = width;
        _items = shape.ItemsPerValue;
        long bytes = ((long)_items * shape.ItemBits + 7) / 8;
        long perLevel = 1;
        for (int level = 0; level < shape.Dimensions.Length; level++)
        {
            perLevel *= shape.Dimensions[level];
            bytes += shape.HasValidity[level] ? (perLevel + 7) / 8 : 0;
        }
        CorruptEncodingException.ThrowIf(bytes != width, "the width of a list is not that of its items");
    }

    public override FixedSink? PlainSink(ValueSink sink) => _shape.HasAnyValidity || _shape.ItemBits == 1
        ? null
        : _shape.ListAt(sink, _shape.Dimensions.Length - 1).Items.AsFixed(_shape.ItemBits / 8);

    public override void AdvancePlain(ValueSink sink, int count) => _shape.Advance(sink, count);

    public override void Append(ReadOnlySpan<byte> values, int count, ValueSink sink)
    {
        if (PlainSink(sink) is { } plain)
        {
            values[..(count * _width)].CopyTo(plain.Reserve(checked(count * _items)));
            _shape.Advance(sink, count);
            return;
        }
        for (int i = 0; i < count; i++)
        {
            var value = values.Slice(i * _width, _width);
            int perLevel = 1;
            for (int level = 0; level < _shape.Dimensions.Length; level++)
            {
                perLevel *= _shape.Dimensions[level];
                if (_shape.HasValidity[level])
                {
                    _shape.ListAt(sink, level).ItemValidity.Append(value, 0, perLevel);
                    value = value[((perLevel + 7) / 8)..];
                }
            }
            var items = _shape.ListAt(sink, _shape.Dimensions.Length - 1).Items;
            if (_shape.ItemBits == 1)
            {
                items.As<BitSink>().Append(value, 0, _items);
            }
            else
            {
                value.CopyTo(items.AsFixed(_shape.ItemBits / 8).Reserve(_items));
            }
            _shape.Advance(sink, 1);
        }
    }
}
