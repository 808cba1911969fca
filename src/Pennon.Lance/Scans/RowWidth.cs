using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>A guess at the bytes a row takes in memory.</summary>
static class RowWidth
{
    const int Text = 32;
    const int ItemsPerList = 8;

    public static long Of(ArrowType type) => type switch
    {
        FixedSizeListType list => list.Size * Of(list.Item.Type),
        ListType list => 4 + ItemsPerList * Of(list.Item.Type),
        LargeListType list => 8 + ItemsPerList * Of(list.Item.Type),
        MapType map => 4 + ItemsPerList * Of(map.Entries.Type),
        StructType fields => fields.Fields.Sum(f => Of(f.Type)),
        { IsVariableBinary: true } => Text,
        { Id: ArrowTypeId.Null } => 0,
        _ => (type.BitWidth + 7) / 8,
    };
}
