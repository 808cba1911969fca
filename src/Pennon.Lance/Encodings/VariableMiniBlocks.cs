using System.Numerics;
using System.Runtime.InteropServices;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Strings or binary values: offsets from the start of the buffer, then the bytes.</summary>
/// <param name="ends">32-bit integers, one more than there are slots: where each value begins and ends in <paramref name="bytes"/>.</param>
/// <param name="symbolTable">Set when the bytes are FSST codes.</param>
internal sealed class VariableMiniBlocks(ReadOnlyMemory<byte> ends, ReadOnlyMemory<byte> bytes, int offsetBits, byte[]? symbolTable) : MiniBlockValues
{
    const int TargetBytes = 8192;
    const int MaxSlots = 1024;

    public override int BufferCount => 1;

    public override CompressiveEncoding Describe() => symbolTable is null ? Descriptions.Variable(offsetBits) : Descriptions.Fsst(symbolTable, offsetBits);

    public override int ChunkSlots(int first)
    {
        var offsets = MemoryMarshal.Cast<byte, int>(ends.Span);
        var slots = MaxSlots;
        var width = offsetBits / 8;
        // Halve until the chunk is small enough; the length of the next few values decides, not an average over the page.
        while (slots > MinChunkSlots)
        {
            var end = Math.Min(first + slots, offsets.Length - 1);
            if ((long)offsets[end] - offsets[first] + (long)(end - first) * width <= TargetBytes) break;
            slots >>= 1;
        }
        return slots;
    }

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        var width = offsetBits / 8;
        var source = MemoryMarshal.Cast<byte, int>(ends.Span).Slice(first, count + 1);
        var start = source[0];
        var length = source[count] - start;
        var table = (count + 1) * width;
        var before = target.Length;
        if (width == 4)
        {
            var offsets = target.Extend<int>(count + 1);
            var shift = new Vector<int>(table - start);
            var i = 0;
            for (; i <= source.Length - Vector<int>.Count; i += Vector<int>.Count) (new Vector<int>(source[i..]) + shift).CopyTo(offsets[i..]);
            for (; i < source.Length; i++) offsets[i] = source[i] + (table - start);
        }
        else
        {
            var offsets = target.Extend<long>(count + 1);
            for (var i = 0; i < source.Length; i++) offsets[i] = (long)source[i] - start + table;
        }
        target.Append(bytes.Span.Slice(start, length));
        var unpadded = target.Length - before;
        sizes[0] = (unpadded + width - 1) & -width;
        target.AppendZeros(sizes[0] - unpadded);
        target.Pad(8);
    }
}
