using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Reads schemas from FlatBuffers; everything this library has no type for is refused by name.</summary>
internal static class SchemaDecoder
{
    static readonly Dictionary<string, string> NoMetadata = [];

    public static (Schema Schema, IpcField[] Fields) Schema(FlatTable table, ref FlatBudget budget)
    {
        if (table.GetInt16(SchemaSlot.Endianness) != 0)
            throw new ArrowFormatException("big-endian data is not supported", table.Offset);
        FlatVector vector = table.GetVector(SchemaSlot.Fields, 4);
        IpcField[] fields = new IpcField[CheckCount(vector, ref budget)];
        for (int i = 0; i < fields.Length; i++)
            fields[i] = ReadField(vector.Table(i), 0, ref budget);
        Field[] visible = Array.ConvertAll(fields, static f => f.Field);
        return (new Schema(visible, Metadata(table, SchemaSlot.Metadata, ref budget)), fields);
    }

    public static IReadOnlyDictionary<string, string> Metadata(FlatTable table, int slot, ref FlatBudget budget)
    {
        FlatVector pairs = table.GetVector(slot, 4);
        if (pairs.Count == 0)
            return NoMetadata;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        for (int i = 0; i < pairs.Count; i++)
        {
            FlatTable pair = pairs.Table(i);
            budget.SpendNode(pair.Offset);
            metadata[pair.GetString(0, ref budget) ?? ""] = pair.GetString(1, ref budget) ?? "";
        }
        return metadata;
    }

    // The vector's length is backed by bytes, but not the objects that are made for its elements before they are looked at.
    static int CheckCount(FlatVector vector, ref FlatBudget budget)
    {
        for (int i = 0; i < vector.Count; i++)
            budget.SpendNode(vector.Offset);
        return vector.Count;
    }

    static IpcField ReadField(FlatTable table, int depth, ref FlatBudget budget)
    {
        if (depth >= MaxNesting)
            throw new ArrowFormatException($"the schema nests deeper than {MaxNesting} levels", table.Offset);
        FlatVector vector = table.GetVector(FieldSlot.Children, 4);
        IpcField[] children = new IpcField[CheckCount(vector, ref budget)];
        for (int i = 0; i < children.Length; i++)
            children[i] = ReadField(vector.Table(i), depth + 1, ref budget);
        string name = table.GetString(FieldSlot.Name, ref budget) ?? "";
        TypeTag tag = (TypeTag)table.GetByte(FieldSlot.TypeTag);
        if (!table.TryGetTable(FieldSlot.Type, out FlatTable detail))
            throw new ArrowFormatException($"field '{name}' has no type", table.Offset);
        try
        {
            ArrowType type = ReadType(tag, detail, children, ref budget);
            if (type is MapType map)
                children = [WithMapEntries(children[0], map)];
            long? id = null;
            if (table.TryGetTable(FieldSlot.Dictionary, out FlatTable dictionary))
            {
                id = dictionary.GetInt64(DictionarySlot.Id);
                ArrowType index = dictionary.TryGetTable(DictionarySlot.IndexType, out FlatTable integer)
                    ? ReadType(TypeTag.Int, integer, [], ref budget)
                    : ArrowType.Int32;
                type = new DictionaryType(index, type, dictionary.GetBool(DictionarySlot.Ordered));
            }
            Field field = new(name, type, table.GetBool(FieldSlot.Nullable), Metadata(table, FieldSlot.Metadata, ref budget));
            return new IpcField(field, id, children);
        }
        catch (ArgumentException e)
        {
            throw new ArrowFormatException($"the type of field '{name}' is not possible: {e.Message}", table.Offset, e);
        }
    }

    // Some writers call the entries or keys nullable, which they never are.
    static IpcField WithMapEntries(IpcField entries, MapType map) => entries with
    {
        Field = map.Entries,
        Children = [entries.Children[0] with { Field = map.Key }, entries.Children[1]],
    };

    static ArrowType ReadType(TypeTag tag, FlatTable detail, IpcField[] children, ref FlatBudget budget)
    {
        int wanted = tag switch
        {
            TypeTag.List or TypeTag.LargeList or TypeTag.FixedSizeList or TypeTag.Map => 1,
            TypeTag.Struct => children.Length,
            _ => 0,
        };
        if (children.Length != wanted)
            throw new ArrowFormatException($"a field of type {tag} has {children.Length} children, not {wanted}", detail.Offset);
        switch (tag)
        {
            case TypeTag.Null: return ArrowType.Null;
            case TypeTag.Bool: return ArrowType.Boolean;
            case TypeTag.Utf8: return ArrowType.String;
            case TypeTag.LargeUtf8: return ArrowType.LargeString;
            case TypeTag.Binary: return ArrowType.Binary;
            case TypeTag.LargeBinary: return ArrowType.LargeBinary;
            case TypeTag.Int: return Integer(detail);
            case TypeTag.FloatingPoint:
                return detail.GetInt16(0) switch
                {
                    0 => ArrowType.Float16,
                    1 => ArrowType.Float32,
                    2 => ArrowType.Float64,
                    var other => throw new ArrowFormatException($"floating-point precision {other} is not 0, 1 or 2", detail.Offset),
                };
            case TypeTag.Decimal:
                return detail.GetInt32(2, 128) switch
                {
                    128 => new Decimal128Type(detail.GetInt32(0), detail.GetInt32(1)),
                    256 => new Decimal256Type(detail.GetInt32(0), detail.GetInt32(1)),
                    var other => throw new ArrowFormatException($"decimals of {other} bits are not supported, only 128 and 256", detail.Offset),
                };
            case TypeTag.Date:
                return detail.GetInt16(0, 1) switch
                {
                    0 => ArrowType.Date32,
                    1 => ArrowType.Date64,
                    var other => throw new ArrowFormatException($"date unit {other} is not 0 or 1", detail.Offset),
                };
            case TypeTag.Time:
                return detail.GetInt32(1, 32) switch
                {
                    32 => new Time32Type(Unit(detail, 1)),
                    64 => new Time64Type(Unit(detail, 1)),
                    var other => throw new ArrowFormatException($"times of {other} bits do not exist", detail.Offset),
                };
            case TypeTag.Timestamp: return new TimestampType(Unit(detail, 0), detail.GetString(1, ref budget));
            case TypeTag.Duration: return new DurationType(Unit(detail, 1));
            case TypeTag.FixedSizeBinary: return new FixedSizeBinaryType(detail.GetInt32(0));
            case TypeTag.List: return new ListType(children[0].Field);
            case TypeTag.LargeList: return new LargeListType(children[0].Field);
            case TypeTag.FixedSizeList: return new FixedSizeListType(children[0].Field, detail.GetInt32(0));
            case TypeTag.Struct: return new StructType(Array.ConvertAll(children, static c => c.Field));
            case TypeTag.Map:
                if (children[0].Field.Type is not StructType { Fields.Count: 2 } entries || children[0].DictionaryId is not null)
                    throw new ArrowFormatException("the entries of a map are not structs of key and value", detail.Offset);
                Field key = entries.Fields[0];
                return new MapType(new Field(key.Name, key.Type, nullable: false, key.Metadata), entries.Fields[1], detail.GetBool(0));
            default:
                throw new ArrowFormatException($"type {tag} is not supported", detail.Offset);
        }
    }

    static ArrowType Integer(FlatTable detail) => (detail.GetInt32(0), detail.GetBool(1)) switch
    {
        (8, true) => ArrowType.Int8,
        (16, true) => ArrowType.Int16,
        (32, true) => ArrowType.Int32,
        (64, true) => ArrowType.Int64,
        (8, false) => ArrowType.UInt8,
        (16, false) => ArrowType.UInt16,
        (32, false) => ArrowType.UInt32,
        (64, false) => ArrowType.UInt64,
        var (bits, _) => throw new ArrowFormatException($"integers of {bits} bits do not exist", detail.Offset),
    };

    static TimeUnit Unit(FlatTable detail, short absent)
    {
        short unit = detail.GetInt16(0, absent);
        return unit is >= 0 and <= 3 ? (TimeUnit)unit : throw new ArrowFormatException($"time unit {unit} is not 0 to 3", detail.Offset);
    }
}
