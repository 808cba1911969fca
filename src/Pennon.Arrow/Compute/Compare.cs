using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>A comparison of two values.</summary>
public enum CompareOperator
{
    /// <summary>Left equals right.</summary>
    Equal,

    /// <summary>Left differs from right.</summary>
    NotEqual,

    /// <summary>Left is less than right.</summary>
    Less,

    /// <summary>Left is at most right.</summary>
    LessOrEqual,

    /// <summary>Left is greater than right.</summary>
    Greater,

    /// <summary>Left is at least right.</summary>
    GreaterOrEqual,
}

/// <summary>Compares columns with columns or with one value, giving booleans that are null where an operand is null.</summary>
/// <remarks>
/// Floats follow IEEE 754: NaN is unequal to everything including itself and no other comparison with it is true; -0 equals 0.
/// Text compares by its UTF-8 bytes, which is the order of code points; binary compares by unsigned bytes, a prefix first. Booleans order
/// false before true. Decimals compare by their unscaled number, which the equal scales of equal types make exact. Dictionary arrays
/// compare by their values. Nested types are refused.
/// </remarks>
public static class Compare
{
    /// <summary>Compares row by row.</summary>
    /// <param name="operation">The comparison.</param>
    /// <param name="left">Left operands.</param>
    /// <param name="right">Right operands: as many as on the left and of the same type.</param>
    /// <exception cref="ArgumentException">Lengths or types differ; cast one side first.</exception>
    /// <exception cref="ArrowComputeException">The type has no order, as nested types.</exception>
    public static BooleanArray Apply(CompareOperator operation, ArrowArray left, ArrowArray right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Length != right.Length)
            throw new ArgumentException($"{left.Length} rows cannot be compared with {right.Length}.", nameof(right));
        return Run(operation, left, right, scalar: false, Simd.Level);
    }

    /// <summary>Compares every row with one value.</summary>
    /// <param name="operation">The comparison.</param>
    /// <param name="left">Left operands.</param>
    /// <param name="value">An array of the same type whose only row is the right operand; a null row makes every result null.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has not exactly one row, or the types differ.</exception>
    /// <exception cref="ArrowComputeException">The type has no order, as nested types.</exception>
    public static BooleanArray WithValue(CompareOperator operation, ArrowArray left, ArrowArray value)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length != 1)
            throw new ArgumentException($"The right operand has {value.Length} rows, not 1.", nameof(value));
        return Run(operation, left, value, scalar: true, Simd.Level);
    }

    /// <summary>Compares every row of a numeric or temporal column with one number in the column's own storage type and unit.</summary>
    /// <param name="operation">The comparison.</param>
    /// <param name="left">Left operands.</param>
    /// <param name="value">The right operand.</param>
    public static BooleanArray WithValue<T>(CompareOperator operation, PrimitiveArray<T> left, T value)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        ArgumentNullException.ThrowIfNull(left);
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(left.Length));
        Primitive(operation, left.Values, [value], scalar: true, bits.MutableSpan, Simd.Level);
        return Wrap(left, null, bits);
    }

    /// <summary>Compares every row of a text or binary column with one value.</summary>
    /// <param name="operation">The comparison.</param>
    /// <param name="left">Left operands: string, binary or their large forms.</param>
    /// <param name="value">The right operand; UTF-8 for text.</param>
    /// <exception cref="ArgumentException">The column is neither text nor binary.</exception>
    public static BooleanArray WithValue(CompareOperator operation, ArrowArray left, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(left);
        if (!left.Type.IsVariableBinary)
            throw new ArgumentException($"{left.Type} is neither text nor binary.", nameof(left));
        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(left.Length));
        if (left is VariableBinaryArray<int> small)
            CompareBytes.WithValue(operation, small, value, bits.MutableSpan);
        else
            CompareBytes.WithValue(operation, (VariableBinaryArray<long>)left, value, bits.MutableSpan);
        return Wrap(left, null, bits);
    }

    internal static BooleanArray Run(CompareOperator operation, ArrowArray left, ArrowArray right, bool scalar, SimdLevel level)
    {
        if (left is DictionaryArray || right is DictionaryArray)
            return WithDictionary(operation, left, right, scalar, level);
        if (left.Type != right.Type && !SameStorage(left.Type, right.Type))
            throw new ArgumentException($"{left.Type} cannot be compared with {right.Type}; cast one side first.", nameof(right));
        if (left.Type.IsNested)
            throw new ArrowComputeException(ArrowComputeError.UnsupportedType, $"values of {left.Type} have no order and cannot be compared; compare their parts");
        if (left is NullArray || (scalar && right.IsNull(0)))
            return AllNull(left.Length);

        ArrowBuffer bits = ArrowAllocator.Default.Allocate(Bits.ByteCount(left.Length));
        Span<byte> target = bits.MutableSpan;
        switch (left)
        {
            case PrimitiveArray<sbyte> a: Primitive(operation, a.Values, ((PrimitiveArray<sbyte>)right).Values, scalar, target, level); break;
            case PrimitiveArray<byte> a: Primitive(operation, a.Values, ((PrimitiveArray<byte>)right).Values, scalar, target, level); break;
            case PrimitiveArray<short> a: Primitive(operation, a.Values, ((PrimitiveArray<short>)right).Values, scalar, target, level); break;
            case PrimitiveArray<ushort> a: Primitive(operation, a.Values, ((PrimitiveArray<ushort>)right).Values, scalar, target, level); break;
            case PrimitiveArray<int> a: Primitive(operation, a.Values, ((PrimitiveArray<int>)right).Values, scalar, target, level); break;
            case PrimitiveArray<uint> a: Primitive(operation, a.Values, ((PrimitiveArray<uint>)right).Values, scalar, target, level); break;
            case PrimitiveArray<long> a: Primitive(operation, a.Values, ((PrimitiveArray<long>)right).Values, scalar, target, level); break;
            case PrimitiveArray<ulong> a: Primitive(operation, a.Values, ((PrimitiveArray<ulong>)right).Values, scalar, target, level); break;
            case PrimitiveArray<Half> a: Primitive(operation, a.Values, ((PrimitiveArray<Half>)right).Values, scalar, target, level); break;
            case PrimitiveArray<float> a: Primitive(operation, a.Values, ((PrimitiveArray<float>)right).Values, scalar, target, level); break;
            case PrimitiveArray<double> a: Primitive(operation, a.Values, ((PrimitiveArray<double>)right).Values, scalar, target, level); break;
            case BooleanArray a: Booleans(operation, a, (BooleanArray)right, scalar, target); break;
            case FixedSizeBinaryArray a when a.Type.Id == ArrowTypeId.Decimal128:
                Primitive(operation, MemoryMarshal.Cast<byte, Int128>(a.Values), MemoryMarshal.Cast<byte, Int128>(((FixedSizeBinaryArray)right).Values), scalar, target, level);
                break;
            case FixedSizeBinaryArray a: CompareBytes.FixedWidth(operation, a, (FixedSizeBinaryArray)right, scalar, target); break;
            case VariableBinaryArray<int> a: CompareBytes.Rows(operation, a, (VariableBinaryArray<int>)right, scalar, target); break;
            case VariableBinaryArray<long> a: CompareBytes.Rows(operation, a, (VariableBinaryArray<long>)right, scalar, target); break;
            default: throw new ArrowComputeException(ArrowComputeError.UnsupportedType, $"values of {left.Type} cannot be compared");
        }
        return Wrap(left, scalar ? null : right, bits);
    }

    static void Primitive<T>(CompareOperator operation, ReadOnlySpan<T> left, ReadOnlySpan<T> right, bool scalar, Span<byte> target, SimdLevel level)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        switch (operation)
        {
            case CompareOperator.Equal: CompareSpans.Run<EqualTest, T>(left, right, scalar, negate: false, target, level); break;
            case CompareOperator.NotEqual: CompareSpans.Run<EqualTest, T>(left, right, scalar, negate: true, target, level); break;
            case CompareOperator.Less: CompareSpans.Run<LessTest, T>(left, right, scalar, negate: false, target, level); break;
            case CompareOperator.LessOrEqual: CompareSpans.Run<LessOrEqualTest, T>(left, right, scalar, negate: false, target, level); break;
            case CompareOperator.Greater: CompareSpans.Run<GreaterTest, T>(left, right, scalar, negate: false, target, level); break;
            case CompareOperator.GreaterOrEqual: CompareSpans.Run<GreaterOrEqualTest, T>(left, right, scalar, negate: false, target, level); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a comparison.");
        }
    }

    static void Booleans(CompareOperator operation, BooleanArray left, BooleanArray right, bool scalar, Span<byte> target)
    {
        ReadOnlySpan<byte> a = left.Bits.Span;
        ReadOnlySpan<byte> b = right.Bits.Span;
        ulong constant = scalar && right.GetValue(0) ? ulong.MaxValue : 0;
        for (int i = 0; i < left.Length; i += 64)
        {
            int step = Math.Min(64, left.Length - i);
            ulong x = Bits.Load(a, (long)left.Offset + i, step);
            ulong y = scalar ? constant : Bits.Load(b, (long)right.Offset + i, step);
            ulong word = operation switch
            {
                CompareOperator.Equal => ~(x ^ y),
                CompareOperator.NotEqual => x ^ y,
                CompareOperator.Less => ~x & y,
                CompareOperator.LessOrEqual => ~x | y,
                CompareOperator.Greater => x & ~y,
                CompareOperator.GreaterOrEqual => x | ~y,
                _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a comparison."),
            };
            Bits.Store(target, i, step, word & Bits.LowMask(step));
        }
    }

    // A dictionary compared with one value needs one comparison per entry, not per row.
    static BooleanArray WithDictionary(CompareOperator operation, ArrowArray left, ArrowArray right, bool scalar, SimdLevel level)
    {
        if (scalar && left is DictionaryArray coded)
        {
            using ArrowArray value = Decode(right);
            using BooleanArray entries = Run(operation, coded.Dictionary, value, scalar: true, level);
            return (BooleanArray)DictionaryDecode.Gather(coded, entries);
        }
        using ArrowArray a = Decode(left);
        using ArrowArray b = Decode(right);
        return Run(operation, a, b, scalar, level);
    }

    static ArrowArray Decode(ArrowArray array) => array is DictionaryArray coded ? DictionaryDecode.Apply(coded) : array.Share();

    // Time zones and field names say how values are shown, not how they compare.
    static bool SameStorage(ArrowType left, ArrowType right) => (left, right) is (TimestampType a, TimestampType b) && a.Unit == b.Unit;

    static BooleanArray AllNull(int length)
    {
        ArrowBuffer zeros = ArrowAllocator.Default.AllocateZeroed(Bits.ByteCount(length));
        return new BooleanArray(length, length, 0, zeros, zeros.Retain());
    }

    static BooleanArray Wrap(ArrowArray left, ArrowArray? right, ArrowBuffer bits)
    {
        (ArrowBuffer validity, int nulls) = ValidityOf.Both(left, right, ArrowAllocator.Default);
        return new BooleanArray(left.Length, nulls, 0, validity, bits);
    }
}
