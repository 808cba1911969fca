using System.Globalization;
using System.Text.Json;
using Pennon.Cli.Shell;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Output;

/// <summary>Prints what a database holds.</summary>
internal static class InfoPrinter
{
    const int ShownVersions = 10;

    public static string Headline(DatabaseInfo info) =>
        $"{info.Path}: version {info.Version}, {Quantity.Count(info.NodeCount, "node")}, {Quantity.Count(info.EdgeCount, "relationship")}.";

    public static SchemaWords WordsOf(DatabaseInfo info) => new(
        [.. info.Labels.Select(label => label.Name)],
        [.. info.Types.Select(type => type.Name)],
        [.. info.Labels.SelectMany(label => label.Properties).Concat(info.Types.SelectMany(type => type.Properties)).Select(property => property.Name).Distinct()]);

    public static void Print(DatabaseInfo info, Terminal terminal)
    {
        terminal.Out.WriteLine(Headline(info));
        PrintSchema(info, terminal);
        PrintTables(info, terminal);
        PrintVersions(info, terminal);
    }

    public static void PrintSchema(DatabaseInfo info, Terminal terminal)
    {
        var labels = new TextTable(terminal.Out, ["label", "nodes", "key", "properties"], terminal.Width);
        labels.AlignRight(1);
        foreach (var label in info.Labels)
        {
            labels.Add([label.Name, Quantity.Count(label.Count), label.Key ?? "", Describe(label.Properties)]);
        }

        var types = new TextTable(terminal.Out, ["relationship", "edges", "joins", "properties"], terminal.Width);
        types.AlignRight(1);
        foreach (var type in info.Types)
        {
            foreach (var (pair, index) in type.Pairs.Select((pair, index) => (pair, index)))
            {
                types.Add([type.Name, Quantity.Count(pair.Count), $"({pair.From})->({pair.To})", index == 0 ? Describe(type.Properties) : ""]);
            }
        }

        terminal.Out.WriteLine();
        labels.Finish();
        terminal.Out.WriteLine();
        types.Finish();
    }

    public static void PrintJson(DatabaseInfo info, Terminal terminal)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, CypherJson.WriterOptions with { Indented = true }))
        {
            Write(writer, info);
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    static string Describe(IReadOnlyList<PropertyDescription> properties) => string.Join(", ", properties.Select(property => $"{property.Name}: {property.Type}"));

    static void PrintTables(DatabaseInfo info, Terminal terminal)
    {
        var table = new TextTable(terminal.Out, ["table", "kind", "rows", "size", "version"], terminal.Width);
        table.AlignRight(2);
        table.AlignRight(3);
        table.AlignRight(4);
        foreach (var row in info.Tables)
        {
            table.Add([row.Path, row.Kind, Quantity.Count(row.Rows), Quantity.Bytes(row.Bytes), row.Version.ToString(CultureInfo.InvariantCulture)]);
        }

        terminal.Out.WriteLine();
        table.Finish();
        terminal.Out.WriteLine($"{Quantity.Count(info.Tables.Count, "table")}, {Quantity.Bytes(info.Tables.Sum(row => row.Bytes))} on disk");
    }

    static void PrintVersions(DatabaseInfo info, Terminal terminal)
    {
        var table = new TextTable(terminal.Out, ["version", "published", "by", "why"], terminal.Width);
        table.AlignRight(0);
        foreach (var version in info.Versions.Take(ShownVersions))
        {
            table.Add([
                version.Version.ToString(CultureInfo.InvariantCulture),
                version.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                version.Author,
                version.Message,
            ]);
        }

        terminal.Out.WriteLine();
        table.Finish();
        if (info.Versions.Count > ShownVersions)
        {
            terminal.Out.WriteLine($"… and {Quantity.Count(info.Versions.Count - ShownVersions, "older version")}");
        }
    }

    static void Write(Utf8JsonWriter writer, DatabaseInfo info)
    {
        writer.WriteStartObject();
        writer.WriteString("path", info.Path);
        writer.WriteNumber("version", info.Version);
        writer.WriteNumber("nodes", info.NodeCount);
        writer.WriteNumber("relationships", info.EdgeCount);
        writer.WriteStartArray("labels");
        foreach (var label in info.Labels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", label.Name);
            writer.WriteNumber("nodes", label.Count);
            writer.WriteString("key", label.Key);
            WriteProperties(writer, label.Properties);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("types");
        foreach (var type in info.Types)
        {
            writer.WriteStartObject();
            writer.WriteString("name", type.Name);
            writer.WriteNumber("edges", type.Count);
            writer.WriteStartArray("pairs");
            foreach (var pair in type.Pairs)
            {
                writer.WriteStartObject();
                writer.WriteString("from", pair.From);
                writer.WriteString("to", pair.To);
                writer.WriteNumber("edges", pair.Count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteProperties(writer, type.Properties);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("tables");
        foreach (var table in info.Tables)
        {
            writer.WriteStartObject();
            writer.WriteString("name", table.Name);
            writer.WriteString("kind", table.Kind);
            writer.WriteString("path", table.Path);
            writer.WriteNumber("version", table.Version);
            writer.WriteNumber("rows", table.Rows);
            writer.WriteNumber("bytes", table.Bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("versions");
        foreach (var version in info.Versions)
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", version.Version);
            writer.WriteString("published", version.CreatedAt);
            writer.WriteString("by", version.Author);
            writer.WriteString("why", version.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteProperties(Utf8JsonWriter writer, IReadOnlyList<PropertyDescription> properties)
    {
        writer.WriteStartObject("properties");
        foreach (var property in properties)
        {
            writer.WriteString(property.Name, property.Type);
        }

        writer.WriteEndObject();
    }
}
