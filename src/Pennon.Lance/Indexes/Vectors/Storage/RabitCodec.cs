using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes.Vectors.Storage;

/// <summary>RaBitQ codes of one bit with their factors (TABLE 18.7), packed within each partition.</summary>
sealed class RabitCodec : VectorCodec
{
    const string Column = "_rabit_codes";
    const string AddColumn = "__add_factors";
    const string ScaleColumn = "__scale_factors";
    const string ErrorColumn = "__error_factors";
    const int Factors = 3;

    readonly LanceMetric _metric;
    readonly Field _field;
    readonly float[] _centroids;
    readonly int _bits;

    /// <param name="metric">L2, cosine or dot.</param>
    /// <param name="model">The rotation, and what factors are made for.</param>
    /// <param name="centroids">The centroids that differences are taken from.</param>
    /// <param name="bits">The bits per dimension of the file; of more than one, only the first is read.</param>
    public RabitCodec(LanceMetric metric, RabitModel model, float[] centroids, int bits = 1)
    {
        _metric = metric;
        _centroids = centroids;
        _bits = bits;
        Model = model;
        _field = CodeColumns.ByteField(Column, (Dimension + 7) / 8);
        Fields =
        [
            _field, new Field(AddColumn, ArrowType.Float32), new Field(ScaleColumn, ArrowType.Float32), new Field(ErrorColumn, ArrowType.Float32),
        ];
    }

    public RabitModel Model { get; }

    /// <summary>Whether rows can be added: only to codes of one bit whose factors are made for the query itself.</summary>
    public bool CanWrite => _bits == 1 && Model.IsRawQuery;

    public override string Name => "RQ";

    public override int Dimension => Model.Rotation.Dimension;

    public override int RowBytes => CodeBytes + Factors * sizeof(float);

    public override IReadOnlyList<Field> Fields { get; }

    public override bool UsesCentroids => true;

    public override bool IsRowWise => false;

    int CodeBytes => (Dimension + 7) / 8;

    public override string Metadata(int buffer) =>
        $$"""{"rotate_mat_position":null,"fast_rotation_signs":[{{string.Join(',', Model.Rotation.Signs)}}],"rotation_type":"fast","code_dim":{{Dimension}},"num_bits":1,"packed":true,"query_estimator":"raw_query"}""";

    public override void Encode(ReadOnlySpan<float> vectors, ReadOnlySpan<int> cells, Span<byte> codes)
    {
        // Rows of one cell are coded one after the other, so that its centroid is rotated once.
        var order = new int[cells.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        cells.ToArray().AsSpan().Sort(order.AsSpan());
        RabitEncoder? encoder = null;
        var current = -1;
        foreach (var row in order)
        {
            if (encoder is null || cells[row] != current)
            {
                current = cells[row];
                encoder = new RabitEncoder(Model.Rotation, _metric, _centroids.AsSpan(current * Dimension, Dimension));
            }
            var code = codes.Slice(row * RowBytes, RowBytes);
            var (add, scale, error) = encoder.Encode(vectors.Slice(row * Dimension, Dimension), code[..CodeBytes]);
            MemoryMarshal.Write(code[CodeBytes..], add);
            MemoryMarshal.Write(code[(CodeBytes + 4)..], scale);
            MemoryMarshal.Write(code[(CodeBytes + 8)..], error);
        }
    }

    public override ArrowArray[] Columns(ReadOnlySpan<byte> codes, int rows)
    {
        var plain = new byte[rows * CodeBytes];
        var factors = new float[Factors][];
        for (var f = 0; f < Factors; f++)
            factors[f] = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var code = codes.Slice(row * RowBytes, RowBytes);
            code[..CodeBytes].CopyTo(plain.AsSpan(row * CodeBytes));
            for (var f = 0; f < Factors; f++)
                factors[f][row] = MemoryMarshal.Read<float>(code[(CodeBytes + f * sizeof(float))..]);
        }
        var packed = ArrowAllocator.Default.Allocate(plain.Length);
        RabitPacking.Pack(plain, packed.MutableSpan, rows, CodeBytes);
        return
        [
            CodeColumns.Bytes(_field, rows, packed),
            new PrimitiveArray<float>(ArrowType.Float32, factors[0]),
            new PrimitiveArray<float>(ArrowType.Float32, factors[1]),
            new PrimitiveArray<float>(ArrowType.Float32, factors[2]),
        ];
    }

    public override void ReadCodes(RecordBatch batch, Span<byte> codes, string file)
    {
        var packed = CodeColumns.Bytes(batch, Column, CodeBytes, file);
        var names = new[] { AddColumn, ScaleColumn, ErrorColumn };
        for (var f = 0; f < Factors; f++)
        {
            var values = CodeColumns.Values<float>(batch, names[f], file);
            for (var row = 0; row < batch.Length; row++)
                MemoryMarshal.Write(codes[(row * RowBytes + CodeBytes + f * sizeof(float))..], values.As<float>()[row]);
            values.Release();
        }
        for (var row = 0; row < batch.Length; row++)
        {
            for (var b = 0; b < CodeBytes; b++)
                codes[row * RowBytes + b] = RabitPacking.CodeByte(packed.Span, row, b, batch.Length, CodeBytes);
        }
        packed.Release();
    }

    public override VectorStorage Load(RecordBatch batch, bool forGraph, string file) => new RabitStorage(
        _metric, Model, batch.Length, CodeColumns.Values<ulong>(batch, CodeColumns.RowId, file), CodeColumns.Bytes(batch, Column, CodeBytes, file),
        CodeColumns.Values<float>(batch, AddColumn, file), CodeColumns.Values<float>(batch, ScaleColumn, file));

    public override bool Matches(VectorCodec other) => other is RabitCodec codec && codec._metric == _metric && codec.CanWrite && CanWrite
        && codec.Dimension == Dimension && codec.Model.Rotation.Signs.AsSpan().SequenceEqual(Model.Rotation.Signs);
}
