using System.Globalization;
using System.Numerics;
using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance.Tests.Files;

/// <summary>Prints rows the way the fixtures hold them, which is JavaScript's compact JSON: 64-bit integers and decimals as
/// strings of the stored integer, binary as base64, special floats as strings, maps as pairs.</summary>
internal static class JsonRows
{
    public static string[] Print(ArrowArray array)
    {
        var rows = new string[array.Length];
        var text = new StringBuilder();
        for (int i = 0; i < rows.Length; i++)
        {
            text.Clear();
            Write(text, array, i);
            rows[i] = text.ToString();
        }
        return rows;
    }

    static void Write(StringBuilder text, ArrowArray array, int i)
    {
        if (array.IsNull(i))
        {
            text.Append("null");
            return;
        }
        switch (array)
        {
            case BooleanArray a: text.Append(a.GetValue(i) ? "true" : "false"); break;
            case PrimitiveArray<sbyte> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<byte> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<short> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<ushort> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<int> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<uint> a: text.Append(CultureInfo.InvariantCulture, $"{a.Values[i]}"); break;
            case PrimitiveArray<long> a: text.Append(CultureInfo.InvariantCulture, $"\"{a.Values[i]}\""); break;
            case PrimitiveArray<ulong> a: text.Append(CultureInfo.InvariantCulture, $"\"{a.Values[i]}\""); break;
            case PrimitiveArray<Half> a: WriteNumber(text, (double)a.Values[i]); break;
            case PrimitiveArray<float> a: WriteNumber(text, a.Values[i]); break;
            case PrimitiveArray<double> a: WriteNumber(text, a.Values[i]); break;
            case StringArray a: WriteString(text, a.GetString(i)!); break;
            case LargeStringArray a: WriteString(text, a.GetString(i)!); break;
            case BinaryArray a: WriteBytes(text, a.GetBytes(i)); break;
            case LargeBinaryArray a: WriteBytes(text, a.GetBytes(i)); break;
            case FixedSizeBinaryArray a when a.Type.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256:
                text.Append(CultureInfo.InvariantCulture, $"\"{new BigInteger(a.GetBytes(i))}\"");
                break;
            case FixedSizeBinaryArray a: WriteBytes(text, a.GetBytes(i)); break;
            case ListArray a: WriteItems(text, a.Items, a.Offsets[i], a.Offsets[i + 1]); break;
            case LargeListArray a: WriteItems(text, a.Items, (int)a.Offsets[i], (int)a.Offsets[i + 1]); break;
            case FixedSizeListArray a: WriteItems(text, a.Items, i * a.Size, (i + 1) * a.Size); break;
            case MapArray a: WriteEntries(text, a, i); break;
            case StructArray a: WriteStruct(text, a, i); break;
            case DictionaryArray a: WriteDictionary(text, a, i); break;
            default: throw new NotSupportedException(array.Type.ToString());
        }
    }

    static void WriteItems(StringBuilder text, ArrowArray items, int start, int end)
    {
        text.Append('[');
        for (int i = start; i < end; i++)
        {
            if (i > start)
            {
                text.Append(',');
            }
            Write(text, items, i);
        }
        text.Append(']');
    }

    static void WriteEntries(StringBuilder text, MapArray map, int row)
    {
        text.Append('[');
        for (int i = map.Offsets[row]; i < map.Offsets[row + 1]; i++)
        {
            text.Append(i > map.Offsets[row] ? ",[" : "[");
            Write(text, map.Keys, i);
            text.Append(',');
            Write(text, map.Values, i);
            text.Append(']');
        }
        text.Append(']');
    }

    static void WriteStruct(StringBuilder text, StructArray array, int row)
    {
        var fields = ((StructType)array.Type).Fields;
        text.Append('{');
        for (int i = 0; i < fields.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }
            WriteString(text, fields[i].Name);
            text.Append(':');
            Write(text, array.Children[i], row);
        }
        text.Append('}');
    }

    static void WriteDictionary(StringBuilder text, DictionaryArray array, int row)
    {
        int index = array.Indices switch
        {
            PrimitiveArray<sbyte> a => a.Values[row],
            PrimitiveArray<byte> a => a.Values[row],
            PrimitiveArray<short> a => a.Values[row],
            PrimitiveArray<ushort> a => a.Values[row],
            PrimitiveArray<int> a => a.Values[row],
            PrimitiveArray<uint> a => (int)a.Values[row],
            PrimitiveArray<long> a => (int)a.Values[row],
            var a => (int)((PrimitiveArray<ulong>)a).Values[row],
        };
        Write(text, array.Dictionary, index);
    }

    static void WriteBytes(StringBuilder text, ReadOnlySpan<byte> bytes) => text.Append('"').Append(Convert.ToBase64String(bytes)).Append('"');

    static void WriteNumber(StringBuilder text, double value)
    {
        if (!double.IsFinite(value) || (value == 0 && double.IsNegative(value)))
        {
            text.Append(double.IsNaN(value) ? "\"NaN\"" : value == 0 ? "\"-0\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
            return;
        }
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        double magnitude = Math.Abs(value);
        if (!shortest.Contains('E'))
        {
            text.Append(shortest);
            return;
        }
        // JavaScript switches to exponents later than .NET and writes them without padding.
        int split = shortest.IndexOf('E');
        string mantissa = shortest[..split];
        int exponent = int.Parse(shortest[(split + 1)..], CultureInfo.InvariantCulture);
        if (magnitude >= 1e21 || magnitude < 1e-6)
        {
            text.Append(mantissa).Append('e').Append(exponent > 0 ? "+" : "").Append(exponent);
            return;
        }
        text.Append(decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
    }

    static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }
}
