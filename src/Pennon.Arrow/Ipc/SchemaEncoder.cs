using Pennon.Arrow.Ipc.FlatBuffers;
using static Pennon.Arrow.Ipc.IpcFormat;

namespace Pennon.Arrow.Ipc;

/// <summary>Writes schemas as FlatBuffers. Metadata keys are sorted, so that equal schemas give equal bytes.</summary>
internal static class SchemaEncoder
{
    public static int Schema(FlatBufferBuilder builder, IpcField[] fields, IReadOnlyDictionary<string, string> metadata)
    {
        int[] handles = new int[fields.Length];
        for (int i = 0; i < fields.Length; i++)
            handles[i] = Field(builder, fields[i]);
        int vector = builder.CreateReferences(handles);
        int pairs = Metadata(builder, metadata);
        builder.StartTable(SchemaSlot.Count);
        builder.AddReference(SchemaSlot.Fields, vector);
        builder.AddReference(SchemaSlot.Metadata, pairs);
        return builder.EndTable();
    }

    /// <summary>A vector of key and value tables, or 0 when there are none.</summary>
    public static int Metadata(FlatBufferBuilder builder, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return 0;
        string[] keys = [.. metadata.Keys];
        Array.Sort(keys, StringComparer.Ordinal);
        int[] pairs = new int[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int key = builder.CreateString(keys[i]);
            int value = builder.CreateString(metadata[keys[i]]);
            builder.StartTable(2);
            builder.AddReference(0, key);
            builder.AddReference(1, value);
            pairs[i] = builder.EndTable();
        }
        return builder.CreateReferences(pairs);
    }

    static int Field(FlatBufferBuilder builder, IpcField field)
    {
        int[] handles = new int[field.Children.Length];
        for (int i = 0; i < handles.Length; i++)
            handles[i] = Field(builder, field.Children[i]);
        // Readers of the reference implementation insist on the vector even when it is empty.
        int children = builder.CreateReferences(handles);
        int metadata = Metadata(builder, field.Field.Metadata);
        int name = builder.CreateString(field.Field.Name);
        (TypeTag tag, int type) = Type(builder, field.ValueType);
        int dictionary = 0;
        if (field is { DictionaryId: { } id, Field.Type: DictionaryType coded })
        {
            (_, int index) = Type(builder, coded.Index);
            builder.StartTable(DictionarySlot.Count);
            builder.AddInt64(DictionarySlot.Id, id);
            builder.AddReference(DictionarySlot.IndexType, index);
            builder.AddBool(DictionarySlot.Ordered, coded.Ordered);
            dictionary = builder.EndTable();
        }
        builder.StartTable(FieldSlot.Count);
        builder.AddReference(FieldSlot.Name, name);
        builder.AddReference(FieldSlot.Type, type);
        builder.AddReference(FieldSlot.Dictionary, dictionary);
        builder.AddReference(FieldSlot.Children, children);
        builder.AddReference(FieldSlot.Metadata, metadata);
        builder.AddByte(FieldSlot.TypeTag, (byte)tag);
        builder.AddBool(FieldSlot.Nullable, field.Field.Nullable);
        return builder.EndTable();
    }

    static (TypeTag Tag, int Handle) Type(FlatBufferBuilder builder, ArrowType type)
    {
        // Strings come before the table that refers to them.
        int zone = type is TimestampType { TimeZone: { } name } ? builder.CreateString(name) : 0;
        builder.StartTable(3);
        TypeTag tag;
        switch (type)
        {
            case { IsInteger: true }:
                tag = TypeTag.Int;
                builder.AddInt32(0, type.BitWidth);
                builder.AddBool(1, type.Id is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64);
                break;
            case { IsFloatingPoint: true }:
                tag = TypeTag.FloatingPoint;
                builder.AddInt16(0, (short)(type.Id - ArrowTypeId.Float16));
                break;
            case FixedSizeBinaryType t:
                tag = TypeTag.FixedSizeBinary;
                builder.AddInt32(0, t.ByteWidth);
                break;
            case Decimal128Type t:
                tag = TypeTag.Decimal;
                Decimal(builder, t.Precision, t.Scale, 128);
                break;
            case Decimal256Type t:
                tag = TypeTag.Decimal;
                Decimal(builder, t.Precision, t.Scale, 256);
                break;
            case Time32Type t:
                tag = TypeTag.Time;
                builder.AddInt16(0, (short)t.Unit);
                builder.AddInt32(1, 32);
                break;
            case Time64Type t:
                tag = TypeTag.Time;
                builder.AddInt16(0, (short)t.Unit);
                builder.AddInt32(1, 64);
                break;
            case TimestampType t:
                tag = TypeTag.Timestamp;
                builder.AddInt16(0, (short)t.Unit);
                builder.AddReference(1, zone);
                break;
            case DurationType t:
                tag = TypeTag.Duration;
                builder.AddInt16(0, (short)t.Unit);
                break;
            case FixedSizeListType t:
                tag = TypeTag.FixedSizeList;
                builder.AddInt32(0, t.Size);
                break;
            case MapType t:
                tag = TypeTag.Map;
                builder.AddBool(0, t.KeysSorted);
                break;
            default:
                tag = type.Id switch
                {
                    ArrowTypeId.Null => TypeTag.Null,
                    ArrowTypeId.Boolean => TypeTag.Bool,
                    ArrowTypeId.String => TypeTag.Utf8,
                    ArrowTypeId.LargeString => TypeTag.LargeUtf8,
                    ArrowTypeId.Binary => TypeTag.Binary,
                    ArrowTypeId.LargeBinary => TypeTag.LargeBinary,
                    ArrowTypeId.Date32 or ArrowTypeId.Date64 => TypeTag.Date,
                    ArrowTypeId.List => TypeTag.List,
                    ArrowTypeId.LargeList => TypeTag.LargeList,
                    ArrowTypeId.Struct => TypeTag.Struct,
                    _ => throw new NotSupportedException($"Arrow IPC has no form for {type}."),
                };
                if (tag == TypeTag.Date)
                    builder.AddInt16(0, type.Id == ArrowTypeId.Date32 ? (short)0 : (short)1);
                break;
        }
        return (tag, builder.EndTable());
    }

    static void Decimal(FlatBufferBuilder builder, int precision, int scale, int bits)
    {
        builder.AddInt32(0, precision);
        builder.AddInt32(1, scale);
        builder.AddInt32(2, bits);
    }
}
