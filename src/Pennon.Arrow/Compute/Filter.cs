using System.Buffers;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Keeps the rows that a mask selects, in order.</summary>
public static class Filter
{
    /// <summary>The rows whose mask is true; false and null both drop the row. Works for every type.</summary>
    /// <param name="array">The rows to choose from.</param>
    /// <param name="mask">One entry per row.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <returns>A new array, or a view of the same memory when the kept rows are adjacent.</returns>
    /// <exception cref="ArgumentException">The mask and the array differ in length.</exception>
    public static ArrowArray Apply(ArrowArray array, BooleanArray mask, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        RequireLength(mask, array.Length);
        using Selection selection = new(mask, Simd.Level);
        return selection.Apply(array, allocator ?? ArrowAllocator.Default);
    }

    /// <summary>The rows of every column whose mask is true; false and null both drop the row.</summary>
    /// <param name="batch">The rows to choose from.</param>
    /// <param name="mask">One entry per row.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <returns>A new batch, or a view of the same memory when the kept rows are adjacent.</returns>
    /// <exception cref="ArgumentException">The mask and the batch differ in length.</exception>
    public static RecordBatch Apply(RecordBatch batch, BooleanArray mask, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireLength(mask, batch.Length);
        using Selection selection = new(mask, Simd.Level);
        ArrowArray[] columns = new ArrowArray[batch.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = selection.Apply(batch.Column(i), allocator ?? ArrowAllocator.Default);
        return new RecordBatch(batch.Schema, columns, selection.Count);
    }

    /// <summary>How many rows a mask selects.</summary>
    /// <param name="mask">The mask; null entries do not count.</param>
    public static int CountSelected(BooleanArray mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (!mask.HasNulls)
            return Bits.CountOnes(mask.Bits.Span, mask.Offset, mask.Length);
        int count = 0;
        ReadOnlySpan<byte> bits = mask.Bits.Span;
        ReadOnlySpan<byte> valid = mask.Validity.Span;
        for (int i = 0; i < mask.Length; i += 64)
        {
            int step = Math.Min(64, mask.Length - i);
            count += System.Numerics.BitOperations.PopCount(
                Bits.Load(bits, (long)mask.Offset + i, step) & Bits.Load(valid, (long)mask.Offset + i, step));
        }
        return count;
    }

    /// <summary>The ascending row numbers that a mask selects.</summary>
    /// <param name="mask">The mask; null entries do not count.</param>
    public static int[] SelectedRows(BooleanArray mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using Selection selection = new(mask, Simd.Level);
        return selection.Rows.ToArray();
    }

    internal static ArrowArray Apply(ArrowArray array, BooleanArray mask, SimdLevel level)
    {
        using Selection selection = new(mask, level);
        return selection.Apply(array, ArrowAllocator.Default);
    }

    static void RequireLength(BooleanArray mask, int rows)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Length != rows)
            throw new ArgumentException($"A mask of {mask.Length} entries cannot filter {rows} rows.", nameof(mask));
    }

    /// <summary>The selected row numbers in pooled memory, computed once for all columns.</summary>
    readonly ref struct Selection
    {
        readonly int[] _rented;
        readonly int _length;

        public Selection(BooleanArray mask, SimdLevel level)
        {
            Count = CountSelected(mask);
            _length = mask.Length;
            _rented = ArrayPool<int>.Shared.Rent(Count + SelectSpans.Slack);
            ReadOnlySpan<byte> valid = mask.HasNulls ? mask.Validity.Span : default;
            SelectSpans.Positions(mask.Bits.Span, mask.Offset, valid, mask.Offset, mask.Length, _rented, level);
        }

        public int Count { get; }

        public ReadOnlySpan<int> Rows => _rented.AsSpan(0, Count);

        public ArrowArray Apply(ArrowArray array, ArrowAllocator allocator)
        {
            if (Count == 0)
                return array.Slice(0, 0);
            if (Count == _length || _rented[Count - 1] - _rented[0] + 1 == Count)
                return array.Slice(_rented[0], Count);
            return Take.Unchecked(array, Rows, negatives: false, allocator);
        }

        public void Dispose() => ArrayPool<int>.Shared.Return(_rented);
    }
}
