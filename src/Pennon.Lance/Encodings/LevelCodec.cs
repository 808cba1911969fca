using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>How the levels of one page are stored: plain 16-bit, as runs, or packed to few bits; whichever is smallest.</summary>
internal readonly struct LevelCodec
{
    enum Form { Flat, Runs, Packed }

    readonly Form _form;
    readonly int _width;

    LevelCodec(Form form, int width)
    {
        _form = form;
        _width = width;
    }

    public static LevelCodec Plain => default;

    /// <summary>Chooses a form for levels that will be cut into about <paramref name="chunks"/> pieces.</summary>
    public static LevelCodec Choose(ReadOnlySpan<ushort> levels, int chunks, ushort max)
    {
        var width = max == 0 ? 0 : BitOperations.Log2(max) + 1;
        var flat = 2L * levels.Length;
        var packed = (long)levels.Length * width / 8 + chunks * 64L;
        var runs = Math.Min(CountRuns(levels), flat) * 3L + levels.Length / 255 * 3L + chunks * 8L;
        if (runs < packed && runs < flat) return new LevelCodec(Form.Runs, 0);
        return packed < flat && width > 0 ? new LevelCodec(Form.Packed, width) : Plain;
    }

    public CompressiveEncoding Describe() => _form switch
    {
        Form.Runs => new CompressiveEncoding { Rle = new Rle { Values = Descriptions.Flat(16), RunLengths = Descriptions.Flat(8) } },
        Form.Packed => new CompressiveEncoding { OutOfLineBitpacking = new OutOfLineBitpacking { UncompressedBitsPerValue = 16, Values = Descriptions.Flat(_width) } },
        _ => Descriptions.Flat(16),
    };

    public void Write(ReadOnlySpan<ushort> levels, ByteSink target)
    {
        switch (_form)
        {
            case Form.Flat: target.Append(levels); break;
            case Form.Runs: WriteRuns(levels, target); break;
            default: WritePacked(levels, target); break;
        }
    }

    static void WriteRuns(ReadOnlySpan<ushort> levels, ByteSink target)
    {
        var lengths = ArrayPool<byte>.Shared.Rent(levels.Length);
        var header = target.Length;
        target.AppendValue(0UL);
        var count = 0;
        for (var i = 0; i < levels.Length;)
        {
            var value = levels[i];
            var window = levels.Slice(i, Math.Min(255, levels.Length - i));
            var run = window.IndexOfAnyExcept(value);
            if (run < 0) run = window.Length;
            target.AppendValue(value);
            lengths[count++] = (byte)run;
            i += run;
        }
        MemoryMarshal.Write(target.Span[header..], 2UL * (ulong)count);
        target.Append(lengths.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(lengths);
    }

    void WritePacked(ReadOnlySpan<ushort> levels, ByteSink target)
    {
        var unit = FastLanesPacker.PackedBytes(_width);
        while (levels.Length >= FastLanesPacker.UnitSize)
        {
            FastLanesPacker.Pack(levels, _width, target.Extend(unit));
            levels = levels[FastLanesPacker.UnitSize..];
        }
        // A remainder is raw or packed; the reader tells them apart by size, so that equal sizes mean raw.
        if (levels.Length * 2 <= unit)
        {
            target.Append(levels);
            return;
        }
        Span<ushort> padded = stackalloc ushort[FastLanesPacker.UnitSize];
        levels.CopyTo(padded);
        padded[levels.Length..].Clear();
        FastLanesPacker.Pack<ushort>(padded, _width, target.Extend(unit));
    }

    static long CountRuns(ReadOnlySpan<ushort> levels)
    {
        if (levels.IsEmpty) return 0;
        var changes = 0L;
        var i = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(levels);
            for (; i <= levels.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
            {
                var equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), Vector256.LoadUnsafe(ref first, (nuint)(i - 1)));
                changes += Vector256<ushort>.Count - BitOperations.PopCount(equal.ExtractMostSignificantBits());
            }
        }
        for (; i < levels.Length; i++)
            if (levels[i] != levels[i - 1]) changes++;
        return changes + 1;
    }
}
