using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings;

/// <summary>Packs units of 1024 unsigned integers to a common width in the FastLanes order.</summary>
/// <remarks>
/// The 1024 values are seen as rows of 128 bytes: lane L of a row holds the value at <c>rowStart + L</c>, and every lane is a bit
/// stream of its own. One row is therefore four 256-bit vectors whatever the type, and no value crosses lanes.
/// </remarks>
internal static class FastLanesPacker
{
    public const int UnitSize = 1024;

    static ReadOnlySpan<byte> RowOrder => [0, 4, 2, 6, 1, 5, 3, 7];

    /// <summary>Bytes of a packed unit; 128 for each bit of width, for every type.</summary>
    public static int PackedBytes(int width) => 128 * width;

    /// <summary>Packs exactly 1024 values, none of which may need more than <paramref name="width"/> bits.</summary>
    public static void Pack<T>(ReadOnlySpan<T> values, int width, Span<byte> packed) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        if (values.Length < UnitSize || packed.Length < PackedBytes(width)) throw new ArgumentException("A unit is 1024 values and 128 bytes for each bit.");
        if (width == 0) return;
        var bits = Unsafe.SizeOf<T>() * 8;
        var lanes = UnitSize / bits;
        var perVector = Vector256<T>.Count;
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(packed));
        for (var lane = 0; lane < lanes; lane += perVector)
        {
            var word = Vector256<T>.Zero;
            var shift = 0;
            var next = lane;
            for (var row = 0; row < bits; row++)
            {
                var value = Vector256.LoadUnsafe(ref source, (nuint)(RowOrder[row >> 3] * 16 + (row & 7) * 128 + lane));
                word |= value << shift;
                shift += width;
                if (shift >= bits)
                {
                    word.StoreUnsafe(ref target, (nuint)next);
                    next += lanes;
                    shift -= bits;
                    word = shift == 0 ? Vector256<T>.Zero : value >>> (width - shift);
                }
            }
        }
    }
}
