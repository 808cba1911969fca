using System.Numerics;

namespace Pennon.Arrow.Compute;

/// <summary>Checked arithmetic on unscaled decimals of 128 bits.</summary>
internal static class DecimalMath
{
    static readonly Int128[] Powers = MakePowers();

    /// <summary>10^exponent for 0 to 38.</summary>
    public static Int128 PowerOfTen(int exponent) => Powers[exponent];

    public static bool TryAdd(Int128 left, Int128 right, out Int128 sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;
    }

    public static bool TrySubtract(Int128 left, Int128 right, out Int128 difference)
    {
        difference = unchecked(left - right);
        return ((left ^ right) & (left ^ difference)) >= 0;
    }

    public static bool TryMultiply(Int128 left, Int128 right, out Int128 product)
    {
        product = unchecked(left * right);
        if (left == 0 || right == 0)
            return true;
        // Products of two 63-bit numbers always fit; beyond that, dividing back tells.
        if (IsSmall(left) && IsSmall(right))
            return true;
        return !(left == -1 && right == Int128.MinValue) && !(right == -1 && left == Int128.MinValue) && product / right == left;
    }

    static bool IsSmall(Int128 value) => value >= -long.MaxValue && value <= long.MaxValue;

    public static bool TryRemainder(Int128 left, Int128 right, out Int128 remainder)
    {
        remainder = right == -1 ? 0 : left % right;
        return true;
    }

    /// <summary>Changes the scale of an unscaled number; digits that go are rounded half away from zero.</summary>
    /// <returns>False when the number does not fit 128 bits.</returns>
    public static bool TryRescale(Int128 value, int fromScale, int toScale, out Int128 result)
    {
        int shift = toScale - fromScale;
        result = value;
        if (shift == 0 || value == 0)
            return true;
        if (shift > 0)
            return shift <= 38 && TryMultiply(value, Powers[shift], out result);
        if (shift < -38)
        {
            result = 0;
            return true;
        }
        Int128 divisor = Powers[-shift];
        (Int128 quotient, Int128 rest) = Int128.DivRem(value, divisor);
        if (Int128.Abs(rest) >= divisor - Int128.Abs(rest))
            quotient += value < 0 ? -1 : 1;
        result = quotient;
        return true;
    }

    /// <summary>The same for numbers of any size.</summary>
    public static BigInteger Rescale(BigInteger value, int fromScale, int toScale)
    {
        int shift = toScale - fromScale;
        if (shift >= 0)
            return value * BigInteger.Pow(10, shift);
        BigInteger divisor = BigInteger.Pow(10, -shift);
        BigInteger quotient = BigInteger.DivRem(value, divisor, out BigInteger rest);
        return BigInteger.Abs(rest) * 2 >= divisor ? quotient + value.Sign : quotient;
    }

    static Int128[] MakePowers()
    {
        Int128[] powers = new Int128[39];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
