using System.Numerics;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>
/// Distances between vectors: of one pair, of a query and many rows that lie one after the other, of a query and rows picked by
/// number, of several queries and many rows.
/// </summary>
/// <remarks>
/// Elements are float, <see cref="Half"/>, double, sbyte or byte; in the forms with rows the query may be float where the rows are
/// <see cref="Half"/>, sbyte or byte. Sums are kept in single precision, for double in double, for bytes against bytes in whole
/// numbers. The forms with rows give a row the same distance in whichever block and place it is met; the pair form may differ from
/// them in the last bits. NaN and infinities go through as in plain arithmetic.
/// </remarks>
static class VectorDistance
{
    /// <summary>The squared Euclidean distance of two vectors of one length.</summary>
    public static float L2Squared<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T>
    {
        CheckPair(a.Length, b.Length);
        return (float)Kernels<SquaredDifference>.Pair(a, b);
    }

    /// <summary>The inner product of two vectors of one length.</summary>
    public static float Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T>
    {
        CheckPair(a.Length, b.Length);
        return (float)Kernels<Product>.Pair(a, b);
    }

    /// <summary>One less the cosine of the angle between two vectors of one length; NaN if one of them has length zero.</summary>
    public static float Cosine<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, INumberBase<T>
    {
        CheckPair(a.Length, b.Length);
        return (float)(1 - Kernels<Product>.Pair(a, b) / Math.Sqrt(Kernels<Product>.Pair(a, a)) / Math.Sqrt(Kernels<Product>.Pair(b, b)));
    }

    /// <summary>The number of bits in which two vectors of packed bits differ.</summary>
    public static int Hamming(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        CheckPair(a.Length, b.Length);
        var wordsA = MemoryMarshal.Cast<byte, ulong>(a);
        var wordsB = MemoryMarshal.Cast<byte, ulong>(b);
        int even = 0, odd = 0, i = 0;
        for (; i + 2 <= wordsA.Length && i + 2 <= wordsB.Length; i += 2)
        {
            even += BitOperations.PopCount(wordsA[i] ^ wordsB[i]);
            odd += BitOperations.PopCount(wordsA[i + 1] ^ wordsB[i + 1]);
        }
        for (i *= sizeof(ulong); i < a.Length; i++)
            even += BitOperations.PopCount((uint)(a[i] ^ b[i]));
        return even + odd;
    }

    /// <summary>The squared Euclidean distance of a query to each of the rows.</summary>
    /// <param name="query">d elements, d at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="distances">Receives n distances.</param>
    public static void L2SquaredBlock<TQuery, TRow>(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckBlock(query.Length, rows.Length, distances.Length);
        Kernels<SquaredDifference>.Rows(query, rows, distances);
    }

    /// <summary>The inner product of a query with each of the rows.</summary>
    /// <param name="query">d elements, d at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="products">Receives n products.</param>
    public static void DotBlock<TQuery, TRow>(ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, Span<float> products)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckBlock(query.Length, rows.Length, products.Length);
        Kernels<Product>.Rows(query, rows, products);
    }

    /// <summary>One less the cosine of the angle of a query with each of the rows.</summary>
    /// <param name="query">d elements, d at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="inverseNorms">For each row one over its length, as <see cref="InverseNorms"/> gives it.</param>
    /// <param name="distances">Receives n distances.</param>
    public static void CosineBlock<TQuery, TRow>(
        ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, ReadOnlySpan<float> inverseNorms, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckBlock(query.Length, rows.Length, distances.Length);
        CheckPair(inverseNorms.Length, distances.Length);
        Kernels<Product>.Rows(query, rows, distances);
        ToCosine(distances, InverseNorm(query), inverseNorms);
    }

    /// <summary>Turns the inner products of a query with rows into distances by angle.</summary>
    /// <param name="distances">The products, replaced by the distances.</param>
    /// <param name="inverseNorm">One over the length of the query.</param>
    /// <param name="inverseNorms">One over the length of each row.</param>
    public static void ToCosine(Span<float> distances, float inverseNorm, ReadOnlySpan<float> inverseNorms)
    {
        CheckPair(inverseNorms.Length, distances.Length);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var one = Vector<float>.One;
            for (; i <= distances.Length - Vector<float>.Count; i += Vector<float>.Count)
                (one - new Vector<float>(distances[i..]) * inverseNorm * new Vector<float>(inverseNorms[i..])).CopyTo(distances[i..]);
        }
        for (; i < distances.Length; i++)
            distances[i] = 1 - distances[i] * inverseNorm * inverseNorms[i];
    }

    /// <summary>The number of bits in which a query of packed bits differs from each of the rows.</summary>
    /// <param name="query">d bytes, d at least 1.</param>
    /// <param name="rows">n rows of d bytes, one after the other.</param>
    /// <param name="distances">Receives n distances.</param>
    public static void HammingBlock(ReadOnlySpan<byte> query, ReadOnlySpan<byte> rows, Span<float> distances)
    {
        CheckBlock(query.Length, rows.Length, distances.Length);
        for (var i = 0; i < distances.Length; i++)
            distances[i] = Hamming(query, rows.Slice(i * query.Length, query.Length));
    }

    /// <summary>The squared Euclidean distance of a query to rows picked by number.</summary>
    /// <param name="query">d elements, d at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="numbers">Numbers of rows, from 0 to n - 1.</param>
    /// <param name="distances">Receives a distance for each number.</param>
    public static void L2SquaredPicked<TQuery, TRow>(
        ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, ReadOnlySpan<int> numbers, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckPicked(query.Length, rows.Length, numbers, distances.Length);
        Kernels<SquaredDifference>.Picked(query, rows, numbers, distances);
    }

    /// <summary>The inner product of a query with rows picked by number.</summary>
    /// <param name="query">d elements, d at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="numbers">Numbers of rows, from 0 to n - 1.</param>
    /// <param name="products">Receives a product for each number.</param>
    public static void DotPicked<TQuery, TRow>(
        ReadOnlySpan<TQuery> query, ReadOnlySpan<TRow> rows, ReadOnlySpan<int> numbers, Span<float> products)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckPicked(query.Length, rows.Length, numbers, products.Length);
        Kernels<Product>.Picked(query, rows, numbers, products);
    }

    /// <summary>The squared Euclidean distances of several queries to each of the rows, which are read once for four queries.</summary>
    /// <param name="queries">m queries of d elements, one after the other.</param>
    /// <param name="dimension">The d elements of a vector, at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="distances">Receives m times n distances: those of the first query, then those of the second, and so on.</param>
    public static void L2SquaredQueries<TQuery, TRow>(ReadOnlySpan<TQuery> queries, int dimension, ReadOnlySpan<TRow> rows, Span<float> distances)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckQueries(queries.Length, dimension, rows.Length, distances.Length);
        Kernels<SquaredDifference>.Queries(queries, dimension, rows, distances);
    }

    /// <summary>The inner products of several queries with each of the rows, which are read once for four queries.</summary>
    /// <param name="queries">m queries of d elements, one after the other.</param>
    /// <param name="dimension">The d elements of a vector, at least 1.</param>
    /// <param name="rows">n rows of d elements, one after the other.</param>
    /// <param name="products">Receives m times n products: those of the first query, then those of the second, and so on.</param>
    public static void DotQueries<TQuery, TRow>(ReadOnlySpan<TQuery> queries, int dimension, ReadOnlySpan<TRow> rows, Span<float> products)
        where TQuery : unmanaged, INumberBase<TQuery>
        where TRow : unmanaged, INumberBase<TRow>
    {
        CheckQueries(queries.Length, dimension, rows.Length, products.Length);
        Kernels<Product>.Queries(queries, dimension, rows, products);
    }

    /// <summary>One over the Euclidean length of a vector; NaN for a vector of length zero, so that its angles are NaN too.</summary>
    public static float InverseNorm<T>(ReadOnlySpan<T> vector) where T : unmanaged, INumberBase<T>
    {
        var norm = Math.Sqrt(Kernels<Product>.Pair(vector, vector));
        return norm == 0 ? float.NaN : (float)(1 / norm);
    }

    /// <summary>One over the Euclidean length of each row, as <see cref="InverseNorm"/> gives it.</summary>
    /// <param name="rows">n rows, one after the other.</param>
    /// <param name="dimension">The elements of a row, at least 1.</param>
    /// <param name="inverseNorms">Receives n numbers.</param>
    public static void InverseNorms<T>(ReadOnlySpan<T> rows, int dimension, Span<float> inverseNorms) where T : unmanaged, INumberBase<T>
    {
        CheckBlock(dimension, rows.Length, inverseNorms.Length);
        for (var i = 0; i < inverseNorms.Length; i++)
            inverseNorms[i] = InverseNorm(rows.Slice(i * dimension, dimension));
    }

    /// <summary>Scales a vector to length one; a vector of length zero stays as it is.</summary>
    public static void Normalize(Span<float> vector)
    {
        var scale = InverseNorm<float>(vector);
        if (float.IsNaN(scale))
            return;
        for (var i = 0; i < vector.Length; i++)
            vector[i] *= scale;
    }

    static void CheckPair(int a, int b)
    {
        if (a != b)
            throw new ArgumentException($"The lengths {a} and {b} differ.");
    }

    static void CheckBlock(int dimension, int elements, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if ((long)count * dimension != elements)
            throw new ArgumentException($"{count} rows of {dimension} elements are not {elements} elements.");
    }

    static void CheckPicked(int dimension, int elements, ReadOnlySpan<int> numbers, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        CheckPair(numbers.Length, count);
        var rows = (uint)(elements / dimension);
        uint largest = 0;
        foreach (var number in numbers)
            largest = Math.Max(largest, (uint)number);
        if (largest >= rows && !numbers.IsEmpty)
            throw new ArgumentOutOfRangeException(nameof(numbers), $"Row {(int)largest} is outside the {rows} rows.");
    }

    static void CheckQueries(int queries, int dimension, int elements, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (queries % dimension != 0 || elements % dimension != 0)
            throw new ArgumentException($"{queries} and {elements} elements are not vectors of {dimension} elements.");
        if ((long)(queries / dimension) * (elements / dimension) != count)
            throw new ArgumentException($"{queries / dimension} queries and {elements / dimension} rows do not have {count} distances.");
    }
}
