using Pennon.Arrow;

namespace Pennon.Lance.Files;

/// <summary>The names of types in schemas of tables and files.</summary>
internal static class LogicalTypeNames
{
    /// <exception cref="LanceNotSupportedException">The format has no name for the type.</exception>
    public static string Of(ArrowType type, string column) => type switch
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
        FixedSizeBinaryType t => $"fixed_size_binary:{t.ByteWidth}",
        Time32Type t => $"time32:{TimeUnits.Suffix(t.Unit)}",
        Time64Type t => $"time64:{TimeUnits.Suffix(t.Unit)}",
        TimestampType t => $"timestamp:{TimeUnits.Suffix(t.Unit)}:{t.TimeZone ?? "-"}",
        DurationType t => $"duration:{TimeUnits.Suffix(t.Unit)}",
        Decimal128Type t => $"decimal:128:{t.Precision}:{t.Scale}",
        Decimal256Type t => $"decimal:256:{t.Precision}:{t.Scale}",
        FixedSizeListType t => $"fixed_size_list:{Of(t.Item.Type, column)}:{t.Size}",
        StructType => "struct",
        ListType t => t.Item.Type is StructType ? "list.struct" : "list",
        LargeListType t => t.Item.Type is StructType ? "large_list.struct" : "large_list",
        MapType => "map",
        DictionaryType t => $"dict:{Of(t.Value, column)}:{Of(t.Index, column)}:{(t.Ordered ? "true" : "false")}",
        _ => throw new LanceNotSupportedException("type", $"Column '{column}' is {type}, which the table format cannot store."),
    };
}
