using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// The names of property types in <c>schema.json</c> and in the graph manifest: <c>int64</c>, <c>string</c>, <c>list&lt;string&gt;</c>,
/// <c>vector(64)</c> and so on.
/// </summary>
static class PropertyTypeName
{
    const int MaxVector = 65_536;
    const int MaxDepth = 4;

    static readonly TimestampType Instant = new(TimeUnit.Microsecond, "UTC");

    public static ArrowType Parse(string name) =>
        TryParse(name, out var type)
            ? type
            : throw new FormatException(
                $"'{name}' is no property type. Types are bool, int8 to int64, uint8 to uint64, float32, float64, string, binary, date, timestamp, list<type> and vector(length).");

    public static bool TryParse(string name, out ArrowType type) => (type = Find(name.AsSpan().Trim(), MaxDepth)!) is not null;

    public static string Format(ArrowType type) => type.Id switch
    {
        ArrowTypeId.Boolean => "bool",
        ArrowTypeId.Int8 => "int8",
        ArrowTypeId.Int16 => "int16",
        ArrowTypeId.Int32 => "int32",
        ArrowTypeId.Int64 => "int64",
        ArrowTypeId.UInt8 => "uint8",
        ArrowTypeId.UInt16 => "uint16",
        ArrowTypeId.UInt32 => "uint32",
        ArrowTypeId.UInt64 => "uint64",
        ArrowTypeId.Float32 => "float32",
        ArrowTypeId.Float64 => "float64",
        ArrowTypeId.String => "string",
        ArrowTypeId.Binary => "binary",
        ArrowTypeId.Date32 => "date",
        ArrowTypeId.Timestamp when type == Instant => "timestamp",
        ArrowTypeId.List => $"list<{Format(((ListType)type).Item.Type)}>",
        ArrowTypeId.FixedSizeList when type is FixedSizeListType { Item.Type.Id: ArrowTypeId.Float32 } vector => $"vector({vector.Size.ToString(CultureInfo.InvariantCulture)})",
        _ => throw new NotSupportedException($"A property cannot be of type {type}."),
    };

    public static FixedSizeListType Vector(int length) => new(new Field("item", ArrowType.Float32), length);

    public static ListType List(ArrowType item) => new(new Field("item", item));

    static ArrowType? Find(ReadOnlySpan<char> name, int depth)
    {
        if (depth > 0 && name.StartsWith("list<", StringComparison.OrdinalIgnoreCase) && name.EndsWith(">", StringComparison.Ordinal))
        {
            return Find(name[5..^1].Trim(), depth - 1) is { } item ? List(item) : null;
        }

        if (name.StartsWith("vector(", StringComparison.OrdinalIgnoreCase) && name.EndsWith(")", StringComparison.Ordinal))
        {
            return int.TryParse(name[7..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= MaxVector ? Vector(length) : null;
        }

        Span<char> lower = stackalloc char[16];
        if (name.Length > lower.Length)
        {
            return null;
        }

        return lower[..name.ToLowerInvariant(lower)] switch
        {
            "bool" or "boolean" => ArrowType.Boolean,
            "int8" => ArrowType.Int8,
            "int16" => ArrowType.Int16,
            "int32" or "int" => ArrowType.Int32,
            "int64" or "long" => ArrowType.Int64,
            "uint8" => ArrowType.UInt8,
            "uint16" => ArrowType.UInt16,
            "uint32" => ArrowType.UInt32,
            "uint64" => ArrowType.UInt64,
            "float32" or "float" => ArrowType.Float32,
            "float64" or "double" => ArrowType.Float64,
            "string" or "text" => ArrowType.String,
            "binary" or "bytes" => ArrowType.Binary,
            "date" or "date32" => ArrowType.Date32,
            "timestamp" or "datetime" => Instant,
            _ => null,
        };
    }
}
