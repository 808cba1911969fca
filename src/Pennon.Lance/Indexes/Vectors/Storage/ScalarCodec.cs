using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>Scalar codes (TABLE 18.6).</summary>
sealed class ScalarCodec : VectorCodec
{
    const string Column = "__sq_code";

    readonly LanceMetric _metric;
    readonly Field _field;

    public ScalarCodec(LanceMetric metric, int dimension, ScalarBounds bounds)
    {
        _metric = metric;
        Dimension = dimension;
        Bounds = bounds;
        _field = CodeColumns.ByteField(Column, dimension);
        Fields = [_field];
    }

    public ScalarBounds Bounds { get; }

    public override string Name => "SQ";

    public override int Dimension { get; }

    public override int RowBytes => Dimension;

    public override IReadOnlyList<Field> Fields { get; }

    public override bool UsesCentroids => false;

    public override bool IsRowWise => true;

    public override string Metadata(int buffer) =>
        $$$"""{"dim":{{{Dimension}}},"num_bits":8,"bounds":{"start":{{{Number(Bounds.Start)}}},"end":{{{Number(Bounds.End)}}}}}""";

    public override void Encode(ReadOnlySpan<float> vectors, ReadOnlySpan<int> cells, Span<byte> codes) => Bounds.Encode(vectors, codes);

    public override ArrowArray[] Columns(ReadOnlySpan<byte> codes, int rows) => [CodeColumns.Bytes(_field, rows, ArrowBuffer.Of(codes[..(rows * Dimension)]))];

    public override void ReadCodes(RecordBatch batch, Span<byte> codes, string file)
    {
        var stored = CodeColumns.Bytes(batch, Column, RowBytes, file);
        stored.Span.CopyTo(codes);
        stored.Release();
    }

    public override VectorStorage Load(RecordBatch batch, bool forGraph, string file) => new ScalarStorage(
        _metric, Bounds, Dimension, batch.Length, CodeColumns.Values<ulong>(batch, CodeColumns.RowId, file), CodeColumns.Bytes(batch, Column, RowBytes, file));

    public override bool Matches(VectorCodec other) =>
        other is ScalarCodec codec && codec._metric == _metric && codec.Dimension == Dimension && codec.Bounds == Bounds;

    // A number without a fraction is written with one, so that every reader takes it for a floating-point number.
    static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }
}
