namespace Pennon.Cypher.Values;

/// <summary>A calendar date without a time zone (proleptic Gregorian, years -999,999,999 to 999,999,999).</summary>
/// <param name="EpochDay">Days since 1970-01-01.</param>
public readonly record struct CypherDate(long EpochDay);

/// <summary>A time of day without an offset.</summary>
/// <param name="NanosecondOfDay">Nanoseconds since midnight, 0 to 86,399,999,999,999.</param>
public readonly record struct CypherLocalTime(long NanosecondOfDay);

/// <summary>A time of day with an offset from UTC.</summary>
/// <param name="NanosecondOfDay">Nanoseconds since local midnight, 0 to 86,399,999,999,999.</param>
/// <param name="OffsetSeconds">Seconds east of UTC, -64,800 to 64,800.</param>
public readonly record struct CypherTime(long NanosecondOfDay, int OffsetSeconds);

/// <summary>A date and time of day without a time zone.</summary>
/// <param name="EpochSecond">Seconds since 1970-01-01T00:00:00 on the local clock.</param>
/// <param name="Nanosecond">Nanoseconds within the second, 0 to 999,999,999.</param>
public readonly record struct CypherLocalDateTime(long EpochSecond, int Nanosecond);

/// <summary>An instant seen from a time zone.</summary>
/// <param name="EpochSecond">Seconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Nanosecond">Nanoseconds within the second, 0 to 999,999,999.</param>
/// <param name="Zone">The time zone.</param>
public readonly record struct CypherDateTime(long EpochSecond, int Nanosecond, CypherZone Zone);

/// <summary>A time zone as seen at one instant: an offset from UTC and, for a named zone, its IANA name.</summary>
/// <param name="OffsetSeconds">Seconds east of UTC.</param>
/// <param name="Name">The IANA name, or null for a plain offset.</param>
public sealed record CypherZone(int OffsetSeconds, string? Name = null)
{
    /// <summary>UTC, written <c>Z</c>.</summary>
    public static CypherZone Utc { get; } = new(0);
}

/// <summary>
/// A span of time in four parts that are not converted into each other, since months and days differ in length. Seconds and
/// nanoseconds are normalised: <see cref="Nanoseconds"/> is 0 to 999,999,999 and <see cref="Seconds"/> carries the sign.
/// </summary>
/// <param name="Months">Months.</param>
/// <param name="Days">Days.</param>
/// <param name="Seconds">Seconds, rounded down.</param>
/// <param name="Nanoseconds">The rest of the seconds, 0 to 999,999,999.</param>
public sealed record CypherDuration(long Months, long Days, long Seconds, int Nanoseconds)
{
    // 365.2425 days a year, the Gregorian average.
    const double AverageSecondsPerMonth = 2_629_746;

    /// <summary>The length under average months and days of 24 hours, which orders durations.</summary>
    internal double AverageSeconds => (Months * AverageSecondsPerMonth) + (Days * 86_400.0) + Seconds + (Nanoseconds * 1e-9);
}

/// <summary>A point in one of four coordinate systems.</summary>
/// <param name="Srid">7203 Cartesian, 9157 Cartesian 3D, 4326 WGS 84 (x longitude, y latitude in degrees), 4979 WGS 84 3D (height in metres).</param>
/// <param name="X">The first coordinate.</param>
/// <param name="Y">The second coordinate.</param>
/// <param name="Z">The third coordinate, NaN in the two-dimensional systems.</param>
public sealed record CypherPoint(int Srid, double X, double Y, double Z)
{
    /// <summary>Whether the system has three coordinates.</summary>
    public bool Is3D => Srid is 9157 or 4979;

    /// <summary>Whether the coordinates are degrees on the globe.</summary>
    public bool IsGeographic => Srid is 4326 or 4979;
}
