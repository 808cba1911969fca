using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance.Tables;

/// <summary>The type names a table stores, and the Arrow types they stand for.</summary>
static class LogicalTypes
{
    const int MaximumDepth = 16;

    /// <summary>Gives the Arrow type of a name without children; null for the names that need children (struct, list, map …) or are unknown.</summary>
    /// <exception cref="FormatException">The name is known but its parameters make no sense.</exception>
    public static ArrowType? Parse(string name) => Parse(name, 0);

    static ArrowType? Parse(string name, int depth)
    {
        switch (name)
        {
            case "null": return ArrowType.Null;
            case "bool": return ArrowType.Boolean;
            case "int8": return ArrowType.Int8;
            case "uint8": return ArrowType.UInt8;
            case "int16": return ArrowType.Int16;
            case "uint16": return ArrowType.UInt16;
            case "int32": return ArrowType.Int32;
            case "uint32": return ArrowType.UInt32;
            case "int64": return ArrowType.Int64;
            case "uint64": return ArrowType.UInt64;
            case "halffloat": return ArrowType.Float16;
            case "float": return ArrowType.Float32;
            case "double": return ArrowType.Float64;
            case "string": return ArrowType.String;
            case "large_string": return ArrowType.LargeString;
            case "binary": return ArrowType.Binary;
            case "large_binary" or "json" or "blob": return ArrowType.LargeBinary;
            case "date32:day": return ArrowType.Date32;
            case "date64:ms": return ArrowType.Date64;
        }
        var colon = name.IndexOf(':');
        if (colon < 0)
            return null;
        var rest = name[(colon + 1)..];
        switch (name[..colon])
        {
            case "time32":
                return new Time32Type(Unit(rest));
            case "time64":
                return new Time64Type(Unit(rest));
            case "duration":
                return new DurationType(Unit(rest));
            case "timestamp":
                var zone = rest.IndexOf(':');
                if (zone < 0)
                    throw new FormatException("a timestamp names a unit and a zone");
                return new TimestampType(Unit(rest[..zone]), rest[(zone + 1)..] is "-" or "" ? null : rest[(zone + 1)..]);
            case "decimal":
                var parts = rest.Split(':');
                if (parts.Length != 3)
                    throw new FormatException("a decimal names width, precision and scale");
                return parts[0] switch
                {
                    "128" => new Decimal128Type(Number(parts[1]), Number(parts[2])),
                    "256" => new Decimal256Type(Number(parts[1]), Number(parts[2])),
                    _ => throw new FormatException("a decimal is 128 or 256 bits wide"),
                };
            case "fixed_size_binary":
                var width = Number(rest);
                return width > 0 ? new FixedSizeBinaryType(width) : throw new FormatException("the width is not positive");
            case "fixed_size_list":
                var last = rest.LastIndexOf(':');
                if (last < 0)
                    throw new FormatException("a fixed-size list names its item type and its size");
                if (depth == MaximumDepth)
                    throw new FormatException("fixed-size lists are nested too deeply");
                var item = Parse(rest[..last], depth + 1);
                return item is null ? null : new FixedSizeListType(item, ListSize(rest[(last + 1)..]));
            case "dict":
                var (value, index) = DictionaryParts(rest);
                if (depth == MaximumDepth)
                    throw new FormatException("dictionaries are nested too deeply");
                var valueType = Parse(value, depth + 1);
                var indexType = Parse(index, depth + 1);
                return valueType is null || indexType is null ? null : new DictionaryType(indexType, valueType);
            default:
                return null;
        }
    }

    /// <summary>The size in a name of the form <c>fixed_size_list:ITEM:SIZE</c>.</summary>
    public static int FixedSizeListSize(string name) => ListSize(name[(name.LastIndexOf(':') + 1)..]);

    /// <summary>The name stored for an Arrow type.</summary>
    /// <exception cref="LanceNotSupportedException">Tables cannot hold the type.</exception>
    public static string NameOf(ArrowType type) => type switch
    {
        { Id: ArrowTypeId.Null } => "null",
        { Id: ArrowTypeId.Boolean } => "bool",
        { Id: ArrowTypeId.Int8 } => "int8",
        { Id: ArrowTypeId.UInt8 } => "uint8",
        { Id: ArrowTypeId.Int16 } => "int16",
        { Id: ArrowTypeId.UInt16 } => "uint16",
        { Id: ArrowTypeId.Int32 } => "int32",
        { Id: ArrowTypeId.UInt32 } => "uint32",
        { Id: ArrowTypeId.Int64 } => "int64",
        { Id: ArrowTypeId.UInt64 } => "uint64",
        { Id: ArrowTypeId.Float16 } => "halffloat",
        { Id: ArrowTypeId.Float32 } => "float",
        { Id: ArrowTypeId.Float64 } => "double",
        { Id: ArrowTypeId.String } => "string",
        { Id: ArrowTypeId.LargeString } => "large_string",
        { Id: ArrowTypeId.Binary } => "binary",
        { Id: ArrowTypeId.LargeBinary } => "large_binary",
        { Id: ArrowTypeId.Date32 } => "date32:day",
        { Id: ArrowTypeId.Date64 } => "date64:ms",
        FixedSizeBinaryType t => Invariant($"fixed_size_binary:{t.ByteWidth}"),
        Time32Type t => $"time32:{TimeUnits.Suffix(t.Unit)}",
        Time64Type t => $"time64:{TimeUnits.Suffix(t.Unit)}",
        TimestampType t => $"timestamp:{TimeUnits.Suffix(t.Unit)}:{t.TimeZone ?? "-"}",
        DurationType t => $"duration:{TimeUnits.Suffix(t.Unit)}",
        Decimal128Type t => Invariant($"decimal:128:{t.Precision}:{t.Scale}"),
        Decimal256Type t => Invariant($"decimal:256:{t.Precision}:{t.Scale}"),
        ListType t => t.Item.Type.Id == ArrowTypeId.Struct ? "list.struct" : "list",
        LargeListType t => t.Item.Type.Id == ArrowTypeId.Struct ? "large_list.struct" : "large_list",
        FixedSizeListType t => Invariant($"fixed_size_list:{NameOf(t.Item.Type)}:{t.Size}"),
        StructType => "struct",
        MapType => "map",
        DictionaryType t => $"dict:{NameOf(t.Value)}:{NameOf(t.Index)}:false",
        _ => throw new LanceNotSupportedException("column type", $"A table cannot hold columns of type {type}."),
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static int ListSize(string text)
    {
        var size = Number(text);
        return size > 0 ? size : throw new FormatException("the size of a fixed-size list is not positive");
    }

    static (string Value, string Index) DictionaryParts(string rest)
    {
        var ordered = rest.LastIndexOf(':');
        var index = ordered <= 0 ? -1 : rest.LastIndexOf(':', ordered - 1);
        if (index < 0)
            throw new FormatException("a dictionary names its value type, its index type and whether it is ordered");
        return (rest[..index], rest[(index + 1)..ordered]);
    }

    static TimeUnit Unit(string text) => text switch
    {
        "s" => TimeUnit.Second,
        "ms" => TimeUnit.Millisecond,
        "us" => TimeUnit.Microsecond,
        "ns" => TimeUnit.Nanosecond,
        _ => throw new FormatException($"'{text}' is no time unit"),
    };

    static int Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"'{text}' is no number");
}
