using System.Text;

namespace Pennon.Cypher.Values;

/// <summary>What <c>temporal.key</c> gives.</summary>
internal static class TemporalFields
{
    public static CypherValue Get(in CypherValue value, string key)
    {
        if (value.Type == CypherType.Duration)
        {
            return OfDuration(value.AsDuration(), key) ?? throw NoField(value, key);
        }
        var parts = TemporalParts.Of(value);
        var found = parts.HasDate ? OfDate(parts.EpochDay, key) : null;
        found ??= parts.HasTime ? OfTime(parts.NanosecondOfDay, key) : null;
        found ??= parts.OffsetSeconds is { } offset ? OfZone(value, parts.Zone, offset, key) : null;
        return found ?? throw NoField(value, key);
    }

    static CypherRuntimeException NoField(in CypherValue value, string key) => new($"A {value.Type} has no field '{key}'.", "InvalidArgumentValue");

    static CypherValue? OfDate(long epochDay, string key)
    {
        var (year, month, day) = Calendar.FromEpochDay(epochDay);
        return key switch
        {
            "year" => year,
            "month" => (long)month,
            "day" => (long)day,
            "quarter" => (long)((month + 2) / 3),
            "week" => (long)Calendar.WeekOf(epochDay).Week,
            "weekYear" => Calendar.WeekOf(epochDay).WeekYear,
            "dayOfWeek" or "weekDay" => (long)Calendar.DayOfWeek(epochDay),
            "ordinalDay" => (long)Calendar.DayOfYear(epochDay),
            "dayOfQuarter" => DayOfQuarter(epochDay),
            _ => (CypherValue?)null,
        };
    }

    public static long DayOfQuarter(long epochDay)
    {
        var (year, month, _) = Calendar.FromEpochDay(epochDay);
        return epochDay - Calendar.ToEpochDay(year, ((month - 1) / 3 * 3) + 1, 1) + 1;
    }

    static CypherValue? OfTime(long nanosecondOfDay, string key)
    {
        var (seconds, nanoseconds) = Math.DivRem(nanosecondOfDay, Calendar.NanosecondsPerSecond);
        return key switch
        {
            "hour" => seconds / 3600,
            "minute" => seconds / 60 % 60,
            "second" => seconds % 60,
            "millisecond" => nanoseconds / 1_000_000,
            "microsecond" => nanoseconds / 1_000,
            "nanosecond" => nanoseconds,
            _ => (CypherValue?)null,
        };
    }

    static CypherValue? OfZone(in CypherValue value, CypherZone? zone, int offsetSeconds, string key)
    {
        switch (key)
        {
            case "offset": return OffsetText(offsetSeconds);
            case "timezone": return zone?.Name ?? OffsetText(offsetSeconds);
            case "offsetMinutes": return offsetSeconds / 60L;
            case "offsetSeconds": return (long)offsetSeconds;
            case "epochSeconds" when value.Type == CypherType.DateTime: return value.AsDateTime().EpochSecond;
            case "epochMillis" when value.Type == CypherType.DateTime:
                var instant = value.AsDateTime();
                return (instant.EpochSecond * 1000) + (instant.Nanosecond / 1_000_000);
            default: return null;
        }
    }

    static string OffsetText(int offsetSeconds)
    {
        var text = new StringBuilder();
        TemporalText.AppendOffset(text, offsetSeconds);
        return text.ToString();
    }

    static CypherValue? OfDuration(CypherDuration value, string key) => key switch
    {
        "years" => value.Months / 12,
        "quarters" => value.Months / 3,
        "months" => value.Months,
        "weeks" => value.Days / 7,
        "days" => value.Days,
        "hours" => Truncated(value, 3600),
        "minutes" => Truncated(value, 60),
        "seconds" => value.Seconds,
        "milliseconds" => Smaller(value, 1000),
        "microseconds" => Smaller(value, 1_000_000),
        "nanoseconds" => Smaller(value, Calendar.NanosecondsPerSecond),
        "quartersOfYear" => value.Months / 3 % 4,
        "monthsOfQuarter" => value.Months % 3,
        "monthsOfYear" => value.Months % 12,
        "daysOfWeek" => value.Days % 7,
        "minutesOfHour" => value.Seconds / 60 % 60,
        "secondsOfMinute" => value.Seconds % 60,
        "millisecondsOfSecond" => (long)value.Nanoseconds / 1_000_000,
        "microsecondsOfSecond" => (long)value.Nanoseconds / 1_000,
        "nanosecondsOfSecond" => (long)value.Nanoseconds,
        _ => (CypherValue?)null,
    };

    static long Truncated(CypherDuration value, long unit) => value.Seconds / unit;

    static long Smaller(CypherDuration value, long perSecond)
    {
        try
        {
            return checked((value.Seconds * perSecond) + (value.Nanoseconds / (Calendar.NanosecondsPerSecond / perSecond)));
        }
        catch (OverflowException error)
        {
            throw new CypherRuntimeException("The Duration is too long for this field in 64 bits.", "IntegerOverflow", error);
        }
    }
}
