using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance;

/// <summary>
/// Writes rows as JSON, one object a line, in a form that loses nothing: 64-bit integers, 64-bit dates and times, timestamps,
/// durations and decimals are the stored integer as decimal text; binary is base64; NaN, the infinities and negative zero are text;
/// maps are lists of key and value; dictionaries are their values.
/// </summary>
public sealed class JsonRowWriter
{
    readonly Schema _schema;
    readonly int[] _order;
    readonly byte[][] _names;

    /// <summary>Prepares for batches of one schema.</summary>
    /// <param name="schema">The columns.</param>
    public JsonRowWriter(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _schema = schema;
        _order = JsonKeyOrder.Of([.. schema.Fields.Select(f => f.Name)]);
        _names = [.. schema.Fields.Select(f => JsonText.Quote(f.Name))];
    }

    /// <summary>Writes one line that describes a table: its name, version, number of rows and schema.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="table">The name of the table.</param>
    /// <param name="version">The version.</param>
    /// <param name="rows">The number of rows.</param>
    public void WriteHeader(IBufferWriter<byte> output, string table, long version, long rows)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("{\"table\":"u8);
        output.Write(JsonText.Quote(table));
        Write(output, string.Create(CultureInfo.InvariantCulture, $",\"version\":{version},\"rows\":{rows},\"schema\":"));
        WriteSchema(output);
        output.Write("}\n"u8);
    }

    /// <summary>Writes the schema as a list of columns with name, type, nullability and metadata.</summary>
    /// <param name="output">Receives UTF-8.</param>
    public void WriteSchema(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("["u8);
        for (var i = 0; i < _schema.Fields.Count; i++)
        {
            var field = _schema.Fields[i];
            output.Write(i == 0 ? "{\"name\":"u8 : ",{\"name\":"u8);
            output.Write(_names[i]);
            output.Write(",\"type\":"u8);
            output.Write(JsonText.Quote(JsonTypeNames.Of(field.Type)));
            output.Write(field.Nullable ? ",\"nullable\":true"u8 : ",\"nullable\":false"u8);
            if (field.Metadata.Count > 0)
            {
                output.Write(",\"metadata\":{"u8);
                var keys = field.Metadata.Keys.Order(StringComparer.Ordinal).ToArray();
                var order = JsonKeyOrder.Of(keys);
                for (var k = 0; k < order.Length; k++)
                {
                    if (k > 0)
                        output.Write(","u8);
                    output.Write(JsonText.Quote(keys[order[k]]));
                    output.Write(":"u8);
                    output.Write(JsonText.Quote(field.Metadata[keys[order[k]]]));
                }
                output.Write("}"u8);
            }
            output.Write("}"u8);
        }
        output.Write("]"u8);
    }

    /// <summary>Writes every row of a batch, each followed by a line feed.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="batch">Rows of the schema.</param>
    public void WriteRows(IBufferWriter<byte> output, RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        for (var row = 0; row < batch.Length; row++)
        {
            output.Write("{"u8);
            for (var i = 0; i < _order.Length; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                output.Write(_names[_order[i]]);
                output.Write(":"u8);
                WriteValue(output, batch.Column(_order[i]), row);
            }
            output.Write("}\n"u8);
        }
    }

    /// <summary>Writes one value.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="array">The column.</param>
    /// <param name="row">The row, from 0.</param>
    public static void WriteValue(IBufferWriter<byte> output, ArrowArray array, int row)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(array);
        if (array.IsNull(row))
        {
            output.Write("null"u8);
            return;
        }
        switch (array)
        {
            case BooleanArray a:
                output.Write(a.GetValue(row) ? "true"u8 : "false"u8);
                break;
            case PrimitiveArray<sbyte> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<byte> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<short> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<ushort> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<int> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<uint> a:
                Write(output, a.Values[row], quoted: false);
                break;
            case PrimitiveArray<long> a:
                Write(output, a.Values[row], quoted: true);
                break;
            case PrimitiveArray<ulong> a:
                WriteUnsigned(output, a.Values[row]);
                break;
            case PrimitiveArray<Half> a:
                WriteDouble(output, (double)a.Values[row]);
                break;
            case PrimitiveArray<float> a:
                WriteDouble(output, a.Values[row]);
                break;
            case PrimitiveArray<double> a:
                WriteDouble(output, a.Values[row]);
                break;
            case StringArray a:
                JsonText.Write(output, a.GetBytes(row));
                break;
            case LargeStringArray a:
                JsonText.Write(output, a.GetBytes(row));
                break;
            case VariableBinaryArray<int> a:
                WriteBase64(output, a.GetBytes(row));
                break;
            case VariableBinaryArray<long> a:
                WriteBase64(output, a.GetBytes(row));
                break;
            case FixedSizeBinaryArray { Type.Id: ArrowTypeId.FixedSizeBinary } a:
                WriteBase64(output, a.GetBytes(row));
                break;
            case FixedSizeBinaryArray a:
                Write(output, "\"" + new BigInteger(a.GetBytes(row)).ToString(CultureInfo.InvariantCulture) + "\"");
                break;
            case DictionaryArray a:
                WriteValue(output, a.Dictionary, (int)a.GetIndex(row));
                break;
            case MapArray a:
                WriteMap(output, a, row);
                break;
            case VariableListArray<int> a:
                WriteItems(output, a.Items, a.Offsets[row], a.Offsets[row + 1]);
                break;
            case VariableListArray<long> a:
                WriteItems(output, a.Items, (int)a.Offsets[row], (int)a.Offsets[row + 1]);
                break;
            case FixedSizeListArray a:
                WriteItems(output, a.Items, row * a.Size, (row + 1) * a.Size);
                break;
            case StructArray a:
                WriteStruct(output, a, row);
                break;
            default:
                throw new LanceNotSupportedException($"JSON of {array.Type}", $"Values of {array.Type} cannot be written as JSON.");
        }
    }

    static void WriteItems(IBufferWriter<byte> output, ArrowArray items, int start, int end)
    {
        output.Write("["u8);
        for (var i = start; i < end; i++)
        {
            if (i > start)
                output.Write(","u8);
            WriteValue(output, items, i);
        }
        output.Write("]"u8);
    }

    static void WriteMap(IBufferWriter<byte> output, MapArray map, int row)
    {
        output.Write("["u8);
        var offsets = map.Offsets;
        for (var i = offsets[row]; i < offsets[row + 1]; i++)
        {
            output.Write(i > offsets[row] ? ",["u8 : "["u8);
            WriteValue(output, map.Keys, i);
            output.Write(","u8);
            WriteValue(output, map.Values, i);
            output.Write("]"u8);
        }
        output.Write("]"u8);
    }

    static void WriteStruct(IBufferWriter<byte> output, StructArray array, int row)
    {
        var fields = ((StructType)array.Type).Fields;
        var order = JsonKeyOrder.Of([.. fields.Select(f => f.Name)]);
        output.Write("{"u8);
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0)
                output.Write(","u8);
            output.Write(JsonText.Quote(fields[order[i]].Name));
            output.Write(":"u8);
            WriteValue(output, array.Children[order[i]], row);
        }
        output.Write("}"u8);
    }

    static void WriteBase64(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.Write("\""u8);
        Base64.EncodeToUtf8(bytes, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        output.Advance(written);
        output.Write("\""u8);
    }

    static void Write(IBufferWriter<byte> output, long value, bool quoted)
    {
        if (quoted)
            output.Write("\""u8);
        Utf8Formatter.TryFormat(value, output.GetSpan(24), out var written);
        output.Advance(written);
        if (quoted)
            output.Write("\""u8);
    }

    static void WriteUnsigned(IBufferWriter<byte> output, ulong value)
    {
        output.Write("\""u8);
        Utf8Formatter.TryFormat(value, output.GetSpan(24), out var written);
        output.Advance(written);
        output.Write("\""u8);
    }

    static void WriteDouble(IBufferWriter<byte> output, double value)
    {
        if (double.IsNaN(value))
            output.Write("\"NaN\""u8);
        else if (double.IsInfinity(value))
            output.Write(value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
        else if (value == 0)
            output.Write(double.IsNegative(value) ? "\"-0\""u8 : "0"u8);
        else
            Write(output, JsonText.Number(value));
    }

    static void Write(IBufferWriter<byte> output, string ascii)
    {
        var span = output.GetSpan(ascii.Length);
        Encoding.ASCII.GetBytes(ascii, span);
        output.Advance(ascii.Length);
    }
}
