namespace Pennon.Cypher.Values;

/// <summary>Adding durations to temporal values and to each other, and scaling them.</summary>
internal static class TemporalArithmetic
{
    // 365.2425 days a year over 12 months.
    const decimal AverageSecondsPerMonth = 2_629_746m;

    public static CypherDuration Zero { get; } = new(0, 0, 0, 0);

    /// <summary>A duration of parts in any range; nanoseconds are carried into seconds.</summary>
    public static CypherDuration Create(long months, long days, long seconds, long nanoseconds)
    {
        try
        {
            long carried = checked(seconds + Calendar.FloorDivide(nanoseconds, Calendar.NanosecondsPerSecond));
            return new CypherDuration(months, days, carried, (int)Calendar.FloorModulo(nanoseconds, Calendar.NanosecondsPerSecond));
        }
        catch (OverflowException error)
        {
            throw OutOfRange(error);
        }
    }

    public static CypherDuration Add(CypherDuration left, CypherDuration right, int sign)
    {
        try
        {
            return Create(
                checked(left.Months + (sign * right.Months)),
                checked(left.Days + (sign * right.Days)),
                checked(left.Seconds + (sign * right.Seconds)),
                left.Nanoseconds + ((long)sign * right.Nanoseconds));
        }
        catch (OverflowException error)
        {
            throw OutOfRange(error);
        }
    }

    public static CypherDuration Scale(CypherDuration value, double factor, double? divisor = null)
    {
        if (divisor == 0 || !double.IsFinite(factor))
        {
            throw new CypherRuntimeException("A Duration cannot be divided by zero or multiplied by a number that is not finite.", "InvalidArgumentValue");
        }
        try
        {
            decimal Times(long part) => divisor is { } by ? part / (decimal)by : part * (decimal)factor;
            return FromFractions(Times(value.Months), Times(value.Days), Times(value.Seconds), Times(value.Nanoseconds));
        }
        catch (OverflowException error)
        {
            throw OutOfRange(error);
        }
    }

    /// <summary>A duration of fractional parts: what a part has behind the point flows into the next smaller part.</summary>
    public static CypherDuration FromFractions(decimal months, decimal days, decimal seconds, decimal nanoseconds)
    {
        try
        {
            decimal wholeMonths = decimal.Truncate(months);
            days += (months - wholeMonths) * AverageSecondsPerMonth / Calendar.SecondsPerDay;
            decimal wholeDays = decimal.Truncate(days);
            seconds += (days - wholeDays) * Calendar.SecondsPerDay;
            decimal wholeSeconds = decimal.Truncate(seconds);
            nanoseconds += (seconds - wholeSeconds) * Calendar.NanosecondsPerSecond;
            return Create((long)wholeMonths, (long)wholeDays, (long)wholeSeconds, (long)decimal.Truncate(nanoseconds));
        }
        catch (OverflowException error)
        {
            throw OutOfRange(error);
        }
    }

    /// <summary>Months first (the day is cut to the month's length), then days, then the time; a date takes whole days of the time only.</summary>
    public static CypherValue Add(in CypherValue temporal, CypherDuration duration, int sign)
    {
        try
        {
            return checked(AddChecked(temporal, sign * duration.Months, sign * duration.Days, sign * duration.Seconds, sign * duration.Nanoseconds));
        }
        catch (OverflowException error)
        {
            throw OutOfRange(error);
        }
    }

    static CypherValue AddChecked(in CypherValue temporal, long months, long days, long seconds, long nanoseconds)
    {
        switch (temporal.Type)
        {
            case CypherType.Date:
                return new CypherDate(PlusDays(PlusMonths(temporal.AsDate().EpochDay, months), checked(days + (seconds / Calendar.SecondsPerDay))));
            case CypherType.LocalTime:
                return new CypherLocalTime(PlusTime(temporal.AsLocalTime().NanosecondOfDay, seconds, nanoseconds));
            case CypherType.Time:
                var time = temporal.AsTime();
                return new CypherTime(PlusTime(time.NanosecondOfDay, seconds, nanoseconds), time.OffsetSeconds);
            case CypherType.LocalDateTime:
                var local = temporal.AsLocalDateTime();
                var (second, nanosecond) = PlusSeconds(PlusCalendar(local.EpochSecond, months, days), local.Nanosecond, seconds, nanoseconds);
                return new CypherLocalDateTime(second, nanosecond);
            default:
                var zoned = temporal.AsDateTime();
                long onClock = zoned.EpochSecond + zoned.Zone.OffsetSeconds;
                long moved = PlusCalendar(onClock, months, days);
                long instant = moved == onClock ? zoned.EpochSecond : moved - TimeZones.AtLocal(zoned.Zone, moved).OffsetSeconds;
                var (epochSecond, rest) = PlusSeconds(instant, zoned.Nanosecond, seconds, nanoseconds);
                return new CypherDateTime(epochSecond, rest, TimeZones.AtInstant(zoned.Zone, epochSecond));
        }
    }

    static long PlusCalendar(long localSecond, long months, long days)
    {
        long day = Calendar.FloorDivide(localSecond, Calendar.SecondsPerDay);
        long moved = PlusDays(PlusMonths(day, months), days);
        return checked((moved * Calendar.SecondsPerDay) + Calendar.FloorModulo(localSecond, Calendar.SecondsPerDay));
    }

    static (long Second, int Nanosecond) PlusSeconds(long second, int nanosecond, long seconds, long nanoseconds)
    {
        long total = nanosecond + nanoseconds;
        long moved = checked(second + seconds + Calendar.FloorDivide(total, Calendar.NanosecondsPerSecond));
        CheckYear(Calendar.FloorDivide(moved, Calendar.SecondsPerDay));
        return (moved, (int)Calendar.FloorModulo(total, Calendar.NanosecondsPerSecond));
    }

    static long PlusTime(long nanosecondOfDay, long seconds, long nanoseconds) =>
        Calendar.FloorModulo(nanosecondOfDay + (Calendar.FloorModulo(seconds, Calendar.SecondsPerDay) * Calendar.NanosecondsPerSecond) + nanoseconds, Calendar.NanosecondsPerDay);

    public static long PlusMonths(long epochDay, long months)
    {
        if (months == 0)
        {
            return epochDay;
        }
        var (year, month, day) = Calendar.FromEpochDay(epochDay);
        long counted = checked((year * 12) + month - 1 + months);
        year = Calendar.FloorDivide(counted, 12);
        month = (int)Calendar.FloorModulo(counted, 12) + 1;
        if (Math.Abs(year) > Calendar.MaxYear)
        {
            throw OutOfRange(null);
        }
        return Calendar.ToEpochDay(year, month, Math.Min(day, Calendar.DaysInMonth(year, month)));
    }

    static long PlusDays(long epochDay, long days)
    {
        long moved = checked(epochDay + days);
        CheckYear(moved);
        return moved;
    }

    static void CheckYear(long epochDay)
    {
        // 366 days a year bound the day number well enough before the exact year is asked for.
        if (Math.Abs(epochDay) > Calendar.MaxYear * 366 || Math.Abs(Calendar.FromEpochDay(epochDay).Year) > Calendar.MaxYear)
        {
            throw OutOfRange(null);
        }
    }

    static CypherRuntimeException OutOfRange(Exception? cause) =>
        new($"The result lies outside the range of temporal values (years -{Calendar.MaxYear} to {Calendar.MaxYear}, 64-bit durations).", "NumberOutOfRange", cause);
}
