using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>One comparison on every rung of the SIMD ladder.</summary>
internal interface IComparison
{
    static abstract bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool>;
    static abstract Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right);
    static abstract Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right);
    static abstract Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right);
}

internal readonly struct EqualTest : IComparison
{
    public static bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool> => left == right;
    public static Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right) => Vector128.Equals(left, right);
    public static Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right) => Vector256.Equals(left, right);
    public static Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right) => Vector512.Equals(left, right);
}

internal readonly struct LessTest : IComparison
{
    public static bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool> => left < right;
    public static Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right) => Vector128.LessThan(left, right);
    public static Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right) => Vector256.LessThan(left, right);
    public static Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right) => Vector512.LessThan(left, right);
}

internal readonly struct LessOrEqualTest : IComparison
{
    public static bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool> => left <= right;
    public static Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right) => Vector128.LessThanOrEqual(left, right);
    public static Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right) => Vector256.LessThanOrEqual(left, right);
    public static Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right) => Vector512.LessThanOrEqual(left, right);
}

internal readonly struct GreaterTest : IComparison
{
    public static bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool> => left > right;
    public static Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right) => Vector128.GreaterThan(left, right);
    public static Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThan(left, right);
    public static Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right) => Vector512.GreaterThan(left, right);
}

internal readonly struct GreaterOrEqualTest : IComparison
{
    public static bool Test<T>(T left, T right) where T : IComparisonOperators<T, T, bool> => left >= right;
    public static Vector128<T> Test<T>(Vector128<T> left, Vector128<T> right) => Vector128.GreaterThanOrEqual(left, right);
    public static Vector256<T> Test<T>(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThanOrEqual(left, right);
    public static Vector512<T> Test<T>(Vector512<T> left, Vector512<T> right) => Vector512.GreaterThanOrEqual(left, right);
}

/// <summary>Comparisons of numeric spans into a bitmap, 64 results per stored word. Floats follow IEEE: NaN compares false.</summary>
internal static class CompareSpans
{
    /// <summary>Compares element by element, or with one value when <paramref name="right"/> has a single element and
    /// <paramref name="rightIsScalar"/> says so. With <paramref name="negate"/>, stores the opposite of each result.</summary>
    public static void Run<TTest, T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, bool rightIsScalar, bool negate, Span<byte> target, SimdLevel level)
        where TTest : IComparison
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        if (!rightIsScalar && right.Length != left.Length)
            throw new ArgumentException($"{left.Length} values cannot be compared with {right.Length}", nameof(right));
        if (!Vector128<T>.IsSupported)
            level = SimdLevel.Scalar;
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        ulong flip = negate ? ulong.MaxValue : 0;
        int full = left.Length & ~63;
        int step = rightIsScalar ? 0 : 1;
        int i = 0;
        if (level == SimdLevel.Vector512)
            for (; i < full; i += 64)
                Bits.Store(target, i, 64, Word512<TTest, T>(ref Unsafe.Add(ref a, i), ref Unsafe.Add(ref b, i * step), rightIsScalar) ^ flip);
        else if (level == SimdLevel.Vector256)
            for (; i < full; i += 64)
                Bits.Store(target, i, 64, Word256<TTest, T>(ref Unsafe.Add(ref a, i), ref Unsafe.Add(ref b, i * step), rightIsScalar) ^ flip);
        else if (level == SimdLevel.Vector128)
            for (; i < full; i += 64)
                Bits.Store(target, i, 64, Word128<TTest, T>(ref Unsafe.Add(ref a, i), ref Unsafe.Add(ref b, i * step), rightIsScalar) ^ flip);
        for (; i < left.Length; i += 64)
        {
            int count = Math.Min(64, left.Length - i);
            ulong word = 0;
            for (int j = 0; j < count; j++)
                if (TTest.Test(left[i + j], right[(i + j) * step]))
                    word |= 1UL << j;
            Bits.Store(target, i, count, (word ^ flip) & Bits.LowMask(count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word512<TTest, T>(ref T a, ref T b, bool scalar) where TTest : IComparison where T : unmanaged
    {
        ulong word = 0;
        Vector512<T> fixedRight = scalar ? Vector512.Create(b) : default;
        for (int j = 0; j < 64; j += Vector512<T>.Count)
        {
            Vector512<T> other = scalar ? fixedRight : Vector512.LoadUnsafe(ref b, (nuint)j);
            word |= TTest.Test(Vector512.LoadUnsafe(ref a, (nuint)j), other).ExtractMostSignificantBits() << j;
        }
        return word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word256<TTest, T>(ref T a, ref T b, bool scalar) where TTest : IComparison where T : unmanaged
    {
        ulong word = 0;
        Vector256<T> fixedRight = scalar ? Vector256.Create(b) : default;
        for (int j = 0; j < 64; j += Vector256<T>.Count)
        {
            Vector256<T> other = scalar ? fixedRight : Vector256.LoadUnsafe(ref b, (nuint)j);
            word |= (ulong)TTest.Test(Vector256.LoadUnsafe(ref a, (nuint)j), other).ExtractMostSignificantBits() << j;
        }
        return word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word128<TTest, T>(ref T a, ref T b, bool scalar) where TTest : IComparison where T : unmanaged
    {
        ulong word = 0;
        Vector128<T> fixedRight = scalar ? Vector128.Create(b) : default;
        for (int j = 0; j < 64; j += Vector128<T>.Count)
        {
            Vector128<T> other = scalar ? fixedRight : Vector128.LoadUnsafe(ref b, (nuint)j);
            word |= (ulong)TTest.Test(Vector128.LoadUnsafe(ref a, (nuint)j), other).ExtractMostSignificantBits() << j;
        }
        return word;
    }
}
