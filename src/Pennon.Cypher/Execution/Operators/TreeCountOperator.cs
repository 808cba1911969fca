using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Multiplies the weight of each row by the number of ways to complete a counted branch of the pattern from one of its nodes, and drops
/// rows with none. What must not be matched again (<c>a &lt;&gt; b</c>, the same relationship twice in one MATCH) is subtracted exactly.
/// </summary>
internal sealed class TreeCountOperator(
    BoundVariable parent, CountBranch branch, bool sparse, BoundVariable[] notNodes, BoundVariable[] notEdges, TreeCountOperator.Absent? absent = null)
    : PlanOperator
{
    /// <summary>A node that must not be adjacent to what is counted: NOT EXISTS { (from)-[]-(counted) }.</summary>
    internal sealed record Absent(Hop Hop, BoundVariable From);

    public override string Name => branch.Child.Mask is not null || HasMask(branch.Child) ? "TreeCount+SemiMask" : "TreeCount";

    public override string Detail
    {
        get
        {
            string excluded = string.Join(", ", notNodes.Concat(notEdges).Select(static v => v.Name));
            excluded += absent is null ? "" : $"{(excluded.Length > 0 ? ", " : "")}neighbours of {absent.From.Name}";
            return $"{(branch.Optional ? "optional " : "")}{Describe(parent, branch)}{(excluded.Length == 0 ? "" : $" except {excluded}")}";
        }
    }

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(parent);
        reads.UnionWith(notNodes);
        reads.UnionWith(notEdges);
        if (absent is not null)
        {
            reads.Add(absent.From);
        }
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [branch.Child.Variable];

    public override void AddResources(ISet<IResource> resources)
    {
        branch.AddResources(resources);
        absent?.Hop.AddResources(resources);
    }

    public override void Prepare(ExecutionContext context) => context.Counts(branch.Child, sparse).Prepare();

    public override Sink Open(Sink next, ExecutionContext context) => new CountSink(parent, branch, sparse, notNodes, notEdges, absent, this, next, context);

    static bool HasMask(CountTree tree) => tree.Mask is not null || tree.Branches.Any(static b => HasMask(b.Child));

    static string Describe(BoundVariable from, CountBranch branch) =>
        HopText.Of(branch.Hop, from, branch.Child.Variable) + string.Concat(branch.Child.Branches.Select(b => ", " + Describe(branch.Child.Variable, b)));

    sealed class CountSink(
        BoundVariable parent,
        CountBranch branch,
        bool sparse,
        BoundVariable[] notNodes,
        BoundVariable[] notEdges,
        Absent? absent,
        TreeCountOperator plan,
        Sink next,
        ExecutionContext context)
        : PassSink(next)
    {
        readonly TreeCounts _counts = context.Counts(branch.Child, sparse);
        readonly bool _wantsMarker = plan.IsLive(branch.Child.Variable);
        readonly NodeVector[] _nodes = new NodeVector[notNodes.Length];
        readonly RelationshipVector[] _edges = new RelationshipVector[notEdges.Length];
        readonly NeighbourMarks? _marks = absent is null ? null : new NeighbourMarks(absent.Hop, context);
        NodeVector? _absentFrom;

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var refs = ((NodeVector)batch.Column(parent.Slot)).Refs;
            for (int i = 0; i < notNodes.Length; i++)
            {
                _nodes[i] = (NodeVector)batch.Column(notNodes[i].Slot);
            }
            for (int i = 0; i < notEdges.Length; i++)
            {
                _edges[i] = (RelationshipVector)batch.Column(notEdges[i].Slot);
            }
            _absentFrom = absent is null ? null : (NodeVector)batch.Column(absent.From.Slot);
            var rows = new int[refs.Length];
            var weights = new long[refs.Length];
            var markers = _wantsMarker ? new long[refs.Length] : [];
            int kept = 0;
            try
            {
                for (int row = 0; row < refs.Length; row++)
                {
                    long count = refs[row] < 0 ? 0 : Count(refs[row], row);
                    long factor = branch.Optional ? Math.Max(1, count) : count;
                    if (factor == 0)
                    {
                        continue;
                    }
                    rows[kept] = row;
                    weights[kept] = checked(factor * (batch.Weights?[row] ?? 1));
                    if (_wantsMarker)
                    {
                        markers[kept] = count > 0 ? refs[row] : NodeVector.Null;
                    }
                    kept++;
                }
            }
            catch (OverflowException)
            {
                throw Overflow.Of("The number of matches");
            }
            if (kept == 0)
            {
                return true;
            }
            var counted = (kept == batch.Count ? batch.Keep(plan.Live) : batch.Take(rows.AsSpan(0, kept), plan.Live)).WithWeights(weights);
            if (_wantsMarker)
            {
                counted.Columns[branch.Child.Variable.Slot] = new NodeVector(markers, kept);
            }
            return Next.Push(counted);
        }

        [MethodImpl(Hot.Loop)]
        long Count(long reference, int row)
        {
            int table = NodeVector.Table(reference), local = NodeVector.Local(reference);
            long count = _counts.SumOver(branch.Hop, table, local);
            if (count == 0 || (notNodes.Length == 0 && notEdges.Length == 0 && absent is null))
            {
                return count;
            }
            for (int i = 0; i < _nodes.Length; i++)
            {
                long other = _nodes[i].Refs[row];
                if (other < 0)
                {
                    // Whether anything differs from null is unknown, so nothing matches.
                    return 0;
                }
                if (!IsEarlier(_nodes.AsSpan(0, i), row, other))
                {
                    int otherTable = NodeVector.Table(other), otherLocal = NodeVector.Local(other);
                    foreach (var way in branch.Hop.From(table))
                    {
                        if (way.ToTable == otherTable && way.CountBetween(local, otherLocal) is var edges and > 0)
                        {
                            count -= edges * _counts.At(otherTable, otherLocal);
                        }
                    }
                }
            }
            for (int i = 0; i < _edges.Length; i++)
            {
                count -= WithEdge(reference, row, i);
            }
            return _absentFrom is { } from && from.Refs[row] >= 0 ? count - Adjacent(from.Refs[row], table, local, row) : count;
        }

        // The matches whose node is a neighbour of the node that must have none there.
        [MethodImpl(Hot.Loop)]
        long Adjacent(long from, int table, int local, int row)
        {
            if (!_marks!.Covers(from))
            {
                _marks.Mark(from);
            }
            long adjacent = 0;
            foreach (var way in branch.Hop.From(table))
            {
                foreach (uint neighbour in way.Csr.NeighboursOf(local))
                {
                    if (_marks.Contains(way.ToBase | neighbour) && !(way.SkipLoops && neighbour == local) && !IsEarlier(_nodes, row, way.ToBase | neighbour))
                    {
                        adjacent += _counts.At(way.ToTable, (int)neighbour);
                    }
                }
            }
            return adjacent;
        }

        // The matches that would use an edge which the row already uses.
        [MethodImpl(Hot.Loop)]
        long WithEdge(long reference, int row, int index)
        {
            long edge = _edges[index].Refs[row];
            for (int i = 0; i < index; i++)
            {
                if (_edges[i].Refs[row] == edge)
                {
                    return 0;
                }
            }
            long start = _edges[index].Starts[row], end = _edges[index].Ends[row], used = 0;
            foreach (var way in branch.Hop.From(NodeVector.Table(reference)))
            {
                if (edge < 0 || edge >> 32 != way.EdgeBase >> 32 || reference != (way.Outgoing ? start : end) || (way.SkipLoops && start == end))
                {
                    continue;
                }
                long far = way.Outgoing ? end : start;
                if (!IsEarlier(_nodes, row, far))
                {
                    used += _counts.At(NodeVector.Table(far), NodeVector.Local(far));
                }
            }
            return used;
        }

        [MethodImpl(Hot.Loop)]
        static bool IsEarlier(ReadOnlySpan<NodeVector> vectors, int row, long reference)
        {
            foreach (var vector in vectors)
            {
                if (vector.Refs[row] == reference)
                {
                    return true;
                }
            }
            return false;
        }
    }
}

internal static class Overflow
{
    public static CypherRuntimeException Of(string what) => new($"{what} is beyond the largest Cypher integer, {long.MaxValue}.", "NumberOutOfRange");
}
