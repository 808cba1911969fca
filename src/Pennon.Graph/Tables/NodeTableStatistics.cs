using System.Text.Json;
using Pennon.Lance;

namespace Pennon.Graph;

/// <summary>What the graph manifest keeps about a node table.</summary>
/// <param name="Labels">The labels of its nodes.</param>
/// <param name="Key">The key property, or null.</param>
/// <param name="Vids">The runs of vertex ids, in the order of local ids.</param>
/// <param name="Rows">The runs of table rows, in the order of local ids.</param>
/// <param name="Properties">The properties.</param>
sealed record NodeTableStatistics(
    IReadOnlyList<string> Labels,
    string? Key,
    IReadOnlyList<(ulong Start, int Count)> Vids,
    IReadOnlyList<(ulong Start, int Count)> Rows,
    IReadOnlyList<StoredProperty> Properties)
{
    public string ToJson() => StatisticsJson.Write(json =>
    {
        json.WriteStartArray("labels");
        foreach (var label in Labels)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        if (Key is not null)
        {
            json.WriteString("key", Key);
        }

        StatisticsJson.WriteBlocks(json, "vids", Vids);
        StatisticsJson.WriteBlocks(json, "rows", Rows);
        StatisticsJson.WriteProperties(json, Properties);
    });

    public static NodeTableStatistics Parse(string json, string table) => StatisticsJson.Read(json, table, root => new NodeTableStatistics(
        [.. root.GetProperty("labels").EnumerateArray().Select(static l => l.GetString()!)],
        root.TryGetProperty("key", out var key) ? key.GetString() : null,
        StatisticsJson.ReadBlocks(root, "vids"),
        StatisticsJson.ReadBlocks(root, "rows"),
        StatisticsJson.ReadProperties(root)));
}
