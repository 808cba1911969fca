namespace Pennon.Graph;

/// <summary>
/// The edges of one type from one node table to one node table. An edge is an id from 0 to <see cref="EdgeCount"/> - 1 within the pair.
/// Immutable and safe to share.
/// </summary>
public sealed class EdgePair
{
    readonly EdgePairSource _source;

    internal EdgePair(EdgeType type, NodeTable source, NodeTable target, IdBlocks eids, EdgePairStatistics statistics, EdgePairSource values)
    {
        Type = type;
        Source = source;
        Target = target;
        Eids = eids;
        Statistics = statistics;
        _source = values;
    }

    /// <summary>The edge type the pair belongs to.</summary>
    public EdgeType Type { get; }

    /// <summary>The table the edges leave.</summary>
    public NodeTable Source { get; }

    /// <summary>The table the edges reach.</summary>
    public NodeTable Target { get; }

    /// <summary>The number of edges.</summary>
    public int EdgeCount => Eids.Count;

    /// <summary>What is known of the degrees.</summary>
    public EdgePairStatistics Statistics { get; }

    internal IdBlocks Eids { get; }

    /// <summary>Loads the adjacency of the source nodes: rows are local ids of <see cref="Source"/>, neighbours of <see cref="Target"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<CsrIndex> LoadOutAsync(CancellationToken cancellationToken = default) => _source.LoadOutAsync(cancellationToken);

    /// <summary>Loads the adjacency of the target nodes: rows are local ids of <see cref="Target"/>, neighbours of <see cref="Source"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<CsrIndex> LoadInAsync(CancellationToken cancellationToken = default) => _source.LoadInAsync(cancellationToken);

    /// <summary>Loads all values of a property; row <c>e</c> belongs to the edge with id <c>e</c> within the pair.</summary>
    /// <param name="property">One of the type's properties.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The type has no such property.</exception>
    public ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken = default)
    {
        if (Type.FindProperty(property) is null)
        {
            throw new ArgumentException($"Edges of type '{Type.Name}' have no property '{property}'.", nameof(property));
        }

        return _source.LoadColumnAsync(property, cancellationToken);
    }

    /// <summary>The 64-bit id of an edge, which is unique in the database and never reused.</summary>
    /// <param name="edgeId">From 0 to <see cref="EdgeCount"/> - 1.</param>
    public ulong EidOf(int edgeId) => Eids.IdAt(edgeId);
}
