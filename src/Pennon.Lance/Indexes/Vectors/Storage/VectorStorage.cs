using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// The vectors of some rows (one partition of an index, as a rule) in the form that their index keeps: plain, or coded. Immutable and
/// safe to read from several threads.
/// </summary>
abstract class VectorStorage : IDisposable
{
    ArrowBuffer _rowIds;

    private protected VectorStorage(LanceMetric metric, int dimension, int count, ArrowBuffer rowIds)
    {
        if (rowIds.Length < (long)count * sizeof(ulong))
            throw new ArgumentException($"{count} rows need {(long)count * sizeof(ulong)} bytes of row ids, not {rowIds.Length}.", nameof(rowIds));
        Metric = metric;
        Dimension = dimension;
        Count = count;
        _rowIds = rowIds;
    }

    /// <summary>What distances mean.</summary>
    public LanceMetric Metric { get; }

    /// <summary>Numbers per vector.</summary>
    public int Dimension { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>What the table calls the rows.</summary>
    public ReadOnlySpan<ulong> RowIds => _rowIds.As<ulong>()[..Count];

    /// <summary>Bytes of memory that the storage keeps.</summary>
    public abstract long ByteSize { get; }

    /// <summary>Makes ready for distances of a query to the rows.</summary>
    /// <param name="query"><see cref="Dimension"/> numbers, of unit length for <see cref="LanceMetric.Cosine"/>.</param>
    /// <param name="centroid">The centroid of the partition, for storages that keep differences from it; empty for the others.</param>
    /// <returns>A computer for one thread at a time; disposing it gives its tables back.</returns>
    public abstract DistanceComputer Prepare(ReadOnlySpan<float> query, ReadOnlySpan<float> centroid);

    /// <summary>Makes ready for distances of a stored row to the stored rows, as graphs are built by.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public abstract RowDistanceComputer PrepareRow(int row);

    /// <summary>The distance between two stored rows.</summary>
    public abstract float Between(int first, int second);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _rowIds.Release();
        _rowIds = default;
    }
}
