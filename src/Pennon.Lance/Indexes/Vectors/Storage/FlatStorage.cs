using System.Numerics.Tensors;
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
    public override float Between(int first, int second) => Measure(Vector(first), Vector(second));

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _values.Release();
        _values = default;
    }

    float Measure(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (Metric != LanceMetric.L2)
            return 1 - TensorPrimitives.Dot(a, b);
        var distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }

    sealed class Computer(FlatStorage storage) : RowDistanceComputer
    {
        public float[] Query { get; } = new float[storage.Dimension];

        public override void MoveTo(int row) => storage.Vector(row).CopyTo(Query);

        public override float Distance(int row) => storage.Measure(Query, storage.Vector(row));
    }
}
