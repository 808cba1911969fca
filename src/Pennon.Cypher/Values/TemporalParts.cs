namespace Pennon.Cypher.Values;

/// <summary>Any temporal value taken apart: date, time on the local clock, offset and zone, each as far as the value has it.</summary>
internal readonly record struct TemporalParts(bool HasDate, long EpochDay, bool HasTime, long NanosecondOfDay, int? OffsetSeconds, CypherZone? Zone)
{
    public long LocalSecond => (EpochDay * Calendar.SecondsPerDay) + (NanosecondOfDay / Calendar.NanosecondsPerSecond);

    public int Nanosecond => (int)(NanosecondOfDay % Calendar.NanosecondsPerSecond);

    public static bool IsTemporal(in CypherValue value) => value.Type is >= CypherType.Date and <= CypherType.DateTime;

    public static TemporalParts Of(in CypherValue value)
    {
        switch (value.Type)
        {
            case CypherType.Date:
                return new TemporalParts(true, value.AsDate().EpochDay, false, 0, null, null);
            case CypherType.LocalTime:
                return new TemporalParts(false, 0, true, value.AsLocalTime().NanosecondOfDay, null, null);
            case CypherType.Time:
                var time = value.AsTime();
                return new TemporalParts(false, 0, true, time.NanosecondOfDay, time.OffsetSeconds, null);
            case CypherType.LocalDateTime:
                var local = value.AsLocalDateTime();
                return OfClock(local.EpochSecond, local.Nanosecond, null);
            case CypherType.DateTime:
                var zoned = value.AsDateTime();
                return OfClock(zoned.EpochSecond + zoned.Zone.OffsetSeconds, zoned.Nanosecond, zoned.Zone);
            default:
                throw new CypherTypeException($"A temporal value is needed here, but the value is {value.Describe()}.");
        }
    }

    static TemporalParts OfClock(long localSecond, int nanosecond, CypherZone? zone) => new(
        true,
        Calendar.FloorDivide(localSecond, Calendar.SecondsPerDay),
        true,
        (Calendar.FloorModulo(localSecond, Calendar.SecondsPerDay) * Calendar.NanosecondsPerSecond) + nanosecond,
        zone?.OffsetSeconds,
        zone);

    /// <summary>The parts as a value of the type; a time zone must be known for the types that have one.</summary>
    public CypherValue To(CypherType type) => type switch
    {
        CypherType.Date => new CypherDate(EpochDay),
        CypherType.LocalTime => new CypherLocalTime(NanosecondOfDay),
        CypherType.Time => new CypherTime(NanosecondOfDay, OffsetSeconds ?? 0),
        CypherType.LocalDateTime => new CypherLocalDateTime(LocalSecond, Nanosecond),
        _ => ToDateTime(),
    };

    CypherDateTime ToDateTime()
    {
        var zone = TimeZones.AtLocal(Zone ?? new CypherZone(OffsetSeconds ?? 0), LocalSecond);
        long instant = LocalSecond - zone.OffsetSeconds;
        // In the hour that a clock skips, the instant lies after the skip and shows another local time and offset.
        return new CypherDateTime(instant, Nanosecond, TimeZones.AtInstant(zone, instant));
    }
}
