using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>An arithmetic operation.</summary>
public enum ArithmeticOperator
{
    /// <summary>Left plus right.</summary>
    Add,

    /// <summary>Left minus right.</summary>
    Subtract,

    /// <summary>Left times right.</summary>
    Multiply,

    /// <summary>Left divided by right; integers truncate towards zero.</summary>
    Divide,

    /// <summary>The remainder of the division, with the sign of the left operand.</summary>
    Modulo,
}

/// <summary>Arithmetic over columns; a row is null where an operand is.</summary>
/// <remarks>
/// Integers are checked: a result that does not fit, or a division by zero, in a row whose operands are not null, is an error that names the
/// row. Floats follow IEEE 754 and never fail. Both operands have the same type, which is also the result's, with these exceptions:
/// timestamp - timestamp is a duration, timestamp +- duration a timestamp (equal units), and decimal * decimal adds the scales and precisions
/// (at most 38). Division of decimals and arithmetic on 256-bit decimals are refused by name.
/// </remarks>
public static class Arithmetic
{
    /// <summary>Computes row by row.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="left">Left operands.</param>
    /// <param name="right">Right operands, as many as on the left.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the types do not go together.</exception>
    /// <exception cref="ArrowComputeException">A result does not fit, an integer is divided by zero, or the type is refused.</exception>
    public static ArrowArray Apply(ArithmeticOperator operation, ArrowArray left, ArrowArray right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Length != right.Length)
            throw new ArgumentException($"{left.Length} rows cannot be combined with {right.Length}.", nameof(right));
        return Run(operation, left, 1, right, 1, Simd.Level);
    }

    /// <summary>Computes with one value on the right of every row.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="left">Left operands.</param>
    /// <param name="value">An array whose only row is the right operand.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has not exactly one row, or the types do not go together.</exception>
    /// <exception cref="ArrowComputeException">A result does not fit, an integer is divided by zero, or the type is refused.</exception>
    public static ArrowArray WithValue(ArithmeticOperator operation, ArrowArray left, ArrowArray value)
    {
        RequireValue(left, value);
        return Run(operation, left, 1, value, 0, Simd.Level);
    }

    /// <summary>Computes with one value on the left of every row.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="value">An array whose only row is the left operand.</param>
    /// <param name="right">Right operands.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has not exactly one row, or the types do not go together.</exception>
    /// <exception cref="ArrowComputeException">A result does not fit, an integer is divided by zero, or the type is refused.</exception>
    public static ArrowArray ValueWith(ArithmeticOperator operation, ArrowArray value, ArrowArray right)
    {
        RequireValue(right, value);
        return Run(operation, value, 0, right, 1, Simd.Level);
    }

    /// <summary>Changes the sign of every row.</summary>
    /// <param name="array">Signed integers, floats, durations or 128-bit decimals.</param>
    /// <exception cref="ArrowComputeException">The smallest integer has no counterpart, or the type is refused.</exception>
    public static ArrowArray Negate(ArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        switch (array)
        {
            // 0 - x would turn 0.0 into 0.0 rather than -0.0.
            case PrimitiveArray<Half> a: return Wrap<Half>(array, array, array.Type, TensorPrimitives.Negate, a.Values);
            case PrimitiveArray<float> a: return Wrap<float>(array, array, array.Type, TensorPrimitives.Negate, a.Values);
            case PrimitiveArray<double> a: return Wrap<double>(array, array, array.Type, TensorPrimitives.Negate, a.Values);
            default:
                if (array.Type.Id is not (ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64 or ArrowTypeId.Duration or ArrowTypeId.Decimal128))
                    throw Refused("negation", array.Type);
                ArrowBuffer zero = ArrowAllocator.Default.AllocateZeroed(16);
                using (ArrowArray value = ArrowArray.Create(array.Type, 1, 0, 0, [ArrowBuffer.Empty, zero]))
                    return Run(ArithmeticOperator.Subtract, value, 0, array, 1, Simd.Level);
        }
    }

    internal static ArrowArray Run(ArithmeticOperator operation, ArrowArray left, int leftStep, ArrowArray right, int rightStep, SimdLevel level)
    {
        if (!Enum.IsDefined(operation))
            throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an arithmetic operation.");
        if (left is DictionaryArray codedLeft)
        {
            using ArrowArray plain = DictionaryDecode.Apply(codedLeft);
            return Run(operation, plain, leftStep, right, rightStep, level);
        }
        if (right is DictionaryArray codedRight)
        {
            using ArrowArray plain = DictionaryDecode.Apply(codedRight);
            return Run(operation, left, leftStep, plain, rightStep, level);
        }
        ArrowType type = ResultType(operation, left.Type, right.Type);
        int length = leftStep == 0 ? right.Length : left.Length;
        if (type.Id == ArrowTypeId.Null || (leftStep == 0 && left.IsNull(0)) || (rightStep == 0 && right.IsNull(0)))
            return NullRows.Of(type, length);
        Operands operands = new(operation, left, leftStep, right, rightStep, length, type, level);
        return left switch
        {
            PrimitiveArray<sbyte> a => operands.Integers(a.Values, ((PrimitiveArray<sbyte>)right).Values),
            PrimitiveArray<byte> a => operands.Integers(a.Values, ((PrimitiveArray<byte>)right).Values),
            PrimitiveArray<short> a => operands.Integers(a.Values, ((PrimitiveArray<short>)right).Values),
            PrimitiveArray<ushort> a => operands.Integers(a.Values, ((PrimitiveArray<ushort>)right).Values),
            PrimitiveArray<int> a => operands.Integers(a.Values, ((PrimitiveArray<int>)right).Values),
            PrimitiveArray<uint> a => operands.Integers(a.Values, ((PrimitiveArray<uint>)right).Values),
            PrimitiveArray<long> a => operands.Integers(a.Values, ((PrimitiveArray<long>)right).Values),
            PrimitiveArray<ulong> a => operands.Integers(a.Values, ((PrimitiveArray<ulong>)right).Values),
            PrimitiveArray<Half> a => operands.Floats(a.Values, ((PrimitiveArray<Half>)right).Values),
            PrimitiveArray<float> a => operands.Floats(a.Values, ((PrimitiveArray<float>)right).Values),
            PrimitiveArray<double> a => operands.Floats(a.Values, ((PrimitiveArray<double>)right).Values),
            FixedSizeBinaryArray a => operands.Decimals(
                MemoryMarshal.Cast<byte, Int128>(a.Values), MemoryMarshal.Cast<byte, Int128>(((FixedSizeBinaryArray)right).Values)),
            _ => throw Refused(operation.ToString(), left.Type),
        };
    }

    static ArrowType ResultType(ArithmeticOperator operation, ArrowType left, ArrowType right)
    {
        switch (left, right)
        {
            case (TimestampType a, DurationType b) when a.Unit == b.Unit && operation is ArithmeticOperator.Add or ArithmeticOperator.Subtract:
                return a;
            case (DurationType a, TimestampType b) when a.Unit == b.Unit && operation == ArithmeticOperator.Add:
                return b;
            case (TimestampType a, TimestampType b) when a.Unit == b.Unit && operation == ArithmeticOperator.Subtract:
                return new DurationType(a.Unit);
            case (DurationType a, DurationType b) when a.Unit == b.Unit && operation is not (ArithmeticOperator.Multiply or ArithmeticOperator.Divide):
                return a;
            case (Decimal128Type a, Decimal128Type b) when operation == ArithmeticOperator.Multiply:
                return new Decimal128Type(Math.Min(38, a.Precision + b.Precision), a.Scale + b.Scale);
            case (Decimal128Type a, Decimal128Type b) when operation != ArithmeticOperator.Divide && a.Scale == b.Scale:
                return a.Precision >= b.Precision ? a : b;
        }
        bool plain = left.IsInteger || left.IsFloatingPoint || left.Id == ArrowTypeId.Null;
        if (plain && left == right)
            return left;
        if (left != right)
            throw new ArgumentException($"{operation} is not defined between {left} and {right}; cast one side first.", nameof(right));
        throw Refused(operation.ToString(), left);
    }

    static ArrowComputeException Refused(string operation, ArrowType type) =>
        new(ArrowComputeError.UnsupportedType, $"{operation} is not defined for {type}; cast the operands to a number first");

    static void RequireValue(ArrowArray rows, ArrowArray value)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length != 1)
            throw new ArgumentException($"The operand has {value.Length} rows, not 1.", nameof(value));
    }

    delegate void Unary<T>(ReadOnlySpan<T> source, Span<T> target);

    static ArrowArray Wrap<T>(ArrowArray left, ArrowArray right, ArrowType type, Unary<T> operation, ReadOnlySpan<T> values) where T : unmanaged
    {
        ArrowBuffer result = ArrowAllocator.Default.Allocate(Take.ByteCount(values.Length, type.BitWidth / 8));
        operation(values, result.MutableAs<T>());
        (ArrowBuffer validity, int nulls) = ValidityOf.Both(left, right, ArrowAllocator.Default);
        return ArrowArray.Create(type, values.Length, nulls, 0, [validity, result]);
    }

    /// <summary>Everything one call needs besides the typed values. A side with step 0 is one value.</summary>
    readonly struct Operands(
        ArithmeticOperator operation, ArrowArray left, int leftStep, ArrowArray right, int rightStep, int length, ArrowType type, SimdLevel level)
    {
        public ArrowArray Integers<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            ArrowBuffer buffer = ArrowAllocator.Default.Allocate(Take.ByteCount(length, type.BitWidth / 8));
            Span<T> target = buffer.MutableAs<T>();
            bool failed = operation switch
            {
                ArithmeticOperator.Add => ArithmeticSpans.RunVector<AddOperation, T>(a, leftStep, b, rightStep, target, level),
                ArithmeticOperator.Subtract => ArithmeticSpans.RunVector<SubtractOperation, T>(a, leftStep, b, rightStep, target, level),
                ArithmeticOperator.Multiply => ArithmeticSpans.Run<MultiplyOperation, T>(a, leftStep, b, rightStep, target),
                ArithmeticOperator.Divide => ArithmeticSpans.Run<DivideOperation, T>(a, leftStep, b, rightStep, target),
                _ => ArithmeticSpans.Run<RemainderOperation, T>(a, leftStep, b, rightStep, target),
            };
            ArrowArray result = Finish(buffer);
            if (failed)
                ThrowFirstFailure(a, b, result);
            return result;
        }

        public ArrowArray Floats<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumber<T>
        {
            ArrowBuffer buffer = ArrowAllocator.Default.Allocate(Take.ByteCount(length, type.BitWidth / 8));
            Span<T> target = buffer.MutableAs<T>();
            switch (operation, leftStep, rightStep)
            {
                case (ArithmeticOperator.Add, 1, 1): TensorPrimitives.Add(a, b, target); break;
                case (ArithmeticOperator.Add, 1, _): TensorPrimitives.Add(a, b[0], target); break;
                case (ArithmeticOperator.Add, _, _): TensorPrimitives.Add(b, a[0], target); break;
                case (ArithmeticOperator.Subtract, 1, 1): TensorPrimitives.Subtract(a, b, target); break;
                case (ArithmeticOperator.Subtract, 1, _): TensorPrimitives.Subtract(a, b[0], target); break;
                case (ArithmeticOperator.Subtract, _, _): TensorPrimitives.Subtract(a[0], b, target); break;
                case (ArithmeticOperator.Multiply, 1, 1): TensorPrimitives.Multiply(a, b, target); break;
                case (ArithmeticOperator.Multiply, 1, _): TensorPrimitives.Multiply(a, b[0], target); break;
                case (ArithmeticOperator.Multiply, _, _): TensorPrimitives.Multiply(b, a[0], target); break;
                case (ArithmeticOperator.Divide, 1, 1): TensorPrimitives.Divide(a, b, target); break;
                case (ArithmeticOperator.Divide, 1, _): TensorPrimitives.Divide(a, b[0], target); break;
                case (ArithmeticOperator.Divide, _, _): TensorPrimitives.Divide(a[0], b, target); break;
                default:
                    for (int i = 0; i < target.Length; i++)
                        target[i] = a[i * leftStep] % b[i * rightStep];
                    break;
            }
            return Finish(buffer);
        }

        public ArrowArray Decimals(ReadOnlySpan<Int128> a, ReadOnlySpan<Int128> b)
        {
            ArrowBuffer buffer = ArrowAllocator.Default.Allocate(Take.ByteCount(length, 16));
            Span<Int128> target = buffer.MutableAs<Int128>();
            Int128 limit = DecimalMath.PowerOfTen(((Decimal128Type)type).Precision);
            ArrowArray result = Finish(buffer);
            for (int i = 0; i < length; i++)
            {
                if (result.IsNull(i))
                {
                    target[i] = 0;
                    continue;
                }
                Int128 x = a[i * leftStep], y = b[i * rightStep], value = 0;
                bool fits = operation switch
                {
                    ArithmeticOperator.Add => DecimalMath.TryAdd(x, y, out value),
                    ArithmeticOperator.Subtract => DecimalMath.TrySubtract(x, y, out value),
                    ArithmeticOperator.Multiply => DecimalMath.TryMultiply(x, y, out value),
                    _ when y == 0 => throw new ArrowComputeException(ArrowComputeError.DivisionByZero, $"a decimal is divided by zero in {operation}", i),
                    _ => DecimalMath.TryRemainder(x, y, out value),
                };
                if (!fits || value >= limit || value <= -limit)
                    throw new ArrowComputeException(ArrowComputeError.Overflow, $"{operation} of unscaled {x} and {y} does not fit {type}", i);
                target[i] = value;
            }
            return result;
        }

        ArrowArray Finish(ArrowBuffer buffer)
        {
            (ArrowBuffer validity, int nulls) = leftStep == 0
                ? ValidityOf.One(right, ArrowAllocator.Default)
                : ValidityOf.Both(left, rightStep == 0 ? null : right, ArrowAllocator.Default);
            return ArrowArray.Create(type, length, nulls, 0, [validity, buffer]);
        }

        void ThrowFirstFailure<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ArrowArray result) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < length; i++)
            {
                // What null slots hold is undefined and may well not fit; only real operands count.
                if (result.IsNull(i))
                    continue;
                T x = a[i * leftStep], y = b[i * rightStep];
                bool failed;
                _ = operation switch
                {
                    ArithmeticOperator.Add => AddOperation.Apply(x, y, out failed),
                    ArithmeticOperator.Subtract => SubtractOperation.Apply(x, y, out failed),
                    ArithmeticOperator.Multiply => MultiplyOperation.Apply(x, y, out failed),
                    ArithmeticOperator.Divide => DivideOperation.Apply(x, y, out failed),
                    _ => RemainderOperation.Apply(x, y, out failed),
                };
                if (!failed)
                    continue;
                bool byZero = operation is ArithmeticOperator.Divide or ArithmeticOperator.Modulo && T.IsZero(y);
                throw byZero
                    ? new ArrowComputeException(ArrowComputeError.DivisionByZero, $"{x} is divided by zero in {operation}", i)
                    : new ArrowComputeException(ArrowComputeError.Overflow, $"{operation} of {x} and {y} does not fit {type}", i);
            }
        }
    }
}
