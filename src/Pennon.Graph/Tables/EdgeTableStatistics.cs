namespace Pennon.Graph;

/// <summary>What the graph manifest keeps about one label pair of an edge table.</summary>
/// <param name="SourceTable">The id of the source node table.</param>
/// <param name="TargetTable">The id of the target node table.</param>
/// <param name="Eids">The runs of edge ids, in the order of ids within the pair.</param>
/// <param name="Rows">The runs of table rows, in that order too.</param>
/// <param name="OutRows">The first row and the number of rows in the outgoing adjacency table.</param>
/// <param name="InRows">The first row and the number of rows in the incoming adjacency table.</param>
/// <param name="Degrees">Degree statistics.</param>
sealed record EdgePairEntry(
    long SourceTable,
    long TargetTable,
    IReadOnlyList<(ulong Start, int Count)> Eids,
    IReadOnlyList<(ulong Start, int Count)> Rows,
    (ulong Start, int Count) OutRows,
    (ulong Start, int Count) InRows,
    EdgePairStatistics Degrees);

/// <summary>What the graph manifest keeps about an edge table.</summary>
/// <param name="Properties">The properties.</param>
/// <param name="Pairs">One entry per pair of node tables.</param>
sealed record EdgeTableStatistics(IReadOnlyList<StoredProperty> Properties, IReadOnlyList<EdgePairEntry> Pairs)
{
    public string ToJson() => StatisticsJson.Write(json =>
    {
        StatisticsJson.WriteProperties(json, Properties);
        json.WriteStartArray("pairs");
        foreach (var pair in Pairs)
        {
            json.WriteStartObject();
            json.WriteNumber("source", pair.SourceTable);
            json.WriteNumber("target", pair.TargetTable);
            StatisticsJson.WriteBlocks(json, "eids", pair.Eids);
            StatisticsJson.WriteBlocks(json, "rows", pair.Rows);
            StatisticsJson.WriteBlocks(json, "out", [pair.OutRows]);
            StatisticsJson.WriteBlocks(json, "in", [pair.InRows]);
            json.WriteNumber("sources", pair.Degrees.DistinctSources);
            json.WriteNumber("targets", pair.Degrees.DistinctTargets);
            json.WriteNumber("maxOut", pair.Degrees.MaxOutDegree);
            json.WriteNumber("maxIn", pair.Degrees.MaxInDegree);
            json.WriteBoolean("parallel", pair.Degrees.HasParallelEdges);
            json.WriteNumber("loops", pair.Degrees.SelfLoops);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static EdgeTableStatistics Parse(string json, string table) => StatisticsJson.Read(json, table, root => new EdgeTableStatistics(
        StatisticsJson.ReadProperties(root),
        [.. root.GetProperty("pairs").EnumerateArray().Select(static pair => new EdgePairEntry(
            pair.GetProperty("source").GetInt64(),
            pair.GetProperty("target").GetInt64(),
            StatisticsJson.ReadBlocks(pair, "eids"),
            StatisticsJson.ReadBlocks(pair, "rows"),
            StatisticsJson.ReadBlock(pair, "out"),
            StatisticsJson.ReadBlock(pair, "in"),
            new EdgePairStatistics(
                pair.GetProperty("sources").GetInt32(),
                pair.GetProperty("targets").GetInt32(),
                pair.GetProperty("maxOut").GetInt32(),
                pair.GetProperty("maxIn").GetInt32(),
                pair.GetProperty("parallel").GetBoolean(),
                pair.GetProperty("loops").GetInt32())))]));
}
