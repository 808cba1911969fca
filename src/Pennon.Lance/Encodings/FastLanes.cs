using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings;

/// <summary>
/// Bit packing of 1024 values in an order that lets whole vectors shift at once. A unit is seen as rows of
/// <c>1024 / T</c> lanes of T bits; row r of every lane sits at the same bit position, and the values of one row are
/// neighbours in the output, so packing and unpacking are plain vector loops with no shuffles.
/// </summary>
internal static class FastLanes
{
    public const int UnitLength = 1024;

    static ReadOnlySpan<byte> RowGroupOrder => [0, 4, 2, 6, 1, 5, 3, 7];

    /// <summary>Words of type <typeparamref name="T"/> that one unit packed at <paramref name="width"/> bits takes.</summary>
    public static int PackedWords<T>(int width) where T : unmanaged => UnitLength * width / (8 * Unsafe.SizeOf<T>());

    /// <summary>Bytes that one unit packed at <paramref name="width"/> bits takes, for every word type.</summary>
    public static int PackedBytes(int width) => UnitLength / 8 * width;

    /// <summary>Unpacks one unit of 1024 values.</summary>
    public static void Unpack<T>(int width, ReadOnlySpan<T> packed, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int bits = 8 * Unsafe.SizeOf<T>();
        CorruptEncodingException.ThrowIf((uint)width > (uint)bits, "Bit packing: the packed width exceeds the width of the values");
        CorruptEncodingException.ThrowIf(packed.Length < PackedWords<T>(width), "Bit packing: the packed unit is cut off");
        values = values[..UnitLength];
        if (width == 0)
        {
            values.Clear();
            return;
        }
        ref T source = ref MemoryMarshal.GetReference(packed);
        ref T target = ref MemoryMarshal.GetReference(values);
        T mask = width == bits ? T.AllBitsSet : (T.One << width) - T.One;
        if (Vector512.IsHardwareAccelerated)
        {
            Unpack512(width, bits, mask, ref source, ref target);
        }
        else
        {
            Unpack256(width, bits, mask, ref source, ref target);
        }
    }

    /// <summary>The value at <paramref name="index"/> of a unit, without unpacking the others.</summary>
    public static T UnpackOne<T>(int width, ReadOnlySpan<T> packed, int index)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int bits = 8 * Unsafe.SizeOf<T>();
        CorruptEncodingException.ThrowIf((uint)width > (uint)bits, "Bit packing: the packed width exceeds the width of the values");
        CorruptEncodingException.ThrowIf(packed.Length < PackedWords<T>(width), "Bit packing: the packed unit is cut off");
        if (width == 0)
        {
            return T.Zero;
        }
        int lanes = UnitLength / bits;
        int inGroup = index & 127;
        int lane = inGroup % lanes;
        // The order of the row groups reverses three bits, so that it is its own inverse.
        int row = RowGroupOrder[(inGroup - lane) / 16] * 8 + (index >> 7);
        int bit = row * width;
        int word = lanes * (bit / bits) + lane;
        int shift = bit % bits;
        T value = packed[word] >>> shift;
        if (shift + width > bits)
        {
            value |= packed[word + lanes] << (bits - shift);
        }
        return width == bits ? value : value & ((T.One << width) - T.One);
    }

    static void Unpack512<T>(int width, int bits, T mask, ref T source, ref T target)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int lanes = UnitLength / bits;
        ref byte order = ref MemoryMarshal.GetReference(RowGroupOrder);
        var maskVector = Vector512.Create(mask);
        for (int lane = 0; lane < lanes; lane += Vector512<T>.Count)
        {
            int shift = 0;
            int wordAt = lane;
            var word = Vector512.LoadUnsafe(ref source, (nuint)wordAt);
            for (int row = 0; row < bits; row++)
            {
                var value = word >>> shift;
                shift += width;
                if (shift >= bits)
                {
                    shift -= bits;
                    wordAt += lanes;
                    if (row + 1 < bits)
                    {
                        word = Vector512.LoadUnsafe(ref source, (nuint)wordAt);
                    }
                    if (shift != 0)
                    {
                        value |= word << (width - shift);
                    }
                }
                int index = Unsafe.Add(ref order, row >> 3) * 16 + (row & 7) * 128 + lane;
                (value & maskVector).StoreUnsafe(ref target, (nuint)index);
            }
        }
    }

    static void Unpack256<T>(int width, int bits, T mask, ref T source, ref T target)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int lanes = UnitLength / bits;
        ref byte order = ref MemoryMarshal.GetReference(RowGroupOrder);
        var maskVector = Vector256.Create(mask);
        for (int lane = 0; lane < lanes; lane += Vector256<T>.Count)
        {
            int shift = 0;
            int wordAt = lane;
            var word = Vector256.LoadUnsafe(ref source, (nuint)wordAt);
            for (int row = 0; row < bits; row++)
            {
                var value = word >>> shift;
                shift += width;
                if (shift >= bits)
                {
                    shift -= bits;
                    wordAt += lanes;
                    if (row + 1 < bits)
                    {
                        word = Vector256.LoadUnsafe(ref source, (nuint)wordAt);
                    }
                    if (shift != 0)
                    {
                        value |= word << (width - shift);
                    }
                }
                int index = Unsafe.Add(ref order, row >> 3) * 16 + (row & 7) * 128 + lane;
                (value & maskVector).StoreUnsafe(ref target, (nuint)index);
            }
        }
    }
}
