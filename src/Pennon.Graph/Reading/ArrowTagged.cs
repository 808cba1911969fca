using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>Writes values of typed columns in their tagged form.</summary>
static class ArrowTagged
{
    public static void Write(TaggedWriter writer, ArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            writer.WriteNull();
            return;
        }

        switch (array)
        {
            case BooleanArray booleans:
                writer.WriteBoolean(booleans.GetValue(row));
                break;
            case PrimitiveArray<sbyte> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<short> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<int> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<long> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<byte> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<ushort> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<uint> values:
                writer.WriteInt64(values.Values[row]);
                break;
            case PrimitiveArray<ulong> values when values.Values[row] <= long.MaxValue:
                writer.WriteInt64((long)values.Values[row]);
                break;
            case PrimitiveArray<ulong> values:
                writer.WriteDouble(values.Values[row]);
                break;
            case PrimitiveArray<float> values:
                writer.WriteDouble(values.Values[row]);
                break;
            case PrimitiveArray<double> values:
                writer.WriteDouble(values.Values[row]);
                break;
            case StringArray values:
                writer.WriteString(values.GetBytes(row));
                break;
            case BinaryArray values:
                writer.WriteBytes(values.GetBytes(row));
                break;
            case ListArray lists:
                var offsets = lists.Offsets;
                WriteList(writer, lists.Items, offsets[row], offsets[row + 1]);
                break;
            case FixedSizeListArray vectors:
                WriteList(writer, vectors.Items, row * vectors.Size, (row + 1) * vectors.Size);
                break;
            default:
                throw new NotSupportedException($"A value of type {array.Type} has no tagged form.");
        }
    }

    static void WriteList(TaggedWriter writer, ArrowArray items, int start, int end)
    {
        var mark = writer.Begin(map: false);
        for (var i = start; i < end; i++)
        {
            Write(writer, items, i);
        }

        writer.End(mark, end - start);
    }
}
