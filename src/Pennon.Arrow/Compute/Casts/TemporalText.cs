using System.Buffers.Text;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>ISO 8601 dates and times of the proleptic Gregorian calendar, as UTF-8. Years outside 0 to 9999 carry a sign.</summary>
internal static class TemporalText
{
    /// <summary>Room for any text written here.</summary>
    public const int MaxLength = 64;

    const long SecondsPerDay = 86_400;

    /// <summary>Days since 1970-01-01 of a calendar date.</summary>
    public static long DaysFromDate(long year, int month, int day)
    {
        // Years start in March here, which puts the leap day last.
        long y = month <= 2 ? year - 1 : year;
        long era = Math.DivRem(y, 400, out long yearOfEra);
        if (yearOfEra < 0)
        {
            yearOfEra += 400;
            era--;
        }
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /// <summary>The calendar date of a number of days since 1970-01-01.</summary>
    public static (long Year, int Month, int Day) DateFromDays(long days)
    {
        long z = days + 719_468;
        long era = (z >= 0 ? z : z - 146_096) / 146_097;
        long dayOfEra = z - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shifted = (5 * dayOfYear + 2) / 153;
        int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (153 * shifted + 2) / 5 + 1));
    }

    public static int FormatDate(long days, Span<byte> target)
    {
        (long year, int month, int day) = DateFromDays(days);
        int at = 0;
        if (year is < 0 or > 9999)
            target[at++] = year < 0 ? (byte)'-' : (byte)'+';
        Utf8Formatter.TryFormat(Math.Abs(year), target[at..], out int written, new System.Buffers.StandardFormat('D', 4));
        at += written;
        target[at++] = (byte)'-';
        at += Two(month, target[at..]);
        target[at++] = (byte)'-';
        return at + Two(day, target[at..]);
    }

    /// <summary>Writes hours, minutes, seconds and, in groups of three digits, what there is of a fraction.</summary>
    public static int FormatTime(long units, long perSecond, Span<byte> target)
    {
        long seconds = Math.DivRem(units, perSecond, out long fraction);
        int at = Two((int)(seconds / 3600), target);
        target[at++] = (byte)':';
        at += Two((int)(seconds / 60 % 60), target[at..]);
        target[at++] = (byte)':';
        at += Two((int)(seconds % 60), target[at..]);
        long nanoseconds = fraction * (1_000_000_000 / perSecond);
        if (nanoseconds == 0)
            return at;
        int digits = 9;
        while (digits > 3 && nanoseconds % 1000 == 0)
        {
            nanoseconds /= 1000;
            digits -= 3;
        }
        target[at++] = (byte)'.';
        Utf8Formatter.TryFormat(nanoseconds, target[at..], out int written, new System.Buffers.StandardFormat('D', (byte)digits));
        return at + written;
    }

    public static int FormatTimestamp(long units, long perSecond, bool zoned, Span<byte> target)
    {
        long perDay = perSecond * SecondsPerDay;
        long days = Math.DivRem(units, perDay, out long within);
        if (within < 0)
        {
            within += perDay;
            days--;
        }
        int at = FormatDate(days, target);
        target[at++] = (byte)'T';
        at += FormatTime(within, perSecond, target[at..]);
        if (zoned)
            target[at++] = (byte)'Z';
        return at;
    }

    public static bool TryParseDate(ReadOnlySpan<byte> text, out long days) => TryReadDate(ref text, out days) && text.IsEmpty;

    public static bool TryParseTime(ReadOnlySpan<byte> text, long perSecond, out long units) => TryReadTime(ref text, perSecond, out units) && text.IsEmpty;

    /// <summary>Reads a date with optional time and offset, as units since the epoch in UTC.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, long perSecond, out long units)
    {
        units = 0;
        if (!TryReadDate(ref text, out long days))
            return false;
        long within = 0;
        long shift = 0;
        if (!text.IsEmpty)
        {
            if (text[0] is not ((byte)'T' or (byte)' ' or (byte)'t'))
                return false;
            text = text[1..];
            if (!TryReadTime(ref text, perSecond, out within) || !TryReadOffset(ref text, out shift) || !text.IsEmpty)
                return false;
        }
        Int128 total = (Int128)(days * SecondsPerDay - shift) * perSecond + within;
        units = (long)total;
        return total >= long.MinValue && total <= long.MaxValue;
    }

    static bool TryReadDate(ref ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        if (!TryReadDigits(ref text, 4, 7, out int year) || !TryReadByte(ref text, (byte)'-') || !TryReadDigits(ref text, 2, 2, out int month)
            || !TryReadByte(ref text, (byte)'-') || !TryReadDigits(ref text, 2, 2, out int day))
            return false;
        if (negative)
            year = -year;
        if (month is < 1 or > 12 || day < 1 || day > DaysIn(year, month))
            return false;
        days = DaysFromDate(year, month, day);
        return true;
    }

    static bool TryReadTime(ref ReadOnlySpan<byte> text, long perSecond, out long units)
    {
        units = 0;
        int second = 0;
        if (!TryReadDigits(ref text, 2, 2, out int hour) || !TryReadByte(ref text, (byte)':') || !TryReadDigits(ref text, 2, 2, out int minute))
            return false;
        if (TryReadByte(ref text, (byte)':') && !TryReadDigits(ref text, 2, 2, out second))
            return false;
        if (hour > 23 || minute > 59 || second > 59)
            return false;
        units = (hour * 3600L + minute * 60 + second) * perSecond;
        if (!TryReadByte(ref text, (byte)'.'))
            return true;
        int before = text.Length;
        if (!TryReadDigits(ref text, 1, 9, out int fraction))
            return false;
        long nanoseconds = fraction;
        for (int i = before - text.Length; i < 9; i++)
            nanoseconds *= 10;
        units += nanoseconds / (1_000_000_000 / perSecond);
        return true;
    }

    static bool TryReadOffset(ref ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text.IsEmpty || TryReadByte(ref text, (byte)'Z') || TryReadByte(ref text, (byte)'z'))
            return true;
        int sign = text[0] == '-' ? -1 : text[0] == '+' ? 1 : 0;
        text = text[1..];
        int minutes = 0;
        if (sign == 0 || !TryReadDigits(ref text, 2, 2, out int hours))
            return false;
        if (!text.IsEmpty)
        {
            TryReadByte(ref text, (byte)':');
            if (!TryReadDigits(ref text, 2, 2, out minutes))
                return false;
        }
        seconds = sign * (hours * 3600L + minutes * 60);
        return hours <= 23 && minutes <= 59;
    }

    static bool TryReadDigits(ref ReadOnlySpan<byte> text, int least, int most, out int value)
    {
        value = 0;
        int count = 0;
        while (count < most && count < text.Length && text[count] is >= (byte)'0' and <= (byte)'9')
            value = value * 10 + text[count++] - '0';
        text = text[count..];
        return count >= least;
    }

    static bool TryReadByte(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected)
            return false;
        text = text[1..];
        return true;
    }

    static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    static int Two(int value, Span<byte> target)
    {
        target[0] = (byte)('0' + value / 10 % 10);
        target[1] = (byte)('0' + value % 10);
        return 2;
    }
}
