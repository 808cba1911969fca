using System.Numerics;
using System.Numerics.Tensors;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute.Casts;

/// <summary>Between booleans, integers and floats.</summary>
internal static class CastNumber
{
    public static ArrowArray Run(CastContext context) => context.Source switch
    {
        BooleanArray a => FromBoolean(context, a),
        PrimitiveArray<sbyte> a => From(context, a.Values),
        PrimitiveArray<byte> a => From(context, a.Values),
        PrimitiveArray<short> a => From(context, a.Values),
        PrimitiveArray<ushort> a => From(context, a.Values),
        PrimitiveArray<int> a => From(context, a.Values),
        PrimitiveArray<uint> a => From(context, a.Values),
        PrimitiveArray<long> a => From(context, a.Values),
        PrimitiveArray<ulong> a => From(context, a.Values),
        PrimitiveArray<Half> a => From(context, a.Values),
        PrimitiveArray<float> a => From(context, a.Values),
        PrimitiveArray<double> a => From(context, a.Values),
        _ => throw context.Refusal(),
    };

    static ArrowArray From<T>(CastContext context, ReadOnlySpan<T> values) where T : unmanaged, INumber<T> => context.Target.Id switch
    {
        ArrowTypeId.Boolean => ToBoolean(context, values),
        ArrowTypeId.Int8 => ToInteger<T, sbyte>(context, values),
        ArrowTypeId.UInt8 => ToInteger<T, byte>(context, values),
        ArrowTypeId.Int16 => ToInteger<T, short>(context, values),
        ArrowTypeId.UInt16 => ToInteger<T, ushort>(context, values),
        ArrowTypeId.Int32 => ToInteger<T, int>(context, values),
        ArrowTypeId.UInt32 => ToInteger<T, uint>(context, values),
        ArrowTypeId.Int64 => ToInteger<T, long>(context, values),
        ArrowTypeId.UInt64 => ToInteger<T, ulong>(context, values),
        ArrowTypeId.Float16 => ToFloat<T, Half>(context, values),
        ArrowTypeId.Float32 => ToFloat<T, float>(context, values),
        ArrowTypeId.Float64 => ToFloat<T, double>(context, values),
        _ => throw context.Refusal(),
    };

    static ArrowArray ToFloat<TFrom, TTo>(CastContext context, ReadOnlySpan<TFrom> values)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        ArrowBuffer buffer = context.AllocateValues();
        TensorPrimitives.ConvertSaturating<TFrom, TTo>(values, buffer.MutableAs<TTo>());
        return context.Finish(buffer);
    }

    /// <summary>Converts and, only when a value did not survive, looks for the rows that matter.</summary>
    internal static ArrowArray ToInteger<TFrom, TTo>(CastContext context, ReadOnlySpan<TFrom> values)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>, IMinMaxValue<TTo>
    {
        ArrowBuffer buffer = context.AllocateValues();
        Span<TTo> target = buffer.MutableAs<TTo>();
        bool failed = false;
        for (int i = 0; i < values.Length; i++)
        {
            target[i] = TTo.CreateSaturating(values[i]);
            failed |= !Survives<TFrom, TTo>(values[i], target[i]);
        }
        if (failed)
            for (int i = 0; i < values.Length; i++)
                if (!Survives<TFrom, TTo>(values[i], target[i]) && context.Source.IsValid(i))
                    context.Invalid(i, values[i], ArrowComputeError.Overflow);
        return context.Finish(buffer);
    }

    // Saturation keeps what fits (truncated, for floats) and moves everything else to an end of the range, or NaN to zero; comparing
    // back in the wider of the two kinds tells which happened.
    static bool Survives<TFrom, TTo>(TFrom value, TTo converted)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>, IMinMaxValue<TTo>
    {
        if (typeof(TFrom) == typeof(double) || typeof(TFrom) == typeof(float) || typeof(TFrom) == typeof(Half))
        {
            // The upper bound is exclusive because the largest 64-bit integers round up to it as doubles.
            double truncated = Math.Truncate(double.CreateSaturating(value));
            double low = double.CreateSaturating(TTo.MinValue);
            double high = double.CreateSaturating(TTo.MaxValue);
            return truncated >= low && (high >= 9e18 ? truncated < high : truncated <= high);
        }
        return TFrom.CreateTruncating(converted) == value && TFrom.IsNegative(value) == TTo.IsNegative(converted);
    }

    static ArrowArray ToBoolean<T>(CastContext context, ReadOnlySpan<T> values) where T : unmanaged, INumber<T>
    {
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(values.Length));
        CompareSpans.Run<EqualTest, T>(values, [T.Zero], rightIsScalar: true, negate: true, bits.MutableSpan, Simd.Level);
        return context.Finish(bits);
    }

    static ArrowArray FromBoolean(CastContext context, BooleanArray array)
    {
        byte[] ones = new byte[array.Length];
        for (int i = 0; i < ones.Length; i++)
            ones[i] = array.GetValue(i) ? (byte)1 : (byte)0;
        return From<byte>(context, ones);
    }
}
