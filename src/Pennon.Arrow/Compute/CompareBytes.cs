using System.Buffers.Binary;
using System.Numerics;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Comparison of text, binary and wide decimals, one row at a time.</summary>
internal static class CompareBytes
{
    public static void WithValue<TOffset>(CompareOperator operation, VariableBinaryArray<TOffset> left, ReadOnlySpan<byte> value, Span<byte> target)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        ReadOnlySpan<TOffset> offsets = left.Offsets;
        ReadOnlySpan<byte> data = left.Data;
        bool equality = operation is CompareOperator.Equal or CompareOperator.NotEqual;
        for (int i = 0; i < left.Length; i += 64)
        {
            int step = Math.Min(64, left.Length - i);
            ulong word = 0;
            int start = int.CreateTruncating(offsets[i]);
            for (int j = 0; j < step; j++)
            {
                int end = int.CreateTruncating(offsets[i + j + 1]);
                ReadOnlySpan<byte> bytes = data[start..end];
                bool result = equality
                    ? bytes.SequenceEqual(value) == (operation == CompareOperator.Equal)
                    : Holds(operation, bytes.SequenceCompareTo(value));
                word |= (result ? 1UL : 0) << j;
                start = end;
            }
            Bits.Store(target, i, step, word);
        }
    }

    public static void Rows<TOffset>(
        CompareOperator operation, VariableBinaryArray<TOffset> left, VariableBinaryArray<TOffset> right, bool scalar, Span<byte> target)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        if (scalar)
        {
            WithValue(operation, left, right.GetBytes(0), target);
            return;
        }
        ReadOnlySpan<TOffset> a = left.Offsets, b = right.Offsets;
        ReadOnlySpan<byte> x = left.Data, y = right.Data;
        for (int i = 0; i < left.Length; i += 64)
        {
            int step = Math.Min(64, left.Length - i);
            ulong word = 0;
            for (int j = 0; j < step; j++)
            {
                ReadOnlySpan<byte> one = x[int.CreateTruncating(a[i + j])..int.CreateTruncating(a[i + j + 1])];
                ReadOnlySpan<byte> other = y[int.CreateTruncating(b[i + j])..int.CreateTruncating(b[i + j + 1])];
                word |= (Holds(operation, one.SequenceCompareTo(other)) ? 1UL : 0) << j;
            }
            Bits.Store(target, i, step, word);
        }
    }

    public static void FixedWidth(CompareOperator operation, FixedSizeBinaryArray left, FixedSizeBinaryArray right, bool scalar, Span<byte> target)
    {
        bool number = left.Type.Id == ArrowTypeId.Decimal256;
        int width = left.ByteWidth;
        ReadOnlySpan<byte> a = left.Values, b = right.Values;
        for (int i = 0; i < left.Length; i += 64)
        {
            int step = Math.Min(64, left.Length - i);
            ulong word = 0;
            for (int j = 0; j < step; j++)
            {
                ReadOnlySpan<byte> one = a.Slice((i + j) * width, width);
                ReadOnlySpan<byte> other = b.Slice(scalar ? 0 : (i + j) * width, width);
                int order = number ? CompareInt256(one, other) : one.SequenceCompareTo(other);
                word |= (Holds(operation, order) ? 1UL : 0) << j;
            }
            Bits.Store(target, i, step, word);
        }
    }

    /// <summary>Orders two little-endian two's complement numbers of 256 bits.</summary>
    public static int CompareInt256(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int high = BinaryPrimitives.ReadInt128LittleEndian(left[16..]).CompareTo(BinaryPrimitives.ReadInt128LittleEndian(right[16..]));
        return high != 0 ? high : BinaryPrimitives.ReadUInt128LittleEndian(left).CompareTo(BinaryPrimitives.ReadUInt128LittleEndian(right));
    }

    static bool Holds(CompareOperator operation, int order) => operation switch
    {
        CompareOperator.Equal => order == 0,
        CompareOperator.NotEqual => order != 0,
        CompareOperator.Less => order < 0,
        CompareOperator.LessOrEqual => order <= 0,
        CompareOperator.Greater => order > 0,
        CompareOperator.GreaterOrEqual => order >= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a comparison."),
    };
}
