using System.Numerics;
using System.Numerics.Tensors;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>
/// Sums, differences and products of 64-bit integers that wrap around instead of failing: one row out of range must not stop a
/// scan of millions.
/// </summary>
static class WrappingArithmetic
{
    /// <summary>Computes, or answers null if the operation or type is none of these.</summary>
    public static ArrowArray? TryApply(ArithmeticOperator operation, FilterVector left, FilterVector right)
    {
        if (operation is not (ArithmeticOperator.Add or ArithmeticOperator.Subtract or ArithmeticOperator.Multiply) || left.Array.Type != right.Array.Type)
            return null;
        return left.Array.Type.Id switch
        {
            ArrowTypeId.Int64 => Apply<long>(operation, left, right),
            ArrowTypeId.UInt64 => Apply<ulong>(operation, left, right),
            _ => null,
        };
    }

    static PrimitiveArray<T> Apply<T>(ArithmeticOperator operation, FilterVector left, FilterVector right)
        where T : unmanaged, INumber<T>
    {
        var count = left.IsConstant ? right.Array.Length : left.Array.Length;
        var a = ((PrimitiveArray<T>)(left.IsConstant && !right.IsConstant ? left.Expand(count) : left.Array)).Values;
        var b = ((PrimitiveArray<T>)(right.IsConstant && !left.IsConstant ? right.Expand(count) : right.Array)).Values;
        var buffer = ArrowAllocator.Default.Allocate(count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        var result = buffer.MutableAs<T>();
        switch (operation)
        {
            case ArithmeticOperator.Add:
                TensorPrimitives.Add(a, b, result);
                break;
            case ArithmeticOperator.Subtract:
                TensorPrimitives.Subtract(a, b, result);
                break;
            default:
                TensorPrimitives.Multiply(a, b, result);
                break;
        }
        if (!left.Array.HasNulls && !right.Array.HasNulls)
            return new PrimitiveArray<T>(left.Array.Type, count, 0, 0, ArrowBuffer.Empty, buffer);
        var validity = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(count));
        var bits = validity.MutableSpan;
        for (var i = 0; i < count; i++)
        {
            if (left.Array.IsValid(left.Row(i)) && right.Array.IsValid(right.Row(i)))
                BitUtility.Set(bits, i);
        }
        return new PrimitiveArray<T>(left.Array.Type, count, -1, 0, validity, buffer);
    }
}
