using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Parts and truncation of dates and timestamps.</summary>
static class DateFunctions
{
    const long SecondsPerDay = 86400;
    const long NanosPerSecond = 1_000_000_000;

    /// <summary>Whether a name is a part that can be taken out of a date.</summary>
    public static bool IsPart(string part) => Normalize(part) is not null;

    /// <summary>Whether a part is given with fractions.</summary>
    public static bool IsFractional(string part) => Normalize(part) == "epoch";

    /// <summary>A part of every value: int32, or double for the seconds since 1970.</summary>
    public static FilterFunction Part(string name, ArrowType type)
    {
        var part = Normalize(name)!;
        var clock = new Clock(type);
        return (arguments, rows) =>
        {
            var source = arguments[0];
            var values = clock.ValuesOf(source.Array);
            if (part == "epoch")
            {
                var doubles = new PrimitiveBuilder<double>(ArrowType.Float64);
                for (var i = 0; i < rows; i++)
                {
                    if (source.Array.IsNull(source.Row(i)))
                        doubles.AppendNull();
                    else
                        doubles.Append(values[source.Row(i)] / (double)clock.PerSecond);
                }
                return doubles.Build();
            }
            var builder = new PrimitiveBuilder<int>(ArrowType.Int32);
            for (var i = 0; i < rows; i++)
            {
                var row = source.Row(i);
                if (source.Array.IsNull(row))
                {
                    builder.AppendNull();
                    continue;
                }
                var (seconds, nanos) = clock.Local(values[row]);
                builder.Append(PartOf(part, seconds, nanos));
            }
            return builder.Build();
        };
    }

    /// <summary>Every value cut down to the start of a unit, in the same type.</summary>
    public static FilterFunction Truncate(string name, ArrowType type)
    {
        var part = Normalize(name)!;
        var clock = new Clock(type);
        return (arguments, rows) =>
        {
            var source = arguments[0];
            var values = clock.ValuesOf(source.Array);
            var builder = new PrimitiveBuilder<long>(type);
            for (var i = 0; i < rows; i++)
            {
                var row = source.Row(i);
                if (source.Array.IsNull(row))
                    builder.AppendNull();
                else
                    builder.Append(TruncateOne(part, values[row], clock));
            }
            return builder.Build();
        };
    }

    static string? Normalize(string part) => part.ToLowerInvariant() switch
    {
        "year" or "years" or "y" => "year",
        "quarter" or "quarters" => "quarter",
        "month" or "months" or "mon" => "month",
        "week" or "weeks" => "week",
        "day" or "days" or "d" => "day",
        "hour" or "hours" or "h" => "hour",
        "minute" or "minutes" or "min" or "m" => "minute",
        "second" or "seconds" or "s" => "second",
        "millisecond" or "milliseconds" or "ms" => "millisecond",
        "microsecond" or "microseconds" or "us" => "microsecond",
        "nanosecond" or "nanoseconds" or "ns" => "nanosecond",
        "dow" or "dayofweek" => "dow",
        "isodow" => "isodow",
        "doy" or "dayofyear" => "doy",
        "isoyear" => "isoyear",
        "epoch" => "epoch",
        _ => null,
    };

    static int PartOf(string part, long seconds, int nanos)
    {
        var days = CivilDate.FloorDiv(seconds, SecondsPerDay);
        var ofDay = (int)(seconds - days * SecondsPerDay);
        switch (part)
        {
            case "hour": return ofDay / 3600;
            case "minute": return ofDay / 60 % 60;
            case "second": return ofDay % 60;
            case "millisecond": return ofDay % 60 * 1000 + nanos / 1_000_000;
            case "microsecond": return ofDay % 60 * 1_000_000 + nanos / 1000;
            case "nanosecond": return unchecked((int)(ofDay % 60 * NanosPerSecond + nanos));
            case "dow": return CivilDate.DayOfWeek(days);
            case "isodow": return (CivilDate.DayOfWeek(days) + 6) % 7 + 1;
            case "week": return CivilDate.IsoWeek(days).Week;
            case "isoyear": return (int)CivilDate.IsoWeek(days).Year;
        }
        var (year, month, day) = CivilDate.FromDays(days);
        return part switch
        {
            "year" => (int)year,
            "quarter" => (month + 2) / 3,
            "month" => month,
            "day" => day,
            _ => (int)(days - CivilDate.ToDays(year, 1, 1)) + 1,
        };
    }

    static long TruncateOne(string part, long value, Clock clock)
    {
        var per = clock.PerSecond;
        long unit = part switch
        {
            "nanosecond" => 1,
            "microsecond" => Math.Max(per / 1_000_000, 1),
            "millisecond" => Math.Max(per / 1000, 1),
            "second" => per,
            "minute" => per * 60,
            "hour" => per * 3600,
            _ => 0,
        };
        if (unit > 0)
            return CivilDate.FloorDiv(value, unit) * unit;
        var offset = clock.Offset(value);
        var days = CivilDate.FloorDiv(CivilDate.FloorDiv(value, per) + offset, SecondsPerDay);
        var (year, month, _) = CivilDate.FromDays(days);
        days = part switch
        {
            "week" => days - (CivilDate.DayOfWeek(days) + 6) % 7,
            "month" => CivilDate.ToDays(year, month, 1),
            "quarter" => CivilDate.ToDays(year, (month - 1) / 3 * 3 + 1, 1),
            "year" => CivilDate.ToDays(year, 1, 1),
            _ => days,
        };
        return unchecked((days * SecondsPerDay - offset) * per);
    }

    /// <summary>Reads stored values as seconds and nanoseconds of local time.</summary>
    sealed class Clock
    {
        readonly TimeZoneInfo? _zone;
        readonly long _fixedOffset;
        readonly bool _isDays;

        public Clock(ArrowType type)
        {
            switch (type)
            {
                case { Id: ArrowTypeId.Date32 }:
                    _isDays = true;
                    PerSecond = 1;
                    break;
                case { Id: ArrowTypeId.Date64 }:
                    PerSecond = 1000;
                    break;
                case TimestampType timestamp:
                    PerSecond = TimeUnits.PerSecond(timestamp.Unit);
                    (_zone, _fixedOffset) = ZoneOf(timestamp.TimeZone);
                    break;
                case Time32Type time:
                    PerSecond = TimeUnits.PerSecond(time.Unit);
                    break;
                case Time64Type time:
                    PerSecond = TimeUnits.PerSecond(time.Unit);
                    break;
                default:
                    throw new InvalidOperationException($"{type} is no date or time.");
            }
        }

        public long PerSecond { get; }

        public long[] ValuesOf(ArrowArray array)
        {
            if (array is PrimitiveArray<long> wide)
                return wide.Values.ToArray();
            var narrow = ((PrimitiveArray<int>)array).Values;
            var values = new long[narrow.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = _isDays ? narrow[i] * SecondsPerDay : narrow[i];
            return values;
        }

        public (long Seconds, int Nanos) Local(long value)
        {
            var seconds = CivilDate.FloorDiv(value, PerSecond);
            var nanos = (int)((value - seconds * PerSecond) * (NanosPerSecond / PerSecond));
            return (seconds + Offset(value), nanos);
        }

        /// <summary>How many seconds local time is ahead of UTC.</summary>
        public long Offset(long value)
        {
            if (_zone is null)
                return _fixedOffset;
            var seconds = Math.Clamp(CivilDate.FloorDiv(value, PerSecond), -62135596800, 253402300799);
            return (long)_zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalSeconds;
        }

        static (TimeZoneInfo? Zone, long Offset) ZoneOf(string? name)
        {
            if (name is null or "UTC" or "Z" or "+00:00")
                return (null, 0);
            if (name.Length == 6 && name[0] is ('+' or '-') && TemporalText.TryParseTime(name.AsSpan(1), out var nanos))
                return (null, name[0] == '-' ? -(nanos / NanosPerSecond) : nanos / NanosPerSecond);
            return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
                ? (zone, 0)
                : throw new LanceFilterException($"The time zone '{name}' is not known on this machine", -1);
        }
    }
}
