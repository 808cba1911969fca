namespace Pennon.Cypher.Values;

/// <summary><c>date.truncate('month', …)</c> and its kin: everything smaller than the unit is set to its first value.</summary>
internal static class TemporalTruncation
{
    /// <summary>Truncates and then puts the components of the map in place.</summary>
    /// <param name="type">The type of the result.</param>
    /// <param name="unit">The unit's name.</param>
    /// <param name="value">The temporal value to truncate.</param>
    /// <param name="components">Components to set afterwards.</param>
    /// <param name="defaultZone">The zone where none is known.</param>
    public static CypherValue Truncate(CypherType type, string unit, in CypherValue value, CypherMap components, string defaultZone)
    {
        var parts = TemporalParts.Of(value);
        bool wantsDate = type is CypherType.Date or CypherType.LocalDateTime or CypherType.DateTime;
        if (wantsDate && !parts.HasDate)
        {
            throw new CypherTypeException($"{type}.truncate needs a value that has a date, but it is {value.Describe()}.");
        }
        if (TruncateDate(unit, parts.EpochDay) is { } day && parts.HasDate | unit == "day")
        {
            if (!wantsDate && unit != "day")
            {
                throw Unknown(type, unit);
            }
            parts = parts with { EpochDay = day, NanosecondOfDay = 0 };
        }
        else if (UnitNanoseconds(unit) is { } size && type != CypherType.Date)
        {
            parts = parts with { NanosecondOfDay = parts.NanosecondOfDay / size * size };
            components = KeepLargerSubseconds(unit, parts, components);
        }
        else
        {
            throw Unknown(type, unit);
        }
        parts = parts with { HasDate = wantsDate, HasTime = true };
        return TemporalBuilder.Replace(type, parts, components, defaultZone);
    }


    static CypherRuntimeException Unknown(CypherType type, string unit) => new($"A {type} cannot be truncated to '{unit}'.", "InvalidArgumentValue");

    static long? TruncateDate(string unit, long epochDay)
    {
        var (year, month, _) = Calendar.FromEpochDay(epochDay);
        return unit.ToLowerInvariant() switch
        {
            "millennium" => YearStart(Calendar.FloorDivide(year, 1000) * 1000),
            "century" => YearStart(Calendar.FloorDivide(year, 100) * 100),
            "decade" => YearStart(Calendar.FloorDivide(year, 10) * 10),
            "year" => YearStart(year),
            "weekyear" => Calendar.StartOfWeekYear(Calendar.WeekOf(epochDay).WeekYear),
            "quarter" => Calendar.ToEpochDay(year, ((month - 1) / 3 * 3) + 1, 1),
            "month" => Calendar.ToEpochDay(year, month, 1),
            "week" => epochDay - Calendar.DayOfWeek(epochDay) + 1,
            "day" => epochDay,
            _ => null,
        };
    }

    static long YearStart(long year) => Calendar.ToEpochDay(year, 1, 1);

    static long? UnitNanoseconds(string unit) => unit.ToLowerInvariant() switch
    {
        "hour" => 3600 * Calendar.NanosecondsPerSecond,
        "minute" => 60 * Calendar.NanosecondsPerSecond,
        "second" => Calendar.NanosecondsPerSecond,
        "millisecond" => 1_000_000,
        "microsecond" => 1_000,
        _ => null,
    };

    /// <summary>Setting nanoseconds after truncating to a larger part of a second keeps that part.</summary>
    static CypherMap KeepLargerSubseconds(string unit, TemporalParts parts, CypherMap components)
    {
        bool smaller = components.ContainsKey("nanosecond") || components.ContainsKey("microsecond");
        if (!smaller || components.ContainsKey("millisecond") || unit.ToLowerInvariant() is not ("millisecond" or "microsecond"))
        {
            return components;
        }
        IEnumerable<KeyValuePair<string, CypherValue>> kept = [KeyValuePair.Create("millisecond", (CypherValue)(long)(parts.Nanosecond / 1_000_000))];
        if (unit.Equals("microsecond", StringComparison.OrdinalIgnoreCase) && !components.ContainsKey("microsecond"))
        {
            kept = kept.Append(KeyValuePair.Create("microsecond", (CypherValue)(long)(parts.Nanosecond / 1_000 % 1_000)));
        }
        return CypherMap.Create(components.Concat(kept));
    }
}
