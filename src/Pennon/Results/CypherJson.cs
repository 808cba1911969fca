using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pennon.Cypher.Values;

namespace Pennon;

/// <summary>
/// Cypher values as JSON and back. Integers are written with all their digits, floats always with a point or an exponent (NaN and the infinities
/// as strings), bytes as base64, temporal values as ISO 8601 text, nodes as <c>{"id":…,"labels":[…],"properties":{…}}</c>, relationships as
/// <c>{"id":…,"type":…,"start":…,"end":…,"properties":{…}}</c>, paths as <c>{"nodes":[…],"relationships":[…]}</c>.
/// </summary>
public static class CypherJson
{
    /// <summary>Options for a <see cref="Utf8JsonWriter"/> that leaves non-ASCII letters readable.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The JSON text of one value.</summary>
    /// <param name="value">The value.</param>
    public static string Text(CypherValue value) => Collect(writer => Write(writer, value));

    /// <summary>The JSON text of a row: an object with one member for each column.</summary>
    /// <param name="record">The row.</param>
    public static string Text(QueryRecord record) => Collect(writer => Write(writer, record));

    /// <summary>Writes a row as an object with one member for each column.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="record">The row.</param>
    public static void Write(Utf8JsonWriter writer, QueryRecord record)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(record);
        writer.WriteStartObject();
        for (var i = 0; i < record.Count; i++)
        {
            writer.WritePropertyName(record.Columns[i]);
            Write(writer, record.Values[i]);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes one value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    public static void Write(Utf8JsonWriter writer, CypherValue value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.Type)
        {
            case CypherType.Null:
                writer.WriteNullValue();
                break;
            case CypherType.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case CypherType.Integer:
                writer.WriteNumberValue(value.AsInteger());
                break;
            case CypherType.Float:
                WriteFloat(writer, value.AsFloat());
                break;
            case CypherType.String:
                writer.WriteStringValue(value.AsString());
                break;
            case CypherType.Bytes:
                writer.WriteBase64StringValue(value.AsBytes().Span);
                break;
            case CypherType.List:
                WriteList(writer, value.AsList());
                break;
            case CypherType.Map:
                WriteMap(writer, value.AsMap());
                break;
            case CypherType.Node:
                WriteNode(writer, value.AsNode());
                break;
            case CypherType.Relationship:
                WriteRelationship(writer, value.AsRelationship());
                break;
            case CypherType.Path:
                WritePath(writer, value.AsPath());
                break;
            case CypherType.Point:
                WritePoint(writer, value.AsPoint());
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    /// <summary>The value of a JSON text: numbers without a point or exponent that fit 64 bits become integers, other numbers floats, objects maps.</summary>
    /// <param name="element">The parsed JSON.</param>
    /// <exception cref="FormatException">A number is beyond the range of a double.</exception>
    public static CypherValue Parse(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.TryGetInt64(out var integer) && !element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? (CypherValue)integer : element.GetDouble();
            case JsonValueKind.Array:
                return CypherValue.List([.. element.EnumerateArray().Select(Parse)]);
            case JsonValueKind.Object:
                return CypherMap.Create(element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Parse(member.Value))));
            default:
                return CypherValue.Null;
        }
    }

    static string Collect(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void WriteFloat(Utf8JsonWriter writer, double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
            return;
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0", skipInputValidation: true);
    }

    static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<CypherValue> items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    static void WriteMap(Utf8JsonWriter writer, CypherMap map)
    {
        writer.WriteStartObject();
        for (var i = 0; i < map.Count; i++)
        {
            writer.WritePropertyName(map.KeySpan[i]);
            Write(writer, map.ValueSpan[i]);
        }

        writer.WriteEndObject();
    }

    static void WriteNode(Utf8JsonWriter writer, CypherNode node)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", node.Id);
        writer.WriteStartArray("labels");
        foreach (var label in node.Labels)
        {
            writer.WriteStringValue(label);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("properties");
        WriteMap(writer, node.Properties);
        writer.WriteEndObject();
    }

    static void WriteRelationship(Utf8JsonWriter writer, CypherRelationship relationship)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", relationship.Id);
        writer.WriteString("type", relationship.Type);
        writer.WriteNumber("start", relationship.StartId);
        writer.WriteNumber("end", relationship.EndId);
        writer.WritePropertyName("properties");
        WriteMap(writer, relationship.Properties);
        writer.WriteEndObject();
    }

    static void WritePath(Utf8JsonWriter writer, CypherPath path)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("nodes");
        foreach (var node in path.Nodes)
        {
            WriteNode(writer, node);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("relationships");
        foreach (var relationship in path.Relationships)
        {
            WriteRelationship(writer, relationship);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WritePoint(Utf8JsonWriter writer, CypherPoint point)
    {
        writer.WriteStartObject();
        writer.WriteNumber("srid", point.Srid);
        writer.WritePropertyName("x");
        WriteFloat(writer, point.X);
        writer.WritePropertyName("y");
        WriteFloat(writer, point.Y);
        if (point.Is3D)
        {
            writer.WritePropertyName("z");
            WriteFloat(writer, point.Z);
        }

        writer.WriteEndObject();
    }
}
