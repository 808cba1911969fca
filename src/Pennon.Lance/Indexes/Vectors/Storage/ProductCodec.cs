using System.Buffers;
using System.Numerics.Tensors;
using Google.Protobuf;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Product codes (TABLE 18.5), transposed within each partition.</summary>
sealed class ProductCodec : VectorCodec
{
    const string Column = "__pq_code";

    readonly LanceMetric _metric;
    readonly ArrowType _element;
    readonly float[] _centroids;
    readonly Field _field;
    ProductEncoder? _encoder;

    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="codebook">The codewords.</param>
    /// <param name="element">The type of the column's numbers, which the codebook is stored in.</param>
    /// <param name="centroids">The centroids that differences are taken from; not used for dot.</param>
    public ProductCodec(LanceMetric metric, ProductCodebook codebook, ArrowType element, float[] centroids)
    {
        _metric = metric;
        _element = element;
        _centroids = centroids;
        Codebook = codebook;
        _field = CodeColumns.ByteField(Column, codebook.CodeBytes);
        Fields = [_field];
    }

    public ProductCodebook Codebook { get; }

    public override string Name => "PQ";

    public override int Dimension => Codebook.Dimension;

    public override int RowBytes => Codebook.CodeBytes;

    public override IReadOnlyList<Field> Fields { get; }

    public override bool UsesCentroids => _metric != LanceMetric.Dot;

    public override bool IsRowWise => false;

    public override byte[] GlobalBuffer
    {
        get
        {
            // The shape says [codewords, dimension], and the order is part by part all the same.
            var data = new byte[Codebook.Values.Length * VectorElements.Width(_element)];
            VectorElements.Write(_element, Codebook.Values, data);
            var tensor = new Wire.Tensor { DataType = VectorElements.DataType(_element), Data = UnsafeByteOperations.UnsafeWrap(data) };
            tensor.Shape.Add((uint)Codebook.Words);
            tensor.Shape.Add((uint)Codebook.Dimension);
            return tensor.ToByteArray();
        }
    }

    public override string Metadata(int buffer) =>
        $$"""{"codebook_position":{{buffer}},"nbits":{{Codebook.Bits}},"num_sub_vectors":{{Codebook.Parts}},"dimension":{{Dimension}},"codebook_tensor":[],"transposed":true}""";

    public override void Encode(ReadOnlySpan<float> vectors, ReadOnlySpan<int> cells, Span<byte> codes)
    {
        var encoder = _encoder ??= new ProductEncoder(Codebook);
        if (!UsesCentroids)
        {
            encoder.Encode(vectors, codes);
            return;
        }
        var rented = ArrayPool<float>.Shared.Rent(vectors.Length);
        var residuals = rented.AsSpan(0, vectors.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            var at = i * Dimension;
            TensorPrimitives.Subtract(vectors.Slice(at, Dimension), _centroids.AsSpan(cells[i] * Dimension, Dimension), residuals.Slice(at, Dimension));
        }
        encoder.Encode(residuals, codes);
        ArrayPool<float>.Shared.Return(rented);
    }

    public override ArrowArray[] Columns(ReadOnlySpan<byte> codes, int rows)
    {
        var buffer = ArrowAllocator.Default.Allocate(rows * RowBytes);
        ByteMatrix.Transpose(codes, buffer.MutableSpan, rows, RowBytes);
        return [CodeColumns.Bytes(_field, rows, buffer)];
    }

    public override void ReadCodes(RecordBatch batch, Span<byte> codes, string file)
    {
        var stored = CodeColumns.Bytes(batch, Column, RowBytes, file);
        ByteMatrix.Transpose(stored.Span, codes, RowBytes, batch.Length);
        stored.Release();
    }

    public override VectorStorage Load(RecordBatch batch, bool forGraph, string file)
    {
        var stored = CodeColumns.Bytes(batch, Column, RowBytes, file);
        var rowIds = CodeColumns.Values<ulong>(batch, CodeColumns.RowId, file);
        if (!forGraph)
            return new ProductStorage(_metric, Codebook, batch.Length, rowIds, stored, transposed: true);
        var rows = ArrowAllocator.Default.Allocate(batch.Length * RowBytes);
        ByteMatrix.Transpose(stored.Span, rows.MutableSpan, RowBytes, batch.Length);
        stored.Release();
        return new ProductStorage(_metric, Codebook, batch.Length, rowIds, rows, transposed: false);
    }

    public override bool Matches(VectorCodec other) => other is ProductCodec codec && codec._metric == _metric && codec.Codebook.Parts == Codebook.Parts
        && codec.Codebook.Bits == Codebook.Bits && codec.Codebook.Values.SequenceEqual(Codebook.Values);
}
