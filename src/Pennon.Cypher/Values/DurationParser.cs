using System.Globalization;

namespace Pennon.Cypher.Values;

/// <summary>Reads <c>P1Y2M3W4DT5H6M7.8S</c>, each part with its own sign and fraction, and the form <c>P2012-02-02T14:37:21.545</c>.</summary>
internal static class DurationParser
{
    public static bool TryParse(string text, out CypherValue value)
    {
        value = default;
        var rest = text.AsSpan();
        int sign = 1;
        if (rest.Length > 0 && rest[0] is '-' or '+')
        {
            sign = rest[0] == '-' ? -1 : 1;
            rest = rest[1..];
        }
        if (rest.Length < 2 || rest[0] is not ('P' or 'p'))
        {
            return false;
        }
        rest = rest[1..];
        if (rest.Length > 4 && rest[4] == '-' && char.IsAsciiDigit(rest[0]))
        {
            return TryClockForm(rest, sign, out value);
        }
        decimal months = 0, days = 0, seconds = 0;
        bool inTime = false, any = false;
        int last = -1;
        while (!rest.IsEmpty)
        {
            if (rest[0] is 'T' or 't' && !inTime)
            {
                inTime = true;
                rest = rest[1..];
                if (rest.IsEmpty)
                {
                    return false;
                }
                continue;
            }
            int length = rest.IndexOfAnyExcept("+-0123456789.,");
            if (length <= 0 || !decimal.TryParse(rest[..length].ToString().Replace(',', '.'),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount))
            {
                return false;
            }
            char unit = char.ToUpperInvariant(rest[length]);
            int order = (inTime ? "HMS" : "YMWD").IndexOf(unit, StringComparison.Ordinal) + (inTime ? 10 : 0);
            if (order <= last && order != 10 || order == 9 || order < 0)
            {
                return false;
            }
            last = order;
            any = true;
            amount *= sign;
            switch (unit)
            {
                case 'Y': months += amount * 12; break;
                case 'M' when !inTime: months += amount; break;
                case 'W': days += amount * 7; break;
                case 'D': days += amount; break;
                case 'H': seconds += amount * 3600; break;
                case 'M': seconds += amount * 60; break;
                default: seconds += amount; break;
            }
            rest = rest[(length + 1)..];
        }
        if (!any)
        {
            return false;
        }
        value = TemporalArithmetic.FromFractions(months, days, seconds, 0);
        return true;
    }

    static bool TryClockForm(ReadOnlySpan<char> text, int sign, out CypherValue value)
    {
        value = default;
        int separator = text.IndexOf('T');
        var date = separator < 0 ? text : text[..separator];
        if (date.Length != 10 || date[7] != '-' || !TryPart(date[..4], out int years) || !TryPart(date[5..7], out int months) || !TryPart(date[8..], out int days))
        {
            return false;
        }
        long nanoseconds = 0;
        if (separator >= 0)
        {
            if (!TemporalParser.TryParse(CypherType.LocalTime, text[(separator + 1)..].ToString(), out var time))
            {
                return false;
            }
            nanoseconds = time.AsLocalTime().NanosecondOfDay;
        }
        value = TemporalArithmetic.Create(sign * ((years * 12L) + months), sign * days, 0, sign * nanoseconds);
        return months <= 12 && days <= 31;
    }

    static bool TryPart(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
