using System.Globalization;

namespace Pennon.Cypher.Values;

/// <summary>Reads temporal values from ISO 8601 text, in the extended and the basic form, with the parts that may be left out.</summary>
internal static class TemporalParser
{
    /// <summary>Reads text as a value of the type.</summary>
    /// <param name="type">One of the temporal types or <see cref="CypherType.Duration"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="value">The value.</param>
    /// <returns>False if the text has another form or a part out of its range.</returns>
    public static bool TryParse(CypherType type, string text, out CypherValue value)
    {
        value = default;
        if (type == CypherType.Duration)
        {
            return DurationParser.TryParse(text, out value);
        }
        var rest = text.AsSpan();
        string? zoneName = null;
        if (type == CypherType.DateTime && rest.EndsWith("]") && rest.IndexOf('[') is >= 0 and var open)
        {
            zoneName = rest[(open + 1)..^1].ToString();
            rest = rest[..open];
        }
        long epochDay = 0, nanosecondOfDay = 0;
        if (type is CypherType.Date or CypherType.LocalDateTime or CypherType.DateTime)
        {
            int separator = rest.IndexOf('T');
            if (type == CypherType.Date ? separator >= 0 : false)
            {
                return false;
            }
            if (!TryDate(separator < 0 ? rest : rest[..separator], out epochDay))
            {
                return false;
            }
            rest = separator < 0 ? default : rest[(separator + 1)..];
            if (separator >= 0 && rest.IsEmpty)
            {
                return false;
            }
        }
        int offset = 0;
        bool hasOffset = false;
        if (type is CypherType.Time or CypherType.DateTime && rest.IndexOfAny("Zz+-") is >= 0 and var at)
        {
            hasOffset = TimeZones.TryParseOffset(rest[at..], out offset);
            if (!hasOffset)
            {
                return false;
            }
            rest = rest[..at];
        }
        bool timeNeeded = type is CypherType.Time or CypherType.LocalTime;
        if ((timeNeeded || !rest.IsEmpty) && !TryTime(rest, out nanosecondOfDay))
        {
            return false;
        }
        var parts = new TemporalParts(true, epochDay, true, nanosecondOfDay, offset, new CypherZone(offset, zoneName));
        if (zoneName is not null && hasOffset)
        {
            // With both, the offset tells the instant and the name how to show it.
            long instant = parts.LocalSecond - offset;
            value = new CypherDateTime(instant, parts.Nanosecond, TimeZones.AtInstant(zoneName, instant));
            return true;
        }
        if (zoneName is not null)
        {
            parts = parts with { Zone = TimeZones.AtLocal(zoneName, parts.LocalSecond) };
        }
        value = parts.To(type);
        return true;
    }

    static bool TryDate(ReadOnlySpan<char> text, out long epochDay)
    {
        epochDay = 0;
        bool signed = text.Length > 0 && text[0] is '+' or '-';
        bool negative = signed && text[0] == '-';
        text = signed ? text[1..] : text;
        int digits = CountDigits(text);
        // A sign allows years of other than four digits, which then must be followed by a dash.
        bool extended = digits < text.Length && text[digits] == '-';
        int yearDigits = signed && (extended || digits == text.Length) ? digits : 4;
        if (digits < yearDigits || yearDigits is 0 or > 9 || !TryNumber(ref text, yearDigits, out int year))
        {
            return false;
        }
        long signedYear = negative ? -year : year;
        extended = text.Length > 0 && text[0] == '-';
        text = extended ? text[1..] : text;
        if (text.IsEmpty)
        {
            epochDay = Calendar.ToEpochDay(signedYear, 1, 1);
            return !extended;
        }
        return text[0] switch
        {
            'W' or 'w' => TryWeekDate(signedYear, text[1..], extended, out epochDay),
            'Q' or 'q' => TryQuarterDate(signedYear, text[1..], extended, out epochDay),
            _ when text.Length == 3 => TryOrdinalDate(signedYear, text, out epochDay),
            _ => TryMonthDate(signedYear, text, extended, out epochDay),
        };
    }

    static bool TryMonthDate(long year, ReadOnlySpan<char> text, bool extended, out long epochDay)
    {
        epochDay = 0;
        int day = 1;
        if (!TryNumber(ref text, 2, out int month) || month is < 1 or > 12)
        {
            return false;
        }
        if (!text.IsEmpty && (!SkipDash(ref text, extended) || !TryNumber(ref text, 2, out day)))
        {
            return false;
        }
        if (!text.IsEmpty || day < 1 || day > Calendar.DaysInMonth(year, month))
        {
            return false;
        }
        epochDay = Calendar.ToEpochDay(year, month, day);
        return true;
    }

    static bool TryOrdinalDate(long year, ReadOnlySpan<char> text, out long epochDay)
    {
        epochDay = 0;
        if (!TryNumber(ref text, 3, out int day) || day < 1 || day > (Calendar.IsLeapYear(year) ? 366 : 365))
        {
            return false;
        }
        epochDay = Calendar.ToEpochDay(year, 1, 1) + day - 1;
        return true;
    }

    static bool TryWeekDate(long year, ReadOnlySpan<char> text, bool extended, out long epochDay)
    {
        epochDay = 0;
        int day = 1;
        if (!TryNumber(ref text, 2, out int week) || week < 1 || week > Calendar.WeeksInYear(year))
        {
            return false;
        }
        if (!text.IsEmpty && (!SkipDash(ref text, extended) || !TryNumber(ref text, 1, out day)))
        {
            return false;
        }
        epochDay = Calendar.StartOfWeekYear(year) + ((week - 1) * 7) + day - 1;
        return text.IsEmpty && day is >= 1 and <= 7;
    }

    static bool TryQuarterDate(long year, ReadOnlySpan<char> text, bool extended, out long epochDay)
    {
        epochDay = 0;
        int day = 1;
        if (!TryNumber(ref text, 1, out int quarter) || quarter is < 1 or > 4)
        {
            return false;
        }
        if (!text.IsEmpty && (!SkipDash(ref text, extended) || !TryNumber(ref text, 2, out day)))
        {
            return false;
        }
        epochDay = Calendar.ToEpochDay(year, (quarter * 3) - 2, 1) + day - 1;
        return text.IsEmpty && day >= 1 && epochDay < Calendar.ToEpochDay(quarter == 4 ? year + 1 : year, quarter == 4 ? 1 : (quarter * 3) + 1, 1);
    }

    static bool TryTime(ReadOnlySpan<char> text, out long nanosecondOfDay)
    {
        nanosecondOfDay = 0;
        int minute = 0, second = 0;
        long nanosecond = 0;
        if (!TryNumber(ref text, 2, out int hour))
        {
            return false;
        }
        if (!text.IsEmpty)
        {
            bool extended = text[0] == ':';
            text = extended ? text[1..] : text;
            if (!TryNumber(ref text, 2, out minute))
            {
                return false;
            }
            if (!text.IsEmpty)
            {
                if (extended && text[0] != ':')
                {
                    return false;
                }
                text = extended ? text[1..] : text;
                if (!TryNumber(ref text, 2, out second) || !TryFraction(ref text, out nanosecond))
                {
                    return false;
                }
            }
        }
        nanosecondOfDay = ((((hour * 60L) + minute) * 60) + second) * Calendar.NanosecondsPerSecond + nanosecond;
        return text.IsEmpty && hour < 24 && minute < 60 && second < 60;
    }

    static bool TryFraction(ref ReadOnlySpan<char> text, out long nanosecond)
    {
        nanosecond = 0;
        if (text.IsEmpty || text[0] is not ('.' or ','))
        {
            return true;
        }
        text = text[1..];
        int digits = CountDigits(text);
        if (digits is 0 or > 9)
        {
            return false;
        }
        nanosecond = long.Parse(text[..digits], CultureInfo.InvariantCulture);
        for (int i = digits; i < 9; i++)
        {
            nanosecond *= 10;
        }
        text = text[digits..];
        return true;
    }

    static bool SkipDash(ref ReadOnlySpan<char> text, bool extended)
    {
        if (extended)
        {
            if (text[0] != '-')
            {
                return false;
            }
            text = text[1..];
        }
        return true;
    }

    static int CountDigits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    static bool TryNumber(ref ReadOnlySpan<char> text, int digits, out int number)
    {
        number = 0;
        if (text.Length < digits || CountDigits(text[..digits]) < digits)
        {
            return false;
        }
        number = int.Parse(text[..digits], CultureInfo.InvariantCulture);
        text = text[digits..];
        return true;
    }
}
