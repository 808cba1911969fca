namespace Pennon.Graph;

/// <summary>What the graph manifest keeps about the whole graph.</summary>
/// <param name="NextVid">The id that the next new vertex gets.</param>
/// <param name="NextEid">The id that the next new edge gets.</param>
sealed record GraphCatalog(ulong NextVid, ulong NextEid)
{
    public string ToJson() => StatisticsJson.Write(json =>
    {
        json.WriteNumber("nextVid", NextVid);
        json.WriteNumber("nextEid", NextEid);
    });

    public static GraphCatalog Parse(string text) => StatisticsJson.Read(text, "(the graph)", static root => new GraphCatalog(
        root.TryGetProperty("nextVid", out var vid) ? vid.GetUInt64() : 0,
        root.TryGetProperty("nextEid", out var eid) ? eid.GetUInt64() : 0));
}
