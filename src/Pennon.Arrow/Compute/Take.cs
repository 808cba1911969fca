using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Copies chosen rows, in any order and with repeats, into a new array.</summary>
public static class Take
{
    /// <summary>The rows at the given positions. Works for every type; a dictionary array keeps its dictionary.</summary>
    /// <param name="array">The rows to choose from.</param>
    /// <param name="indices">Positions, each from 0 to <c>array.Length - 1</c>.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the array.</exception>
    /// <exception cref="ArrowComputeException">The result would pass 2 GiB of text or 2^31 - 1 items; take fewer rows at a time.</exception>
    public static ArrowArray Apply(ArrowArray array, ReadOnlySpan<int> indices, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        Check(indices, array.Length, negatives: false);
        return Unchecked(array, indices, negatives: false, allocator ?? ArrowAllocator.Default);
    }

    /// <summary>The rows at the given positions, with a null row for every negative position, as an outer join needs.</summary>
    /// <param name="array">The rows to choose from.</param>
    /// <param name="indices">Positions below <c>array.Length</c>; any negative number gives a null row.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies past the array.</exception>
    /// <exception cref="ArrowComputeException">The result would pass 2 GiB of text or 2^31 - 1 items; take fewer rows at a time.</exception>
    public static ArrowArray ApplyOrNull(ArrowArray array, ReadOnlySpan<int> indices, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        bool negatives = Check(indices, array.Length, negatives: true);
        return Unchecked(array, indices, negatives, allocator ?? ArrowAllocator.Default);
    }

    /// <summary>The rows at the positions in an integer array; a null position gives a null row.</summary>
    /// <param name="array">The rows to choose from.</param>
    /// <param name="indices">Positions, each null or from 0 to <c>array.Length - 1</c>.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the array.</exception>
    /// <exception cref="ArrowComputeException">The result would pass 2 GiB of text or 2^31 - 1 items; take fewer rows at a time.</exception>
    public static ArrowArray Apply(ArrowArray array, PrimitiveArray<int> indices, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentNullException.ThrowIfNull(indices);
        if (!indices.HasNulls)
            return Apply(array, indices.Values, allocator);
        int[] rented = ArrayPool<int>.Shared.Rent(indices.Length);
        try
        {
            Span<int> positions = rented.AsSpan(0, indices.Length);
            ReadOnlySpan<int> values = indices.Values;
            for (int i = 0; i < positions.Length; i++)
            {
                if (indices.IsNull(i))
                    positions[i] = -1;
                else if ((uint)values[i] < (uint)array.Length)
                    positions[i] = values[i];
                else
                    ThrowOutside(values[i], i, array.Length);
            }
            return Unchecked(array, positions, negatives: true, allocator ?? ArrowAllocator.Default);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>The rows of every column at the given positions.</summary>
    /// <param name="batch">The rows to choose from.</param>
    /// <param name="indices">Positions, each from 0 to <c>batch.Length - 1</c>.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the batch.</exception>
    /// <exception cref="ArrowComputeException">A column would pass 2 GiB of text or 2^31 - 1 items; take fewer rows at a time.</exception>
    public static RecordBatch Apply(RecordBatch batch, ReadOnlySpan<int> indices, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(indices, batch.Length, negatives: false);
        ArrowArray[] columns = new ArrowArray[batch.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = Unchecked(batch.Column(i), indices, negatives: false, allocator ?? ArrowAllocator.Default);
        return new RecordBatch(batch.Schema, columns, indices.Length);
    }

    /// <summary>Takes rows whose positions are known to be in range (or negative, where <paramref name="negatives"/> allows it).</summary>
    internal static ArrowArray Unchecked(ArrowArray array, ReadOnlySpan<int> indices, bool negatives, ArrowAllocator allocator)
    {
        if (array is NullArray)
            return new NullArray(indices.Length);
        (ArrowBuffer validity, int nulls) = GatherValidity(array, indices, negatives, allocator);
        switch (array)
        {
            case BooleanArray booleans:
                ArrowBuffer bits = allocator.Allocate(Bits.ByteCount(indices.Length));
                GatherSpans.Bitmap(booleans.Bits.Span, array.Offset, indices, bits.MutableSpan);
                return new BooleanArray(indices.Length, nulls, 0, validity, bits);
            case VariableBinaryArray<int>:
                return Strings<int>(array, validity, nulls, indices, allocator);
            case VariableBinaryArray<long>:
                return Strings<long>(array, validity, nulls, indices, allocator);
            case VariableListArray<int>:
                return Lists<int>(array, validity, nulls, indices, allocator);
            case VariableListArray<long>:
                return Lists<long>(array, validity, nulls, indices, allocator);
            case FixedSizeListArray lists:
                ArrowArray items = FixedItems(lists, indices, negatives, allocator);
                return new FixedSizeListArray((FixedSizeListType)array.Type, indices.Length, nulls, 0, validity, items);
            case StructArray structs:
                ArrowArray[] children = new ArrowArray[structs.Children.Count];
                for (int i = 0; i < children.Length; i++)
                    children[i] = Unchecked(structs.Children[i], indices, negatives, allocator);
                return new StructArray((StructType)array.Type, indices.Length, nulls, 0, validity, children);
            default:
                int width = array.Type.BitWidth / 8;
                ArrowBuffer values = allocator.Allocate(ByteCount(indices.Length, width));
                GatherSpans.Values(array.MainBuffer.Span[(array.Offset * width)..], width, indices, negatives, values.MutableSpan);
                return ArrowArray.Create(
                    array.Type, indices.Length, nulls, 0, [validity, values], null, (array as DictionaryArray)?.Dictionary.Share());
        }
    }

    static (ArrowBuffer Validity, int Nulls) GatherValidity(ArrowArray array, ReadOnlySpan<int> indices, bool negatives, ArrowAllocator allocator)
    {
        if (indices.IsEmpty || (!negatives && !array.HasNulls))
            return (ArrowBuffer.Empty, 0);
        ArrowBuffer validity = allocator.Allocate(Bits.ByteCount(indices.Length));
        int nulls = indices.Length - GatherSpans.Bitmap(array.Validity.Span, array.Offset, indices, validity.MutableSpan);
        if (nulls != 0)
            return (validity, nulls);
        validity.Release();
        return (ArrowBuffer.Empty, 0);
    }

    static ArrowArray Strings<TOffset>(ArrowArray array, ArrowBuffer validity, int nulls, ReadOnlySpan<int> indices, ArrowAllocator allocator)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        VariableBinaryArray<TOffset> source = (VariableBinaryArray<TOffset>)array;
        ReadOnlySpan<TOffset> from = source.Offsets;
        ArrowBuffer offsets = allocator.Allocate(ByteCount(indices.Length + 1, Unsafe.SizeOf<TOffset>()));
        Span<TOffset> to = offsets.MutableAs<TOffset>();
        long total = 0;
        to[0] = TOffset.Zero;
        ReadOnlySpan<byte> valid = nulls == 0 ? default : validity.Span;
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            if (valid.IsEmpty || Bits.Get(valid, i))
                total += int.CreateTruncating(from[index + 1]) - int.CreateTruncating(from[index]);
            to[i + 1] = TOffset.CreateTruncating(total);
        }
        ArrowBuffer data = allocator.Allocate(ByteCount(total, 1));
        Span<byte> target = data.MutableSpan;
        ReadOnlySpan<byte> bytes = source.Data;
        for (int i = 0; i < indices.Length; i++)
        {
            int start = int.CreateTruncating(to[i]);
            int length = int.CreateTruncating(to[i + 1]) - start;
            if (length != 0)
                bytes.Slice(int.CreateTruncating(from[indices[i]]), length).CopyTo(target[start..]);
        }
        return ArrowArray.Create(array.Type, indices.Length, nulls, 0, [validity, offsets, data]);
    }

    static ArrowArray Lists<TOffset>(ArrowArray array, ArrowBuffer validity, int nulls, ReadOnlySpan<int> indices, ArrowAllocator allocator)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        VariableListArray<TOffset> source = (VariableListArray<TOffset>)array;
        ReadOnlySpan<TOffset> from = source.Offsets;
        ArrowBuffer offsets = allocator.Allocate(ByteCount(indices.Length + 1, Unsafe.SizeOf<TOffset>()));
        Span<TOffset> to = offsets.MutableAs<TOffset>();
        long total = 0;
        to[0] = TOffset.Zero;
        ReadOnlySpan<byte> valid = nulls == 0 ? default : validity.Span;
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            if (valid.IsEmpty || Bits.Get(valid, i))
            {
                // The gather of the items trusts its row numbers, and only the outermost offsets were checked so far.
                int start = int.CreateTruncating(from[index]), end = int.CreateTruncating(from[index + 1]);
                if (start < 0 || end < start || end > source.Items.Length)
                    throw new ArgumentException($"Row {index} of an array of {array.Type} claims items {start} to {end} of {source.Items.Length}.", nameof(array));
                total += end - start;
            }
            to[i + 1] = TOffset.CreateTruncating(total);
        }
        if (total > int.MaxValue)
            throw new ArrowComputeException(ArrowComputeError.Overflow, $"the rows taken from {array.Type} hold {total} items; one array holds at most {int.MaxValue}");
        int[] rented = ArrayPool<int>.Shared.Rent((int)total);
        try
        {
            Span<int> inner = rented.AsSpan(0, (int)total);
            for (int i = 0; i < indices.Length; i++)
            {
                int start = int.CreateTruncating(to[i]);
                int end = int.CreateTruncating(to[i + 1]);
                int item = start == end ? 0 : int.CreateTruncating(from[indices[i]]);
                for (int j = start; j < end; j++)
                    inner[j] = item++;
            }
            ArrowArray items = Unchecked(source.Items, inner, negatives: false, allocator);
            return ArrowArray.Create(array.Type, indices.Length, nulls, 0, [validity, offsets], [items]);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    static ArrowArray FixedItems(FixedSizeListArray lists, ReadOnlySpan<int> indices, bool negatives, ArrowAllocator allocator)
    {
        int size = lists.Size;
        ArrowArray items = lists.Items;
        long total = (long)indices.Length * size;
        if (total > int.MaxValue)
            throw new ArrowComputeException(ArrowComputeError.Overflow, $"the rows taken from {lists.Type} hold {total} items; one array holds at most {int.MaxValue}");
        int width = items.Type.BitWidth / 8;
        // Vectors without null items move as one block per row.
        if (width > 0 && items.Type.Id != ArrowTypeId.Dictionary && !items.HasNulls)
        {
            int row = checked(size * width);
            ArrowBuffer values = allocator.Allocate(ByteCount(indices.Length, row));
            GatherSpans.Values(items.MainBuffer.Span[(items.Offset * width)..], row, indices, negatives, values.MutableSpan);
            return ArrowArray.Create(items.Type, (int)total, 0, 0, [ArrowBuffer.Empty, values]);
        }
        int[] rented = ArrayPool<int>.Shared.Rent((int)total);
        try
        {
            Span<int> inner = rented.AsSpan(0, (int)total);
            for (int i = 0; i < indices.Length; i++)
                for (int j = 0; j < size; j++)
                    inner[i * size + j] = indices[i] < 0 ? -1 : indices[i] * size + j;
            return Unchecked(items, inner, negatives, allocator);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    internal static int ByteCount(long rows, int width)
    {
        long bytes = rows * width;
        return bytes <= ArrowAllocator.MaxLength
            ? (int)bytes
            : throw new ArrowComputeException(ArrowComputeError.Overflow, $"a result buffer of {bytes} bytes passes the {ArrowAllocator.MaxLength} bytes that one holds");
    }

    // One pass that vectorises well: as unsigned numbers, both negative and too large positions exceed the length.
    static bool Check(ReadOnlySpan<int> indices, int length, bool negatives)
    {
        uint worst = 0;
        foreach (int index in indices)
            worst = Math.Max(worst, (uint)index);
        if (worst < (uint)length || indices.IsEmpty)
            return false;
        for (int i = 0; i < indices.Length; i++)
            if (indices[i] >= length || (indices[i] < 0 && !negatives))
                ThrowOutside(indices[i], i, length);
        return true;
    }

    static void ThrowOutside(int index, int position, int length) =>
        throw new ArgumentOutOfRangeException("indices", $"Position {index} (number {position}) is outside an array of {length} rows.");
}
