using System.Globalization;
using System.Text;

namespace Pennon.Cypher.Values;

/// <summary>Temporal values in ISO 8601, as the language shows them.</summary>
internal static class TemporalText
{
    public static void AppendDate(StringBuilder to, long epochDay)
    {
        var (year, month, day) = Calendar.FromEpochDay(epochDay);
        if (year is < 0 or > 9999)
        {
            to.Append(year < 0 ? '-' : '+');
            year = Math.Abs(year);
        }
        to.Append(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}");
    }

    public static void AppendTime(StringBuilder to, long nanosecondOfDay)
    {
        var (seconds, nanoseconds) = Math.DivRem(nanosecondOfDay, Calendar.NanosecondsPerSecond);
        to.Append(CultureInfo.InvariantCulture, $"{seconds / 3600:D2}:{seconds / 60 % 60:D2}");
        if (seconds % 60 != 0 || nanoseconds != 0)
        {
            to.Append(CultureInfo.InvariantCulture, $":{seconds % 60:D2}");
            AppendFraction(to, nanoseconds);
        }
    }

    public static void AppendLocalDateTime(StringBuilder to, long epochSecond, int nanosecond)
    {
        AppendDate(to, Calendar.FloorDivide(epochSecond, Calendar.SecondsPerDay));
        to.Append('T');
        AppendTime(to, (Calendar.FloorModulo(epochSecond, Calendar.SecondsPerDay) * Calendar.NanosecondsPerSecond) + nanosecond);
    }

    public static void AppendDateTime(StringBuilder to, in CypherDateTime value)
    {
        AppendLocalDateTime(to, value.EpochSecond + value.Zone.OffsetSeconds, value.Nanosecond);
        AppendOffset(to, value.Zone.OffsetSeconds);
        if (value.Zone.Name is { } name)
        {
            to.Append('[').Append(name).Append(']');
        }
    }

    public static void AppendOffset(StringBuilder to, int offsetSeconds)
    {
        if (offsetSeconds == 0)
        {
            to.Append('Z');
            return;
        }
        int size = Math.Abs(offsetSeconds);
        to.Append(CultureInfo.InvariantCulture, $"{(offsetSeconds < 0 ? '-' : '+')}{size / 3600:D2}:{size / 60 % 60:D2}");
        if (size % 60 != 0)
        {
            to.Append(CultureInfo.InvariantCulture, $":{size % 60:D2}");
        }
    }

    public static void AppendDuration(StringBuilder to, CypherDuration value)
    {
        int start = to.Length;
        to.Append('P');
        Part(value.Months / 12, 'Y');
        Part(value.Months % 12, 'M');
        Part(value.Days, 'D');

        // Negative spans are kept as whole seconds rounded down and a positive rest; they are shown with one sign.
        long seconds = value.Seconds;
        long nanoseconds = value.Nanoseconds;
        if (seconds < 0 && nanoseconds > 0)
        {
            seconds++;
            nanoseconds -= Calendar.NanosecondsPerSecond;
        }
        if (seconds != 0 || nanoseconds != 0)
        {
            to.Append('T');
            Part(seconds / 3600, 'H');
            Part(seconds / 60 % 60, 'M');
            long rest = seconds % 60;
            if (rest != 0 || nanoseconds != 0)
            {
                to.Append(rest < 0 || nanoseconds < 0 ? "-" : "").Append(CultureInfo.InvariantCulture, $"{Math.Abs(rest)}");
                AppendFraction(to, Math.Abs(nanoseconds));
                to.Append('S');
            }
        }
        if (to.Length == start + 1)
        {
            to.Append("T0S");
        }

        void Part(long amount, char unit)
        {
            if (amount != 0)
            {
                to.Append(CultureInfo.InvariantCulture, $"{amount}").Append(unit);
            }
        }
    }

    static void AppendFraction(StringBuilder to, long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return;
        }
        to.Append('.');
        for (long unit = Calendar.NanosecondsPerSecond / 10; nanoseconds > 0; unit /= 10)
        {
            to.Append((char)('0' + (nanoseconds / unit)));
            nanoseconds %= unit;
        }
    }
}
