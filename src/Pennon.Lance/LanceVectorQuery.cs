namespace Pennon.Lance;

/// <summary>A search for the rows whose vectors are nearest to a query; see <see cref="LanceDataset.SearchAsync"/>.</summary>
/// <remarks>
/// Every search compares all vectors that pass the filter, so that answers are exact. Vector indexes are not read, and what tunes them
/// (<see cref="UseIndex"/>, <see cref="FastSearch"/>, <see cref="Probes"/>, <see cref="RefineFactor"/>, <see cref="Ef"/>) changes nothing.
/// </remarks>
public sealed class LanceVectorQuery
{
    /// <summary>A search with one query vector.</summary>
    /// <param name="column">The vector column: fixed-size lists of float16, float32, float64, int8 or uint8, or lists of those.
    /// Dots reach into structs.</param>
    /// <param name="vector">As many numbers as the vectors of the column have.</param>
    public LanceVectorQuery(string column, ReadOnlyMemory<float> vector) : this(column, [vector])
    {
    }

    /// <summary>A search with several query vectors.</summary>
    /// <param name="column">The vector column.</param>
    /// <param name="vectors">At least one. Over a column with one vector per row each is a search of its own, and the result begins with
    /// a column <c>query_index</c>. Over a column with many vectors per row all of them together are one query: a row's distance is
    /// the sum, over the query vectors, of the distance to the row's nearest vector (MaxSim).</param>
    public LanceVectorQuery(string column, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
            throw new ArgumentException("A search has at least one query vector.", nameof(vectors));
        Column = column;
        Vectors = vectors;
    }

    /// <summary>The vector column.</summary>
    public string Column { get; }

    /// <summary>The query vectors. Those of uint8 columns are whole numbers from 0 to 255 where the metric is Hamming.</summary>
    public IReadOnlyList<ReadOnlyMemory<float>> Vectors { get; }

    /// <summary>How many rows to return, from 1. Ten by default.</summary>
    public int K { get; init; } = 10;

    /// <summary>
    /// The distance; null takes that of the index, and without an index Hamming for uint8 and L2 for everything else. An index of another
    /// metric is not used.
    /// </summary>
    public LanceMetric? Metric { get; init; }

    /// <summary>Only rows for which this SQL text is true; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>Only rows for which this expression is true; null for all. With <see cref="Where"/> both must be true.</summary>
    public LanceExpression? Filter { get; init; }

    /// <summary>
    /// Whether the filter comes first (the default), so that the result is the nearest of the rows that pass: as many as asked for, if there
    /// are so many. Otherwise the filter is applied to the nearest rows of the whole table, which may leave fewer.
    /// </summary>
    public bool PreFilter { get; init; } = true;

    /// <summary>The columns to return, as in <see cref="ScanOptions.Columns"/>; null for all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Appends a column <c>_rowid</c>, as in <see cref="ScanOptions.WithRowId"/>.</summary>
    public bool WithRowId { get; init; }

    /// <summary>Appends a column <c>_rowaddr</c>, as in <see cref="ScanOptions.WithRowAddress"/>.</summary>
    public bool WithRowAddress { get; init; }

    /// <summary>
    /// How many partitions of the index to search at most, nearest first; null for 20. A search goes on past them only while it has
    /// fewer rows than asked for. It may stop before, when no row of the rest can be nearer than those found.
    /// </summary>
    public int? Probes { get; init; }

    /// <summary>
    /// How many times <see cref="K"/> rows the index proposes, to be measured again with their stored vectors; null chooses by the kind of
    /// index: 10 for product and RaBitQ codes, 4 for scalar codes. 0 returns the distances of the index as they are: those of codes are
    /// approximate, and on cosine they are about twice the distance. Without effect on indexes of plain vectors.
    /// </summary>
    public int? RefineFactor { get; init; }

    /// <summary>How many rows a graph keeps in view while it is searched; null for one and a half times the rows proposed, at least 64.</summary>
    public int? Ef { get; init; }

    /// <summary>The smallest distance to return; null for no bound.</summary>
    public float? LowerBound { get; init; }

    /// <summary>The distance from which on rows are left out; null for no bound.</summary>
    public float? UpperBound { get; init; }

    /// <summary>Whether an index may be used; true by default. Exact search looks at every row.</summary>
    public bool UseIndex { get; init; } = true;

    /// <summary>Whether rows that the index does not cover yet are left out.</summary>
    public bool FastSearch { get; init; }

    /// <summary>How many threads a search may use; null for the number of processors. Answers do not depend on it.</summary>
    public int? Parallelism { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(K, 1, nameof(K));
        if (Probes is < 1)
            throw new ArgumentOutOfRangeException(nameof(Probes), Probes, "A search probes at least one partition.");
        if (RefineFactor is < 0)
            throw new ArgumentOutOfRangeException(nameof(RefineFactor), RefineFactor, "A refine factor is not negative.");
        if (Ef is < 1)
            throw new ArgumentOutOfRangeException(nameof(Ef), Ef, "A graph search keeps at least one row in view.");
        if (Parallelism is < 1)
            throw new ArgumentOutOfRangeException(nameof(Parallelism), Parallelism, "A search uses at least one thread.");
        if (LowerBound is { } lower && float.IsNaN(lower) || UpperBound is { } upper && float.IsNaN(upper))
            throw new ArgumentException("A bound of the distance is a number.");
    }
}
