using System.Text;
using System.Text.Json;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>Reads the text of a <c>schema.json</c> and checks that it makes sense as a whole.</summary>
static class SchemaReader
{
    public static GraphSchema Read(ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json);
            var root = document.RootElement;
            var schema = new GraphSchema
            {
                Delimiter = OneByte(root, "delimiter", (byte)','),
                Quote = OneByte(root, "quote", (byte)'"'),
                Nodes = [.. Items(root, "nodes").Select(ReadNodes)],
                Edges = [.. Items(root, "edges").Select(ReadEdges)],
            };
            Check(schema);
            return schema;
        }
        catch (JsonException error)
        {
            throw new LoadException($"'{path}' is no schema: {error.Message}", [new LoadError(path, (error.LineNumber ?? -1) + 1, "The file is not JSON.")], 1, error);
        }
        catch (FormatException error)
        {
            throw new LoadException($"'{path}' is no schema: {error.Message}", [new LoadError(path, 0, error.Message)], 1, error);
        }
    }

    static NodeTypeSchema ReadNodes(JsonElement node)
    {
        var name = Text(node, "type", "a node type");
        return new NodeTypeSchema(name, Optional(node, "key") ?? "id", ReadColumns(node, name), ReadFiles(node, name));
    }

    static EdgeTypeSchema ReadEdges(JsonElement edge)
    {
        var name = Text(edge, "edge", "an edge type");
        return new EdgeTypeSchema(name, Text(edge, "from", $"edge type '{name}'"), Text(edge, "to", $"edge type '{name}'"), ReadColumns(edge, name), ReadFiles(edge, name));
    }

    static PropertySchema[] ReadColumns(JsonElement owner, string name) =>
        [.. Items(owner, "columns").Select(c => new PropertySchema(Text(c, "name", $"a column of '{name}'"), PropertyTypeName.Parse(Text(c, "type", $"a column of '{name}'"))))];

    static SchemaFile[] ReadFiles(JsonElement owner, string name) =>
        [.. Items(owner, "files").Select(f => new SchemaFile(Text(f, "name", $"a file of '{name}'"), !f.TryGetProperty("header", out var header) || header.ValueKind != JsonValueKind.False))];

    static void Check(GraphSchema schema)
    {
        if (schema.Delimiter == schema.Quote)
        {
            throw new FormatException("The delimiter and the quote are the same character.");
        }

        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in schema.Nodes)
        {
            if (!labels.Add(node.Name))
            {
                throw new FormatException($"Node type '{node.Name}' is declared twice.");
            }

            CheckColumns(node.Properties, $"node type '{node.Name}'");
            var key = node.Properties.FirstOrDefault(p => p.Name == node.Key)
                ?? throw new FormatException($"The key '{node.Key}' of node type '{node.Name}' is not among its columns.");
            if (key.Type.Id is not (ArrowTypeId.Int64 or ArrowTypeId.String))
            {
                throw new FormatException($"The key '{node.Key}' of node type '{node.Name}' is of type {PropertyTypeName.Format(key.Type)}; keys are int64 or string.");
            }
        }

        var pairs = new HashSet<(string, string, string)>();
        foreach (var edge in schema.Edges)
        {
            if (!pairs.Add((edge.Name, edge.From, edge.To)))
            {
                throw new FormatException($"Edge type '{edge.Name}' from '{edge.From}' to '{edge.To}' is declared twice.");
            }

            CheckColumns(edge.Properties, $"edge type '{edge.Name}'");
        }
    }

    static void CheckColumns(IReadOnlyList<PropertySchema> columns, string owner)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!names.Add(column.Name))
            {
                throw new FormatException($"Column '{column.Name}' of {owner} is declared twice.");
            }
        }
    }

    static IEnumerable<JsonElement> Items(JsonElement owner, string name)
    {
        if (owner.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("An object is expected.");
        }

        if (!owner.TryGetProperty(name, out var items))
        {
            return [];
        }

        return items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : throw new FormatException($"'{name}' is not a list.");
    }

    static string Text(JsonElement owner, string name, string what) =>
        Optional(owner, name) is { Length: > 0 } text ? text : throw new FormatException($"'{name}' of {what} is missing.");

    static string? Optional(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static byte OneByte(JsonElement root, string name, byte fallback)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("An object is expected.");
        }

        if (!root.TryGetProperty(name, out var value))
        {
            return fallback;
        }

        var bytes = Encoding.UTF8.GetBytes(value.ValueKind == JsonValueKind.String ? value.GetString()! : "");
        return bytes.Length == 1 && bytes[0] is not ((byte)'\n' or (byte)'\r')
            ? bytes[0]
            : throw new FormatException($"The {name} is not a single ASCII character.");
    }
}
