using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Vectors as they are, in the type of the column (TABLE 18.4).</summary>
sealed class FlatCodec : VectorCodec
{
    const string Column = "flat";

    readonly LanceMetric _metric;
    readonly ArrowType _element;
    readonly FixedSizeListType _type;

    public FlatCodec(LanceMetric metric, int dimension, ArrowType element)
    {
        _metric = metric;
        _element = element;
        Dimension = dimension;
        _type = new FixedSizeListType(element, dimension);
        Fields = [new Field(Column, _type, nullable: false)];
    }

    public override string Name => "FLAT";

    public override int Dimension { get; }

    public override int RowBytes => Dimension * VectorElements.Width(_element);

    public override IReadOnlyList<Field> Fields { get; }

    public override bool UsesCentroids => false;

    public override bool IsRowWise => true;

    public override string Metadata(int buffer) => $$"""{"dim":{{Dimension}}}""";

    public override void Encode(ReadOnlySpan<float> vectors, ReadOnlySpan<int> cells, Span<byte> codes) => VectorElements.Write(_element, vectors, codes);

    public override ArrowArray[] Columns(ReadOnlySpan<byte> codes, int rows)
    {
        var values = ArrowBuffer.Of(codes[..(rows * RowBytes)]);
        var items = ArrowArray.Create(_element, rows * Dimension, 0, 0, [ArrowBuffer.Empty, values], []);
        return [new FixedSizeListArray(_type, rows, 0, 0, ArrowBuffer.Empty, items)];
    }

    public override void ReadCodes(RecordBatch batch, Span<byte> codes, string file)
    {
        // Numbers of other types than the column's are converted, so that what is written has one type.
        using var values = new Values(batch, Dimension, file);
        VectorElements.Write(_element, values.Span, codes);
    }

    public override VectorStorage Load(RecordBatch batch, bool forGraph, string file)
    {
        var rowIds = CodeColumns.Values<ulong>(batch, CodeColumns.RowId, file);
        if (Vectors(batch, Dimension, file) is { Items: PrimitiveArray<float> { NullCount: 0 } items })
        {
            var stored = items.ValueBuffer.Slice(items.Offset * sizeof(float), items.Length * sizeof(float)).Retain();
            return new FlatStorage(_metric, Dimension, batch.Length, rowIds, stored);
        }
        using var values = new Values(batch, Dimension, file);
        return new FlatStorage(_metric, Dimension, batch.Length, rowIds, ArrowBuffer.Of(values.Span));
    }

    public override bool Matches(VectorCodec other) => other is FlatCodec flat && flat.Dimension == Dimension && flat._metric == _metric;

    static FixedSizeListArray Vectors(RecordBatch batch, int dimension, string file) =>
        batch.Column(Column) is FixedSizeListArray { NullCount: 0 } list && list.Size == dimension && list.Items.Type.IsFloatingPoint && !list.Items.HasNulls
            ? list
            : throw CodeColumns.Unfit(batch, Column, $"{dimension} floating-point numbers per row", file);

    /// <summary>The vectors of a batch in float32.</summary>
    readonly struct Values : IDisposable
    {
        readonly ArrowBuffer _buffer;

        public Values(RecordBatch batch, int dimension, string file)
        {
            var list = Vectors(batch, dimension, file);
            _buffer = ArrowAllocator.Default.Allocate(checked(batch.Length * dimension * sizeof(float)));
            VectorElements.Read(list, _buffer.MutableAs<float>());
        }

        public ReadOnlySpan<float> Span => _buffer.As<float>();

        public void Dispose() => _buffer.Release();
    }
}
