namespace Pennon.Storage;

/// <summary>What a table of the graph holds.</summary>
public enum TableKind
{
    /// <summary>Vertices of one label set.</summary>
    Nodes,

    /// <summary>Edges of one type.</summary>
    Edges,

    /// <summary>The edges of one type by source.</summary>
    AdjacencyOut,

    /// <summary>The edges of one type by target.</summary>
    AdjacencyIn,
}

/// <summary>One table in one version of the graph.</summary>
/// <param name="Id">The table's identity: given once, never reused, kept through renames and overwrites.</param>
/// <param name="Incarnation">Counts how often the table's content was replaced as a whole.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">The label or edge type.</param>
/// <param name="Path">The key prefix of its dataset in the store.</param>
/// <param name="Branch">The branch of its dataset, or null for the main one.</param>
/// <param name="Version">The version of its dataset.</param>
/// <param name="RowCount">The rows of that version.</param>
/// <param name="Statistics">What the graph layer keeps about it, as a JSON object.</param>
public sealed record GraphTable(
    long Id,
    long Incarnation,
    TableKind Kind,
    string Name,
    string Path,
    string? Branch,
    long Version,
    long RowCount,
    string Statistics);

/// <summary>
/// One version of the graph: exactly which version of which tables it consists of. Nothing is ever read except through one of these. Stored as the
/// dataset <c>_graph.lance</c>, whose version number is the graph's.
/// </summary>
public sealed record GraphManifest
{
    /// <summary>The key prefix of the manifest's dataset.</summary>
    public const string DatasetPath = "_graph.lance";

    /// <summary>The newest form of the database that this library reads and writes.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>A database that nothing was published to.</summary>
    public static GraphManifest Empty { get; } = new();

    /// <summary>The graph version; 0 before the first publish.</summary>
    public long Version { get; init; }

    /// <summary>The version this one was made from.</summary>
    public long Parent { get; init; }

    /// <summary>The form of the database.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>When it was published.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who published it.</summary>
    public string Author { get; init; } = "";

    /// <summary>Why.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the graph layer keeps about the whole graph, as a JSON object.</summary>
    public string Catalog { get; init; } = "{}";

    /// <summary>The id that the next new table gets.</summary>
    public long NextTableId { get; init; } = 1;

    /// <summary>The tables.</summary>
    public IReadOnlyList<GraphTable> Tables { get; init; } = [];

    /// <summary>The table of a kind and name, or null.</summary>
    public GraphTable? Find(TableKind kind, string name)
    {
        foreach (var table in Tables)
        {
            if (table.Kind == kind && table.Name == name)
            {
                return table;
            }
        }

        return null;
    }
}
