namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>The name of a vector index type taken apart: <c>IVF_</c>, perhaps <c>HNSW_</c>, and the name of the codes.</summary>
/// <param name="HasGraphs">Whether each partition is a graph.</param>
/// <param name="Codes">FLAT, PQ, SQ or RQ.</param>
readonly record struct IvfTypeName(bool HasGraphs, string Codes)
{
    const string Prefix = "IVF_";
    const string Graphs = "HNSW_";

    /// <summary>Takes a name apart; null if it is not known.</summary>
    public static IvfTypeName? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var rest = name[Prefix.Length..];
        var graphs = rest.StartsWith(Graphs, StringComparison.Ordinal);
        if (graphs)
            rest = rest[Graphs.Length..];
        return rest is "FLAT" or "PQ" or "SQ" || (rest == "RQ" && !graphs) ? new(graphs, rest) : null;
    }

    /// <summary>The name as index listings spell it, for example <c>IvfHnswSq</c>.</summary>
    public string Listed => (HasGraphs ? "IvfHnsw" : "Ivf") + Codes[0] + Codes[1..].ToLowerInvariant();

    public override string ToString() => Prefix + (HasGraphs ? Graphs : "") + Codes;
}
