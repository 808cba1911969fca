using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Vectors as they are, in float32 (TABLE 18.4); of unit length for cosine.</summary>
sealed class FlatStorage : VectorStorage
{
    ArrowBuffer _values;

    /// <summary>Takes the buffers over.</summary>
    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="dimension">Numbers per vector.</param>
    /// <param name="count">Rows.</param>
    /// <param name="rowIds">One 64-bit id per row.</param>
    /// <param name="values">The vectors, row after row.</param>
    public FlatStorage(LanceMetric metric, int dimension, int count, ArrowBuffer rowIds, ArrowBuffer values)
        : base(metric, dimension, count, rowIds)
    {
        if (metric is not (LanceMetric.L2 or LanceMetric.Cosine or LanceMetric.Dot))
            throw new ArgumentException($"Vectors of float32 have no {metric} distance.", nameof(metric));
        if (values.Length < (long)count * dimension * sizeof(float))
            throw new ArgumentException($"{count} vectors of {dimension} numbers need more than {values.Length} bytes.", nameof(values));
        _values = values;
    }

    /// <inheritdoc/>
    public override long ByteSize => (long)Count * (Dimension * sizeof(float) + sizeof(ulong));

    /// <summary>The vectors, row after row.</summary>
    public ReadOnlySpan<float> Values => _values.As<float>()[..(Count * Dimension)];

    /// <summary>One vector.</summary>
    public ReadOnlySpan<float> Vector(int row) => _values.As<float>().Slice(row * Dimension, Dimension);

    /// <inheritdoc/>
    public override DistanceComputer Prepare(ReadOnlySpan<float> query, ReadOnlySpan<float> centroid)
    {
        if (query.Length != Dimension)
            throw new ArgumentException($"The query has {query.Length} dimensions, and the vectors {Dimension}.", nameof(query));
        var computer = new Computer(this);
        query.CopyTo(computer.Query);
        return computer;
    }

    /// <inheritdoc/>
    public override RowDistanceComputer PrepareRow(int row)
    {
        var computer = new Computer(this);
        computer.MoveTo(row);
        return computer;
    }

    /// <inheritdoc/>
    public override float Between(int first, int second)
    {
        Span<float> distance = stackalloc float[1];
        Measure(Vector(first), Vector(second), distance);
        return distance[0];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _values.Release();
        _values = default;
    }

    void Measure(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Span<float> distances)
    {
        if (Metric == LanceMetric.L2)
        {
            VectorDistance.L2SquaredBlock(query, rows, distances);
            return;
        }
        VectorDistance.DotBlock(query, rows, distances);
        Complement(distances);
    }

    static void Complement(Span<float> products)
    {
        for (var i = 0; i < products.Length; i++)
            products[i] = 1 - products[i];
    }

    sealed class Computer(FlatStorage storage) : RowDistanceComputer
    {
        public float[] Query { get; } = new float[storage.Dimension];

        public override void MoveTo(int row) => storage.Vector(row).CopyTo(Query);

        public override float Distance(int row)
        {
            Span<float> distance = stackalloc float[1];
            storage.Measure(Query, storage.Vector(row), distance);
            return distance[0];
        }

        public override void Distances(ReadOnlySpan<int> rows, Span<float> distances)
        {
            distances = distances[..rows.Length];
            if (storage.Metric == LanceMetric.L2)
            {
                VectorDistance.L2SquaredPicked<float, float>(Query, storage.Values, rows, distances);
                return;
            }
            VectorDistance.DotPicked<float, float>(Query, storage.Values, rows, distances);
            Complement(distances);
        }

        public override void DistancesRange(int start, Span<float> distances) =>
            storage.Measure(Query, storage.Values.Slice(start * storage.Dimension, distances.Length * storage.Dimension), distances);
    }
}
