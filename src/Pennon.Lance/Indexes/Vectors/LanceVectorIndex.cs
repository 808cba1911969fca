namespace Pennon.Lance;

/// <summary>
/// An index for nearest-neighbour search: vectors are put into partitions around trained centroids, and a search looks at the partitions
/// nearest to the query. The derived types differ in how the vectors of a partition are kept. Columns are fixed-size lists of
/// float16, float32 or float64; rows without a vector, with numbers that are not finite, or (for cosine) of length zero are not indexed.
/// </summary>
public abstract record LanceVectorIndex : LanceIndexOptions
{
    private protected LanceVectorIndex()
    {
    }

    /// <summary>The distance that the index answers for: L2, cosine or dot.</summary>
    public LanceMetric Metric { get; init; } = LanceMetric.L2;

    /// <summary>
    /// How many partitions are made, 1 to 1,048,576, but never more than there are vectors; by default as many as give each some thousands
    /// of rows, or one for up to a million rows where partitions are graphs.
    /// </summary>
    public int? Partitions { get; init; }

    /// <summary>How many vectors per centroid, and per codeword, training looks at. At least 1.</summary>
    public int SampleRate { get; init; } = 256;

    /// <summary>The most rounds that training takes; it stops earlier when nothing is gained. At least 1.</summary>
    public int MaxIterations { get; init; } = 50;

    /// <summary>Threads that build, at least 1; by default one per processor.</summary>
    public int? Parallelism { get; init; }

    /// <summary>The name of the type in index files.</summary>
    internal abstract string TypeName { get; }

    /// <summary>Rows that a partition has by default.</summary>
    internal abstract int PartitionRows { get; }

    internal int Threads => Parallelism ?? Environment.ProcessorCount;

    internal override void Check()
    {
        base.Check();
        if (Metric is not (LanceMetric.L2 or LanceMetric.Cosine or LanceMetric.Dot))
            throw new LanceNotSupportedException($"{Metric} indexes", $"Vector indexes answer for L2, cosine and dot, not for {Metric}; search without an index instead.");
        if (Partitions is { } partitions)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1, nameof(Partitions));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, 1 << 20, nameof(Partitions));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(SampleRate, 1, nameof(SampleRate));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxIterations, 1, nameof(MaxIterations));
        if (Parallelism is { } threads)
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(Parallelism));
    }
}

/// <summary>Partitions of vectors as they are: exact within the partitions looked at, and as large as the column.</summary>
public sealed record LanceIvfFlatIndex : LanceVectorIndex
{
    internal override string TypeName => "IVF_FLAT";

    internal override int PartitionRows => 4096;
}

/// <summary>Partitions of product codes: a few bytes per vector.</summary>
public sealed record LanceIvfPqIndex : LanceVectorIndex
{
    /// <summary>
    /// Into how many parts a vector is cut, each coded by itself; divides the dimension, and is even for 4 bits. By default a part has 16
    /// dimensions if that divides the vector evenly, or else 8, or all.
    /// </summary>
    public int? SubVectors { get; init; }

    /// <summary>Bits per part: 8 or 4. Training takes at least 256 or 16 vectors.</summary>
    public int Bits { get; init; } = 8;

    internal override string TypeName => "IVF_PQ";

    internal override int PartitionRows => 8192;

    internal override void Check()
    {
        base.Check();
        ProductOptions.Check(SubVectors, Bits);
    }
}

/// <summary>Partitions of scalar codes: a byte per dimension.</summary>
public sealed record LanceIvfSqIndex : LanceVectorIndex
{
    internal override string TypeName => "IVF_SQ";

    internal override int PartitionRows => 8192;
}

/// <summary>Partitions of RaBitQ codes: a bit per dimension. The dimension is a multiple of 8.</summary>
public sealed record LanceIvfRqIndex : LanceVectorIndex
{
    internal override string TypeName => "IVF_RQ";

    internal override int PartitionRows => 4096;
}

/// <summary>Partitions that are graphs of near neighbours (HNSW), searched by walking them.</summary>
public abstract record LanceIvfHnswIndex : LanceVectorIndex
{
    private protected LanceIvfHnswIndex()
    {
    }

    /// <summary>Neighbours per node, twice as many on the lowest level. 2 to 512.</summary>
    public int M { get; init; } = 20;

    /// <summary>Candidates that building keeps while it looks for a node's neighbours. 1 to 65,536, usefully more than <see cref="M"/>.</summary>
    public int EfConstruction { get; init; } = 300;

    /// <summary>The most levels. 1 to 32.</summary>
    public int MaxLevel { get; init; } = 7;

    internal override int PartitionRows => 1 << 20;

    internal override void Check()
    {
        base.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(M, 2, nameof(M));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(M, 512, nameof(M));
        ArgumentOutOfRangeException.ThrowIfLessThan(EfConstruction, 1, nameof(EfConstruction));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EfConstruction, 1 << 16, nameof(EfConstruction));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLevel, 1, nameof(MaxLevel));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxLevel, 32, nameof(MaxLevel));
    }
}

/// <summary>Graphs over vectors as they are.</summary>
public sealed record LanceIvfHnswFlatIndex : LanceIvfHnswIndex
{
    internal override string TypeName => "IVF_HNSW_FLAT";
}

/// <summary>Graphs over scalar codes: a byte per dimension.</summary>
public sealed record LanceIvfHnswSqIndex : LanceIvfHnswIndex
{
    internal override string TypeName => "IVF_HNSW_SQ";
}

/// <summary>Graphs over product codes: a few bytes per vector.</summary>
public sealed record LanceIvfHnswPqIndex : LanceIvfHnswIndex
{
    /// <inheritdoc cref="LanceIvfPqIndex.SubVectors"/>
    public int? SubVectors { get; init; }

    /// <inheritdoc cref="LanceIvfPqIndex.Bits"/>
    public int Bits { get; init; } = 8;

    internal override string TypeName => "IVF_HNSW_PQ";

    internal override void Check()
    {
        base.Check();
        ProductOptions.Check(SubVectors, Bits);
    }
}
