namespace Pennon.Lance.Scans;

/// <summary>Conversions between days since 1970 and years, months and days of the proleptic Gregorian calendar, of any size.</summary>
static class CivilDate
{
    const long DaysPerEra = 146097;
    const long DaysFromYearZeroMarch = 719468;

    /// <summary>Days since 1970-01-01.</summary>
    public static long ToDays(long year, int month, int day)
    {
        // Years are counted from March, so that the leap day is the last one.
        if (month <= 2)
            year--;
        var era = Math.DivRem(year, 400, out var ofEra);
        if (ofEra < 0)
        {
            ofEra += 400;
            era--;
        }
        var ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * DaysPerEra + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - DaysFromYearZeroMarch;
    }

    /// <summary>The calendar date of a day.</summary>
    public static (long Year, int Month, int Day) FromDays(long days)
    {
        days += DaysFromYearZeroMarch;
        var era = FloorDiv(days, DaysPerEra);
        var ofEra = days - era * DaysPerEra;
        var yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
        var ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shifted = (5 * ofYear + 2) / 153;
        var day = (int)(ofYear - (153 * shifted + 2) / 5 + 1);
        var month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    /// <summary>The day of the week, Sunday being 0.</summary>
    public static int DayOfWeek(long days) => (int)(((days + 4) % 7 + 7) % 7);

    /// <summary>The week of the year by ISO 8601, and the year it belongs to.</summary>
    public static (long Year, int Week) IsoWeek(long days)
    {
        // A week belongs to the year of its Thursday.
        var monday = days - (DayOfWeek(days) + 6) % 7;
        var thursday = monday + 3;
        var year = FromDays(thursday).Year;
        return (year, (int)((thursday - ToDays(year, 1, 1)) / 7) + 1);
    }

    public static long FloorDiv(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }
}
