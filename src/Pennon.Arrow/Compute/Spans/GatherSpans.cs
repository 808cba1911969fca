using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>Copies chosen rows of fixed width. Indices are checked by the caller; a negative one means a null row, written as zero.</summary>
internal static class GatherSpans
{
    /// <summary>Gathers values of <paramref name="width"/> bytes. <paramref name="source"/> starts at row 0 of the view.</summary>
    public static void Values(ReadOnlySpan<byte> source, int width, ReadOnlySpan<int> indices, bool negatives, Span<byte> target)
    {
        switch (width)
        {
            case 1: Typed<byte>(source, indices, negatives, target); break;
            case 2: Typed<ushort>(source, indices, negatives, target); break;
            case 4: Typed<uint>(source, indices, negatives, target); break;
            case 8: Typed<ulong>(source, indices, negatives, target); break;
            case 16: Typed<UInt128>(source, indices, negatives, target); break;
            default: Wide(source, width, indices, negatives, target); break;
        }
    }

    static void Typed<T>(ReadOnlySpan<byte> source, ReadOnlySpan<int> indices, bool negatives, Span<byte> target) where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(source);
        Span<T> output = MemoryMarshal.Cast<byte, T>(target)[..indices.Length];
        if (negatives)
        {
            for (int i = 0; i < indices.Length; i++)
                output[i] = indices[i] < 0 ? default : values[indices[i]];
            return;
        }
        // The caller has checked every index, so the second check by the span is left out.
        ref T first = ref MemoryMarshal.GetReference(values);
        for (int i = 0; i < indices.Length; i++)
            output[i] = Unsafe.Add(ref first, (nint)(uint)indices[i]);
    }

    static void Wide(ReadOnlySpan<byte> source, int width, ReadOnlySpan<int> indices, bool negatives, Span<byte> target)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            Span<byte> row = target.Slice(i * width, width);
            if (negatives && indices[i] < 0)
                row.Clear();
            else
                source.Slice(indices[i] * width, width).CopyTo(row);
        }
    }

    /// <summary>Gathers bits into a bitmap that starts at bit 0; returns how many of them are set. An empty source reads as ones.</summary>
    public static int Bitmap(ReadOnlySpan<byte> source, int offset, ReadOnlySpan<int> indices, Span<byte> target)
    {
        BitAppender appender = new(target);
        for (int start = 0; start < indices.Length; start += 64)
        {
            int count = Math.Min(64, indices.Length - start);
            ulong word = 0;
            for (int j = 0; j < count; j++)
            {
                int index = indices[start + j];
                if (index < 0)
                    continue;
                long bit = (long)offset + index;
                ulong value = source.IsEmpty ? 1UL : (ulong)(source[(int)(bit >> 3)] >> (int)(bit & 7)) & 1;
                word |= value << j;
            }
            appender.Append(word, count);
        }
        appender.Flush();
        return appender.Ones;
    }
}
