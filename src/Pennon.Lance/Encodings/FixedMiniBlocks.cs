using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Fixed-width values as they are.</summary>
internal sealed class FlatMiniBlocks(ReadOnlyMemory<byte> values, int width) : MiniBlockValues
{
    readonly int _slots = SlotsFor(8192, width * 8);

    public override int BufferCount => 1;

    public override CompressiveEncoding Describe() => Descriptions.Flat(width * 8);

    public override int ChunkSlots(int first) => _slots;

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        sizes[0] = count * width;
        target.Append(values.Span.Slice(first * width, count * width));
        target.Pad(8);
    }
}

/// <summary>Booleans, given as one byte (0 or 1) each, as a bitmap.</summary>
internal sealed class BitMiniBlocks(ReadOnlyMemory<byte> flags) : MiniBlockValues
{
    public override int BufferCount => 1;

    public override CompressiveEncoding Describe() => Descriptions.Flat(1);

    public override int ChunkSlots(int first) => MaxChunkSlots;

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        sizes[0] = (count + 7) >> 3;
        FlagPacking.Pack(flags.Span.Slice(first, count), target.Extend(sizes[0]));
        target.Pad(8);
    }
}

/// <summary>Unsigned integers packed to the width each 1024 of them need.</summary>
internal sealed class BitpackedMiniBlocks<T>(ReadOnlyMemory<byte> values) : MiniBlockValues where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
{
    public override int BufferCount => 1;

    public override CompressiveEncoding Describe() => Descriptions.InlineBitpacking(Unsafe.SizeOf<T>() * 8);

    public override int ChunkSlots(int first) => FastLanesPacker.UnitSize;

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        var source = MemoryMarshal.Cast<byte, T>(values.Span).Slice(first, count);
        var width = FixedStatistics.Width(source);
        target.AppendValue(T.CreateTruncating(width));
        var packed = target.Extend(FastLanesPacker.PackedBytes(width));
        if (count == FastLanesPacker.UnitSize) FastLanesPacker.Pack(source, width, packed);
        else
        {
            Span<T> padded = stackalloc T[FastLanesPacker.UnitSize];
            source.CopyTo(padded);
            padded[count..].Clear();
            FastLanesPacker.Pack<T>(padded, width, packed);
        }
        sizes[0] = Unsafe.SizeOf<T>() + packed.Length;
        target.Pad(8);
    }
}

/// <summary>Values repeated in runs of up to 255.</summary>
internal sealed class RunMiniBlocks<T>(ReadOnlyMemory<byte> values) : MiniBlockValues where T : unmanaged, IBinaryInteger<T>
{
    const int SlotsPerChunk = 4096;

    public override int BufferCount => 2;

    public override CompressiveEncoding Describe() => Descriptions.Runs(Unsafe.SizeOf<T>() * 8);

    public override int ChunkSlots(int first) => SlotsPerChunk;

    public override void Write(int first, int count, ByteSink target, Span<int> sizes)
    {
        var source = MemoryMarshal.Cast<byte, T>(values.Span).Slice(first, count);
        var lengths = ArrayPool<byte>.Shared.Rent(count);
        var runs = 0;
        for (var i = 0; i < source.Length; runs++)
        {
            var value = source[i];
            var window = source.Slice(i, Math.Min(255, source.Length - i));
            var run = window.IndexOfAnyExcept(value);
            if (run < 0) run = window.Length;
            target.AppendValue(value);
            lengths[runs] = (byte)run;
            i += run;
        }
        sizes[0] = runs * Unsafe.SizeOf<T>();
        target.Pad(8);
        sizes[1] = runs;
        target.Append(lengths.AsSpan(0, runs));
        target.Pad(8);
        ArrayPool<byte>.Shared.Return(lengths);
    }
}
