using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings20;
using Pennon.Lance.Wire.Encodings21;
using Flat = Pennon.Lance.Wire.Encodings20.Flat;
using Nullable = Pennon.Lance.Wire.Encodings20.Nullable;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Plain values of whole bytes, or bits; optionally the whole buffer compressed.</summary>
internal sealed class FlatRead20 : ArrayRead20
{
    readonly int _buffer;
    readonly int _bits;
    readonly CompressionScheme _scheme;
    int _handle = -1;

    public FlatRead20(Flat encoding, PageLocation location, long start, int count) : base(location, start, count)
    {
        _buffer = BufferIndex(encoding.Buffer);
        _bits = EncodingNames.CheckedBits(encoding.BitsPerValue, "a value");
        CorruptEncodingException.ThrowIf(_bits == 0 || (_bits != 1 && _bits % 8 != 0), "flat values are neither single bits nor whole bytes");
        _scheme = SchemeOf(encoding.Compression);
    }

    public static CompressionScheme SchemeOf(Wire.Encodings20.Compression? compression) => compression?.Scheme switch
    {
        null or "" or "none" => CompressionScheme.CompressionUnspecified,
        "zstd" => CompressionScheme.CompressionZstd,
        "lz4" => CompressionScheme.CompressionLz4,
        var name => throw new LanceNotSupportedException($"compression '{name}'", $"A buffer of file version 2.0 is compressed by '{name}', and only zstd and lz4 are known."),
    };

    public override bool Plan(ReadPlan plan)
    {
        if (_handle >= 0)
        {
            return false;
        }
        long first = Start * _bits / 8;
        _handle = _scheme == CompressionScheme.CompressionUnspecified
            ? Location.Request(plan, _buffer, first, (long)(((Int128)(Start + Count) * _bits + 7) / 8) - first)
            : Location.RequestAll(plan, _buffer);
        return true;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        nulls?.AppendValid(Count);
        var stored = plan.Bytes(_handle);
        if (_scheme == CompressionScheme.CompressionUnspecified)
        {
            Append(stored, Start * _bits % 8, sink);
            return;
        }
        using var plain = new Scratch<byte>(Encodings.Compression.DecodedLength(_scheme, stored));
        Encodings.Compression.Decode(_scheme, stored, plain.Span);
        Append(plain.Span, Start * _bits, sink);
    }

    void Append(ReadOnlySpan<byte> bytes, long firstBit, ValueSink sink)
    {
        if (_bits == 1)
        {
            sink.As<BitSink>().Append(bytes, firstBit, Count);
            return;
        }
        int width = _bits / 8;
        CorruptEncodingException.ThrowIf(firstBit / 8 + (long)Count * width > bytes.Length, "a page buffer is shorter than its values");
        bytes.Slice((int)(firstBit / 8), Count * width).CopyTo(sink.AsFixed(width).Reserve(Count));
    }
}

/// <summary>A validity bitmap around values, or the statement that there are no nulls or only nulls.</summary>
internal sealed class NullableRead20 : ArrayRead20
{
    readonly ArrayRead20? _values;
    readonly int _validityBuffer = -1;
    int _handle = -1;

    public NullableRead20(Nullable encoding, PageLocation location, long start, int count, int depth) : base(location, start, count)
    {
        switch (encoding.NullabilityCase)
        {
            case Nullable.NullabilityOneofCase.NoNulls:
                _values = Create(encoding.NoNulls.Values, location, start, count, depth + 1);
                break;
            case Nullable.NullabilityOneofCase.SomeNulls:
                _values = Create(encoding.SomeNulls.Values, location, start, count, depth + 1);
                _validityBuffer = BufferIndex(RequireFlat(encoding.SomeNulls.Validity, 1).Buffer);
                break;
            case Nullable.NullabilityOneofCase.AllNulls:
                break;
            default:
                throw new CorruptEncodingException("a page does not say whether it has nulls");
        }
    }

    public override bool Plan(ReadPlan plan)
    {
        bool more = false;
        if (_validityBuffer >= 0 && _handle < 0)
        {
            _handle = Location.Request(plan, _validityBuffer, Start / 8, (Start + Count + 7) / 8 - Start / 8);
            more = true;
        }
        return (_values?.Plan(plan) ?? false) | more;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        if (_values is null)
        {
            sink.AppendEmpty(Count);
            nulls?.AppendNull(Count);
        }
        else if (_validityBuffer < 0)
        {
            _values.Decode(plan, sink, nulls);
        }
        else
        {
            _values.Decode(plan, sink, null);
            nulls?.Append(plan.Bytes(_handle), Start & 7, Count);
        }
    }
}

internal sealed class FixedListRead20 : ArrayRead20
{
    readonly int _dimension;
    readonly ArrayRead20 _items;

    public FixedListRead20(Wire.Encodings20.FixedSizeList encoding, PageLocation location, long start, int count, int depth) : base(location, start, count)
    {
        CorruptEncodingException.ThrowIf(encoding.Dimension > int.MaxValue / 8 || (long)encoding.Dimension * count > int.MaxValue, "a fixed-size list has an impossible number of items");
        _dimension = (int)encoding.Dimension;
        _items = Create(encoding.Items, location, checked(start * _dimension), count * _dimension, depth + 1);
    }

    public override bool Plan(ReadPlan plan) => _items.Plan(plan);

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var list = sink.As<FixedListSink>();
        CorruptEncodingException.ThrowIf(list.Dimension != _dimension, "the page stores lists of another length than the schema");
        var itemNulls = new NullTracker();
        _items.Decode(plan, list.Items, itemNulls);
        var validity = itemNulls.Detach(out int nullItems);
        if (nullItems > 0)
        {
            list.ItemValidity.Append(validity.Span, 0, Count * _dimension);
        }
        validity.Release();
        list.Advance(Count);
        nulls?.AppendValid(Count);
    }
}
