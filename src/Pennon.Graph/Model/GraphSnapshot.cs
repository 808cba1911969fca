namespace Pennon.Graph;

/// <summary>
/// The graph as one version shows it: a query pins one and sees nothing else. Columns and adjacency are loaded when asked for and
/// cached. Immutable and safe to share between threads.
/// </summary>
public sealed class GraphSnapshot
{
    readonly Dictionary<string, NodeTable> _nodeTables;
    readonly Dictionary<string, EdgeType> _edgeTypes;

    internal GraphSnapshot(long version, IReadOnlyList<NodeTable> nodeTables, IReadOnlyList<EdgeType> edgeTypes)
    {
        Version = version;
        NodeTables = nodeTables;
        EdgeTypes = edgeTypes;
        _nodeTables = nodeTables.ToDictionary(static t => t.Name, StringComparer.Ordinal);
        _edgeTypes = edgeTypes.ToDictionary(static t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The graph version; 0 for a database that nothing was written to yet, and for graphs built in memory.</summary>
    public long Version { get; }

    /// <summary>The node tables; <see cref="NodeTable.Index"/> is the place here.</summary>
    public IReadOnlyList<NodeTable> NodeTables { get; }

    /// <summary>The edge types; <see cref="EdgeType.Index"/> is the place here.</summary>
    public IReadOnlyList<EdgeType> EdgeTypes { get; }

    /// <summary>The node table of a name, or null.</summary>
    public NodeTable? FindNodeTable(string name) => _nodeTables.GetValueOrDefault(name);

    /// <summary>The edge type of a name, or null.</summary>
    public EdgeType? FindEdgeType(string name) => _edgeTypes.GetValueOrDefault(name);
}
