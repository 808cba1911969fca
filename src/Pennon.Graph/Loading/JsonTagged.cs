using System.Text.Json;

namespace Pennon.Graph;

/// <summary>Writes JSON values in their tagged form.</summary>
static class JsonTagged
{
    /// <summary>Writes the value the reader stands on and moves to its last token; gives its kind.</summary>
    public static TaggedKind Write(TaggedWriter writer, ref Utf8JsonReader reader, int depth = TaggedValue.MaxDepth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                writer.WriteNull();
                return TaggedKind.Null;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBoolean(reader.TokenType == JsonTokenType.True);
                return TaggedKind.Boolean;
            case JsonTokenType.Number when reader.TryGetInt64(out var whole):
                writer.WriteInt64(whole);
                return TaggedKind.Int64;
            case JsonTokenType.Number:
                writer.WriteDouble(reader.GetDouble());
                return TaggedKind.Float64;
            case JsonTokenType.String:
                if (reader.ValueIsEscaped)
                {
                    var text = new byte[reader.ValueSpan.Length];
                    writer.WriteString(text.AsSpan(0, reader.CopyString(text)));
                }
                else
                {
                    writer.WriteString(reader.ValueSpan);
                }

                return TaggedKind.String;
            default:
                if (depth == 0)
                {
                    throw new JsonException($"A value is nested more than {TaggedValue.MaxDepth} deep.");
                }

                var isMap = reader.TokenType == JsonTokenType.StartObject;
                var mark = writer.Begin(isMap);
                var count = 0;
                while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                {
                    if (isMap)
                    {
                        writer.WriteName(System.Text.Encoding.UTF8.GetBytes(reader.GetString()!));
                        reader.Read();
                    }

                    Write(writer, ref reader, depth - 1);
                    count++;
                }

                writer.End(mark, count);
                return isMap ? TaggedKind.Map : TaggedKind.List;
        }
    }
}
