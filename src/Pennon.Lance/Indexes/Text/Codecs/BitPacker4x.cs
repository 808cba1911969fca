using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Indexes.Text;

/// <summary>
/// Packs blocks of 128 numbers at one bit width, laid out for four lanes: number i is the (i / 4)-th of lane i % 4, each lane is a
/// stream of 32-bit words filled from the low bit, and the lanes' words take turns (TABLE 17.4).
/// </summary>
static class BitPacker4x
{
    public const int BlockSize = 128;
    const int Steps = BlockSize / 4;

    /// <summary>Bytes of a packed block.</summary>
    public static int SizeOf(int width) => 16 * width;

    /// <summary>The smallest width that holds every value.</summary>
    public static int WidthOf(ReadOnlySpan<uint> values)
    {
        uint all = 0;
        foreach (var value in values)
            all |= value;
        return 32 - BitOperations.LeadingZeroCount(all);
    }

    /// <summary>Packs 128 values.</summary>
    /// <param name="values">128 values, none wider than <paramref name="width"/>.</param>
    /// <param name="width">Bits per value, 0 to 32.</param>
    /// <param name="packed">16 bytes per bit of width.</param>
    public static void Pack(ReadOnlySpan<uint> values, int width, Span<byte> packed)
    {
        packed = packed[..SizeOf(width)];
        packed.Clear();
        if (width == 0)
            return;
        for (var i = 0; i < BlockSize; i++)
        {
            var bit = i / 4 * width;
            var at = (bit / 32 * 4 + i % 4) * 4;
            var shifted = (ulong)values[i] << (bit % 32);
            Or(packed[at..], (uint)shifted);
            if (bit % 32 + width > 32)
                Or(packed[(at + 16)..], (uint)(shifted >> 32));
        }
    }

    static void Or(Span<byte> at, uint bits) =>
        BinaryPrimitives.WriteUInt32LittleEndian(at, BinaryPrimitives.ReadUInt32LittleEndian(at) | bits);

    /// <summary>Unpacks 128 values.</summary>
    /// <param name="packed">At least 16 bytes per bit of width.</param>
    /// <param name="width">Bits per value, 0 to 32.</param>
    /// <param name="values">Room for 128 values.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, Span<uint> values)
    {
        ref var target = ref Start(values);
        if (width == 0)
        {
            values[..BlockSize].Clear();
            return;
        }
        ref var source = ref Start(packed, width);
        for (var step = 0; step < Steps; step++)
            Values(ref source, step, width).StoreUnsafe(ref target, (nuint)(step * 4));
    }

    /// <summary>Unpacks 128 differences and adds them up.</summary>
    /// <param name="packed">At least 16 bytes per bit of width.</param>
    /// <param name="width">Bits per difference, 0 to 32.</param>
    /// <param name="first">What the first difference is added to.</param>
    /// <param name="values">Room for 128 values.</param>
    public static void UnpackSums(ReadOnlySpan<byte> packed, int width, uint first, Span<uint> values)
    {
        ref var target = ref Start(values);
        if (width == 0)
        {
            values[..BlockSize].Fill(first);
            return;
        }
        ref var source = ref Start(packed, width);
        var carry = Vector128.Create(first);
        for (var step = 0; step < Steps; step++)
        {
            var v = Values(ref source, step, width);
            v += Vector128.Shuffle(v, Vector128.Create(4u, 0, 1, 2));
            v += Vector128.Shuffle(v, Vector128.Create(4u, 4, 0, 1));
            v += carry;
            v.StoreUnsafe(ref target, (nuint)(step * 4));
            carry = Vector128.Shuffle(v, Vector128.Create(3u, 3, 3, 3));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<uint> Values(ref byte source, int step, int width)
    {
        var bit = step * width;
        var word = bit >> 5;
        var shift = bit & 31;
        var v = Word(ref source, word) >>> shift;
        if (shift + width > 32)
            v |= Word(ref source, word + 1) << (32 - shift);
        return width == 32 ? v : v & Vector128.Create((1u << width) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<uint> Word(ref byte source, int word)
    {
        var v = Vector128.LoadUnsafe(ref source, (nuint)(word * 16));
        return BitConverter.IsLittleEndian
            ? v.AsUInt32()
            : Vector128.Shuffle(v, Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();
    }

    static ref byte Start(ReadOnlySpan<byte> packed, int width) => ref MemoryMarshal.GetReference(packed[..SizeOf(width)]);

    static ref uint Start(Span<uint> values) => ref MemoryMarshal.GetReference(values[..BlockSize]);
}
