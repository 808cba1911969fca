namespace Pennon.Cypher.Values;

/// <summary>The proleptic Gregorian calendar over 64-bit day numbers counted from 1970-01-01.</summary>
internal static class Calendar
{
    public const long SecondsPerDay = 86_400;
    public const long NanosecondsPerSecond = 1_000_000_000;
    public const long NanosecondsPerDay = SecondsPerDay * NanosecondsPerSecond;
    public const long MaxYear = 999_999_999;

    // The calendar repeats every 400 years; counting years from March makes the leap day the last of its year.
    const long DaysPerEra = 146_097;
    const long DaysFromMarchYearZero = 719_468;

    public static long ToEpochDay(long year, int month, int day)
    {
        long marchYear = month <= 2 ? year - 1 : year;
        long era = Math.DivRem(marchYear, 400).Quotient - (marchYear % 400 < 0 ? 1 : 0);
        long yearOfEra = marchYear - (era * 400);
        long dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5 + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * DaysPerEra) + dayOfEra - DaysFromMarchYearZero;
    }

    public static (long Year, int Month, int Day) FromEpochDay(long epochDay)
    {
        long shifted = epochDay + DaysFromMarchYearZero;
        long era = FloorDivide(shifted, DaysPerEra);
        long dayOfEra = shifted - (era * DaysPerEra);
        long yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int marchMonth = (int)(((5 * dayOfYear) + 2) / 153);
        int day = (int)(dayOfYear - (((153 * marchMonth) + 2) / 5) + 1);
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        return ((era * 400) + yearOfEra + (month <= 2 ? 1 : 0), month, day);
    }

    public static bool IsLeapYear(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => IsLeapYear(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>1 for Monday to 7 for Sunday.</summary>
    public static int DayOfWeek(long epochDay) => (int)FloorModulo(epochDay + 3, 7) + 1;

    public static int DayOfYear(long epochDay) => (int)(epochDay - ToEpochDay(FromEpochDay(epochDay).Year, 1, 1)) + 1;

    /// <summary>The ISO 8601 week: it belongs to the year that holds its Thursday.</summary>
    public static (long WeekYear, int Week) WeekOf(long epochDay)
    {
        long thursday = epochDay - DayOfWeek(epochDay) + 4;
        long year = FromEpochDay(thursday).Year;
        return (year, (int)((thursday - ToEpochDay(year, 1, 1)) / 7) + 1);
    }

    /// <summary>The Monday of week 1 of the ISO week year.</summary>
    public static long StartOfWeekYear(long weekYear)
    {
        long fourth = ToEpochDay(weekYear, 1, 4);
        return fourth - DayOfWeek(fourth) + 1;
    }

    public static int WeeksInYear(long weekYear) => (int)((StartOfWeekYear(weekYear + 1) - StartOfWeekYear(weekYear)) / 7);

    public static long FloorDivide(long value, long divisor)
    {
        long quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }

    public static long FloorModulo(long value, long divisor)
    {
        long rest = value % divisor;
        return rest < 0 ? rest + divisor : rest;
    }
}
