using System.Runtime.InteropServices;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>Between dates, times, timestamps, durations and the integers that store them.</summary>
internal static class CastTemporal
{
    const long SecondsPerDay = 86_400;

    public static ArrowArray Run(CastContext context)
    {
        ArrowType from = context.Source.Type, to = context.Target;
        if (from.IsInteger || to.IsInteger || from.IsFloatingPoint || to.IsFloatingPoint)
            return ThroughInteger(context);
        switch (from, to)
        {
            case (TimestampType a, TimestampType b): return Rescale(context, TimeUnits.PerSecond(a.Unit), TimeUnits.PerSecond(b.Unit));
            case (DurationType a, DurationType b): return Rescale(context, TimeUnits.PerSecond(a.Unit), TimeUnits.PerSecond(b.Unit));
            case (TimestampType a, Time32Type or Time64Type): return TimeOfDay(context, TimeUnits.PerSecond(a.Unit), PerSecond(to));
        }
        if (IsTime(from) && IsTime(to))
            return Rescale(context, PerSecond(from), PerSecond(to));
        if (IsDay(from) && IsDay(to))
            return Days(context);
        throw context.Refusal();
    }

    static bool IsTime(ArrowType type) => type is Time32Type or Time64Type;

    static bool IsDay(ArrowType type) => type.Id is ArrowTypeId.Date32 or ArrowTypeId.Date64 or ArrowTypeId.Timestamp;

    static long PerSecond(ArrowType type) => type switch
    {
        Time32Type t => TimeUnits.PerSecond(t.Unit),
        Time64Type t => TimeUnits.PerSecond(t.Unit),
        TimestampType t => TimeUnits.PerSecond(t.Unit),
        _ => TimeUnits.PerSecond(TimeUnit.Millisecond),
    };

    static ArrowArray ThroughInteger(CastContext context)
    {
        ArrowType from = context.Source.Type, to = context.Target;
        ArrowType storage = (from.IsInteger || from.IsFloatingPoint ? to : from).BitWidth == 32 ? ArrowType.Int32 : ArrowType.Int64;
        if (from == storage || to == storage)
            return context.Reinterpret();
        using ArrowArray middle = Cast.Run(context.Source, storage, context.InvalidAsNull);
        return Cast.Run(middle, to, context.InvalidAsNull);
    }

    // Date64 counts milliseconds but means whole days, so both directions pass through days.
    static ArrowArray Days(CastContext context)
    {
        ArrowType from = context.Source.Type, to = context.Target;
        long fromPerDay = from.Id == ArrowTypeId.Date32 ? 1 : PerSecond(from) * SecondsPerDay;
        long toPerDay = to.Id == ArrowTypeId.Date32 ? 1 : PerSecond(to) * SecondsPerDay;
        if (to.Id == ArrowTypeId.Date64 && fromPerDay != 1)
            return Convert(context, fromPerDay, 1, toPerDay);
        return Rescale(context, fromPerDay, toPerDay);
    }

    static ArrowArray Rescale(CastContext context, long from, long to) =>
        to == from && context.Source.Type.BitWidth == context.Target.BitWidth ? context.Reinterpret()
        : to >= from ? Convert(context, 1, to / from, 1)
        : Convert(context, from / to, 1, 1);

    static ArrowArray TimeOfDay(CastContext context, long from, long to)
    {
        ArrowBuffer buffer = context.AllocateValues();
        ReadOnlySpan<long> values = ((PrimitiveArray<long>)context.Source).Values;
        long day = from * SecondsPerDay;
        for (int i = 0; i < values.Length; i++)
        {
            long within = values[i] % day;
            if (within < 0)
                within += day;
            Store(context, buffer, i, to >= from ? within * (to / from) : within / (from / to), values[i]);
        }
        return context.Finish(buffer);
    }

    /// <summary>Divides towards the earlier value, then multiplies with a check.</summary>
    static ArrowArray Convert(CastContext context, long divide, long multiply, long multiplyAgain)
    {
        ArrowBuffer buffer = context.AllocateValues();
        bool narrow = context.Source is PrimitiveArray<int>;
        ReadOnlySpan<int> small = narrow ? ((PrimitiveArray<int>)context.Source).Values : default;
        ReadOnlySpan<long> large = narrow ? default : ((PrimitiveArray<long>)context.Source).Values;
        long factor = multiply * multiplyAgain;
        for (int i = 0; i < context.Length; i++)
        {
            long value = narrow ? small[i] : large[i];
            long quotient = value / divide;
            if (value % divide < 0)
                quotient--;
            long high = Math.BigMul(quotient, factor, out long result);
            if (high != result >> 63)
                Refuse(context, i, value);
            else
                Store(context, buffer, i, result, value);
        }
        return context.Finish(buffer);
    }

    static void Store(CastContext context, ArrowBuffer buffer, int row, long value, long source)
    {
        if (context.Target.BitWidth == 64)
            buffer.MutableAs<long>()[row] = value;
        else if (value == (int)value)
            buffer.MutableAs<int>()[row] = (int)value;
        else
            Refuse(context, row, source);
    }

    static void Refuse(CastContext context, int row, long value)
    {
        if (context.Source.IsValid(row))
            context.Invalid(row, value, ArrowComputeError.Overflow);
    }
}
