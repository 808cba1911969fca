namespace Pennon.Arrow;

/// <summary>Time of day as a 32-bit count of seconds or milliseconds since midnight.</summary>
public sealed class Time32Type : ArrowType
{
    /// <summary>Creates the type.</summary>
    /// <exception cref="ArgumentException">The unit is not seconds or milliseconds.</exception>
    public Time32Type(TimeUnit unit) : base(ArrowTypeId.Time32)
    {
        if (unit is not (TimeUnit.Second or TimeUnit.Millisecond))
            throw new ArgumentException($"time32 counts seconds or milliseconds, not {unit}; use time64.", nameof(unit));
        Unit = unit;
    }

    /// <summary>Seconds or milliseconds.</summary>
    public TimeUnit Unit { get; }

    /// <inheritdoc/>
    public override int BitWidth => 32;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is Time32Type t && t.Unit == Unit;

    /// <inheritdoc/>
    public override string ToString() => $"time32[{TimeUnits.Suffix(Unit)}]";
}

/// <summary>Time of day as a 64-bit count of microseconds or nanoseconds since midnight.</summary>
public sealed class Time64Type : ArrowType
{
    /// <summary>Creates the type.</summary>
    /// <exception cref="ArgumentException">The unit is not microseconds or nanoseconds.</exception>
    public Time64Type(TimeUnit unit) : base(ArrowTypeId.Time64)
    {
        if (unit is not (TimeUnit.Microsecond or TimeUnit.Nanosecond))
            throw new ArgumentException($"time64 counts microseconds or nanoseconds, not {unit}; use time32.", nameof(unit));
        Unit = unit;
    }

    /// <summary>Microseconds or nanoseconds.</summary>
    public TimeUnit Unit { get; }

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is Time64Type t && t.Unit == Unit;

    /// <inheritdoc/>
    public override string ToString() => $"time64[{TimeUnits.Suffix(Unit)}]";
}

/// <summary>A 64-bit count of units since 1970-01-01T00:00:00, an instant when a time zone is named and local time otherwise.</summary>
public sealed class TimestampType(TimeUnit unit, string? timeZone = null) : ArrowType(ArrowTypeId.Timestamp)
{
    /// <summary>The unit of the count.</summary>
    public TimeUnit Unit => unit;

    /// <summary>The time zone in which values are shown, or null for local date-times.</summary>
    public string? TimeZone => timeZone;

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is TimestampType t && t.Unit == Unit && t.TimeZone == TimeZone;

    /// <inheritdoc/>
    public override string ToString() => timeZone is null ? $"timestamp[{TimeUnits.Suffix(unit)}]" : $"timestamp[{TimeUnits.Suffix(unit)}, {timeZone}]";
}

/// <summary>Elapsed time as a 64-bit count of units.</summary>
public sealed class DurationType(TimeUnit unit) : ArrowType(ArrowTypeId.Duration)
{
    /// <summary>The unit of the count.</summary>
    public TimeUnit Unit => unit;

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <inheritdoc/>
    public override bool Equals(ArrowType? other) => other is DurationType t && t.Unit == Unit;

    /// <inheritdoc/>
    public override string ToString() => $"duration[{TimeUnits.Suffix(unit)}]";
}

/// <summary>Short names and scales of <see cref="TimeUnit"/>.</summary>
public static class TimeUnits
{
    /// <summary>The usual abbreviation: s, ms, us or ns.</summary>
    public static string Suffix(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "us",
        _ => "ns",
    };

    /// <summary>How many units make one second.</summary>
    public static long PerSecond(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Microsecond => 1_000_000,
        _ => 1_000_000_000,
    };
}
