using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Collects the values of one property while rows are read, straight from the bytes of the input. CSV comes a column of many rows at a time, JSON
/// a value at a time.
/// </summary>
abstract class ValueColumn(ArrowType type)
{
    public ArrowType Type { get; } = type;

    public abstract int Length { get; }

    /// <summary>Bytes held by values of variable length.</summary>
    public virtual int VariableBytes => 0;

    /// <summary>Parses a column of tokenised rows; a field that does not fit becomes null and an error with its line.</summary>
    public abstract void AppendCsv(CsvTokenizer rows, int column, string name, string file, LoadErrors errors);

    /// <summary>
    /// Appends the value the reader stands on, and moves to its last token; false, with the reader unmoved, when the value does not fit the type.
    /// JSON null is handled by the caller.
    /// </summary>
    public abstract bool TryAppendJson(ref Utf8JsonReader reader);

    public abstract void AppendNull();

    public void AppendNulls(int count)
    {
        for (var i = 0; i < count; i++)
        {
            AppendNull();
        }
    }

    public abstract ArrowArray Build();

    public static ValueColumn Create(ArrowType type) => type.Id switch
    {
        ArrowTypeId.Boolean => new BooleanColumn(),
        ArrowTypeId.Int8 => new NumberColumn<sbyte, IntegerParser<sbyte>>(type),
        ArrowTypeId.Int16 => new NumberColumn<short, IntegerParser<short>>(type),
        ArrowTypeId.Int32 => new NumberColumn<int, IntegerParser<int>>(type),
        ArrowTypeId.Int64 => new NumberColumn<long, Int64Parser>(type),
        ArrowTypeId.UInt8 => new NumberColumn<byte, IntegerParser<byte>>(type),
        ArrowTypeId.UInt16 => new NumberColumn<ushort, IntegerParser<ushort>>(type),
        ArrowTypeId.UInt32 => new NumberColumn<uint, IntegerParser<uint>>(type),
        ArrowTypeId.UInt64 => new NumberColumn<ulong, UInt64Parser>(type),
        ArrowTypeId.Float32 => new NumberColumn<float, FloatParser>(type),
        ArrowTypeId.Float64 => new NumberColumn<double, DoubleParser>(type),
        ArrowTypeId.Date32 => new NumberColumn<int, DateParser>(type),
        ArrowTypeId.Timestamp => new NumberColumn<long, TimestampParser>(type),
        ArrowTypeId.String => new TextColumn(),
        ArrowTypeId.Binary => new BytesColumn(),
        ArrowTypeId.List => new ListColumn((ListType)type),
        ArrowTypeId.FixedSizeList => new VectorColumn((FixedSizeListType)type),
        _ => throw new NotSupportedException($"A property cannot be of type {type}."),
    };

    protected static string Shown(ReadOnlySpan<byte> field)
    {
        var text = System.Text.Encoding.UTF8.GetString(field.Length > 40 ? field[..40] : field);
        return field.Length > 40 ? text + "…" : text;
    }
}
