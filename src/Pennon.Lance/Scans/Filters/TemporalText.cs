using System.Globalization;

namespace Pennon.Lance.Scans;

/// <summary>Dates and times in ISO 8601 text.</summary>
static class TemporalText
{
    /// <summary>Reads <c>2020-01-31</c> as days since 1970.</summary>
    public static bool TryParseDate(ReadOnlySpan<char> text, out int days)
    {
        days = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            text = text[1..];
        var first = text.IndexOf('-');
        if (first < 4 || text.Length != first + 6 || text[first + 3] != '-'
            || !TryDigits(text[..first], out var year) || !TryDigits(text.Slice(first + 1, 2), out var month) || !TryDigits(text[(first + 4)..], out var day))
        {
            return false;
        }
        if (negative)
            year = -year;
        if (month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month) || year is < -5_000_000 or > 5_000_000)
            return false;
        days = (int)CivilDate.ToDays(year, month, day);
        return true;
    }

    /// <summary>Reads a date, optionally with a time and an offset, as UTC seconds and nanoseconds.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out long seconds, out int nanoseconds, out bool hasOffset)
    {
        seconds = 0;
        nanoseconds = 0;
        hasOffset = false;
        var split = text.IndexOfAny('T', 't', ' ');
        if (!TryParseDate(split < 0 ? text : text[..split], out var days))
            return false;
        seconds = days * 86400L;
        if (split < 0)
            return true;
        var time = text[(split + 1)..].Trim();
        var offset = 0;
        if (time.EndsWith("Z", StringComparison.OrdinalIgnoreCase))
        {
            hasOffset = true;
            time = time[..^1].TrimEnd();
        }
        else if (time.LastIndexOfAny('+', '-') is > 0 and var sign)
        {
            if (!TryParseOffset(time[(sign + 1)..], out offset))
                return false;
            hasOffset = true;
            if (time[sign] == '-')
                offset = -offset;
            time = time[..sign].TrimEnd();
        }
        if (!TryParseTime(time, out var ofDay))
            return false;
        seconds += ofDay / 1_000_000_000 - offset;
        nanoseconds = (int)(ofDay % 1_000_000_000);
        return true;
    }

    /// <summary>Reads <c>23:59</c>, <c>23:59:59</c> or <c>23:59:59.5</c> as nanoseconds of the day.</summary>
    public static bool TryParseTime(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute) || hour > 23 || minute > 59)
            return false;
        var total = (hour * 60 + minute) * 60L;
        long fraction = 0;
        if (text.Length > 5)
        {
            if (text.Length < 8 || text[5] != ':' || !TryDigits(text.Slice(6, 2), out var second) || second > 59)
                return false;
            total += second;
            if (text.Length > 8)
            {
                var digits = text[9..];
                if (text[8] != '.' || digits.Length is 0 or > 9 || !TryDigits(digits, out var value))
                    return false;
                fraction = value;
                for (var i = digits.Length; i < 9; i++)
                    fraction *= 10;
            }
        }
        nanoseconds = total * 1_000_000_000 + fraction;
        return true;
    }

    static bool TryParseOffset(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        var minutes = 0;
        if (text.Length < 2 || !TryDigits(text[..2], out var hours))
            return false;
        var rest = text[2..];
        if (rest.Length > 0 && rest[0] == ':')
            rest = rest[1..];
        if (rest.Length != 0 && (rest.Length != 2 || !TryDigits(rest, out minutes)))
            return false;
        if (hours > 23 || minutes > 59)
            return false;
        seconds = (hours * 60 + minutes) * 60;
        return true;
    }

    static int DaysInMonth(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    static bool TryDigits(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
