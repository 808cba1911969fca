using System.Runtime.InteropServices;
using Pennon.Lance.Files;
using Pennon.Lance.Wire.Encodings20;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Strings: the end of each in a common buffer, raised by a constant where the value is null.</summary>
internal sealed class BinaryRead20 : ArrayRead20
{
    readonly FsstDecoder? _symbols;
    readonly int _endsBuffer;
    readonly int _bytesBuffer;
    readonly CompressionScheme _scheme;
    readonly ulong _nullAdjustment;
    int _ends = -1;
    int _bytes = -1;

    public BinaryRead20(Binary encoding, FsstDecoder? symbols, PageLocation location, long start, int count) : base(location, start, count)
    {
        _symbols = symbols;
        _endsBuffer = BufferIndex(RequireFlat(encoding.Indices, 64).Buffer);
        var bytes = RequireFlat(encoding.Bytes, 8);
        _bytesBuffer = BufferIndex(bytes.Buffer);
        _scheme = FlatRead20.SchemeOf(bytes.Compression);
        _nullAdjustment = encoding.NullAdjustment;
        CorruptEncodingException.ThrowIf(_nullAdjustment == 0, "strings are stored without the constant that marks nulls");
    }

    long FirstEnd => Math.Max(Start - 1, 0);

    public override bool Plan(ReadPlan plan)
    {
        if (Count == 0)
        {
            return false;
        }
        if (_ends < 0)
        {
            _ends = Location.Request(plan, _endsBuffer, FirstEnd * 8, (Start + Count - FirstEnd) * 8);
            return true;
        }
        if (_bytes < 0)
        {
            var (first, last) = Bounds(plan);
            _bytes = _scheme == CompressionScheme.CompressionUnspecified
                ? Location.Request(plan, _bytesBuffer, (long)first, (long)(last - first))
                : Location.RequestAll(plan, _bytesBuffer);
            return true;
        }
        return false;
    }

    ulong End(ulong stored) => stored >= _nullAdjustment ? stored - _nullAdjustment : stored;

    (ulong First, ulong Last) Bounds(ReadPlan plan)
    {
        var ends = MemoryMarshal.Cast<byte, ulong>(plan.Bytes(_ends));
        ulong first = Start == 0 ? 0 : End(ends[0]);
        ulong last = End(ends[^1]);
        CorruptEncodingException.ThrowIf(first > last || last > int.MaxValue, "the ends of strings decrease or are impossible");
        return (first, last);
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        if (Count == 0)
        {
            return;
        }
        var (first, _) = Bounds(plan);
        var stored = plan.Bytes(_bytes);
        if (_scheme == CompressionScheme.CompressionUnspecified)
        {
            Append(plan, stored, first, sink.As<VariableSink>(), nulls);
            return;
        }
        using var plain = new Scratch<byte>(Encodings.Compression.DecodedLength(_scheme, stored));
        Encodings.Compression.Decode(_scheme, stored, plain.Span);
        Append(plan, plain.Span, 0, sink.As<VariableSink>(), nulls);
    }

    void Append(ReadPlan plan, ReadOnlySpan<byte> bytes, ulong origin, VariableSink sink, NullTracker? nulls)
    {
        var ends = MemoryMarshal.Cast<byte, ulong>(plan.Bytes(_ends));
        ulong start = Start == 0 ? 0 : End(ends[0]);
        int skip = (int)(Start - FirstEnd);
        for (int i = 0; i < Count; i++)
        {
            ulong raw = ends[skip + i];
            ulong end = End(raw);
            CorruptEncodingException.ThrowIf(end < start || end - origin > (ulong)bytes.Length, "the ends of strings decrease or lie outside their buffer");
            if (raw >= _nullAdjustment)
            {
                sink.AppendEmpty(1);
                nulls?.AppendNull(1);
            }
            else
            {
                var value = bytes.Slice((int)(start - origin), (int)(end - start));
                if (_symbols is null)
                {
                    sink.Append(value);
                }
                else
                {
                    sink.Commit(_symbols.Decode(value, sink.Room(_symbols.Reserve(value))));
                }
                nulls?.AppendValid(1);
            }
            start = end;
        }
    }
}

/// <summary>Strings that are all equally long.</summary>
internal sealed class FixedBinaryRead20 : ArrayRead20
{
    readonly int _buffer;
    readonly int _width;
    int _handle = -1;

    public FixedBinaryRead20(FixedSizeBinary encoding, PageLocation location, long start, int count) : base(location, start, count)
    {
        var bytes = RequireFlat(encoding.Bytes, 8);
        _buffer = BufferIndex(bytes.Buffer);
        CorruptEncodingException.ThrowIf(encoding.ByteWidth is 0 or > int.MaxValue / 8 || bytes.Compression is not null, "strings of one length have an impossible length or are compressed");
        _width = (int)encoding.ByteWidth;
    }

    public override bool Plan(ReadPlan plan)
    {
        if (_handle >= 0)
        {
            return false;
        }
        _handle = Location.Request(plan, _buffer, checked(Start * _width), (long)Count * _width);
        return true;
    }

    public override void Decode(ReadPlan plan, ValueSink sink, NullTracker? nulls)
    {
        var bytes = plan.Bytes(_handle);
        if (sink is VariableSink variable)
        {
            for (int i = 0; i < Count; i++)
            {
                variable.Append(bytes.Slice(i * _width, _width));
            }
        }
        else
        {
            bytes.CopyTo(sink.AsFixed(_width).Reserve(Count));
        }
        nulls?.AppendValid(Count);
    }
}
