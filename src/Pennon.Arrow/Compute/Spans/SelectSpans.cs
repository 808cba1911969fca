using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>Turns the ones of a bitmap into row numbers.</summary>
internal static class SelectSpans
{
    /// <summary>Room past the last row number that the widest rung may write.</summary>
    public const int Slack = 16;

    /// <summary>Writes the positions of the ones; <paramref name="target"/> holds them plus <see cref="Slack"/>. Returns how many.</summary>
    public static int Positions(ReadOnlySpan<byte> bits, long offset, ReadOnlySpan<byte> valid, long validOffset, int count, Span<int> target, SimdLevel level)
    {
        int written = 0;
        for (int i = 0; i < count; i += 64)
        {
            int step = Math.Min(64, count - i);
            ulong word = Bits.Load(bits, offset + i, step);
            if (!valid.IsEmpty)
                word &= Bits.Load(valid, validOffset + i, step);
            if (word == 0)
                continue;
            if (level == SimdLevel.Vector512 && Avx512F.IsSupported)
                written += Compress(word, i, target[written..]);
            else
                for (; word != 0; word &= word - 1)
                    target[written++] = i + BitOperations.TrailingZeroCount(word);
        }
        return written;
    }

    static int Compress(ulong word, int first, Span<int> target)
    {
        Vector512<int> lanes = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        ref int start = ref MemoryMarshal.GetReference(target);
        nuint written = 0;
        for (int part = 0; part < 64; part += 16)
        {
            int mask = (int)(word >> part) & 0xFFFF;
            if (mask == 0)
                continue;
            Vector512<int> chosen = Vector512.Equals(Vector512.Create(mask) & lanes, lanes);
            Vector512<int> rows = Vector512.Create(first + part) + Vector512<int>.Indices;
            Vector512<int> packed = Avx512F.Compress(Vector512<int>.Zero, chosen, rows);
            int ones = BitOperations.PopCount((uint)mask);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((int)written + Vector512<int>.Count, target.Length, nameof(target));
            packed.StoreUnsafe(ref start, written);
            written += (nuint)ones;
        }
        return (int)written;
    }
}
