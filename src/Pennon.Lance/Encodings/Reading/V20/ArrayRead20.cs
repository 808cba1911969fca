using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings20;
using Nullable = Pennon.Lance.Wire.Encodings20.Nullable;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Which slots of a column are null; nothing is stored until the first null.</summary>
internal sealed class NullTracker
{
    BitSink? _bits;
    int _count;

    public void AppendValid(int count)
    {
        _bits?.AppendRun(true, count);
        _count += count;
    }

    public void Append(ReadOnlySpan<byte> bitmap, long first, int count)
    {
        Start().Append(bitmap, first, count);
        _count += count;
    }

    public void AppendNull(int count)
    {
        Start().AppendRun(false, count);
        _count += count;
    }

    BitSink Start()
    {
        if (_bits is null)
        {
            _bits = new BitSink(_count);
            _bits.AppendRun(true, _count);
        }
        return _bits;
    }

    public Arrow.ArrowBuffer Detach(out int nulls)
    {
        nulls = 0;
        return _bits?.DetachValidity(out nulls) ?? Arrow.ArrowBuffer.Empty;
    }
}

/// <summary>
/// One read of consecutive values of an encoded array of file version 2.0. Encodings nest freely, so each read is a tree; it
/// asks for bytes in rounds until it can decode.
/// </summary>
internal abstract class ArrayRead20(PageLocation location, long start, int count)
{
    protected PageLocation Location => location;

    protected long Start => start;

    protected int Count => count;

    /// <summary>Adds the byte ranges needed next; false when <see cref="Decode"/> may run.</summary>
    public abstract bool Plan(ReadPlan plan);

    /// <summary>Appends the values, and for each whether it is null if <paramref name="nulls"/> asks for that.</summary>
    public abstract void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls);

    public static ArrayRead20 Create(ArrayEncoding? encoding, PageLocation location, long start, int count, int depth = 0)
    {
        CorruptEncodingException.ThrowIf(depth > 16, "encodings are nested too deeply");
        switch (encoding?.ArrayEncodingCase)
        {
            case ArrayEncoding.ArrayEncodingOneofCase.Flat:
                return new FlatRead20(encoding.Flat, location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.Nullable:
                return new NullableRead20(encoding.Nullable, location, start, count, depth);
            case ArrayEncoding.ArrayEncodingOneofCase.FixedSizeList:
                return new FixedListRead20(encoding.FixedSizeList, location, start, count, depth);
            case ArrayEncoding.ArrayEncodingOneofCase.Binary:
                return new BinaryRead20(encoding.Binary, null, location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.Fsst when encoding.Fsst.Binary?.ArrayEncodingCase == ArrayEncoding.ArrayEncodingOneofCase.Binary:
                return new BinaryRead20(encoding.Fsst.Binary.Binary, new FsstDecoder(encoding.Fsst.SymbolTable.Span), location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.Dictionary:
                return new DictionaryRead20(encoding.Dictionary, location, start, count, depth);
            case ArrayEncoding.ArrayEncodingOneofCase.FixedSizeBinary:
                return new FixedBinaryRead20(encoding.FixedSizeBinary, location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.PackedStruct:
                return new PackedStructRead20(encoding.PackedStruct, location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.Bitpacked:
                return new BitpackedRead20(encoding.Bitpacked, location, start, count);
            case ArrayEncoding.ArrayEncodingOneofCase.BitpackedForNonNeg:
                return new FastLanesRead20(encoding.BitpackedForNonNeg, location, start, count);
            default:
                string name = encoding is null ? "absent" : encoding.ArrayEncodingCase.ToString();
                throw new LanceNotSupportedException($"encoding {name} of file version 2.0", $"The encoding '{name}' of a page of file version 2.0 in '{location.File}' is not supported; rewrite the table in file version 2.2 to read it.");
        }
    }

    /// <summary>The page buffer that a message names; absent means the first.</summary>
    protected static int BufferIndex(Wire.Encodings20.Buffer? buffer)
    {
        if (buffer is not null && buffer.BufferType != Wire.Encodings20.Buffer.Types.Kind.Page)
        {
            throw new LanceNotSupportedException("column and file buffers", "A page of file version 2.0 keeps its bytes outside its own buffers, which is not supported.");
        }
        CorruptEncodingException.ThrowIf(buffer?.BufferIndex > 1000, "a page names a buffer it cannot have");
        return (int)(buffer?.BufferIndex ?? 0);
    }

    /// <summary>The buffer with the plain 64-bit ends of lists.</summary>
    public static int OffsetsBuffer(ArrayEncoding? encoding) => BufferIndex(RequireFlat(encoding, 64).Buffer);

    /// <summary>The flat encoding inside, past a wrapper that says there are no nulls.</summary>
    protected static Flat RequireFlat(ArrayEncoding? encoding, ulong bits)
    {
        if (encoding?.ArrayEncodingCase == ArrayEncoding.ArrayEncodingOneofCase.Nullable
            && encoding.Nullable.NullabilityCase == Nullable.NullabilityOneofCase.NoNulls)
        {
            encoding = encoding.Nullable.NoNulls.Values;
        }
        CorruptEncodingException.ThrowIf(
            encoding?.ArrayEncodingCase != ArrayEncoding.ArrayEncodingOneofCase.Flat || encoding.Flat.BitsPerValue != bits,
            $"an inner array is not stored as plain values of {bits} bits");
        return encoding.Flat;
    }
}
