using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors.Storage;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>Vectors that go into an index, with the ids of their rows.</summary>
/// <param name="Values">The vectors in float32, one after the other; of unit length for cosine.</param>
/// <param name="RowIds">An id per vector.</param>
sealed record VectorRows(float[] Values, ulong[] RowIds)
{
    /// <summary>Reads the rows of a build that can be indexed: those with a vector of finite numbers, and of a length for cosine.</summary>
    public static async IAsyncEnumerable<VectorRows> ReadAsync(IndexBuild build, LanceMetric metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in build.ReadAsync(addresses: false, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                if (Of((FixedSizeListArray)batch.Column(0), (PrimitiveArray<ulong>)batch.Column(1), metric) is { RowIds.Length: > 0 } rows)
                    yield return rows;
            }
        }
    }

    static VectorRows Of(FixedSizeListArray vectors, PrimitiveArray<ulong> ids, LanceMetric metric)
    {
        var dimension = vectors.Size;
        var values = new float[checked(vectors.Length * dimension)];
        VectorElements.Read(vectors, values);
        var rowIds = ids.Values.ToArray();
        var items = vectors.Items;
        var kept = 0;
        for (var row = 0; row < rowIds.Length; row++)
        {
            var vector = values.AsSpan(row * dimension, dimension);
            if (vectors.IsNull(row) || HasNull(items, row * dimension, dimension))
                continue;
            // A sum of magnitudes is finite exactly if all numbers are, short of overflow, which distances would not survive either.
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(vector)))
                continue;
            if (metric == LanceMetric.Cosine && !Normalise(vector))
                continue;
            if (kept != row)
            {
                vector.CopyTo(values.AsSpan(kept * dimension));
                rowIds[kept] = rowIds[row];
            }
            kept++;
        }
        return kept == rowIds.Length ? new(values, rowIds) : new(values[..(kept * dimension)], rowIds[..kept]);
    }

    /// <summary>Scales a vector to unit length.</summary>
    /// <returns><see langword="false"/> if it has no direction.</returns>
    public static bool Normalise(Span<float> vector)
    {
        var largest = TensorPrimitives.MaxMagnitude<float>(vector);
        largest = Math.Abs(largest);
        if (!(largest > 0) || !float.IsFinite(largest))
            return false;
        // Very small and very large numbers would vanish or overflow in squares.
        if (largest is < 1e-15f or > 1e15f)
            TensorPrimitives.Divide(vector, largest, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return true;
    }

    static bool HasNull(ArrowArray items, int first, int count)
    {
        if (!items.HasNulls)
            return false;
        for (var i = first; i < first + count; i++)
        {
            if (items.IsNull(i))
                return true;
        }
        return false;
    }
}
