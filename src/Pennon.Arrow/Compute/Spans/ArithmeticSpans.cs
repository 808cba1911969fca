using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Arrow.Compute.Spans;

/// <summary>An operation on integers that reports, rather than throws, what does not fit.</summary>
internal interface IIntegerOperation
{
    static abstract T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>;
}

/// <summary>An operation whose overflow can be computed lane by lane.</summary>
internal interface IVectorIntegerOperation : IIntegerOperation
{
    static abstract Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right, bool signed, ref Vector128<T> failed);
    static abstract Vector256<T> Apply<T>(Vector256<T> left, Vector256<T> right, bool signed, ref Vector256<T> failed);
    static abstract Vector512<T> Apply<T>(Vector512<T> left, Vector512<T> right, bool signed, ref Vector512<T> failed);
}

// Signed addition overflows when both inputs differ in sign from the sum; unsigned when the sum wrapped below an input. The failure
// lands in each lane's top bit for signed lanes and in the whole lane for unsigned ones, so a top-bit test sees both.
internal readonly struct AddOperation : IVectorIntegerOperation
{
    public static T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T sum = unchecked(left + right);
        failed = T.MinValue < T.Zero ? ((left ^ sum) & (right ^ sum)) < T.Zero : sum < left;
        return sum;
    }

    public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right, bool signed, ref Vector128<T> failed)
    {
        Vector128<T> sum = left + right;
        failed |= signed ? (left ^ sum) & (right ^ sum) : Vector128.LessThan(sum, left);
        return sum;
    }

    public static Vector256<T> Apply<T>(Vector256<T> left, Vector256<T> right, bool signed, ref Vector256<T> failed)
    {
        Vector256<T> sum = left + right;
        failed |= signed ? (left ^ sum) & (right ^ sum) : Vector256.LessThan(sum, left);
        return sum;
    }

    public static Vector512<T> Apply<T>(Vector512<T> left, Vector512<T> right, bool signed, ref Vector512<T> failed)
    {
        Vector512<T> sum = left + right;
        failed |= signed ? (left ^ sum) & (right ^ sum) : Vector512.LessThan(sum, left);
        return sum;
    }
}

internal readonly struct SubtractOperation : IVectorIntegerOperation
{
    public static T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T difference = unchecked(left - right);
        failed = T.MinValue < T.Zero ? ((left ^ right) & (left ^ difference)) < T.Zero : left < right;
        return difference;
    }

    public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right, bool signed, ref Vector128<T> failed)
    {
        Vector128<T> difference = left - right;
        failed |= signed ? (left ^ right) & (left ^ difference) : Vector128.LessThan(left, right);
        return difference;
    }

    public static Vector256<T> Apply<T>(Vector256<T> left, Vector256<T> right, bool signed, ref Vector256<T> failed)
    {
        Vector256<T> difference = left - right;
        failed |= signed ? (left ^ right) & (left ^ difference) : Vector256.LessThan(left, right);
        return difference;
    }

    public static Vector512<T> Apply<T>(Vector512<T> left, Vector512<T> right, bool signed, ref Vector512<T> failed)
    {
        Vector512<T> difference = left - right;
        failed |= signed ? (left ^ right) & (left ^ difference) : Vector512.LessThan(left, right);
        return difference;
    }
}

internal readonly struct MultiplyOperation : IIntegerOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (typeof(T) == typeof(long))
        {
            long high = Math.BigMul(long.CreateTruncating(left), long.CreateTruncating(right), out long low);
            failed = high != low >> 63;
            return T.CreateTruncating(low);
        }
        if (typeof(T) == typeof(ulong))
        {
            failed = Math.BigMul(ulong.CreateTruncating(left), ulong.CreateTruncating(right), out ulong low) != 0;
            return T.CreateTruncating(low);
        }
        // Lanes of 32 bits and fewer multiply exactly in 64 bits, except uint, whose product is exact unsigned.
        if (typeof(T) == typeof(uint))
        {
            ulong wide = ulong.CreateTruncating(left) * ulong.CreateTruncating(right);
            failed = wide > uint.MaxValue;
            return T.CreateTruncating(wide);
        }
        long product = long.CreateTruncating(left) * long.CreateTruncating(right);
        T result = T.CreateTruncating(product);
        failed = long.CreateTruncating(result) != product;
        return result;
    }
}

/// <summary>Truncating division; the smallest signed value divided by -1 overflows.</summary>
internal readonly struct DivideOperation : IIntegerOperation
{
    public static T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        failed = T.IsZero(right) || (T.MinValue < T.Zero && left == T.MinValue && right == unchecked(T.Zero - T.One));
        return failed ? T.Zero : left / right;
    }
}

/// <summary>Remainder with the sign of the dividend; anything modulo -1 is 0 even where the quotient would overflow.</summary>
internal readonly struct RemainderOperation : IIntegerOperation
{
    public static T Apply<T>(T left, T right, out bool failed) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        failed = T.IsZero(right);
        bool minusOne = T.MinValue < T.Zero && right == unchecked(T.Zero - T.One);
        return failed || minusOne ? T.Zero : left % right;
    }
}

/// <summary>Integer arithmetic over spans. A side with one element and its step at 0 is a constant.</summary>
internal static class ArithmeticSpans
{
    /// <summary>Runs an operation without a vector form. Returns whether any element failed, null slots included.</summary>
    public static bool Run<TOperation, T>(ReadOnlySpan<T> left, int leftStep, ReadOnlySpan<T> right, int rightStep, Span<T> target)
        where TOperation : IIntegerOperation
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        bool any = false;
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = TOperation.Apply(left[i * leftStep], right[i * rightStep], out bool failed);
            any |= failed;
        }
        return any;
    }

    /// <summary>Runs an operation on the given rung. Returns whether any element failed, null slots included.</summary>
    public static bool RunVector<TOperation, T>(
        ReadOnlySpan<T> left, int leftStep, ReadOnlySpan<T> right, int rightStep, Span<T> target, SimdLevel level)
        where TOperation : IVectorIntegerOperation
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        bool signed = T.MinValue < T.Zero;
        bool any = false;
        int i = 0;
        ref T a = ref MemoryMarshal.GetReference(left);
        ref T b = ref MemoryMarshal.GetReference(right);
        ref T o = ref MemoryMarshal.GetReference(target);
        if (level == SimdLevel.Vector512 && target.Length >= Vector512<T>.Count)
        {
            Vector512<T> failed = default, fixedLeft = Vector512.Create(a), fixedRight = Vector512.Create(b);
            for (; i <= target.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Vector512<T> x = leftStep == 0 ? fixedLeft : Vector512.LoadUnsafe(ref a, (nuint)i);
                Vector512<T> y = rightStep == 0 ? fixedRight : Vector512.LoadUnsafe(ref b, (nuint)i);
                TOperation.Apply(x, y, signed, ref failed).StoreUnsafe(ref o, (nuint)i);
            }
            any = failed.ExtractMostSignificantBits() != 0;
        }
        else if (level == SimdLevel.Vector256 && target.Length >= Vector256<T>.Count)
        {
            Vector256<T> failed = default, fixedLeft = Vector256.Create(a), fixedRight = Vector256.Create(b);
            for (; i <= target.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                Vector256<T> x = leftStep == 0 ? fixedLeft : Vector256.LoadUnsafe(ref a, (nuint)i);
                Vector256<T> y = rightStep == 0 ? fixedRight : Vector256.LoadUnsafe(ref b, (nuint)i);
                TOperation.Apply(x, y, signed, ref failed).StoreUnsafe(ref o, (nuint)i);
            }
            any = failed.ExtractMostSignificantBits() != 0;
        }
        else if (level == SimdLevel.Vector128 && target.Length >= Vector128<T>.Count)
        {
            Vector128<T> failed = default, fixedLeft = Vector128.Create(a), fixedRight = Vector128.Create(b);
            for (; i <= target.Length - Vector128<T>.Count; i += Vector128<T>.Count)
            {
                Vector128<T> x = leftStep == 0 ? fixedLeft : Vector128.LoadUnsafe(ref a, (nuint)i);
                Vector128<T> y = rightStep == 0 ? fixedRight : Vector128.LoadUnsafe(ref b, (nuint)i);
                TOperation.Apply(x, y, signed, ref failed).StoreUnsafe(ref o, (nuint)i);
            }
            any = failed.ExtractMostSignificantBits() != 0;
        }
        return Run<TOperation, T>(left[(i * leftStep)..], leftStep, right[(i * rightStep)..], rightStep, target[i..]) | any;
    }
}
