using Pennon.Cypher.Values;

namespace Pennon;

/// <summary>Cypher values as .NET types, without reflection: the type tests below fold away for each value type.</summary>
static class ValueConversion
{
    public static T To<T>(CypherValue value, string column)
    {
        if (typeof(T) == typeof(CypherValue))
        {
            return (T)(object)value;
        }

        if (value.IsNull)
        {
            return default(T) is null ? default! : throw Refuse<T>(value, column);
        }

        // Boxing once for a single value of a row is what keeps this free of reflection; whole columns go through batches.
        return Convert(value, typeof(T)) is T converted ? converted : throw Refuse<T>(value, column);
    }

    static object? Convert(CypherValue value, Type type) => value.Type switch
    {
        CypherType.Boolean => value.AsBoolean(),
        CypherType.Integer => Integer(value.AsInteger(), type),
        CypherType.Float => Float(value.AsFloat(), type),
        CypherType.String => value.AsString(),
        CypherType.Bytes => Bytes(value, type),
        CypherType.List => List(value, type),
        CypherType.Map => value.AsMap(),
        CypherType.Node => value.AsNode(),
        CypherType.Relationship => value.AsRelationship(),
        CypherType.Path => value.AsPath(),
        CypherType.Date => Date(value.AsDate(), type),
        CypherType.LocalTime => Is<CypherLocalTime>(type) ? value.AsLocalTime() : new TimeOnly(value.AsLocalTime().NanosecondOfDay / 100),
        CypherType.Time => value.AsTime(),
        CypherType.LocalDateTime => LocalDateTime(value.AsLocalDateTime(), type),
        CypherType.DateTime => DateTime(value.AsDateTime(), type),
        CypherType.Duration => value.AsDuration(),
        CypherType.Point => value.AsPoint(),
        _ => null,
    };

    static bool Is<T>(Type type) where T : struct => type == typeof(T) || type == typeof(T?);

    static object? Integer(long value, Type type) => type switch
    {
        _ when Is<int>(type) => value is >= int.MinValue and <= int.MaxValue ? (int)value : null,
        _ when Is<double>(type) => (object)(double)value,
        _ when Is<float>(type) => (float)value,
        _ when Is<decimal>(type) => (decimal)value,
        _ when Is<short>(type) => value is >= short.MinValue and <= short.MaxValue ? (short)value : null,
        _ when Is<byte>(type) => value is >= byte.MinValue and <= byte.MaxValue ? (byte)value : null,
        _ when Is<uint>(type) => value is >= uint.MinValue and <= uint.MaxValue ? (uint)value : null,
        _ when Is<ulong>(type) => value >= 0 ? (ulong)value : null,
        _ => value,
    };

    static object? Float(double value, Type type) => type switch
    {
        _ when Is<float>(type) => (object)(float)value,
        _ when Is<decimal>(type) => Math.Abs(value) < 7.9e28 ? (decimal)value : null,
        _ => value,
    };

    static object Bytes(CypherValue value, Type type) =>
        Is<ReadOnlyMemory<byte>>(type) ? (object)value.AsBytes() : value.AsBytes().ToArray();

    static object? List(CypherValue value, Type type)
    {
        var items = value.AsList();
        return type switch
        {
            _ when type == typeof(string[]) => Items<string>(items),
            _ when type == typeof(long[]) => Items<long>(items),
            _ when type == typeof(int[]) => Items<int>(items),
            _ when type == typeof(double[]) => Items<double>(items),
            _ when type == typeof(float[]) => Items<float>(items),
            _ when type == typeof(bool[]) => Items<bool>(items),
            _ when type == typeof(List<string>) || type == typeof(IReadOnlyList<string>) => new List<string>(Items<string>(items)),
            _ when type == typeof(List<long>) || type == typeof(IReadOnlyList<long>) => new List<long>(Items<long>(items)),
            _ when type == typeof(List<double>) || type == typeof(IReadOnlyList<double>) => new List<double>(Items<double>(items)),
            _ when type == typeof(List<bool>) || type == typeof(IReadOnlyList<bool>) => new List<bool>(Items<bool>(items)),
            _ when type == typeof(List<CypherValue>) => new List<CypherValue>(items.ToArray()),
            _ => items.ToArray(),
        };
    }

    static T[] Items<T>(ReadOnlySpan<CypherValue> items)
    {
        var converted = new T[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            converted[i] = To<T>(items[i], $"[{i}]");
        }

        return converted;
    }

    static object? Date(CypherDate date, Type type)
    {
        if (Is<CypherDate>(type))
        {
            return date;
        }

        var day = date.EpochDay + DateOnly.FromDateTime(System.DateTime.UnixEpoch).DayNumber;
        if (day < DateOnly.MinValue.DayNumber || day > DateOnly.MaxValue.DayNumber)
        {
            return null;
        }

        var found = DateOnly.FromDayNumber((int)day);
        return Is<DateTime>(type) ? found.ToDateTime(TimeOnly.MinValue) : found;
    }

    static object? LocalDateTime(CypherLocalDateTime value, Type type) =>
        Is<CypherLocalDateTime>(type) ? value : Instant(value.EpochSecond, value.Nanosecond) is { } ticks ? new DateTime(ticks, DateTimeKind.Unspecified) : null;

    static object? DateTime(CypherDateTime value, Type type)
    {
        if (Is<CypherDateTime>(type))
        {
            return value;
        }

        if (Instant(value.EpochSecond, value.Nanosecond) is not { } ticks)
        {
            return null;
        }

        // DateTimeOffset holds offsets of whole minutes up to 14 hours; a Cypher offset may be finer or larger.
        var utc = new DateTimeOffset(ticks, TimeSpan.Zero);
        if (Is<DateTime>(type))
        {
            return utc.UtcDateTime;
        }

        var offset = value.Zone.OffsetSeconds;
        return offset % 60 == 0 && Math.Abs(offset) <= 14 * 3600 ? utc.ToOffset(TimeSpan.FromSeconds(offset)) : utc;
    }

    static long? Instant(long epochSecond, int nanosecond)
    {
        var limit = System.DateTime.MaxValue.Ticks / TimeSpan.TicksPerSecond;
        var second = epochSecond + (System.DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond);
        return second < 0 || second > limit ? null : (second * TimeSpan.TicksPerSecond) + (nanosecond / 100);
    }

    static InvalidCastException Refuse<T>(CypherValue value, string column)
    {
        var text = CypherJson.Text(value);
        return new InvalidCastException(
            $"Column '{column}' holds {(value.IsNull ? "null" : $"{value.Type} {(text.Length > 80 ? text[..80] + "…" : text)}")}, which does not convert to {typeof(T).Name}.");
    }
}
