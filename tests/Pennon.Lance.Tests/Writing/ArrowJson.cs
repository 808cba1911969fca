using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Lance.Tests.Writing;

/// <summary>
/// Values as JSON without loss: 64-bit integers, times of 64 bits and decimals as decimal strings of the stored integer, binary as base64,
/// special floats as strings, maps as lists of pairs.
/// </summary>
internal static class ArrowJson
{
    public static void Write(Utf8JsonWriter json, ArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            json.WriteNullValue();
            return;
        }
        switch (array)
        {
            case BooleanArray a: json.WriteBooleanValue(a.GetValue(row)); break;
            case PrimitiveArray<sbyte> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<byte> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<short> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<ushort> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<int> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<uint> a: json.WriteNumberValue(a.Values[row]); break;
            case PrimitiveArray<long> a: json.WriteStringValue(a.Values[row].ToString(CultureInfo.InvariantCulture)); break;
            case PrimitiveArray<ulong> a: json.WriteStringValue(a.Values[row].ToString(CultureInfo.InvariantCulture)); break;
            case PrimitiveArray<Half> a: WriteReal(json, (double)a.Values[row]); break;
            case PrimitiveArray<float> a: WriteReal(json, a.Values[row]); break;
            case PrimitiveArray<double> a: WriteReal(json, a.Values[row]); break;
            case StringArray a: json.WriteStringValue(a.GetBytes(row)); break;
            case LargeStringArray a: json.WriteStringValue(a.GetBytes(row)); break;
            case BinaryArray a: json.WriteBase64StringValue(a.GetBytes(row)); break;
            case LargeBinaryArray a: json.WriteBase64StringValue(a.GetBytes(row)); break;
            case FixedSizeBinaryArray a:
                if (a.Type is FixedSizeBinaryType) json.WriteBase64StringValue(a.GetBytes(row));
                else json.WriteStringValue(new BigInteger(a.GetBytes(row)).ToString(CultureInfo.InvariantCulture));
                break;
            case MapArray a:
                json.WriteStartArray();
                for (var i = a.Offsets[row]; i < a.Offsets[row + 1]; i++)
                {
                    json.WriteStartArray();
                    Write(json, a.Keys, i);
                    Write(json, a.Values, i);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
                break;
            case VariableListArray<int> a: WriteItems(json, a.Items, a.Offsets[row], a.Offsets[row + 1]); break;
            case VariableListArray<long> a: WriteItems(json, a.Items, (int)a.Offsets[row], (int)a.Offsets[row + 1]); break;
            case FixedSizeListArray a: WriteItems(json, a.Items, row * a.Size, (row + 1) * a.Size); break;
            case StructArray a:
                json.WriteStartObject();
                var fields = ((StructType)a.Type).Fields;
                for (var i = 0; i < fields.Count; i++)
                {
                    json.WritePropertyName(fields[i].Name);
                    Write(json, a.Children[i], row);
                }
                json.WriteEndObject();
                break;
            case DictionaryArray a: Write(json, a.Dictionary, (int)a.GetIndex(row)); break;
            default: throw new InvalidOperationException($"No JSON for {array.Type}.");
        }
    }

    static void WriteItems(Utf8JsonWriter json, ArrowArray items, int start, int end)
    {
        json.WriteStartArray();
        for (var i = start; i < end; i++) Write(json, items, i);
        json.WriteEndArray();
    }

    static void WriteReal(Utf8JsonWriter json, double value)
    {
        if (double.IsNaN(value)) json.WriteStringValue("NaN");
        else if (double.IsInfinity(value)) json.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
        else if (value == 0 && double.IsNegative(value)) json.WriteStringValue("-0");
        else json.WriteNumberValue(value);
    }
}
