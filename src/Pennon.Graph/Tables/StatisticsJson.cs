using System.Text;
using System.Text.Json;
using Pennon.Lance;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>The JSON that the graph layer keeps in the graph manifest: written compactly, checked when read.</summary>
static class StatisticsJson
{
    public static string Write(Action<Utf8JsonWriter> body)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static T Read<T>(string text, string table, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new LanceFormatException($"The statistics of table '{table}' are broken: {error.Message}", GraphManifest.DatasetPath, -1, error);
        }
    }

    public static void WriteBlocks(Utf8JsonWriter json, string name, IReadOnlyList<(ulong Start, int Count)> blocks)
    {
        json.WriteStartArray(name);
        foreach (var (start, count) in blocks)
        {
            json.WriteNumberValue(start);
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
    }

    public static (ulong Start, int Count)[] ReadBlocks(JsonElement owner, string name)
    {
        var numbers = owner.GetProperty(name);
        var blocks = new (ulong Start, int Count)[numbers.GetArrayLength() / 2];
        long sum = 0;
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (numbers[2 * i].GetUInt64(), numbers[(2 * i) + 1].GetInt32());
            sum += blocks[i].Count;
            if (blocks[i].Count < 0 || sum > int.MaxValue || blocks[i].Start > long.MaxValue - (ulong)blocks[i].Count)
            {
                throw new FormatException($"'{name}' has a run of {blocks[i].Count} from {blocks[i].Start}.");
            }
        }

        return blocks;
    }

    public static (ulong Start, int Count) ReadBlock(JsonElement owner, string name) =>
        ReadBlocks(owner, name) is [var block] ? block : throw new FormatException($"'{name}' is not one run.");

    public static void WriteProperties(Utf8JsonWriter json, IReadOnlyList<StoredProperty> properties)
    {
        json.WriteStartArray("properties");
        foreach (var property in properties)
        {
            json.WriteStartObject();
            json.WriteString("name", property.Name);
            if (property.Column is not null)
            {
                json.WriteString("column", property.Column);
                json.WriteString("type", PropertyTypeName.Format(property.Type!));
            }

            json.WriteBoolean("nullable", property.Nullable);
            if (property.OverflowKinds != 0)
            {
                json.WriteNumber("overflow", property.OverflowKinds);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static StoredProperty[] ReadProperties(JsonElement owner)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. owner.GetProperty("properties").EnumerateArray().Select(property =>
        {
            var name = property.GetProperty("name").GetString()!;
            if (!names.Add(name))
            {
                throw new FormatException($"Property '{name}' comes twice.");
            }

            var column = property.TryGetProperty("column", out var value) ? value.GetString() : null;
            var type = column is null ? null : PropertyTypeName.Parse(property.GetProperty("type").GetString()!);
            var overflow = property.TryGetProperty("overflow", out value) ? value.GetInt32() : 0;
            if (type is null && overflow == 0)
            {
                throw new FormatException($"Property '{name}' is stored nowhere.");
            }

            return new StoredProperty(name, column, type, property.GetProperty("nullable").GetBoolean(), overflow);
        })];
    }
}
