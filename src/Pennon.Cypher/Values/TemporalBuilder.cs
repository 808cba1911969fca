namespace Pennon.Cypher.Values;

/// <summary>
/// Builds temporal values from maps of components: <c>{year, month, day}</c>, <c>{year, week, dayOfWeek}</c>, <c>{year, quarter, dayOfQuarter}</c>,
/// <c>{year, ordinalDay}</c>, <c>{hour, minute, second, millisecond, microsecond, nanosecond, timezone}</c>, <c>{epochSeconds | epochMillis, nanosecond}</c>,
/// each on top of another temporal value given as <c>date</c>, <c>time</c> or <c>datetime</c>.
/// </summary>
internal sealed class TemporalBuilder
{
    static readonly string[] DateKeys = ["year", "month", "day", "week", "dayOfWeek", "quarter", "dayOfQuarter", "ordinalDay"];
    static readonly string[] TimeKeys = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];

    readonly CypherMap _map;
    readonly CypherType _type;

    TemporalBuilder(CypherType type, CypherMap map)
    {
        _type = type;
        _map = map;
    }

    bool WantsDate => _type is CypherType.Date or CypherType.LocalDateTime or CypherType.DateTime;

    bool WantsTime => _type != CypherType.Date;

    bool WantsZone => _type is CypherType.Time or CypherType.DateTime;

    /// <summary>A value of the type from the components.</summary>
    /// <param name="type">One of the temporal types.</param>
    /// <param name="map">The components.</param>
    /// <param name="defaultZone">The zone of values that have one but do not name it.</param>
    public static CypherValue Build(CypherType type, CypherMap map, string defaultZone) => new TemporalBuilder(type, map).Build(null, defaultZone);

    /// <summary>The value with the components of the map put in place of its own; another time zone does not move its clock.</summary>
    public static CypherValue Replace(CypherType type, TemporalParts parts, CypherMap map, string defaultZone) => new TemporalBuilder(type, map).Build(parts, defaultZone);

    CypherValue Build(TemporalParts? given, string defaultZone)
    {
        CheckKeys();
        if (_map.Values.Any(value => value.IsNull))
        {
            return default;
        }
        var zoneText = WantsZone && _map.TryGetValue("timezone", out var zone) ? zone.AsString() : null;
        var start = given ?? Base();
        bool keepsClock = given is not null;
        if (Epoch() is { } epoch)
        {
            start = TemporalParts.Of(new CypherDateTime(epoch.Second, epoch.Nanosecond, TimeZones.AtInstant(zoneText ?? "Z", epoch.Second)));
        }
        if (WantsDate && Epoch() is null)
        {
            start = AtDate(start, Date(start));
        }
        if (zoneText is not null && start.OffsetSeconds is not null && !keepsClock)
        {
            start = InZone(start, zoneText);
        }

        long epochDay = WantsDate ? start.EpochDay : 0;
        long nanosecondOfDay = WantsTime ? Time(start) : 0;
        var parts = new TemporalParts(WantsDate, epochDay, WantsTime, nanosecondOfDay, start.OffsetSeconds, start.Zone);
        if (WantsZone && (zoneText is not null || parts.OffsetSeconds is null))
        {
            var here = TimeZones.AtLocal(zoneText ?? defaultZone, parts.LocalSecond);
            parts = parts with { OffsetSeconds = here.OffsetSeconds, Zone = here };
        }
        return parts.To(_type);
    }

    void CheckKeys()
    {
        foreach (var key in _map.KeySpan)
        {
            bool known = (WantsDate && (Array.IndexOf(DateKeys, key) >= 0 || key is "date"))
                || (WantsTime && (Array.IndexOf(TimeKeys, key) >= 0 || key is "time"))
                || (WantsZone && key == "timezone")
                || (WantsDate && WantsTime && key == "datetime")
                || (_type == CypherType.DateTime && key is "epochSeconds" or "epochMillis");
            if (!known)
            {
                throw Invalid($"{_type} has no component '{key}'.");
            }
        }
    }

    /// <summary>The values given as <c>datetime</c>, <c>date</c> and <c>time</c> put together; the zone comes with the time.</summary>
    TemporalParts Base()
    {
        var start = default(TemporalParts);
        if (Temporal("datetime") is { } both)
        {
            start = both;
        }
        if (Temporal("date") is { } date)
        {
            start = date.HasDate
                ? start with { HasDate = true, EpochDay = date.EpochDay }
                : throw Invalid("The component 'date' needs a value that has a date.");
        }
        if (Temporal("time") is { } time)
        {
            start = time.HasTime
                ? start with { HasTime = true, NanosecondOfDay = time.NanosecondOfDay, OffsetSeconds = time.OffsetSeconds, Zone = time.Zone }
                : start with { HasTime = true, NanosecondOfDay = 0 };
        }
        return start;
    }

    /// <summary>The value moved to another date, where its zone may have another offset.</summary>
    static TemporalParts AtDate(TemporalParts parts, long epochDay)
    {
        parts = parts with { HasDate = true, EpochDay = epochDay };
        if (parts.Zone is not { Name: not null } zone)
        {
            return parts;
        }
        var here = TimeZones.AtLocal(zone, parts.LocalSecond);
        return parts with { Zone = here, OffsetSeconds = here.OffsetSeconds };
    }

    TemporalParts? Temporal(string key) => _map.TryGetValue(key, out var value) ? TemporalParts.Of(value) : null;

    /// <summary>The same instant seen from another zone; a time without a date keeps to its day.</summary>
    static TemporalParts InZone(TemporalParts parts, string zoneText)
    {
        long instant = parts.LocalSecond - parts.OffsetSeconds!.Value;
        var zone = TimeZones.AtInstant(zoneText, instant);
        var moved = TemporalParts.Of(new CypherDateTime(instant, parts.Nanosecond, zone));
        return parts with { EpochDay = parts.HasDate ? moved.EpochDay : 0, NanosecondOfDay = moved.NanosecondOfDay, OffsetSeconds = zone.OffsetSeconds, Zone = zone };
    }

    (long Second, int Nanosecond)? Epoch()
    {
        bool seconds = _map.ContainsKey("epochSeconds");
        if (!seconds && !_map.ContainsKey("epochMillis"))
        {
            return null;
        }
        if (seconds)
        {
            return (Component("epochSeconds", long.MinValue / 4, long.MaxValue / 4, 0), (int)Component("nanosecond", 0, 999_999_999, 0));
        }
        long millis = Component("epochMillis", long.MinValue, long.MaxValue, 0);
        return (Calendar.FloorDivide(millis, 1000), (int)((Calendar.FloorModulo(millis, 1000) * 1_000_000) + Component("nanosecond", 0, 999_999, 0)));
    }

    long Date(TemporalParts start)
    {
        bool based = start.HasDate;
        if (!based && !Has("year"))
        {
            throw Invalid($"{_type} needs the component 'year', or a 'date' to start from.");
        }
        if (Has("week") || Has("dayOfWeek"))
        {
            var (baseYear, baseWeek) = based ? Calendar.WeekOf(start.EpochDay) : (0, 1);
            long year = Component("year", -Calendar.MaxYear, Calendar.MaxYear, baseYear);
            long week = Component("week", 1, Calendar.WeeksInYear(year), baseWeek);
            long day = Component("dayOfWeek", 1, 7, based ? Calendar.DayOfWeek(start.EpochDay) : 1);
            return Calendar.StartOfWeekYear(year) + ((week - 1) * 7) + day - 1;
        }
        var (ownYear, ownMonth, ownDay) = based ? Calendar.FromEpochDay(start.EpochDay) : (0, 1, 1);
        long calendarYear = Component("year", -Calendar.MaxYear, Calendar.MaxYear, ownYear);
        if (Has("quarter") || Has("dayOfQuarter"))
        {
            int quarter = (int)Component("quarter", 1, 4, (ownMonth + 2) / 3);
            long first = Calendar.ToEpochDay(calendarYear, (quarter * 3) - 2, 1);
            long next = Calendar.ToEpochDay(quarter == 4 ? calendarYear + 1 : calendarYear, quarter == 4 ? 1 : (quarter * 3) + 1, 1);
            long day = based ? Math.Min(TemporalFields.DayOfQuarter(start.EpochDay), next - first) : 1;
            return first + Component("dayOfQuarter", 1, next - first, day) - 1;
        }
        if (Has("ordinalDay"))
        {
            return Calendar.ToEpochDay(calendarYear, 1, 1) + Component("ordinalDay", 1, Calendar.IsLeapYear(calendarYear) ? 366 : 365, 1) - 1;
        }
        int month = (int)Component("month", 1, 12, ownMonth);
        int days = Calendar.DaysInMonth(calendarYear, month);
        return Calendar.ToEpochDay(calendarYear, month, (int)Component("day", 1, days, Math.Min(ownDay, days)));
    }

    long Time(TemporalParts start)
    {
        var (ownSeconds, ownNanosecond) = Math.DivRem(start.NanosecondOfDay, Calendar.NanosecondsPerSecond);
        long hour = Component("hour", 0, 23, ownSeconds / 3600);
        long minute = Component("minute", 0, 59, ownSeconds / 60 % 60);
        long second = Component("second", 0, 59, ownSeconds % 60);
        long nanosecond = ownNanosecond;
        if (Has("millisecond") || Has("microsecond") || (Has("nanosecond") && !Has("epochSeconds") && !Has("epochMillis")))
        {
            long millisecond = Component("millisecond", 0, 999, 0);
            long microsecond = Component("microsecond", 0, Has("millisecond") ? 999 : 999_999, 0);
            long rest = Component("nanosecond", 0, Has("microsecond") ? 999 : Has("millisecond") ? 999_999 : 999_999_999, 0);
            nanosecond = (millisecond * 1_000_000) + (microsecond * 1_000) + rest;
        }
        return ((((hour * 60) + minute) * 60) + second) * Calendar.NanosecondsPerSecond + nanosecond;
    }

    bool Has(string key) => _map.ContainsKey(key);

    long Component(string key, long min, long max, long otherwise)
    {
        if (!_map.TryGetValue(key, out var value))
        {
            return otherwise;
        }
        if (value.Type != CypherType.Integer)
        {
            throw new CypherTypeException($"The component '{key}' must be an Integer, but it is {value.Describe()}.");
        }
        long given = value.AsInteger();
        return given >= min && given <= max ? given : throw Invalid($"The component '{key}' is {given}; here it must lie between {min} and {max}.");
    }

    static CypherRuntimeException Invalid(string message) => new(message, "InvalidArgumentValue");
}
