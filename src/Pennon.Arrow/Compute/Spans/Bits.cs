using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>Least-significant-bit-first bitmaps at arbitrary bit offsets, 64 bits at a time.</summary>
internal static class Bits
{
    /// <summary>Bytes needed for <paramref name="count"/> bits.</summary>
    public static int ByteCount(int count) => (int)((count + 7L) >> 3);

    /// <summary>A word with the lowest <paramref name="count"/> bits set; 0 to 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LowMask(int count) => count >= 64 ? ulong.MaxValue : (1UL << count) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Get(ReadOnlySpan<byte> bits, long index) => (bits[(int)(index >> 3)] >> (int)(index & 7) & 1) != 0;

    public static void Set(Span<byte> bits, long index) => bits[(int)(index >> 3)] |= (byte)(1 << (int)(index & 7));

    /// <summary>Up to 64 bits from any bit position; bits past <paramref name="count"/> are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ReadOnlySpan<byte> bits, long offset, int count)
    {
        int start = (int)(offset >> 3);
        int shift = (int)(offset & 7);
        if (bits.Length - start >= 9)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bits[start..]) >> shift;
            if (shift != 0)
                word |= (ulong)bits[start + 8] << (64 - shift);
            return word & LowMask(count);
        }
        return LoadTail(bits[start..], shift, count);
    }

    static ulong LoadTail(ReadOnlySpan<byte> bits, int shift, int count)
    {
        int bytes = (shift + count + 7) >> 3;
        ulong low = 0;
        for (int i = 0; i < Math.Min(bytes, 8); i++)
            low |= (ulong)bits[i] << (i * 8);
        low >>= shift;
        if (bytes == 9)
            low |= (ulong)bits[8] << (64 - shift);
        return low & LowMask(count);
    }

    /// <summary>Stores a word at a multiple of 64 bits; only the bytes that hold the <paramref name="count"/> bits are touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Span<byte> bits, int index, int count, ulong word)
    {
        Span<byte> target = bits[(index >> 3)..];
        if (count == 64)
            BinaryPrimitives.WriteUInt64LittleEndian(target, word);
        else
            for (int i = 0; i < (count + 7) >> 3; i++)
                target[i] = (byte)(word >> (i * 8));
    }

    public static int CountOnes(ReadOnlySpan<byte> bits, long offset, int count)
    {
        int ones = 0;
        for (int i = 0; i < count; i += 64)
            ones += BitOperations.PopCount(Load(bits, offset + i, Math.Min(64, count - i)));
        return ones;
    }

    /// <summary>Copies bits to a destination that starts at bit 0.</summary>
    public static void CopyToStart(ReadOnlySpan<byte> source, long offset, Span<byte> target, int count)
    {
        if ((offset & 7) == 0)
        {
            int bytes = ByteCount(count);
            source.Slice((int)(offset >> 3), bytes).CopyTo(target);
            if ((count & 7) != 0)
                target[bytes - 1] &= (byte)((1 << (count & 7)) - 1);
            return;
        }
        for (int i = 0; i < count; i += 64)
        {
            int step = Math.Min(64, count - i);
            Store(target, i, step, Load(source, offset + i, step));
        }
    }
}
