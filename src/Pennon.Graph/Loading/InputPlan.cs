namespace Pennon.Graph;

/// <summary>A CSV file and the type its rows belong to.</summary>
/// <param name="Path">The file.</param>
/// <param name="HasHeader">Whether its first row is passed over.</param>
/// <param name="Delimiter">The byte between fields.</param>
/// <param name="Quote">The byte around fields.</param>
/// <param name="Node">The node type, or null for edges.</param>
/// <param name="Edge">The edge type, or null for nodes.</param>
sealed record CsvInput(string Path, bool HasHeader, byte Delimiter, byte Quote, NodeTypeSchema? Node, EdgeTypeSchema? Edge);

/// <summary>What is going to be read, in order: CSV nodes, JSON lines (files that begin with nodes first), CSV edges by type.</summary>
/// <param name="Schema">What is declared; empty when nothing is.</param>
/// <param name="CsvNodes">CSV files of nodes.</param>
/// <param name="JsonLines">Files of JSON lines.</param>
/// <param name="CsvEdges">CSV files of edges.</param>
sealed record InputPlan(
    GraphSchema Schema,
    IReadOnlyList<CsvInput> CsvNodes,
    IReadOnlyList<string> JsonLines,
    IReadOnlyList<CsvInput> CsvEdges)
{
    /// <summary>All files in the order in which they are read.</summary>
    public IReadOnlyList<string> Files => [.. CsvNodes.Select(static i => i.Path), .. JsonLines, .. CsvEdges.Select(static i => i.Path)];
}
