using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance;

/// <summary>Short names of Arrow types for people and comparisons.</summary>
static class JsonTypeNames
{
    public static string Of(ArrowType type) => type switch
    {
        { Id: ArrowTypeId.Boolean } => "bool",
        { Id: ArrowTypeId.String } => "utf8",
        { Id: ArrowTypeId.LargeString } => "largeutf8",
        { Id: ArrowTypeId.LargeBinary } => "largebinary",
        ListType t => $"list<{Of(t.Item)}>",
        LargeListType t => $"largelist<{Of(t.Item)}>",
        FixedSizeListType t => string.Create(CultureInfo.InvariantCulture, $"fixed_size_list<{Of(t.Item)}>[{t.Size}]"),
        StructType t => $"struct<{string.Join(", ", t.Fields.Select(Of))}>",
        MapType t => $"map<{Of(t.Key)}, {Of(t.Value)}>",
        DictionaryType t => $"dictionary<{Of(t.Index)}, {Of(t.Value)}>",
        Decimal128Type t => string.Create(CultureInfo.InvariantCulture, $"decimal128({t.Precision},{t.Scale})"),
        Decimal256Type t => string.Create(CultureInfo.InvariantCulture, $"decimal256({t.Precision},{t.Scale})"),
        _ => type.ToString()!,
    };

    static string Of(Field field) => $"{field.Name}: {Of(field.Type)}{(field.Nullable ? "" : " not null")}";
}
