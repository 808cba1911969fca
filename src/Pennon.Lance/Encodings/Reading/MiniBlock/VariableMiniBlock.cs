using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Strings: offsets relative to the start of the buffer, then bytes.</summary>
internal sealed class VariableMiniBlock : MiniBlockDecoder
{
    readonly int _offsetBits;

    public VariableMiniBlock(int offsetBits)
    {
        CorruptEncodingException.ThrowIf(offsetBits is not (32 or 64), "offsets are neither 32 nor 64 bits wide");
        _offsetBits = offsetBits;
    }

    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        var target = sink.As<VariableSink>();
        CorruptEncodingException.ThrowIf(target.OffsetBits != _offsetBits, "offsets do not have the width of the column's type");
        CorruptEncodingException.ThrowIf((slots + 1L) * (_offsetBits / 8) > buffers.First.Length, "a chunk is shorter than its offsets");
        foreach (var range in ranges)
        {
            if (_offsetBits == 32)
            {
                target.AppendRun(MemoryMarshal.Cast<byte, uint>(buffers.First).Slice(range.Start, range.Count + 1), buffers.First);
            }
            else
            {
                target.AppendRun(MemoryMarshal.Cast<byte, ulong>(buffers.First).Slice(range.Start, range.Count + 1), buffers.First);
            }
        }
    }
}

/// <summary>Strings whose bytes are FSST codes.</summary>
internal sealed class SymbolMiniBlock : MiniBlockDecoder
{
    readonly int _offsetBits;
    readonly FsstDecoder _table;
    readonly VariableMiniBlock? _plain;

    public SymbolMiniBlock(int offsetBits, FsstDecoder table)
    {
        CorruptEncodingException.ThrowIf(offsetBits is not (32 or 64), "offsets are neither 32 nor 64 bits wide");
        _offsetBits = offsetBits;
        _table = table;
        _plain = table.IsEncoded ? null : new VariableMiniBlock(offsetBits);
    }

    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        if (_plain is not null)
        {
            _plain.Decode(in buffers, slots, ranges, sink);
            return;
        }
        var target = sink.As<VariableSink>();
        CorruptEncodingException.ThrowIf(target.OffsetBits != _offsetBits, "offsets do not have the width of the column's type");
        var source = buffers.First;
        CorruptEncodingException.ThrowIf((slots + 1L) * (_offsetBits / 8) > source.Length, "a chunk is shorter than its offsets");
        foreach (var range in ranges)
        {
            if (_offsetBits == 32)
            {
                target.AppendRun(MemoryMarshal.Cast<byte, uint>(source).Slice(range.Start, range.Count + 1), source, _table);
            }
            else
            {
                target.AppendRun(MemoryMarshal.Cast<byte, ulong>(source).Slice(range.Start, range.Count + 1), source, _table);
            }
        }
    }
}
