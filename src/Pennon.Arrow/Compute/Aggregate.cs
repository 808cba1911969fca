using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Folds a column into one value; nulls are passed over. Results are arrays of one row, null when no row had a value.</summary>
/// <remarks>
/// Sums of floats are computed in eight interleaved partial sums of doubles that are added in a fixed order, so that they are the same bits
/// whatever the hardware. For minimum and maximum NaN is greater than every number, -0 is less than 0.
/// </remarks>
public static class Aggregate
{
    /// <summary>How many rows have a value.</summary>
    /// <param name="array">The rows.</param>
    public static long Count(ArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array.Length - array.NullCount;
    }

    /// <summary>
    /// The sum: int64 for signed integers, uint64 for unsigned ones, float64 for floats, the same type for durations, and 38 digits of the
    /// same scale for 128-bit decimals.
    /// </summary>
    /// <param name="array">Numbers or durations.</param>
    /// <exception cref="ArrowComputeException">The sum does not fit, or the type is refused.</exception>
    public static ArrowArray Sum(ArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Sum(array, Simd.Level);
    }

    internal static ArrowArray Sum(ArrowArray array, SimdLevel level)
    {
        using ArrowArray values = Plain(array);
        ArrowType type = SumType(values.Type);
        if (values.Length == 0)
            return NullRows.Of(type, 1);
        return values switch
        {
            PrimitiveArray<sbyte> a => One(type, SumSpans.Narrow(a.Values)),
            PrimitiveArray<short> a => One(type, SumSpans.Narrow(a.Values)),
            PrimitiveArray<int> a => One(type, SumSpans.Narrow(a.Values)),
            PrimitiveArray<byte> a => One(type, (ulong)SumSpans.Narrow(a.Values)),
            PrimitiveArray<ushort> a => One(type, (ulong)SumSpans.Narrow(a.Values)),
            PrimitiveArray<uint> a => One(type, (ulong)SumSpans.Narrow(a.Values)),
            PrimitiveArray<long> a => One(type, Checked<long>(SumSpans.Wide(a.Values), long.MinValue, long.MaxValue, type)),
            PrimitiveArray<ulong> a => One(type, Checked<ulong>(SumSpans.Wide(a.Values), 0, ulong.MaxValue, type)),
            PrimitiveArray<Half> a => One(type, SumSpans.Floats(Widen(a.Values), level)),
            PrimitiveArray<float> a => One(type, SumSpans.Floats(Widen(a.Values), level)),
            PrimitiveArray<double> a => One(type, SumSpans.Floats(a.Values, level)),
            FixedSizeBinaryArray a => Decimals(type, MemoryMarshal.Cast<byte, Int128>(a.Values)),
            _ => throw Refused("sum", array.Type),
        };
    }

    /// <summary>The mean as a float64: the sum divided by the count of values.</summary>
    /// <param name="array">Integers, floats or 128-bit decimals.</param>
    /// <exception cref="ArrowComputeException">The type is refused.</exception>
    public static ArrowArray Mean(ArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        using ArrowArray plain = Plain(array);
        if (!plain.Type.IsInteger && !plain.Type.IsFloatingPoint && plain.Type.Id is not (ArrowTypeId.Decimal128 or ArrowTypeId.Null))
            throw Refused("mean", array.Type);
        if (plain.Length == 0)
            return NullRows.Of(ArrowType.Float64, 1);
        // Exact in 128 bits, so that a mean exists even where the sum does not fit its type.
        double total = plain switch
        {
            PrimitiveArray<long> a => (double)SumSpans.Wide(a.Values),
            PrimitiveArray<ulong> a => (double)SumSpans.Wide(a.Values),
            _ => ((PrimitiveArray<double>)Cast.Apply(Sum(plain), ArrowType.Float64)).Values[0],
        };
        return One(ArrowType.Float64, total / plain.Length);
    }

    /// <summary>The smallest value, of the same type.</summary>
    /// <param name="array">A type with an order; nested types are refused.</param>
    /// <exception cref="ArrowComputeException">The type has no order.</exception>
    public static ArrowArray Min(ArrowArray array) => Extreme(array, largest: false);

    /// <summary>The largest value, of the same type.</summary>
    /// <param name="array">A type with an order; nested types are refused.</param>
    /// <exception cref="ArrowComputeException">The type has no order.</exception>
    public static ArrowArray Max(ArrowArray array) => Extreme(array, largest: true);

    static ArrowArray Extreme(ArrowArray array, bool largest)
    {
        ArgumentNullException.ThrowIfNull(array);
        using ArrowArray values = Plain(array);
        if (values.Type.IsNested)
            throw Refused(largest ? "maximum" : "minimum", array.Type);
        if (values.Length == 0)
            return NullRows.Of(values.Type, 1);
        ArrowType type = values.Type;
        return values switch
        {
            PrimitiveArray<sbyte> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<byte> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<short> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<ushort> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<int> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<uint> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<long> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<ulong> a => One(type, largest ? TensorPrimitives.Max(a.Values) : TensorPrimitives.Min(a.Values)),
            PrimitiveArray<float> a => One(type, largest ? TensorPrimitives.Max(a.Values) : Least(a.Values)),
            PrimitiveArray<double> a => One(type, largest ? TensorPrimitives.Max(a.Values) : Least(a.Values)),
            PrimitiveArray<Half> a => One(type, largest ? TensorPrimitives.Max(a.Values) : Least(a.Values)),
            _ => Take.Apply(values, Sort.TopIndices(1, new SortKey(values, Descending: largest))),
        };
    }

    // The library's own minimum lets NaN win, here it loses to every number.
    static T Least<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T least = values[0];
        foreach (T value in values)
            if (value < least || T.IsNaN(least) || (value == least && T.IsNegative(value)))
                least = value;
        return least;
    }

    /// <summary>The values without nulls and dictionary.</summary>
    static ArrowArray Plain(ArrowArray array)
    {
        ArrowArray decoded = array is DictionaryArray coded ? DictionaryDecode.Apply(coded) : array.Share();
        if (!decoded.HasNulls)
            return decoded;
        using (decoded)
        using (BooleanArray present = BooleanLogic.IsNotNull(decoded))
            return Filter.Apply(decoded, present);
    }

    static ArrowType SumType(ArrowType type) => type switch
    {
        { Id: ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64 } => ArrowType.Int64,
        { IsInteger: true } => ArrowType.UInt64,
        { IsFloatingPoint: true } => ArrowType.Float64,
        { Id: ArrowTypeId.Null } => ArrowType.Int64,
        DurationType => type,
        Decimal128Type d => new Decimal128Type(38, d.Scale),
        _ => throw Refused("sum", type),
    };

    static ArrowComputeException Refused(string what, ArrowType type) => new(ArrowComputeError.UnsupportedType, $"a {what} is not defined for {type}");

    static T Checked<T>(Int128 sum, Int128 least, Int128 most, ArrowType type) where T : INumberBase<T> => sum >= least && sum <= most
        ? T.CreateTruncating(sum)
        : throw new ArrowComputeException(ArrowComputeError.Overflow, $"the sum {sum} does not fit {type}");

    static ArrowArray One<T>(ArrowType type, T value) where T : unmanaged =>
        ArrowArray.Create(type, 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<T>([value])]);

    static double[] Widen<T>(ReadOnlySpan<T> values) where T : unmanaged, INumberBase<T>
    {
        double[] wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, wide);
        return wide;
    }

    static ArrowArray Decimals(ArrowType type, ReadOnlySpan<Int128> values)
    {
        Int128 sum = 0;
        Int128 limit = DecimalMath.PowerOfTen(38);
        foreach (Int128 value in values)
            if (!DecimalMath.TryAdd(sum, value, out sum) || sum >= limit || sum <= -limit)
                throw new ArrowComputeException(ArrowComputeError.Overflow, $"the sum does not fit {type}");
        return One(type, sum);
    }
}
