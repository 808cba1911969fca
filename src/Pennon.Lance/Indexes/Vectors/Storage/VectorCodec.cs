using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>
/// How the vectors of an index are coded, and how codes lie in files and memory. Between those, each row's code is a run of
/// <see cref="RowBytes"/> bytes, rows one after the other.
/// </summary>
abstract class VectorCodec
{
    /// <summary>The end of the index type's name.</summary>
    public abstract string Name { get; }

    /// <summary>Numbers per vector.</summary>
    public abstract int Dimension { get; }

    /// <summary>Bytes of a row's code while it is moved about.</summary>
    public abstract int RowBytes { get; }

    /// <summary>The columns of the file after the row ids.</summary>
    public abstract IReadOnlyList<Field> Fields { get; }

    /// <summary>Whether distances are measured from the centroid of the partition.</summary>
    public abstract bool UsesCentroids { get; }

    /// <summary>What is kept beside the columns; null if nothing is.</summary>
    public virtual byte[]? GlobalBuffer => null;

    /// <summary>The description of the storage in the file's metadata.</summary>
    /// <param name="buffer">The number of the global buffer, if there is one.</param>
    public abstract string Metadata(int buffer);

    /// <summary>Codes vectors. Safe for concurrent use.</summary>
    /// <param name="vectors">The vectors, one after the other; of unit length for cosine.</param>
    /// <param name="cells">The partition of each.</param>
    /// <param name="codes">A place for <see cref="RowBytes"/> bytes per vector.</param>
    public abstract void Encode(ReadOnlySpan<float> vectors, ReadOnlySpan<int> cells, Span<byte> codes);

    /// <summary>The columns of a partition, or of a part of one if <see cref="IsRowWise"/>.</summary>
    public abstract ArrowArray[] Columns(ReadOnlySpan<byte> codes, int rows);

    /// <summary>Whether rows lie one after the other in files, so that a partition can be written in pieces.</summary>
    public abstract bool IsRowWise { get; }

    /// <summary>Takes the columns of a whole partition apart into codes of rows.</summary>
    /// <exception cref="LanceFormatException">The columns do not fit the description.</exception>
    public abstract void ReadCodes(RecordBatch batch, Span<byte> codes, string file);

    /// <summary>Makes a partition searchable.</summary>
    /// <param name="batch">Row ids and codes of a whole partition.</param>
    /// <param name="forGraph">Whether rows are met one by one, in the order of a graph.</param>
    /// <param name="file">The file, for errors.</param>
    /// <exception cref="LanceFormatException">The columns do not fit the description.</exception>
    public abstract VectorStorage Load(RecordBatch batch, bool forGraph, string file);

    /// <summary>Whether another codec gives the same codes and distances.</summary>
    public abstract bool Matches(VectorCodec other);
}
