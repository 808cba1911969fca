using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Pennon.Arrow;
using Pennon.Graph;

namespace Pennon.Cypher.Tests.Support;

/// <summary>
/// Reads a folder of gzipped CSV files with a <c>schema.json</c> straight into an in-memory snapshot, without the bulk loader, so that query
/// tests fail for the query engine's reasons only.
/// </summary>
public static class CsvGraph
{
    public static GraphSnapshot Load(string folder)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "schema.json")));
        char delimiter = schema.RootElement.GetProperty("delimiter").GetString()![0];
        var builder = new GraphSnapshotBuilder();
        var ids = new Dictionary<string, Dictionary<long, uint>>();
        foreach (var node in schema.RootElement.GetProperty("nodes").EnumerateArray())
        {
            string type = node.GetProperty("type").GetString()!, key = node.GetProperty("key").GetString()!;
            var columns = Columns(node);
            var rows = Read(folder, node, delimiter, columns.Count);
            var arrays = columns.Select((column, c) => (column.Name, Build(column.Type, rows, c))).ToArray();
            int keyColumn = columns.FindIndex(column => column.Name == key);
            var byId = ids[type] = [];
            for (int r = 0; r < rows.Count; r++)
            {
                byId.Add(long.Parse(rows[r][keyColumn], CultureInfo.InvariantCulture), (uint)r);
            }
            builder.AddNodes(type, key, rows.Count, arrays);
        }
        foreach (var edge in schema.RootElement.GetProperty("edges").EnumerateArray())
        {
            string from = edge.GetProperty("from").GetString()!, to = edge.GetProperty("to").GetString()!;
            var columns = Columns(edge);
            var rows = Read(folder, edge, delimiter, columns.Count + 2);
            var sources = rows.Select(row => ids[from][long.Parse(row[0], CultureInfo.InvariantCulture)]).ToArray();
            var targets = rows.Select(row => ids[to][long.Parse(row[1], CultureInfo.InvariantCulture)]).ToArray();
            var arrays = columns.Select((column, c) => (column.Name, Build(column.Type, rows, c + 2))).ToArray();
            builder.AddEdges(edge.GetProperty("edge").GetString()!, from, to, sources, targets, arrays);
        }
        return builder.Build();
    }

    /// <summary>A graph of one node type V and one edge type E from two bare files of ids.</summary>
    public static GraphSnapshot LoadEdgeList(string folder)
    {
        var nodes = ReadFile(Path.Combine(folder, "nodes.csv.gz"), '|', hasHeader: true);
        var edges = ReadFile(Path.Combine(folder, "edges.csv.gz"), '|', hasHeader: true);
        var ids = new Dictionary<long, uint>();
        foreach (var row in nodes)
        {
            ids.Add(long.Parse(row[0], CultureInfo.InvariantCulture), (uint)ids.Count);
        }
        return new GraphSnapshotBuilder()
            .AddNodes("V", "id", nodes.Count, ("id", Build("int64", nodes, 0)))
            .AddEdges(
                "E",
                "V",
                "V",
                edges.Select(row => ids[long.Parse(row[0], CultureInfo.InvariantCulture)]).ToArray(),
                edges.Select(row => ids[long.Parse(row[1], CultureInfo.InvariantCulture)]).ToArray())
            .Build();
    }

    static List<(string Name, string Type)> Columns(JsonElement element) =>
        [.. element.GetProperty("columns").EnumerateArray().Select(static c => (c.GetProperty("name").GetString()!, c.GetProperty("type").GetString()!))];

    static List<string[]> Read(string folder, JsonElement element, char delimiter, int fields)
    {
        var rows = new List<string[]>();
        foreach (var file in element.GetProperty("files").EnumerateArray())
        {
            rows.AddRange(ReadFile(Path.Combine(folder, file.GetProperty("name").GetString()!), delimiter, file.GetProperty("header").GetBoolean()));
        }
        Assert.All(rows.Take(1), row => Assert.Equal(fields, row.Length));
        return rows;
    }

    static List<string[]> ReadFile(string path, char delimiter, bool hasHeader)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        var rows = new List<string[]>();
        if (hasHeader)
        {
            reader.ReadLine();
        }
        while (reader.ReadLine() is { } line)
        {
            rows.Add(Split(line, delimiter, reader));
        }
        return rows;
    }

    static string[] Split(string line, char delimiter, StreamReader more)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(delimiter);
        }
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; ; i++)
        {
            if (i == line.Length)
            {
                if (!quoted || more.ReadLine() is not { } next)
                {
                    break;
                }
                field.Append('\n');
                (line, i) = (next, -1);
            }
            else if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == delimiter && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }
        fields.Add(field.ToString());
        return [.. fields];
    }

    static ArrowArray Build(string type, List<string[]> rows, int column)
    {
        switch (type)
        {
            case "int64":
                return new PrimitiveArray<long>(ArrowType.Int64, [.. rows.Select(row => long.Parse(row[column], CultureInfo.InvariantCulture))]);
            case "int32":
                return new PrimitiveArray<int>(ArrowType.Int32, [.. rows.Select(row => int.Parse(row[column], CultureInfo.InvariantCulture))]);
            default:
                var texts = new BinaryBuilder(ArrowType.String);
                foreach (var row in rows)
                {
                    texts.Append(row[column]);
                }
                return texts.Build();
        }
    }
}
