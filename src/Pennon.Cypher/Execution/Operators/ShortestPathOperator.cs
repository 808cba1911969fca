using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// shortestPath and allShortestPaths between two bound nodes: breadth-first from both ends, always widening the side with fewer edges to
/// follow, until the searches touch. Paths are read back from the distances, so parents are never stored.
/// </summary>
internal sealed class ShortestPathOperator(
    Hop forward,
    Hop backward,
    BoundVariable from,
    BoundVariable to,
    BoundVariable relationships,
    BoundVariable hops,
    int min,
    int max,
    bool all,
    EdgeMask? edgeMask)
    : PlanOperator
{
    public override string Name => all ? "AllShortestPaths" : "ShortestPath";

    public override string Detail => HopText.Of(forward, from, to, $"*{min}..{(max == int.MaxValue ? "" : max)}");

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(from);
        reads.Add(to);
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [relationships, hops];

    public override void AddResources(ISet<IResource> resources)
    {
        forward.AddResources(resources);
        backward.AddResources(resources);
        edgeMask?.Predicate.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) =>
        new PathSink(forward, backward, from, to, relationships, hops, min, max, all, edgeMask, this, next, context);

    sealed class PathSink(
        Hop forward,
        Hop backward,
        BoundVariable from,
        BoundVariable to,
        BoundVariable relationships,
        BoundVariable hops,
        int min,
        int max,
        bool all,
        EdgeMask? edgeMask,
        ShortestPathOperator plan,
        Sink next,
        ExecutionContext context)
        : PassSink(next)
    {
        readonly bool _wantsList = plan.IsLive(relationships);
        readonly Buffer<int> _rows = new();
        readonly Buffer<long> _lengths = new();
        readonly List<CypherValue> _lists = [];
        readonly List<CypherValue> _left = [];
        readonly List<CypherValue> _right = [];
        Side? _a;
        Side? _b;
        ulong[]?[]? _edgeBits;

        public override bool Push(Batch batch)
        {
            var origins = ((NodeVector)batch.Column(from.Slot)).Refs;
            var targets = ((NodeVector)batch.Column(to.Slot)).Refs;
            _edgeBits ??= edgeMask?.Evaluate(context);
            _a ??= new Side(forward, context, _edgeBits);
            _b ??= new Side(backward, context, _edgeBits);
            for (int row = 0; row < origins.Length; row++)
            {
                if (origins[row] < 0 || targets[row] < 0)
                {
                    continue;
                }
                Search(row, origins[row], targets[row]);
                if (_rows.Count >= Batch.Size && !Flush(batch))
                {
                    return false;
                }
            }
            return Flush(batch);
        }

        void Search(int row, long origin, long target)
        {
            if (origin == target)
            {
                if (min == 0)
                {
                    Add(row, 0);
                }
                return;
            }
            var (a, b) = (_a!, _b!);
            a.Start(origin);
            b.Start(target);
            while (a.Level + b.Level < max && !a.IsExhausted && !b.IsExhausted)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                bool touched = a.FrontierEdges() <= b.FrontierEdges() ? a.Widen(b) : b.Widen(a);
                if (touched)
                {
                    Report(row, a, b);
                    break;
                }
            }
            a.Reset();
            b.Reset();
        }

        void Report(int row, Side a, Side b)
        {
            var meeting = a.Frontier.Where(node => b.DistanceOf(node) == b.Level).Order().ToArray();
            if (!all)
            {
                _left.Clear();
                _right.Clear();
                if (_wantsList)
                {
                    ReadBack(a, b.Hop, meeting[0], a.Level, _left, static () => true);
                    ReadBack(b, a.Hop, meeting[0], b.Level, _right, static () => true);
                }
                Add(row, a.Level + b.Level);
                return;
            }
            foreach (long node in meeting)
            {
                ReadBack(a, b.Hop, node, a.Level, _left, () =>
                {
                    ReadBack(b, a.Hop, node, b.Level, _right, () =>
                    {
                        Add(row, a.Level + b.Level);
                        return false;
                    });
                    return false;
                });
            }
        }

        // Walks from a node towards the start of a side through nodes one step nearer; stops when found says so.
        bool ReadBack(Side side, Hop towards, long node, int distance, List<CypherValue> trail, Func<bool> found)
        {
            if (distance == 0)
            {
                return found();
            }
            int local = NodeVector.Local(node);
            foreach (var way in towards.From(NodeVector.Table(node)))
            {
                var neighbours = way.Csr.NeighboursOf(local);
                var edges = way.Csr.EdgeIdsOf(local);
                for (int i = 0; i < neighbours.Length; i++)
                {
                    long neighbour = way.ToBase | neighbours[i], edge = way.EdgeBase | edges[i];
                    if (side.DistanceOf(neighbour) != distance - 1 || !side.Passes(edge) || (way.SkipLoops && neighbours[i] == local))
                    {
                        continue;
                    }
                    trail.Add(way.Outgoing ? context.Graph.Relationship(edge, node, neighbour) : context.Graph.Relationship(edge, neighbour, node));
                    if (ReadBack(side, towards, neighbour, distance - 1, trail, found))
                    {
                        return true;
                    }
                    trail.RemoveAt(trail.Count - 1);
                }
            }
            return false;
        }

        void Add(int row, int length)
        {
            _rows.Append(row);
            _lengths.Append(length);
            if (_wantsList)
            {
                // The left part was read from the meeting node back to the start.
                _lists.Add(length == 0 ? CypherValue.List() : CypherValue.List([.. Enumerable.Reverse(_left), .. _right]));
            }
        }

        bool Flush(Batch batch)
        {
            if (_rows.Count == 0)
            {
                return true;
            }
            int count = _rows.Count;
            var found = batch.Take(_rows.Span, plan.Live);
            if (plan.IsLive(hops))
            {
                found.Columns[hops.Slot] = new Int64Vector(_lengths.Span.ToArray(), null, count);
            }
            if (_wantsList)
            {
                found.Columns[relationships.Slot] = new ValueVector([.. _lists], count, ValueKind.List);
            }
            _rows.Clear();
            _lengths.Clear();
            _lists.Clear();
            return Next.Push(found);
        }
    }

    /// <summary>One of the two searches: distances by table, and the nodes of the outermost level.</summary>
    sealed class Side(Hop hop, ExecutionContext context, ulong[]?[]? edgeBits)
    {
        // 0 means not reached; otherwise the distance plus one.
        readonly int[]?[] _distances = new int[context.Graph.Snapshot.NodeTables.Count][];
        readonly List<long> _reached = [];
        List<long> _frontier = [];

        public Hop Hop => hop;

        public int Level { get; private set; }

        public IReadOnlyList<long> Frontier => _frontier;

        public bool IsExhausted => _frontier.Count == 0;

        public void Start(long node)
        {
            Level = 0;
            _frontier = [node];
            Reach(node, 0);
        }

        public int DistanceOf(long node) => _distances[NodeVector.Table(node)] is { } distances ? distances[NodeVector.Local(node)] - 1 : -1;

        public bool Passes(long edge) => edgeBits is null || NodeMask.Test(edgeBits[edge >> 32], (int)edge);

        public long FrontierEdges()
        {
            long edges = 0;
            foreach (long node in _frontier)
            {
                foreach (var way in hop.From(NodeVector.Table(node)))
                {
                    edges += way.Csr.DegreeOf(NodeVector.Local(node));
                }
            }
            return edges;
        }

        /// <summary>Reaches one level further; true when the other side has reached one of the new nodes.</summary>
        public bool Widen(Side other)
        {
            Level++;
            var next = new List<long>();
            bool touched = false;
            foreach (long node in _frontier)
            {
                foreach (var way in hop.From(NodeVector.Table(node)))
                {
                    var neighbours = way.Csr.NeighboursOf(NodeVector.Local(node));
                    var edges = edgeBits is null ? default : way.Csr.EdgeIdsOf(NodeVector.Local(node));
                    var distances = Distances(way.ToTable);
                    for (int i = 0; i < neighbours.Length; i++)
                    {
                        if (distances[neighbours[i]] != 0 || (edgeBits is not null && !Passes(way.EdgeBase | edges[i])))
                        {
                            continue;
                        }
                        long reached = way.ToBase | neighbours[i];
                        Reach(reached, Level);
                        next.Add(reached);
                        touched |= other.DistanceOf(reached) >= 0;
                    }
                }
            }
            _frontier = next;
            return touched;
        }

        public void Reset()
        {
            foreach (long node in _reached)
            {
                _distances[NodeVector.Table(node)]![NodeVector.Local(node)] = 0;
            }
            _reached.Clear();
            _frontier = [];
        }

        void Reach(long node, int distance)
        {
            Distances(NodeVector.Table(node))[NodeVector.Local(node)] = distance + 1;
            _reached.Add(node);
        }

        int[] Distances(int table) => _distances[table] ??= new int[context.Graph.Snapshot.NodeTables[table].RowCount];
    }
}
