using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pennon.Graph;

/// <summary>Plain decimal integers: an optional sign and digits, nothing else.</summary>
readonly struct Int64Parser : INumberParser<long>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == (byte)'-';
            text = text[1..];
        }

        if (text.Length is 0 or > 19)
        {
            return text.Length > 19 && TryParseLong(text, negative, out value);
        }

        ulong sum = 0;
        while (text.Length >= 8)
        {
            var word = MemoryMarshal.Read<ulong>(text);
            if (!AllDigits(word))
            {
                return false;
            }

            sum = (sum * 100_000_000) + EightDigits(word);
            text = text[8..];
        }

        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9)
            {
                return false;
            }

            sum = (sum * 10) + digit;
        }

        if (sum > (ulong)long.MaxValue + (negative ? 1UL : 0))
        {
            return false;
        }

        value = negative ? (long)(0 - sum) : (long)sum;
        return true;
    }

    public static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value);
    }

    // Leading zeros may make a small number long.
    static bool TryParseLong(ReadOnlySpan<byte> text, bool negative, out long value)
    {
        var trimmed = text.TrimStart((byte)'0');
        value = 0;
        return trimmed.Length <= 19 && TryParse(trimmed.IsEmpty ? "0"u8 : trimmed, out value) && (!negative || (value = -value) <= 0);
    }

    static bool AllDigits(ulong word) =>
        ((word & 0xF0F0F0F0F0F0F0F0UL) | (((word + 0x0606060606060606UL) & 0xF0F0F0F0F0F0F0F0UL) >> 4)) == 0x3333333333333333UL;

    // Adds neighbours pairwise: digits to tens, tens to thousands, thousands to the whole.
    static uint EightDigits(ulong word)
    {
        word -= 0x3030303030303030UL;
        word = (word * 10) + (word >> 8);
        return (uint)((((word & 0x000000FF000000FFUL) * 0x000F424000000064UL) + (((word >> 16) & 0x000000FF000000FFUL) * 0x0000271000000001UL)) >> 32);
    }
}

/// <summary>Unsigned 64-bit integers, some of which no signed one can hold.</summary>
readonly struct UInt64Parser : INumberParser<ulong>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;

    public static bool TryRead(ref Utf8JsonReader reader, out ulong value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out value);
    }
}

/// <summary>Narrower integers, by way of 64 bits and a range check.</summary>
readonly struct IntegerParser<T> : INumberParser<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out T value) => Narrow(Int64Parser.TryParse(text, out var wide), wide, out value);

    public static bool TryRead(ref Utf8JsonReader reader, out T value) => Narrow(Int64Parser.TryRead(ref reader, out var wide), wide, out value);

    static bool Narrow(bool parsed, long wide, out T value)
    {
        value = T.CreateTruncating(wide);
        return parsed && wide >= long.CreateTruncating(T.MinValue) && wide <= long.CreateTruncating(T.MaxValue);
    }
}

/// <summary>64-bit floats.</summary>
readonly struct DoubleParser : INumberParser<double>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    // An integer that a double cannot hold exactly does not fit, and keeps its digits elsewhere.
    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value) && (!reader.TryGetInt64(out var whole) || Math.Abs(value) <= 1L << 53 || (Math.Abs(value) < 9.2e18 && (long)value == whole));
    }
}

/// <summary>32-bit floats.</summary>
readonly struct FloatParser : INumberParser<float>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public static bool TryRead(ref Utf8JsonReader reader, out float value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out value);
    }
}

/// <summary>Dates as yyyy-MM-dd, kept as days since 1970-01-01.</summary>
readonly struct DateParser : INumberParser<int>
{
    static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static bool TryParse(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        Span<char> chars = stackalloc char[10];
        if (text.Length != 10 || System.Text.Encoding.UTF8.GetCharCount(text) != 10)
        {
            return false;
        }

        System.Text.Encoding.UTF8.GetChars(text, chars);
        if (!DateOnly.TryParseExact(chars, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        value = date.DayNumber - Epoch;
        return true;
    }

    public static bool TryRead(ref Utf8JsonReader reader, out int value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && TryParse(reader.ValueSpan, out value);
    }
}

/// <summary>Points in time in ISO 8601, without an offset taken as UTC, kept as microseconds since 1970-01-01.</summary>
readonly struct TimestampParser : INumberParser<long>
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        Span<char> chars = stackalloc char[40];
        if (text.Length is < 10 or > 40)
        {
            return false;
        }

        var length = System.Text.Encoding.UTF8.GetChars(text, chars);
        if (!DateTimeOffset.TryParse(chars[..length], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        value = (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    public static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && TryParse(reader.ValueSpan, out value);
    }
}
