using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>A published version of the graph.</summary>
/// <param name="Version">The graph version.</param>
/// <param name="CreatedAt">When it was published.</param>
/// <param name="Author">Who published it.</param>
/// <param name="Message">Why.</param>
/// <param name="Rows">Rows of all node and edge tables.</param>
public sealed record GraphVersionInfo(long Version, DateTimeOffset CreatedAt, string Author, string Message, long Rows);

/// <summary>A table of the graph.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Name">The label or edge type.</param>
/// <param name="Path">Where its dataset lies, relative to the database.</param>
/// <param name="Version">The dataset's version.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">The bytes of its data files.</param>
public sealed record GraphTableInfo(TableKind Kind, string Name, string Path, long Version, long Rows, long Bytes);

/// <summary>What a database holds at its current version.</summary>
/// <param name="Version">The graph version; 0 when nothing was written.</param>
/// <param name="FormatVersion">The form of the database.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Versions">The history, newest first, at most 100 of them.</param>
/// <param name="Snapshot">The schema: node tables and edge types with their properties.</param>
public sealed record GraphInfo(
    long Version, int FormatVersion, IReadOnlyList<GraphTableInfo> Tables, IReadOnlyList<GraphVersionInfo> Versions, GraphSnapshot Snapshot)
{
    /// <summary>The number of nodes.</summary>
    public long Nodes => Tables.Where(static t => t.Kind == TableKind.Nodes).Sum(static t => t.Rows);

    /// <summary>The number of edges.</summary>
    public long Edges => Tables.Where(static t => t.Kind == TableKind.Edges).Sum(static t => t.Rows);

    /// <summary>The bytes of all data files.</summary>
    public long Bytes => Tables.Sum(static t => t.Bytes);
}
