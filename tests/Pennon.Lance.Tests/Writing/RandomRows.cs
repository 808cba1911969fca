using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance.Tests.Writing;

/// <summary>Arrays of any type filled from a seed, with nulls and empty lists at every level.</summary>
internal sealed class RandomRows(int seed, double nulls = 0.15)
{
    static readonly string[] Words = ["", "a", "graph", "Grüße", "数据", "🚩 pennon", "lance format", "edge", "vertex and edge", "it's \"quoted\"\n"];

    readonly Random _random = new(seed);

    /// <summary>Lengths of lists are below this.</summary>
    public int MaxListLength { get; init; } = 5;

    /// <summary>Repetitions of words in a string are below this.</summary>
    public int MaxWords { get; init; } = 4;

    public ArrowArray Create(Field field, int rows)
    {
        if (field.Type is DictionaryType dictionary) return CreateDictionary(dictionary, rows, field.Nullable);
        var builder = ArrayBuilder.Create(field.Type);
        for (var i = 0; i < rows; i++) Append(builder, field.Nullable);
        return builder.Build();
    }

    public RecordBatch CreateBatch(Schema schema, int rows) => new(schema, [.. schema.Fields.Select(f => Create(f, rows))], rows);

    ArrowArray CreateDictionary(DictionaryType type, int rows, bool nullable)
    {
        var items = Create(new Field("items", type.Value, nullable: false), 20);
        var indices = ArrayBuilder.Create(type.Index);
        for (var i = 0; i < rows; i++)
        {
            if (nullable && _random.NextDouble() < nulls) indices.AppendNull();
            else if (indices is PrimitiveBuilder<int> ints) ints.Append(_random.Next(20));
            else ((PrimitiveBuilder<sbyte>)indices).Append((sbyte)_random.Next(20));
        }
        var built = indices.Build();
        return ArrowArray.Create(type, rows, -1, 0, [built.Validity, built.Buffers[1]], [], items);
    }

    void Append(ArrayBuilder builder, bool nullable)
    {
        if (builder is NullBuilder || (nullable && _random.NextDouble() < nulls))
        {
            builder.AppendNull();
            return;
        }
        switch (builder)
        {
            case BooleanBuilder b: b.Append(_random.Next(2) == 1); break;
            case PrimitiveBuilder<sbyte> b: b.Append((sbyte)_random.Next(-128, 128)); break;
            case PrimitiveBuilder<byte> b: b.Append((byte)_random.Next(256)); break;
            case PrimitiveBuilder<short> b: b.Append((short)_random.Next(-32768, 32768)); break;
            case PrimitiveBuilder<ushort> b: b.Append((ushort)_random.Next(65536)); break;
            case PrimitiveBuilder<int> b: b.Append(b.Type.Id == ArrowTypeId.Time32 ? _random.Next(80000) : b.Type.Id == ArrowTypeId.Date32 ? _random.Next(-1000, 30000) : _random.Next(int.MinValue, int.MaxValue)); break;
            case PrimitiveBuilder<uint> b: b.Append((uint)_random.NextInt64(1L << 32)); break;
            case PrimitiveBuilder<long> b: b.Append(b.Type.Id == ArrowTypeId.Int64 ? _random.NextInt64(long.MinValue, long.MaxValue) : b.Type.Id == ArrowTypeId.Date64 ? _random.Next(20000) * 86400000L : _random.NextInt64(1L << 40)); break;
            case PrimitiveBuilder<ulong> b: b.Append((ulong)_random.NextInt64() * 2); break;
            case PrimitiveBuilder<Half> b: b.Append((Half)(_random.Next(-1000, 1000) / 8.0)); break;
            case PrimitiveBuilder<float> b: b.Append((float)Real()); break;
            case PrimitiveBuilder<double> b: b.Append(Real()); break;
            case BinaryBuilder b: b.Append(Text(b.Type)); break;
            case FixedSizeBinaryBuilder b:
                if (b.Type is Decimal128Type or Decimal256Type) AppendDecimal(b);
                else
                {
                    var bytes = new byte[b.Type.BitWidth / 8];
                    _random.NextBytes(bytes);
                    b.Append(bytes);
                }
                break;
            case ListBuilder b:
                var itemNullable = b.Type is ListType list ? list.Item.Nullable : ((LargeListType)b.Type).Item.Nullable;
                for (var n = _random.Next(MaxListLength); n > 0; n--) Append(b.Items, itemNullable);
                b.EndRow();
                break;
            case FixedSizeListBuilder b:
                var type = (FixedSizeListType)b.Type;
                for (var i = 0; i < type.Size; i++) Append(b.Items, type.Item.Nullable);
                b.EndRow();
                break;
            case StructBuilder b:
                var fields = ((StructType)b.Type).Fields;
                for (var i = 0; i < fields.Count; i++) Append(b.Children[i], fields[i].Nullable);
                b.EndRow();
                break;
            case MapBuilder b:
                for (var n = _random.Next(MaxListLength); n > 0; n--)
                {
                    Append(b.Keys, false);
                    Append(b.Values, ((MapType)b.Type).Value.Nullable);
                    b.EndEntry();
                }
                b.EndRow();
                break;
            default: throw new InvalidOperationException($"No random values for {builder.Type}.");
        }
    }

    void AppendDecimal(FixedSizeBinaryBuilder builder)
    {
        Span<byte> bytes = stackalloc byte[builder.Type.BitWidth / 8];
        var value = _random.NextInt64(-1_000_000_000_000, 1_000_000_000_000);
        bytes.Fill(value < 0 ? (byte)0xFF : (byte)0);
        BitConverter.TryWriteBytes(bytes, value);
        builder.Append(bytes);
    }

    double Real() => _random.Next(12) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => 0,
        _ => _random.NextDouble() * 2000 - 1000,
    };

    ReadOnlySpan<byte> Text(ArrowType type)
    {
        if (type.Id is ArrowTypeId.Binary or ArrowTypeId.LargeBinary)
        {
            var bytes = new byte[_random.Next(12)];
            _random.NextBytes(bytes);
            return bytes;
        }
        var text = new StringBuilder();
        for (var n = _random.Next(MaxWords); n > 0; n--) text.Append(Words[_random.Next(Words.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
