using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings;

/// <summary>What a page of integers would take in each form.</summary>
internal static class FixedStatistics
{
    /// <summary>Bits the largest value needs.</summary>
    public static int Width<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        var all = T.Zero;
        var i = 0;
        if (Vector256.IsHardwareAccelerated && values.Length >= Vector256<T>.Count)
        {
            ref var first = ref MemoryMarshal.GetReference(values);
            var bits = Vector256<T>.Zero;
            for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count) bits |= Vector256.LoadUnsafe(ref first, (nuint)i);
            for (var k = 0; k < Vector256<T>.Count; k++) all |= bits[k];
        }
        for (; i < values.Length; i++) all |= values[i];
        return Unsafe.SizeOf<T>() * 8 - int.CreateTruncating(T.LeadingZeroCount(all));
    }

    /// <summary>Bytes of the packed units; the form needs the values as unsigned numbers.</summary>
    public static long PackedSize<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        var size = 0L;
        for (var i = 0; i < values.Length; i += FastLanesPacker.UnitSize)
            size += 8 + FastLanesPacker.PackedBytes(Width(values.Slice(i, Math.Min(FastLanesPacker.UnitSize, values.Length - i))));
        return size;
    }

    /// <summary>Number of runs of equal neighbours.</summary>
    public static int Runs<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        if (values.IsEmpty) return 0;
        var runs = 1;
        var i = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(values);
            for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                var equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), Vector256.LoadUnsafe(ref first, (nuint)(i - 1)));
                runs += Vector256<T>.Count - BitOperations.PopCount(equal.ExtractMostSignificantBits());
            }
        }
        for (; i < values.Length; i++)
            if (values[i] != values[i - 1]) runs++;
        return runs;
    }
}
