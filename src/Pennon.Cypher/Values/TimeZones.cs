using System.Collections.Concurrent;

namespace Pennon.Cypher.Values;

/// <summary>Offsets and named time zones.</summary>
internal static class TimeZones
{
    const int MaxOffsetSeconds = 18 * 3600;

    static readonly ConcurrentDictionary<string, TimeZoneInfo> _named = new(StringComparer.Ordinal);

    /// <summary>Reads <c>Z</c>, <c>+01:00</c>, <c>-0130</c>, <c>+02</c> or <c>+00:53:28</c>; false for anything else.</summary>
    public static bool TryParseOffset(ReadOnlySpan<char> text, out int offsetSeconds)
    {
        offsetSeconds = 0;
        if (text is "Z" or "z")
        {
            return true;
        }
        if (text.Length < 3 || text[0] is not ('+' or '-'))
        {
            return false;
        }
        int sign = text[0] == '-' ? -1 : 1;
        text = text[1..];
        int scale = 3600, parts = 0;
        while (text.Length > 0)
        {
            if (parts > 0 && text[0] == ':')
            {
                text = text[1..];
            }
            if (parts == 3 || text.Length < 2 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1]))
            {
                return false;
            }
            int part = ((text[0] - '0') * 10) + text[1] - '0';
            if (parts > 0 && part > 59)
            {
                return false;
            }
            offsetSeconds += part * scale;
            scale /= 60;
            parts++;
            text = text[2..];
        }
        offsetSeconds *= sign;
        return Math.Abs(offsetSeconds) <= MaxOffsetSeconds;
    }

    /// <summary>The zone written as an offset or by its IANA name, as it stands at a local time.</summary>
    /// <param name="text">The offset or name.</param>
    /// <param name="localSecond">Seconds since 1970-01-01T00:00:00 on the zone's clock.</param>
    public static CypherZone AtLocal(string text, long localSecond) =>
        TryParseOffset(text, out int offset) ? PlainOffset(offset) : NamedAtLocal(text, localSecond);

    /// <summary>The zone written as an offset or by its IANA name, as it stands at an instant.</summary>
    public static CypherZone AtInstant(string text, long epochSecond) =>
        TryParseOffset(text, out int offset) ? PlainOffset(offset) : NamedAtInstant(text, epochSecond);

    /// <summary>The same zone at another local time.</summary>
    public static CypherZone AtLocal(CypherZone zone, long localSecond) => zone.Name is { } name ? NamedAtLocal(name, localSecond) : zone;

    /// <summary>The same zone at another instant.</summary>
    public static CypherZone AtInstant(CypherZone zone, long epochSecond) => zone.Name is { } name ? NamedAtInstant(name, epochSecond) : zone;

    static CypherZone PlainOffset(int offset) => offset == 0 ? CypherZone.Utc : new CypherZone(offset);

    static CypherZone NamedAtInstant(string name, long epochSecond)
    {
        var zone = Find(name);
        return new CypherZone((int)zone.GetUtcOffset(ClockOf(epochSecond, DateTimeKind.Utc)).TotalSeconds, name);
    }

    static CypherZone NamedAtLocal(string name, long localSecond)
    {
        var zone = Find(name);
        var local = ClockOf(localSecond, DateTimeKind.Unspecified);
        // When a clock is set back an hour happens twice: the first of the two is meant, as the calendar libraries agree.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new CypherZone((int)offset.TotalSeconds, name);
    }

    // The rules of zones are known for years 1 to 9999; before and after them the nearest known year stands in.
    static DateTime ClockOf(long second, DateTimeKind kind)
    {
        long ticks = Math.Clamp(second, -62_135_596_800 + Calendar.SecondsPerDay, 253_402_300_799 - Calendar.SecondsPerDay) * TimeSpan.TicksPerSecond;
        return new DateTime(DateTime.UnixEpoch.Ticks + ticks, kind);
    }

    static TimeZoneInfo Find(string name)
    {
        if (_named.TryGetValue(name, out var known))
        {
            return known;
        }
        // Only IANA names: a path or an odd name never reaches the file system.
        bool plausible = name.Length is > 0 and < 64;
        foreach (char c in name)
        {
            plausible &= char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+';
        }
        if (!plausible || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            throw new CypherRuntimeException($"There is no time zone '{name}' on this machine; an offset such as +01:00 always works.", "InvalidArgumentValue");
        }
        return _named.GetOrAdd(name, zone);
    }
}
