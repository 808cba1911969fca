using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>The decoded vectors of consecutive rows, contiguous, measured against queries. Immutable and safe to share.</summary>
abstract class VectorBlock
{
    /// <summary>The most queries that <see cref="Together"/> takes.</summary>
    public const int MaximumTogether = 4;

    private protected VectorBlock(int count, ulong[]? valid)
    {
        Count = count;
        Valid = valid;
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>A bit for each row, one if it has a vector; null if all have.</summary>
    public ulong[]? Valid { get; }

    /// <summary>Bytes of memory.</summary>
    public abstract long ByteSize { get; }

    /// <summary>The distances of consecutive rows; those of rows without a vector mean nothing.</summary>
    public abstract void Distances(QueryVectors query, int index, int start, Span<float> distances);

    /// <summary>The distances of rows picked by number.</summary>
    public abstract void Picked(QueryVectors query, int index, ReadOnlySpan<int> rows, Span<float> distances);

    /// <summary>The distances of consecutive rows from consecutive queries; query by query.</summary>
    public abstract void Together(QueryVectors query, int index, int queries, int start, int count, Span<float> distances);

    /// <summary>Wraps what reading a vector column gave.</summary>
    /// <param name="array">Fixed-size lists of numbers, or lists of those.</param>
    public static VectorBlock Of(ArrowArray array) => array switch
    {
        FixedSizeListArray list => Plain(list, ValidOf(list)),
        ListArray lists => new MultiVectorBlock(lists.Length, ValidOf(lists), ItemsOf(lists.Items), lists.Offsets.ToArray()),
        LargeListArray lists => new MultiVectorBlock(
            lists.Length, ValidOf(lists), ItemsOf(lists.Items), Array.ConvertAll(lists.Offsets.ToArray(), static o => checked((int)o))),
        _ => throw new ArgumentException($"{array.Type} is not a type of vectors."),
    };

    static VectorBlock ItemsOf(ArrowArray items) => Plain((FixedSizeListArray)items, ValidOf(items));

    static VectorBlock Plain(FixedSizeListArray list, ulong[]? valid) => list.Items switch
    {
        PrimitiveArray<float> items => new VectorBlock<float>(list.Length, list.Size, WithoutGaps(list, items, valid), items),
        PrimitiveArray<double> items => new VectorBlock<double>(list.Length, list.Size, WithoutGaps(list, items, valid), items),
        PrimitiveArray<Half> items => new VectorBlock<Half>(list.Length, list.Size, WithoutGaps(list, items, valid), items),
        PrimitiveArray<sbyte> items => new VectorBlock<sbyte>(list.Length, list.Size, WithoutGaps(list, items, valid), items),
        PrimitiveArray<byte> items => new VectorBlock<byte>(list.Length, list.Size, WithoutGaps(list, items, valid), items),
        _ => throw new ArgumentException($"{list.Type} is not a type of vectors."),
    };

    static ulong[]? ValidOf(ArrowArray array)
    {
        if (!array.HasNulls)
            return null;
        var words = new ulong[(array.Length + 63) / 64];
        BitUtility.Copy(array.Validity.Span, array.Offset, MemoryMarshal.AsBytes(words.AsSpan()), 0, array.Length);
        return words;
    }

    // A vector that lacks one of its numbers has no distance.
    static ulong[]? WithoutGaps(FixedSizeListArray list, ArrowArray items, ulong[]? valid)
    {
        if (!items.HasNulls)
            return valid;
        valid ??= AllOnes(list.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (items.IsNull(i))
                valid[i / list.Size >> 6] &= ~(1UL << (i / list.Size));
        }
        return valid;
    }

    /// <summary>Words whose first <paramref name="count"/> bits are ones.</summary>
    public static ulong[] AllOnes(int count)
    {
        var words = new ulong[(count + 63) / 64];
        words.AsSpan().Fill(~0UL);
        if ((count & 63) != 0)
            words[^1] = (1UL << count) - 1;
        return words;
    }
}

/// <summary>One vector per row.</summary>
sealed class VectorBlock<T> : VectorBlock where T : unmanaged, INumberBase<T>
{
    readonly int _dimension;
    readonly PrimitiveArray<T> _items;
    float[]? _inverseNorms;

    public VectorBlock(int count, int dimension, ulong[]? valid, PrimitiveArray<T> items) : base(count, valid)
    {
        _dimension = dimension;
        _items = items;
    }

    public override unsafe long ByteSize => (long)Count * (_dimension * sizeof(T) + sizeof(float)) + (Valid?.Length ?? 0) * sizeof(ulong);

    public override void Distances(QueryVectors query, int index, int start, Span<float> distances)
    {
        var rows = _items.Values.Slice(start * _dimension, distances.Length * _dimension);
        if (query.Metric == LanceMetric.Hamming)
            VectorDistance.HammingBlock(query.Bytes(index), MemoryMarshal.AsBytes(rows), distances);
        else if (typeof(T) == typeof(double))
            Rows(query.Doubles(index), query.Metric, rows, start, distances);
        else if (typeof(T) == typeof(byte) && query.AreBytes)
            Rows(query.Bytes(index), query.Metric, rows, start, distances);
        else if (typeof(T) == typeof(sbyte) && query.AreSignedBytes)
            Rows(query.SignedBytes(index), query.Metric, rows, start, distances);
        else
            Rows(query.Floats(index), query.Metric, rows, start, distances);
    }

    public override void Picked(QueryVectors query, int index, ReadOnlySpan<int> rows, Span<float> distances)
    {
        if (query.Metric == LanceMetric.Hamming)
        {
            var values = MemoryMarshal.AsBytes(_items.Values);
            for (var i = 0; i < rows.Length; i++)
                distances[i] = VectorDistance.Hamming(query.Bytes(index), values.Slice(rows[i] * _dimension, _dimension));
        }
        else if (typeof(T) == typeof(double))
        {
            Picked(query.Doubles(index), query.Metric, rows, distances);
        }
        else if (typeof(T) == typeof(byte) && query.AreBytes)
        {
            Picked(query.Bytes(index), query.Metric, rows, distances);
        }
        else if (typeof(T) == typeof(sbyte) && query.AreSignedBytes)
        {
            Picked(query.SignedBytes(index), query.Metric, rows, distances);
        }
        else
        {
            Picked(query.Floats(index), query.Metric, rows, distances);
        }
    }

    public override void Together(QueryVectors query, int index, int queries, int start, int count, Span<float> distances)
    {
        if (queries == 1 || query.Metric == LanceMetric.Hamming || typeof(T) == typeof(byte) || typeof(T) == typeof(sbyte))
        {
            for (var q = 0; q < queries; q++)
                Distances(query, index + q, start, distances.Slice(q * count, count));
            return;
        }
        var rows = _items.Values.Slice(start * _dimension, count * _dimension);
        distances = distances[..(queries * count)];
        if (typeof(T) == typeof(double))
            Together(query.Doubles(index, queries), query.Metric, rows, start, count, distances);
        else
            Together(query.Floats(index, queries), query.Metric, rows, start, count, distances);
    }

    void Rows<TQuery>(ReadOnlySpan<TQuery> query, LanceMetric metric, ReadOnlySpan<T> rows, int start, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
    {
        switch (metric)
        {
            case LanceMetric.L2:
                VectorDistance.L2SquaredBlock(query, rows, distances);
                break;
            case LanceMetric.Dot:
                VectorDistance.DotBlock(query, rows, distances);
                TensorPrimitives.Subtract(1f, distances, distances);
                break;
            default:
                VectorDistance.CosineBlock(query, rows, InverseNorms().AsSpan(start, distances.Length), distances);
                break;
        }
    }

    void Picked<TQuery>(ReadOnlySpan<TQuery> query, LanceMetric metric, ReadOnlySpan<int> rows, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
    {
        switch (metric)
        {
            case LanceMetric.L2:
                VectorDistance.L2SquaredPicked(query, _items.Values, rows, distances);
                break;
            case LanceMetric.Dot:
                VectorDistance.DotPicked(query, _items.Values, rows, distances);
                TensorPrimitives.Subtract(1f, distances, distances);
                break;
            default:
                VectorDistance.DotPicked(query, _items.Values, rows, distances);
                var norms = InverseNorms();
                var scale = VectorDistance.InverseNorm(query);
                for (var i = 0; i < rows.Length; i++)
                    distances[i] = 1 - distances[i] * scale * norms[rows[i]];
                break;
        }
    }

    void Together<TQuery>(ReadOnlySpan<TQuery> queries, LanceMetric metric, ReadOnlySpan<T> rows, int start, int count, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
    {
        switch (metric)
        {
            case LanceMetric.L2:
                VectorDistance.L2SquaredQueries(queries, _dimension, rows, distances);
                break;
            case LanceMetric.Dot:
                VectorDistance.DotQueries(queries, _dimension, rows, distances);
                TensorPrimitives.Subtract(1f, distances, distances);
                break;
            default:
                VectorDistance.DotQueries(queries, _dimension, rows, distances);
                for (var q = 0; distances.Length > 0; q++)
                {
                    var part = distances[..count];
                    VectorDistance.ToCosine(part, VectorDistance.InverseNorm(queries.Slice(q * _dimension, _dimension)), InverseNorms().AsSpan(start, count));
                    distances = distances[count..];
                }
                break;
        }
    }

    // Two threads may both compute them; either result is right.
    float[] InverseNorms()
    {
        if (_inverseNorms is { } known)
            return known;
        var norms = new float[Count];
        VectorDistance.InverseNorms(_items.Values[..(Count * _dimension)], _dimension, norms);
        return _inverseNorms = norms;
    }
}

/// <summary>
/// Any number of vectors per row. The distance of a row is the sum, over all query vectors, of the distance to its nearest vector; a row
/// without vectors has none.
/// </summary>
sealed class MultiVectorBlock(int count, ulong[]? valid, VectorBlock items, int[] offsets) : VectorBlock(count, valid)
{
    const int Batch = 1024;

    public override long ByteSize => items.ByteSize + offsets.Length * sizeof(int) + (Valid?.Length ?? 0) * sizeof(ulong);

    public override void Distances(QueryVectors query, int index, int start, Span<float> distances)
    {
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Distance(query, start + i);
    }

    public override void Picked(QueryVectors query, int index, ReadOnlySpan<int> rows, Span<float> distances)
    {
        for (var i = 0; i < rows.Length; i++)
            distances[i] = Distance(query, rows[i]);
    }

    public override void Together(QueryVectors query, int index, int queries, int start, int count, Span<float> distances) =>
        Distances(query, index, start, distances[..count]);

    float Distance(QueryVectors query, int row)
    {
        Span<float> scratch = stackalloc float[Batch];
        var sum = 0.0;
        for (var q = 0; q < query.Count; q++)
        {
            var nearest = float.PositiveInfinity;
            var any = false;
            for (var at = offsets[row]; at < offsets[row + 1]; at += Batch)
            {
                var some = scratch[..Math.Min(Batch, offsets[row + 1] - at)];
                items.Distances(query, q, at, some);
                for (var i = 0; i < some.Length; i++)
                {
                    var item = at + i;
                    if (float.IsNaN(some[i]) || items.Valid is { } valid && (valid[item >> 6] >> item & 1) == 0)
                        continue;
                    any = true;
                    nearest = Math.Min(nearest, some[i]);
                }
            }
            if (!any)
                return float.NaN;
            sum += nearest;
        }
        return (float)sum;
    }
}
