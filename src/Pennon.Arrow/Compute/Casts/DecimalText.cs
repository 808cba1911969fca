using System.Buffers.Text;
using System.Globalization;
using System.Numerics;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>Decimals as plain digits with a point: no exponent, as many fraction digits as the scale.</summary>
internal static class DecimalText
{
    /// <summary>Writes a little-endian two's complement number; false when the text does not fit the span.</summary>
    public static bool TryFormat(ReadOnlySpan<byte> unscaled, int scale, Span<byte> target, out int written)
    {
        BigInteger value = new(unscaled);
        Span<char> digits = stackalloc char[96];
        written = 0;
        if (!BigInteger.Abs(value).TryFormat(digits, out int count, default, CultureInfo.InvariantCulture))
            return false;
        int zerosAfter = value.IsZero ? 0 : Math.Max(0, -scale);
        int zerosBefore = Math.Max(0, scale + 1 - count);
        int length = (value.Sign < 0 ? 1 : 0) + zerosBefore + count + zerosAfter + (scale > 0 ? 1 : 0);
        if (length > target.Length)
            return false;
        if (value.Sign < 0)
            target[written++] = (byte)'-';
        int whole = zerosBefore + count - Math.Max(0, scale);
        for (int i = 0; i < zerosBefore + count; i++)
        {
            if (i == whole)
                target[written++] = (byte)'.';
            target[written++] = i < zerosBefore ? (byte)'0' : (byte)digits[i - zerosBefore];
        }
        target.Slice(written, zerosAfter).Fill((byte)'0');
        written += zerosAfter;
        return true;
    }

    /// <summary>Reads an optionally signed decimal with optional fraction and exponent, rounded half away from zero to the scale.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int scale, out BigInteger unscaled)
    {
        unscaled = default;
        int at = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            at++;
        Span<char> digits = stackalloc char[160];
        int count = 0, point = -1, seen = 0;
        for (; at < text.Length; at++)
        {
            byte c = text[at];
            if (c == '.' && point < 0)
            {
                point = seen;
                continue;
            }
            if (c is < (byte)'0' or > (byte)'9')
                break;
            if (seen++ >= digits.Length)
                return false;
            digits[count++] = (char)c;
        }
        if (seen == 0)
            return false;
        int exponent = 0;
        if (at < text.Length)
        {
            if (text[at] is not ((byte)'e' or (byte)'E'))
                return false;
            ReadOnlySpan<byte> rest = text[(at + 1)..];
            if (rest.Length > 1 && rest[0] == '+')
                rest = rest[1..];
            if (!Utf8Parser.TryParse(rest, out exponent, out int consumed) || consumed != rest.Length || Math.Abs((long)exponent) > 1000)
                return false;
        }
        BigInteger value = BigInteger.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture);
        int fraction = point < 0 ? 0 : seen - point;
        unscaled = DecimalMath.Rescale(negative ? -value : value, fraction - exponent, scale);
        return true;
    }
}
