using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.TestSupport;

/// <summary>
/// Prints Arrow values as JSON that keeps every bit: 64-bit integers, decimals (unscaled) and temporal values are decimal strings,
/// floats the hexadecimal of their 64-bit form, binary is hexadecimal, structs and map entries are arrays.
/// </summary>
public static class ArrowText
{
    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One row.</summary>
    public static string Row(ArrowArray array, int row)
    {
        var text = new StringBuilder();
        Append(text, array, row);
        return text.ToString();
    }

    /// <summary>All rows.</summary>
    public static string[] Rows(ArrowArray array)
    {
        var rows = new string[array.Length];
        for (var i = 0; i < rows.Length; i++) rows[i] = Row(array, i);
        return rows;
    }

    /// <summary>A column as one JSON array.</summary>
    public static string Column(ArrowArray array) => $"[{string.Join(",", Rows(array))}]";

    /// <summary>A text as a JSON string.</summary>
    public static string Quote(string value) => JsonSerializer.Serialize(value, Relaxed);

    static void Append(StringBuilder text, ArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            text.Append("null");
            return;
        }
        switch (array)
        {
            case BooleanArray a: text.Append(a.GetValue(row) ? "true" : "false"); break;
            case PrimitiveArray<sbyte> a: Number(text, a.Values[row]); break;
            case PrimitiveArray<byte> a: Number(text, a.Values[row]); break;
            case PrimitiveArray<short> a: Number(text, a.Values[row]); break;
            case PrimitiveArray<ushort> a: Number(text, a.Values[row]); break;
            case PrimitiveArray<int> { Type.Id: ArrowTypeId.Int32 } a: Number(text, a.Values[row]); break;
            case PrimitiveArray<uint> a: Number(text, a.Values[row]); break;
            case PrimitiveArray<int> a: Quoted(text, a.Values[row]); break;
            case PrimitiveArray<long> a: Quoted(text, a.Values[row]); break;
            case PrimitiveArray<ulong> a: Quoted(text, a.Values[row]); break;
            case PrimitiveArray<Half> a: Float(text, (double)a.Values[row]); break;
            case PrimitiveArray<float> a: Float(text, a.Values[row]); break;
            case PrimitiveArray<double> a: Float(text, a.Values[row]); break;
            case FixedSizeBinaryArray { Type.Id: ArrowTypeId.FixedSizeBinary } a: Hex(text, a.GetBytes(row)); break;
            case FixedSizeBinaryArray a: Quoted(text, new System.Numerics.BigInteger(a.GetBytes(row))); break;
            case StringArray a: text.Append(Quote(a.GetString(row)!)); break;
            case LargeStringArray a: text.Append(Quote(a.GetString(row)!)); break;
            case VariableBinaryArray<int> a: Hex(text, a.GetBytes(row)); break;
            case VariableBinaryArray<long> a: Hex(text, a.GetBytes(row)); break;
            case VariableListArray<int> a: Range(text, a.Items, a.Offsets[row], a.Offsets[row + 1]); break;
            case VariableListArray<long> a: Range(text, a.Items, (int)a.Offsets[row], (int)a.Offsets[row + 1]); break;
            case FixedSizeListArray a: Range(text, a.Items, row * a.Size, (row + 1) * a.Size); break;
            case StructArray a:
                text.Append('[');
                for (var i = 0; i < a.Children.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Append(text, a.Children[i], row);
                }
                text.Append(']');
                break;
            case DictionaryArray a: Append(text, a.Dictionary, (int)a.GetIndex(row)); break;
            default: throw new NotSupportedException($"{array.Type} has no text form.");
        }
    }

    static void Range(StringBuilder text, ArrowArray items, int from, int to)
    {
        text.Append('[');
        for (var i = from; i < to; i++)
        {
            if (i > from) text.Append(',');
            Append(text, items, i);
        }
        text.Append(']');
    }

    static void Number<T>(StringBuilder text, T value) where T : IFormattable => text.Append(value.ToString(null, CultureInfo.InvariantCulture));

    static void Quoted<T>(StringBuilder text, T value) where T : IFormattable => text.Append('"').Append(value.ToString(null, CultureInfo.InvariantCulture)).Append('"');

    static void Float(StringBuilder text, double value) =>
        text.Append('"').Append(double.IsNaN(value) ? "nan" : BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture)).Append('"');

    static void Hex(StringBuilder text, ReadOnlySpan<byte> bytes) => text.Append('"').Append(Convert.ToHexStringLower(bytes)).Append('"');
}
