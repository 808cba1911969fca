using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Arrow.Compute.Spans;

namespace Pennon.Arrow.Compute;

/// <summary>Puts arrays of one type behind each other.</summary>
public static class Concat
{
    /// <summary>One array with the rows of all arrays in order. Works for every type.</summary>
    /// <remarks>
    /// Dictionary arrays that share one dictionary keep it; otherwise the result's dictionary holds the given ones behind each other.
    /// </remarks>
    /// <param name="arrays">At least one array; all of the same type.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentException">No array was given, or their types differ.</exception>
    /// <exception cref="ArrowComputeException">The result would pass 2^31 - 1 rows or items, 2 GiB in one buffer, or the range of dictionary indices.</exception>
    public static ArrowArray Apply(ReadOnlySpan<ArrowArray> arrays, ArrowAllocator? allocator = null)
    {
        if (arrays.IsEmpty)
            throw new ArgumentException("Concatenation needs at least one array, because the result's type is that of the first.", nameof(arrays));
        foreach (ArrowArray array in arrays)
            if (array.Type != arrays[0].Type)
                throw new ArgumentException($"An array of {array.Type} cannot follow one of {arrays[0].Type}.", nameof(arrays));
        return Core(arrays, allocator ?? ArrowAllocator.Default);
    }

    /// <summary>One batch with the rows of all batches in order.</summary>
    /// <param name="batches">At least one batch; all of the same column types. The first one's schema is kept.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentException">No batch was given, or their columns differ.</exception>
    /// <exception cref="ArrowComputeException">A column would pass the limits of one array.</exception>
    public static RecordBatch Apply(ReadOnlySpan<RecordBatch> batches, ArrowAllocator? allocator = null)
    {
        if (batches.IsEmpty)
            throw new ArgumentException("Concatenation needs at least one batch, because the result's schema is that of the first.", nameof(batches));
        int columns = batches[0].Columns.Count;
        long rows = 0;
        foreach (RecordBatch batch in batches)
        {
            if (batch.Columns.Count != columns)
                throw new ArgumentException($"A batch of {batch.Columns.Count} columns cannot follow one of {columns}.", nameof(batches));
            rows += batch.Length;
        }
        ArrowArray[] parts = new ArrowArray[batches.Length];
        ArrowArray[] result = new ArrowArray[columns];
        for (int c = 0; c < columns; c++)
        {
            for (int b = 0; b < batches.Length; b++)
                parts[b] = batches[b].Column(c);
            result[c] = Apply(parts, allocator);
        }
        return new RecordBatch(batches[0].Schema, result, CheckRows(rows, "a batch"));
    }

    static ArrowArray Core(ReadOnlySpan<ArrowArray> arrays, ArrowAllocator allocator)
    {
        if (arrays.Length == 1)
            return arrays[0].Share();
        ArrowType type = arrays[0].Type;
        long total = 0;
        foreach (ArrowArray array in arrays)
            total += array.Length;
        int length = CheckRows(total, type.ToString()!);
        if (type.Id == ArrowTypeId.Null)
            return new NullArray(length);
        (ArrowBuffer validity, int nulls) = Validity(arrays, length, allocator);
        switch (type.Id)
        {
            case ArrowTypeId.Boolean:
                ArrowBuffer bits = allocator.Allocate(Bits.ByteCount(length));
                BitAppender appender = new(bits.MutableSpan);
                foreach (ArrowArray array in arrays)
                    appender.AppendFrom(array.MainBuffer.Span, array.Offset, array.Length);
                appender.Flush();
                return new BooleanArray(length, nulls, 0, validity, bits);
            case ArrowTypeId.String or ArrowTypeId.Binary:
                return Strings<int>(arrays, length, validity, nulls, allocator);
            case ArrowTypeId.LargeString or ArrowTypeId.LargeBinary:
                return Strings<long>(arrays, length, validity, nulls, allocator);
            case ArrowTypeId.List or ArrowTypeId.Map:
                return Lists<int>(arrays, length, validity, nulls, allocator);
            case ArrowTypeId.LargeList:
                return Lists<long>(arrays, length, validity, nulls, allocator);
            case ArrowTypeId.FixedSizeList:
                return new FixedSizeListArray((FixedSizeListType)type, length, nulls, 0, validity,
                    Children(arrays, static array => ((FixedSizeListArray)array).Items, allocator));
            case ArrowTypeId.Struct:
                ArrowArray[] children = new ArrowArray[((StructType)type).Fields.Count];
                for (int i = 0; i < children.Length; i++)
                {
                    int child = i;
                    children[i] = Children(arrays, array => ((StructArray)array).Children[child], allocator);
                }
                return new StructArray((StructType)type, length, nulls, 0, validity, children);
            case ArrowTypeId.Dictionary:
                return Dictionaries(arrays, (DictionaryType)type, length, validity, nulls, allocator);
            default:
                return ArrowArray.Create(type, length, nulls, 0, [validity, Values(arrays, type.BitWidth / 8, length, allocator)]);
        }
    }

    static (ArrowBuffer Validity, int Nulls) Validity(ReadOnlySpan<ArrowArray> arrays, int length, ArrowAllocator allocator)
    {
        long nulls = 0;
        foreach (ArrowArray array in arrays)
            nulls += array.NullCount;
        if (nulls == 0)
            return (ArrowBuffer.Empty, 0);
        ArrowBuffer validity = allocator.Allocate(Bits.ByteCount(length));
        BitAppender appender = new(validity.MutableSpan);
        foreach (ArrowArray array in arrays)
        {
            if (array.HasNulls)
                appender.AppendFrom(array.Validity.Span, array.Offset, array.Length);
            else
                appender.AppendOnes(array.Length);
        }
        appender.Flush();
        return (validity, (int)nulls);
    }

    static ArrowBuffer Values(ReadOnlySpan<ArrowArray> arrays, int width, int length, ArrowAllocator allocator)
    {
        ArrowBuffer values = allocator.Allocate(Take.ByteCount(length, width));
        Span<byte> target = values.MutableSpan;
        foreach (ArrowArray array in arrays)
        {
            int bytes = array.Length * width;
            array.MainBuffer.Span.Slice(array.Offset * width, bytes).CopyTo(target);
            target = target[bytes..];
        }
        return values;
    }

    static ArrowArray Strings<TOffset>(ReadOnlySpan<ArrowArray> arrays, int length, ArrowBuffer validity, int nulls, ArrowAllocator allocator)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        long bytes = 0;
        foreach (ArrowArray array in arrays)
        {
            ReadOnlySpan<TOffset> from = ((VariableBinaryArray<TOffset>)array).Offsets;
            if (array.Length > 0)
                bytes += long.CreateTruncating(from[^1]) - long.CreateTruncating(from[0]);
        }
        ArrowBuffer offsets = allocator.Allocate(Take.ByteCount(length + 1L, Unsafe.SizeOf<TOffset>()));
        ArrowBuffer data = allocator.Allocate(Take.ByteCount(bytes, 1));
        Span<TOffset> to = offsets.MutableAs<TOffset>();
        Span<byte> target = data.MutableSpan;
        int row = 0, written = 0;
        foreach (ArrowArray array in arrays)
        {
            if (array.Length == 0)
                continue;
            VariableBinaryArray<TOffset> source = (VariableBinaryArray<TOffset>)array;
            ReadOnlySpan<TOffset> from = source.Offsets;
            int first = int.CreateTruncating(from[0]);
            int count = int.CreateTruncating(from[^1]) - first;
            source.Data.Slice(first, count).CopyTo(target[written..]);
            Rebase(from[..^1], TOffset.CreateTruncating(written - first), to[row..]);
            row += array.Length;
            written += count;
        }
        to[length] = TOffset.CreateTruncating(written);
        return ArrowArray.Create(arrays[0].Type, length, nulls, 0, [validity, offsets, data]);
    }

    static ArrowArray Lists<TOffset>(ReadOnlySpan<ArrowArray> arrays, int length, ArrowBuffer validity, int nulls, ArrowAllocator allocator)
        where TOffset : unmanaged, IBinaryInteger<TOffset>
    {
        ArrowBuffer offsets = allocator.Allocate(Take.ByteCount(length + 1L, Unsafe.SizeOf<TOffset>()));
        Span<TOffset> to = offsets.MutableAs<TOffset>();
        long items = 0;
        int row = 0;
        foreach (ArrowArray array in arrays)
        {
            if (array.Length == 0)
                continue;
            ReadOnlySpan<TOffset> from = ((VariableListArray<TOffset>)array).Offsets;
            long first = long.CreateTruncating(from[0]);
            Rebase(from[..^1], TOffset.CreateTruncating(items - first), to[row..]);
            row += array.Length;
            items += long.CreateTruncating(from[^1]) - first;
        }
        CheckRows(items, $"the items of {arrays[0].Type}");
        to[length] = TOffset.CreateTruncating(items);
        ArrowArray[] parts = new ArrowArray[arrays.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            VariableListArray<TOffset> list = (VariableListArray<TOffset>)arrays[i];
            int first = list.Length == 0 ? 0 : int.CreateTruncating(list.Offsets[0]);
            int end = list.Length == 0 ? 0 : int.CreateTruncating(list.Offsets[^1]);
            parts[i] = list.Items.Slice(first, end - first);
        }
        ArrowArray all = Core(parts, allocator);
        foreach (ArrowArray part in parts)
            part.Dispose();
        return ArrowArray.Create(arrays[0].Type, length, nulls, 0, [validity, offsets], [all]);
    }

    static void Rebase<TOffset>(ReadOnlySpan<TOffset> from, TOffset shift, Span<TOffset> to) where TOffset : unmanaged, IBinaryInteger<TOffset> =>
        System.Numerics.Tensors.TensorPrimitives.Add(from, shift, to);

    static ArrowArray Children(ReadOnlySpan<ArrowArray> arrays, Func<ArrowArray, ArrowArray> child, ArrowAllocator allocator)
    {
        ArrowArray[] parts = new ArrowArray[arrays.Length];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = child(arrays[i]);
        return Core(parts, allocator);
    }

    static ArrowArray Dictionaries(
        ReadOnlySpan<ArrowArray> arrays, DictionaryType type, int length, ArrowBuffer validity, int nulls, ArrowAllocator allocator)
    {
        ArrowArray first = ((DictionaryArray)arrays[0]).Dictionary;
        bool same = true;
        foreach (ArrowArray array in arrays)
            same &= SameMemory(((DictionaryArray)array).Dictionary, first);
        ArrowBuffer indices = Values(arrays, type.Index.BitWidth / 8, length, allocator);
        if (same)
            return new DictionaryArray(type, length, nulls, 0, validity, indices, first.Share());
        ArrowArray dictionary = Children(arrays, static array => ((DictionaryArray)array).Dictionary, allocator);
        Shift shift = new(arrays, validity.Span);
        switch (type.Index.Id)
        {
            case ArrowTypeId.Int8: shift.Run<sbyte>(indices); break;
            case ArrowTypeId.UInt8: shift.Run<byte>(indices); break;
            case ArrowTypeId.Int16: shift.Run<short>(indices); break;
            case ArrowTypeId.UInt16: shift.Run<ushort>(indices); break;
            case ArrowTypeId.Int32: shift.Run<int>(indices); break;
            case ArrowTypeId.UInt32: shift.Run<uint>(indices); break;
            case ArrowTypeId.Int64: shift.Run<long>(indices); break;
            default: shift.Run<ulong>(indices); break;
        }
        return new DictionaryArray(type, length, nulls, 0, validity, indices, dictionary);
    }

    static bool SameMemory(ArrowArray a, ArrowArray b) => ReferenceEquals(a, b)
        || (a.Length == b.Length && a.Offset == b.Offset && a.StoredChildren.Count == 0 && !a.MainBuffer.IsEmpty
            && Unsafe.AreSame(ref MemoryMarshal.GetReference(a.MainBuffer.Span), ref MemoryMarshal.GetReference(b.MainBuffer.Span)));

    static int CheckRows(long rows, string what) => rows <= int.MaxValue
        ? (int)rows
        : throw new ArrowComputeException(ArrowComputeError.Overflow, $"{what} would have {rows} rows; one array holds at most {int.MaxValue}");

    /// <summary>Moves each part's indices up by the dictionary entries of the parts before it.</summary>
    readonly ref struct Shift(ReadOnlySpan<ArrowArray> arrays, ReadOnlySpan<byte> validity)
    {
        readonly ReadOnlySpan<ArrowArray> _arrays = arrays;
        readonly ReadOnlySpan<byte> _validity = validity;

        public void Run<T>(ArrowBuffer indices) where T : unmanaged, IBinaryInteger<T>
        {
            Span<T> values = indices.MutableAs<T>();
            int row = 0;
            long by = 0;
            foreach (ArrowArray array in _arrays)
            {
                for (int end = row + array.Length; row < end; row++)
                {
                    if (!_validity.IsEmpty && !Bits.Get(_validity, row))
                    {
                        values[row] = T.Zero;
                        continue;
                    }
                    long moved = long.CreateTruncating(values[row]) + by;
                    T narrow = T.CreateTruncating(moved);
                    if (long.CreateTruncating(narrow) != moved)
                        throw new ArrowComputeException(
                            ArrowComputeError.Overflow, $"dictionary position {moved} does not fit the index type of {_arrays[0].Type}", row);
                    values[row] = narrow;
                }
                by += ((DictionaryArray)array).Dictionary.Length;
            }
        }
    }
}
