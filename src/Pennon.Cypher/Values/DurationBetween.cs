namespace Pennon.Cypher.Values;

/// <summary>The duration from one temporal value to another.</summary>
internal static class DurationBetween
{
    /// <summary>Months, then days, then the rest.</summary>
    public static CypherDuration Between(in CypherValue from, in CypherValue to)
    {
        var (start, end) = Align(from, to);
        if (!start.HasDate)
        {
            return InSeconds(from, to);
        }
        long months = MonthsUntil(start, end);
        var afterMonths = start with { EpochDay = TemporalArithmetic.PlusMonths(start.EpochDay, months) };
        long days = DaysUntil(afterMonths, end);
        var (seconds, nanoseconds) = Rest(afterMonths with { EpochDay = afterMonths.EpochDay + days }, end);
        return TemporalArithmetic.Create(months, days, seconds, nanoseconds);
    }

    public static CypherDuration InMonths(in CypherValue from, in CypherValue to)
    {
        var (start, end) = Align(from, to);
        return TemporalArithmetic.Create(start.HasDate ? MonthsUntil(start, end) : 0, 0, 0, 0);
    }

    public static CypherDuration InDays(in CypherValue from, in CypherValue to)
    {
        var (start, end) = Align(from, to);
        return TemporalArithmetic.Create(0, start.HasDate ? DaysUntil(start, end) : 0, 0, 0);
    }

    public static CypherDuration InSeconds(in CypherValue from, in CypherValue to)
    {
        var (start, end) = Align(from, to);
        var (seconds, nanoseconds) = Rest(start, end);
        return TemporalArithmetic.Create(0, 0, seconds, nanoseconds);
    }

    /// <summary>
    /// Brings both to the same parts: without a date on one side only the times count; a missing time is midnight; a side without a zone is read in
    /// the other's; the end is seen from the start's zone.
    /// </summary>
    static (TemporalParts Start, TemporalParts End) Align(in CypherValue from, in CypherValue to)
    {
        var start = TemporalParts.Of(from);
        var end = TemporalParts.Of(to);
        if (!start.HasDate || !end.HasDate)
        {
            // A date on one side still tells which offset a named zone has.
            long day = start.HasDate ? start.EpochDay : end.EpochDay;
            start = start with { HasDate = false, EpochDay = day };
            end = end with { HasDate = false, EpochDay = day };
        }
        if (start.OffsetSeconds is null && end.OffsetSeconds is null)
        {
            return (start, end);
        }
        start = InZoneOf(start, end);
        end = InZoneOf(end, start);
        return (start, end);
    }

    static TemporalParts InZoneOf(TemporalParts parts, TemporalParts other)
    {
        if (parts.OffsetSeconds is not null)
        {
            return parts;
        }
        var zone = TimeZones.AtLocal(other.Zone ?? new CypherZone(other.OffsetSeconds!.Value), parts.LocalSecond);
        return parts with { OffsetSeconds = zone.OffsetSeconds, Zone = zone };
    }

    /// <summary>The clock reading of the end in the zone of the start.</summary>
    static (long Day, long NanosecondOfDay) SeenFrom(TemporalParts start, TemporalParts end)
    {
        if (start.OffsetSeconds is not { } offset)
        {
            return (end.EpochDay, end.NanosecondOfDay);
        }
        long instant = end.LocalSecond - end.OffsetSeconds!.Value;
        int here = start.Zone is { } zone ? TimeZones.AtInstant(zone, instant).OffsetSeconds : offset;
        long local = instant + here;
        return (Calendar.FloorDivide(local, Calendar.SecondsPerDay), (Calendar.FloorModulo(local, Calendar.SecondsPerDay) * Calendar.NanosecondsPerSecond) + end.Nanosecond);
    }

    static long MonthsUntil(TemporalParts start, TemporalParts end)
    {
        var (day, time) = SeenFrom(start, end);
        // Whole months are counted on dates; an end earlier in its day than the start has not completed its last day.
        if (day > start.EpochDay && time < start.NanosecondOfDay)
        {
            day--;
        }
        else if (day < start.EpochDay && time > start.NanosecondOfDay)
        {
            day++;
        }
        var (startYear, startMonth, startDay) = Calendar.FromEpochDay(start.EpochDay);
        var (endYear, endMonth, endDay) = Calendar.FromEpochDay(day);
        long packed = ((((endYear * 12) + endMonth) * 32) + endDay) - ((((startYear * 12) + startMonth) * 32) + startDay);
        return packed / 32;
    }

    static long DaysUntil(TemporalParts start, TemporalParts end)
    {
        var (day, time) = SeenFrom(start, end);
        long days = day - start.EpochDay;
        return days > 0 && time < start.NanosecondOfDay ? days - 1 : days < 0 && time > start.NanosecondOfDay ? days + 1 : days;
    }

    static (long Seconds, long Nanoseconds) Rest(TemporalParts start, TemporalParts end)
    {
        long seconds = Instant(end) - Instant(start);
        return (seconds, (long)end.Nanosecond - start.Nanosecond);
    }

    static long Instant(TemporalParts parts)
    {
        // After moving by months and days the zone may have another offset.
        int offset = parts.Zone is { } zone ? TimeZones.AtLocal(zone, parts.LocalSecond).OffsetSeconds : parts.OffsetSeconds ?? 0;
        return parts.LocalSecond - offset;
    }
}
