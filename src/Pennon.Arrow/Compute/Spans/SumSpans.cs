using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>Sums whose result does not depend on the rung of the SIMD ladder.</summary>
internal static class SumSpans
{
    const int Lanes = 8;

    /// <summary>Integers of 32 bits and fewer: 2^31 of them fit a 64-bit sum.</summary>
    public static long Narrow<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        long a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            a += long.CreateTruncating(values[i]);
            b += long.CreateTruncating(values[i + 1]);
            c += long.CreateTruncating(values[i + 2]);
            d += long.CreateTruncating(values[i + 3]);
        }
        for (; i < values.Length; i++)
            a += long.CreateTruncating(values[i]);
        return a + b + c + d;
    }

    /// <summary>64-bit integers, exactly.</summary>
    public static Int128 Wide<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T>
    {
        Int128 sum = 0;
        foreach (T value in values)
            sum += Int128.CreateTruncating(value);
        return sum;
    }

    /// <summary>Value i goes to partial sum i mod 8; the partial sums are added as a balanced tree.</summary>
    public static double Floats(ReadOnlySpan<double> values, SimdLevel level)
    {
        Span<double> sums = stackalloc double[Lanes];
        sums.Clear();
        ref double start = ref MemoryMarshal.GetReference(values);
        int full = values.Length & ~(Lanes - 1);
        switch (level)
        {
            case SimdLevel.Vector512:
                Vector512<double> wide = default;
                for (int i = 0; i < full; i += Lanes)
                    wide += Vector512.LoadUnsafe(ref start, (nuint)i);
                wide.CopyTo(sums);
                break;
            case SimdLevel.Vector256:
                Vector256<double> low = default, high = default;
                for (int i = 0; i < full; i += Lanes)
                {
                    low += Vector256.LoadUnsafe(ref start, (nuint)i);
                    high += Vector256.LoadUnsafe(ref start, (nuint)i + 4);
                }
                low.CopyTo(sums);
                high.CopyTo(sums[4..]);
                break;
            case SimdLevel.Vector128:
                Vector128<double> a = default, b = default, c = default, d = default;
                for (int i = 0; i < full; i += Lanes)
                {
                    a += Vector128.LoadUnsafe(ref start, (nuint)i);
                    b += Vector128.LoadUnsafe(ref start, (nuint)i + 2);
                    c += Vector128.LoadUnsafe(ref start, (nuint)i + 4);
                    d += Vector128.LoadUnsafe(ref start, (nuint)i + 6);
                }
                a.CopyTo(sums);
                b.CopyTo(sums[2..]);
                c.CopyTo(sums[4..]);
                d.CopyTo(sums[6..]);
                break;
            default:
                for (int i = 0; i < full; i++)
                    sums[i & (Lanes - 1)] += values[i];
                break;
        }
        for (int i = full; i < values.Length; i++)
            sums[i & (Lanes - 1)] += values[i];
        return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    }
}
