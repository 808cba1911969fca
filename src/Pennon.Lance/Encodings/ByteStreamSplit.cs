using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings;

/// <summary>Values stored byte plane by byte plane: all first bytes, then all second bytes, and so on.</summary>
internal static class ByteStreamSplit
{
    /// <summary>Joins the planes of <paramref name="count"/> values of <paramref name="width"/> bytes (4 or 8).</summary>
    public static void Decode(int width, ReadOnlySpan<byte> source, int count, Span<byte> destination)
    {
        CorruptEncodingException.ThrowIf(source.Length < (long)count * width, "Byte stream split: the buffer is shorter than its values");
        destination = destination[..checked(count * width)];
        ref byte planes = ref MemoryMarshal.GetReference(source);
        ref byte target = ref MemoryMarshal.GetReference(destination);
        int i = width == 4 ? DecodeVectors4(ref planes, count, ref target) : DecodeVectors8(ref planes, count, ref target);
        for (; i < count; i++)
        {
            for (int plane = 0; plane < width; plane++)
            {
                Unsafe.Add(ref target, i * width + plane) = Unsafe.Add(ref planes, plane * count + i);
            }
        }
    }

    static int DecodeVectors4(ref byte planes, int count, ref byte target)
    {
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            var low = Pair(ref planes, count, 0, i);
            var high = Pair(ref planes, count, 2, i);
            (Vector256.WidenLower(low) | (Vector256.WidenLower(high) << 16)).AsByte().StoreUnsafe(ref target, (nuint)(i * 4));
            (Vector256.WidenUpper(low) | (Vector256.WidenUpper(high) << 16)).AsByte().StoreUnsafe(ref target, (nuint)(i * 4 + 32));
        }
        return i;
    }

    static int DecodeVectors8(ref byte planes, int count, ref byte target)
    {
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            var p01 = Pair(ref planes, count, 0, i);
            var p23 = Pair(ref planes, count, 2, i);
            var p45 = Pair(ref planes, count, 4, i);
            var p67 = Pair(ref planes, count, 6, i);
            var low0 = Vector256.WidenLower(p01) | (Vector256.WidenLower(p23) << 16);
            var low1 = Vector256.WidenUpper(p01) | (Vector256.WidenUpper(p23) << 16);
            var high0 = Vector256.WidenLower(p45) | (Vector256.WidenLower(p67) << 16);
            var high1 = Vector256.WidenUpper(p45) | (Vector256.WidenUpper(p67) << 16);
            Join(low0, high0, ref target, i * 8);
            Join(low1, high1, ref target, i * 8 + 64);
        }
        return i;
    }

    static void Join(Vector256<uint> low, Vector256<uint> high, ref byte target, int at)
    {
        (Vector256.WidenLower(low) | (Vector256.WidenLower(high) << 32)).AsByte().StoreUnsafe(ref target, (nuint)at);
        (Vector256.WidenUpper(low) | (Vector256.WidenUpper(high) << 32)).AsByte().StoreUnsafe(ref target, (nuint)at + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ushort> Pair(ref byte planes, int count, int plane, int i)
    {
        var a = Vector128.LoadUnsafe(ref planes, (nuint)((long)plane * count + i));
        var b = Vector128.LoadUnsafe(ref planes, (nuint)((long)(plane + 1) * count + i));
        var low = Vector256.WidenLower(a.ToVector256Unsafe());
        var high = Vector256.WidenLower(b.ToVector256Unsafe());
        return low | (high << 8);
    }
}
