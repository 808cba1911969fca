using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// What one step along a relationship pattern may follow: for each table a row can be in, the adjacencies that fit type, direction and the
/// labels of the other end.
/// </summary>
internal sealed class Hop
{
    readonly HopWay[][] _byTable;

    public Hop(GraphReader graph, IReadOnlyList<AdjacencySource> ways, bool undirected)
    {
        Ways = ways;
        Undirected = undirected;
        _byTable = new HopWay[graph.Snapshot.NodeTables.Count][];
        for (int t = 0; t < _byTable.Length; t++)
        {
            _byTable[t] = [.. ways.Where(way => way.From.Index == t).Select(way => new HopWay(way, SkipsLoops(way)))];
        }
    }

    public IReadOnlyList<AdjacencySource> Ways { get; }

    public bool Undirected { get; }

    /// <summary>True when nodes of one table step along exactly one adjacency: the plain case.</summary>
    public HopWay? Single => Ways.Count == 1 ? _byTable[Ways[0].From.Index][0] : null;

    public HopWay[] From(int table) => _byTable[table];

    public double AverageDegree(NodeTable[] from)
    {
        double rows = 0, edges = 0;
        foreach (var table in from)
        {
            rows += table.RowCount;
            foreach (var way in _byTable[table.Index])
            {
                edges += way.Source.Pair.EdgeCount;
            }
        }
        return rows == 0 ? 0 : edges / rows;
    }

    /// <summary>The average number of edges over the nodes that have any.</summary>
    public double DegreeWhereAny(NodeTable[] from)
    {
        double most = 0;
        foreach (var table in from)
        {
            double sum = 0;
            foreach (var way in _byTable[table.Index])
            {
                var statistics = way.Source.Pair.Statistics;
                int nodes = way.Outgoing ? statistics.DistinctSources : statistics.DistinctTargets;
                sum += nodes == 0 ? 0 : (double)way.Source.Pair.EdgeCount / nodes;
            }
            most = Math.Max(most, sum);
        }
        return Math.Max(most, AverageDegree(from));
    }

    public void AddResources(ISet<IResource> resources) => resources.UnionWith(Ways);

    // An undirected pattern meets a loop in both directions of its pair; only the outgoing side counts it.
    bool SkipsLoops(AdjacencySource way) => Undirected && !way.Outgoing && ReferenceEquals(way.From, way.To);
}

/// <summary>One adjacency of a <see cref="Hop"/>.</summary>
internal sealed class HopWay(AdjacencySource source, bool skipLoops)
{
    public AdjacencySource Source => source;

    /// <summary>True when an edge from a node to itself must not be taken here because the other direction takes it.</summary>
    public bool SkipLoops => skipLoops && source.Pair.Statistics.SelfLoops > 0;

    public CsrIndex Csr => source.Csr;

    public int ToTable { get; } = source.To.Index;

    public long ToBase { get; } = NodeVector.Ref(source.To.Index, 0);

    public long EdgeBase { get; } = (long)source.Ordinal << 32;

    public bool Outgoing => source.Outgoing;

    /// <summary>How many edges lead from one node to another along this way.</summary>
    public int CountBetween(int from, int to) => SkipLoops && from == to ? 0 : Sorted.Count(source.Csr.NeighboursOf(from), (uint)to);
}
