using System.Numerics;
using System.Runtime.InteropServices;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>Between decimals, integers and floats.</summary>
internal static class CastDecimal
{
    public static ArrowArray Run(CastContext context)
    {
        ArrowType from = context.Source.Type, to = context.Target;
        if (to.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
        {
            if (from.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
                return BetweenDecimals(context);
            if (from.IsInteger)
                return FromInteger(context);
            if (from.IsFloatingPoint)
                return FromFloat(context);
        }
        else if (to.IsInteger)
        {
            return ToInteger(context);
        }
        else if (to.IsFloatingPoint)
        {
            return ToFloat(context);
        }
        throw context.Refusal();
    }

    public static (int Precision, int Scale) Shape(ArrowType type) => type switch
    {
        Decimal128Type t => (t.Precision, t.Scale),
        Decimal256Type t => (t.Precision, t.Scale),
        _ => (0, 0),
    };

    /// <summary>Stores an unscaled number when its digits fit the target's precision.</summary>
    public static bool TryStore(CastContext context, ArrowBuffer buffer, int row, BigInteger unscaled)
    {
        int width = context.Target.BitWidth / 8;
        Span<byte> slot = buffer.MutableSpan.Slice(row * width, width);
        slot.Fill(unscaled.Sign < 0 ? (byte)0xFF : (byte)0);
        return BigInteger.Abs(unscaled) < BigInteger.Pow(10, Shape(context.Target).Precision) && unscaled.TryWriteBytes(slot, out _);
    }

    static ArrowArray BetweenDecimals(CastContext context)
    {
        (_, int fromScale) = Shape(context.Source.Type);
        (int precision, int toScale) = Shape(context.Target);
        FixedSizeBinaryArray source = (FixedSizeBinaryArray)context.Source;
        ArrowBuffer buffer = context.AllocateValues();
        if (source.ByteWidth == 16 && context.Target.BitWidth == 128)
        {
            ReadOnlySpan<Int128> values = MemoryMarshal.Cast<byte, Int128>(source.Values);
            Span<Int128> target = buffer.MutableAs<Int128>();
            Int128 limit = DecimalMath.PowerOfTen(precision);
            for (int i = 0; i < values.Length; i++)
            {
                bool fits = DecimalMath.TryRescale(values[i], fromScale, toScale, out target[i]) && target[i] < limit && target[i] > -limit;
                if (!fits && source.IsValid(i))
                    context.Invalid(i, values[i], ArrowComputeError.Overflow);
            }
            return context.Finish(buffer);
        }
        for (int i = 0; i < context.Length; i++)
        {
            BigInteger value = new(source.GetBytes(i));
            if (!TryStore(context, buffer, i, DecimalMath.Rescale(value, fromScale, toScale)) && source.IsValid(i))
                context.Invalid(i, value, ArrowComputeError.Overflow);
        }
        return context.Finish(buffer);
    }

    static ArrowArray FromInteger(CastContext context)
    {
        using ArrowArray wide = context.Source.Type.Id == ArrowTypeId.UInt64 ? context.Source.Share() : Cast.Run(context.Source, ArrowType.Int64, false);
        int scale = Shape(context.Target).Scale;
        ArrowBuffer buffer = context.AllocateValues();
        for (int i = 0; i < context.Length; i++)
        {
            BigInteger value = wide is PrimitiveArray<ulong> unsigned ? unsigned.Values[i] : ((PrimitiveArray<long>)wide).Values[i];
            if (!TryStore(context, buffer, i, DecimalMath.Rescale(value, 0, scale)) && wide.IsValid(i))
                context.Invalid(i, value, ArrowComputeError.Overflow);
        }
        return context.Finish(buffer);
    }

    static ArrowArray FromFloat(CastContext context)
    {
        using PrimitiveArray<double> wide = (PrimitiveArray<double>)Cast.Run(context.Source, ArrowType.Float64, false);
        int scale = Shape(context.Target).Scale;
        ArrowBuffer buffer = context.AllocateValues();
        for (int i = 0; i < context.Length; i++)
        {
            double value = wide.Values[i];
            double scaled = Math.Round(value * Math.Pow(10, scale), MidpointRounding.AwayFromZero);
            bool fits = double.IsFinite(scaled) && TryStore(context, buffer, i, new BigInteger(scaled));
            if (!fits && wide.IsValid(i))
                context.Invalid(i, value, ArrowComputeError.Overflow);
        }
        return context.Finish(buffer);
    }

    static ArrowArray ToInteger(CastContext context)
    {
        int scale = Shape(context.Source.Type).Scale;
        FixedSizeBinaryArray source = (FixedSizeBinaryArray)context.Source;
        long[] values = new long[context.Length];
        ulong[] unsigned = context.Target.Id == ArrowTypeId.UInt64 ? new ulong[context.Length] : [];
        for (int i = 0; i < values.Length; i++)
        {
            BigInteger value = new(source.GetBytes(i));
            BigInteger whole = scale >= 0 ? value / BigInteger.Pow(10, scale) : value * BigInteger.Pow(10, -scale);
            bool fits = unsigned.Length > 0 ? whole.Sign >= 0 && whole <= ulong.MaxValue : whole >= long.MinValue && whole <= long.MaxValue;
            if (fits && unsigned.Length > 0)
                unsigned[i] = (ulong)whole;
            else if (fits)
                values[i] = (long)whole;
            else if (source.IsValid(i))
                context.Invalid(i, value, ArrowComputeError.Overflow);
        }
        (ArrowBuffer validity, int nulls) = context.Validity();
        ArrowBuffer stored = unsigned.Length > 0 ? ArrowBuffer.Of<ulong>(unsigned) : ArrowBuffer.Of<long>(values);
        ArrowType wide = unsigned.Length > 0 ? ArrowType.UInt64 : ArrowType.Int64;
        using ArrowArray middle = ArrowArray.Create(wide, context.Length, nulls, 0, [validity, stored]);
        return Cast.Run(middle, context.Target, context.InvalidAsNull);
    }

    static ArrowArray ToFloat(CastContext context)
    {
        int scale = Shape(context.Source.Type).Scale;
        FixedSizeBinaryArray source = (FixedSizeBinaryArray)context.Source;
        double[] values = new double[context.Length];
        Span<byte> text = stackalloc byte[128];
        for (int i = 0; i < values.Length; i++)
        {
            // Through text, because only parsing rounds the exact decimal once.
            if (source.IsValid(i) && DecimalText.TryFormat(source.GetBytes(i), scale, text, out int written))
                values[i] = double.Parse(text[..written], System.Globalization.CultureInfo.InvariantCulture);
        }
        (ArrowBuffer validity, int nulls) = context.Validity();
        using ArrowArray middle = ArrowArray.Create(ArrowType.Float64, context.Length, nulls, 0, [validity, ArrowBuffer.Of<double>(values)]);
        return Cast.Run(middle, context.Target, context.InvalidAsNull);
    }
}
