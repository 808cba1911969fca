namespace Pennon.Graph;

/// <summary>
/// The edges of one label pair in one direction, in compressed sparse rows: the neighbours of node <c>n</c> are
/// <c>Neighbours[Offsets[n] .. Offsets[n + 1]]</c>, ascending, and <see cref="EdgeIds"/> runs parallel to them. Parallel
/// edges lie side by side in the order of their ids. Immutable and safe to share.
/// </summary>
public sealed class CsrIndex
{
    readonly uint[] _offsets;
    readonly uint[] _neighbours;
    readonly uint[] _edgeIds;

    internal CsrIndex(uint[] offsets, uint[] neighbours, uint[] edgeIds, bool hasParallelEdges, int maxDegree, int nodesWithEdges)
    {
        _offsets = offsets;
        _neighbours = neighbours;
        _edgeIds = edgeIds;
        HasParallelEdges = hasParallelEdges;
        MaxDegree = maxDegree;
        NodesWithEdges = nodesWithEdges;
    }

    /// <summary>The number of nodes of the table the rows belong to.</summary>
    public int NodeCount => _offsets.Length - 1;

    /// <summary>The number of edges.</summary>
    public int EdgeCount => _neighbours.Length;

    /// <summary>Where each node's neighbours begin; <see cref="NodeCount"/> + 1 entries.</summary>
    public ReadOnlySpan<uint> Offsets => _offsets;

    /// <summary>The local ids of the neighbours in the other table, ascending within a node; <see cref="EdgeCount"/> entries.</summary>
    public ReadOnlySpan<uint> Neighbours => _neighbours;

    /// <summary>The id of each edge within its pair, parallel to <see cref="Neighbours"/>.</summary>
    public ReadOnlySpan<uint> EdgeIds => _edgeIds;

    /// <summary>Whether some node has the same neighbour twice.</summary>
    public bool HasParallelEdges { get; }

    /// <summary>The largest number of neighbours of one node.</summary>
    public int MaxDegree { get; }

    /// <summary>The number of nodes with at least one neighbour.</summary>
    public int NodesWithEdges { get; }

    /// <summary>The bytes held by the arrays.</summary>
    public long ByteSize => 4L * (_offsets.Length + _neighbours.Length + (ReferenceEquals(_edgeIds, _neighbours) ? 0 : _edgeIds.Length));

    /// <summary>The neighbours of one node, ascending.</summary>
    /// <param name="node">A local id from 0 to <see cref="NodeCount"/> - 1.</param>
    public ReadOnlySpan<uint> NeighboursOf(int node)
    {
        var start = _offsets[node];
        return _neighbours.AsSpan((int)start, (int)(_offsets[node + 1] - start));
    }

    /// <summary>The edge ids of one node's edges, parallel to <see cref="NeighboursOf"/>.</summary>
    /// <param name="node">A local id from 0 to <see cref="NodeCount"/> - 1.</param>
    public ReadOnlySpan<uint> EdgeIdsOf(int node)
    {
        var start = _offsets[node];
        return _edgeIds.AsSpan((int)start, (int)(_offsets[node + 1] - start));
    }

    /// <summary>The number of edges of one node.</summary>
    /// <param name="node">A local id from 0 to <see cref="NodeCount"/> - 1.</param>
    public int DegreeOf(int node) => (int)(_offsets[node + 1] - _offsets[node]);
}
