using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Arrow;

/// <summary>Operations on bitmaps whose bits are numbered from the least significant bit of byte 0.</summary>
public static class BitUtility
{
    /// <summary>Bytes that hold <paramref name="bits"/> bits.</summary>
    public static int ByteCount(int bits) => (int)(((long)bits + 7) >> 3);

    /// <summary>The bit at <paramref name="index"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Get(ReadOnlySpan<byte> bits, int index) => (bits[index >> 3] & (1 << (index & 7))) != 0;

    /// <summary>Sets the bit at <paramref name="index"/> to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<byte> bits, int index) => bits[index >> 3] |= (byte)(1 << (index & 7));

    /// <summary>Sets the bit at <paramref name="index"/> to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(Span<byte> bits, int index) => bits[index >> 3] &= (byte)~(1 << (index & 7));

    /// <summary>Sets the bit at <paramref name="index"/> to <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> bits, int index, bool value)
    {
        if (value) Set(bits, index);
        else Clear(bits, index);
    }

    /// <summary>Counts the ones among <paramref name="length"/> bits from <paramref name="offset"/>.</summary>
    public static int CountOnes(ReadOnlySpan<byte> bits, int offset, int length)
    {
        var count = 0;
        while (length > 0 && (offset & 7) != 0)
        {
            if (Get(bits, offset)) count++;
            offset++;
            length--;
        }
        var bytes = bits[(offset >> 3)..];
        while (length >= 64)
        {
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
            length -= 64;
        }
        while (length >= 8)
        {
            count += BitOperations.PopCount((uint)bytes[0]);
            bytes = bytes[1..];
            length -= 8;
        }
        if (length > 0) count += BitOperations.PopCount((uint)(bytes[0] & ((1 << length) - 1)));
        return count;
    }

    /// <summary>Reads up to 64 bits from <paramref name="offset"/> on; bits past <paramref name="count"/> are zero.</summary>
    public static ulong ReadBits(ReadOnlySpan<byte> bits, int offset, int count)
    {
        if (count == 0) return 0;
        var start = offset >> 3;
        var shift = offset & 7;
        var needed = (shift + count + 7) >> 3;
        ulong low = 0;
        var tail = bits.Slice(start, needed);
        if (bits.Length - start >= 8) low = BinaryPrimitives.ReadUInt64LittleEndian(bits[start..]);
        else
        {
            for (var i = 0; i < tail.Length; i++) low |= (ulong)tail[i] << (8 * i);
        }
        var value = low >> shift;
        if (needed > 8) value |= (ulong)tail[8] << (64 - shift);
        return count == 64 ? value : value & ((1UL << count) - 1);
    }

    /// <summary>Copies <paramref name="length"/> bits; the two ranges must not overlap. Other bits of the target keep their value.</summary>
    public static void Copy(ReadOnlySpan<byte> source, int sourceOffset, Span<byte> target, int targetOffset, int length)
    {
        while (length > 0 && (targetOffset & 7) != 0)
        {
            Write(target, targetOffset++, Get(source, sourceOffset++));
            length--;
        }
        if ((sourceOffset & 7) == 0)
        {
            var whole = length >> 3;
            source.Slice(sourceOffset >> 3, whole).CopyTo(target[(targetOffset >> 3)..]);
            sourceOffset += whole << 3;
            targetOffset += whole << 3;
            length &= 7;
        }
        else
        {
            while (length >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target[(targetOffset >> 3)..], ReadBits(source, sourceOffset, 64));
                sourceOffset += 64;
                targetOffset += 64;
                length -= 64;
            }
        }
        for (; length > 0; length--) Write(target, targetOffset++, Get(source, sourceOffset++));
    }

    /// <summary>Sets <paramref name="length"/> bits from <paramref name="offset"/> to <paramref name="value"/>.</summary>
    public static void Fill(Span<byte> bits, int offset, int length, bool value)
    {
        while (length > 0 && (offset & 7) != 0)
        {
            Write(bits, offset++, value);
            length--;
        }
        bits.Slice(offset >> 3, length >> 3).Fill(value ? (byte)0xFF : (byte)0);
        offset += length & ~7;
        for (length &= 7; length > 0; length--) Write(bits, offset++, value);
    }
}
