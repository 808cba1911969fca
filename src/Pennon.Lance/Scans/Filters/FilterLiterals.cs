using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Constants as arrays of one row.</summary>
static class FilterLiterals
{
    /// <summary>The day number of 1970-01-01.</summary>
    public const int EpochDay = 719162;

    public static LiteralNode Of(int position, bool value) =>
        new(position, new BooleanArray(1, 0, 0, ArrowBuffer.Empty, ArrowBuffer.Of<byte>([value ? (byte)1 : (byte)0])));

    public static LiteralNode Of(int position, long value) => new(position, new PrimitiveArray<long>(ArrowType.Int64, [value]));

    public static LiteralNode Of(int position, double value) => new(position, new PrimitiveArray<double>(ArrowType.Float64, [value]));

    public static ArrowArray Bytes(ArrowType type, ReadOnlySpan<byte> value)
    {
        var builder = new BinaryBuilder(type);
        builder.Append(value);
        return builder.Build();
    }

    /// <summary>A number as written: an integer of 64 bits, signed or unsigned, or a double.</summary>
    public static LiteralNode Number(int position, string text)
    {
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var signed))
                return Of(position, signed);
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
                return new LiteralNode(position, new PrimitiveArray<ulong>(ArrowType.UInt64, [unsigned]));
        }
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value))
            throw new LanceFilterException($"'{text}' is no number", position);
        return new LiteralNode(position, new PrimitiveArray<double>(ArrowType.Float64, [value])) { Written = text };
    }

    /// <summary>DATE '2020-01-31'.</summary>
    public static LiteralNode Date(int position, string text) => TemporalText.TryParseDate(text.AsSpan().Trim(), out var days)
        ? new LiteralNode(position, new PrimitiveArray<int>(ArrowType.Date32, [days]))
        : throw new LanceFilterException($"'{text}' is no date of the form 2020-01-31", position);

    /// <summary>TIMESTAMP '2020-01-31 23:59:59.123456789', also with a T and an offset.</summary>
    public static LiteralNode Timestamp(int position, string text)
    {
        if (!TemporalText.TryParseTimestamp(text.AsSpan().Trim(), out var seconds, out var nanoseconds, out _))
            throw new LanceFilterException($"'{text}' is no timestamp of the form 2020-01-31 23:59:59", position);
        // The finest unit that both the text and the range need: nanoseconds end in the year 2262.
        var unit = nanoseconds % 1000 == 0 ? TimeUnit.Microsecond : TimeUnit.Nanosecond;
        var scale = TimeUnits.PerSecond(unit);
        try
        {
            var value = checked(seconds * scale + nanoseconds / (1_000_000_000 / scale));
            return new LiteralNode(position, new PrimitiveArray<long>(new TimestampType(unit), [value]));
        }
        catch (OverflowException error)
        {
            throw new LanceFilterException($"The timestamp '{text}' is out of range", position, error);
        }
    }

    /// <summary>TIME '23:59:59.5'.</summary>
    public static LiteralNode Time(int position, string text) => TemporalText.TryParseTime(text.AsSpan().Trim(), out var nanoseconds)
        ? new LiteralNode(position, new PrimitiveArray<long>(new Time64Type(TimeUnit.Nanosecond), [nanoseconds]))
        : throw new LanceFilterException($"'{text}' is no time of the form 23:59:59", position);
}
