using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>The vectors of a search, checked, in the forms that the kernels take.</summary>
sealed class QueryVectors
{
    readonly float[] _floats;
    readonly double[]? _doubles;
    readonly byte[]? _bytes;
    readonly sbyte[]? _signedBytes;

    /// <exception cref="ArgumentException">A vector does not fit the column or the metric.</exception>
    public QueryVectors(VectorColumn column, LanceMetric metric, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        if (metric == LanceMetric.Hamming && column.Element != ArrowTypeId.UInt8)
            throw new ArgumentException($"Column '{column.Name}' is {column.Field.Type}; the Hamming distance is for vectors of uint8.");
        Metric = metric;
        Count = vectors.Count;
        Dimension = column.Dimension;
        _floats = new float[checked(Count * Dimension)];
        for (var i = 0; i < Count; i++)
        {
            if (vectors[i].Length != Dimension)
                throw new ArgumentException($"A query vector has {vectors[i].Length} numbers, and those of column '{column.Name}' have {Dimension}.");
            vectors[i].Span.CopyTo(_floats.AsSpan(i * Dimension));
        }
        switch (column.Element)
        {
            case ArrowTypeId.Float64:
                _doubles = Array.ConvertAll(_floats, static v => (double)v);
                break;
            case ArrowTypeId.UInt8 when Array.TrueForAll(_floats, static v => v == (byte)v):
                _bytes = Array.ConvertAll(_floats, static v => (byte)v);
                break;
            case ArrowTypeId.Int8 when Array.TrueForAll(_floats, static v => v == (sbyte)v):
                _signedBytes = Array.ConvertAll(_floats, static v => (sbyte)v);
                break;
        }
        if (metric == LanceMetric.Hamming && _bytes is null)
            throw new ArgumentException("The query of a search by Hamming distance has whole numbers from 0 to 255, eight bits each.");
    }

    public LanceMetric Metric { get; }

    /// <summary>Query vectors.</summary>
    public int Count { get; }

    /// <summary>Numbers per vector.</summary>
    public int Dimension { get; }

    /// <summary>Whether all numbers are elements of a column of uint8.</summary>
    public bool AreBytes => _bytes is not null;

    /// <summary>Whether all numbers are elements of a column of int8.</summary>
    public bool AreSignedBytes => _signedBytes is not null;

    public ReadOnlySpan<float> Floats(int index, int count = 1) => _floats.AsSpan(index * Dimension, count * Dimension);

    public ReadOnlySpan<double> Doubles(int index, int count = 1) => _doubles.AsSpan(index * Dimension, count * Dimension);

    public ReadOnlySpan<byte> Bytes(int index, int count = 1) => _bytes.AsSpan(index * Dimension, count * Dimension);

    public ReadOnlySpan<sbyte> SignedBytes(int index, int count = 1) => _signedBytes.AsSpan(index * Dimension, count * Dimension);
}
