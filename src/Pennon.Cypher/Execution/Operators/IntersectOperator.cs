using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Finds the nodes adjacent to two bound nodes at once by intersecting their sorted neighbour lists, so that the open wedges of a cycle are
/// never made. One row for each pair of edges.
/// </summary>
internal sealed class IntersectOperator(
    IntersectOperator.Arm first, IntersectOperator.Arm second, BoundVariable to, NodeMask? mask) : PlanOperator
{
    /// <summary>One of the two bound nodes and the step from it to the new node.</summary>
    internal sealed record Arm(Hop Hop, BoundVariable From, BoundVariable Relationship, bool WithEnds);

    public override string Name => "Intersect";

    public override string Detail => $"{HopText.Of(first.Hop, first.From, to)} with {HopText.Of(second.Hop, second.From, to)}";

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(first.From);
        reads.Add(second.From);
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [to, first.Relationship, second.Relationship];

    public override void AddResources(ISet<IResource> resources)
    {
        first.Hop.AddResources(resources);
        second.Hop.AddResources(resources);
        mask?.Predicate.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) => new IntersectSink(first, second, to, mask, this, next, context);

    sealed class IntersectSink(Arm first, Arm second, BoundVariable to, NodeMask? mask, IntersectOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        readonly EdgeColumn _firstEdges = new(first, plan);
        readonly EdgeColumn _secondEdges = new(second, plan);
        readonly Buffer<int> _rows = new();
        readonly Buffer<long> _refs = new();
        Sorted.Matches _matches = new();
        ulong[]?[]? _bits;

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            var lefts = ((NodeVector)batch.Column(first.From.Slot)).Refs;
            var rights = ((NodeVector)batch.Column(second.From.Slot)).Refs;
            for (int row = 0; row < lefts.Length; row++)
            {
                if (lefts[row] < 0 || rights[row] < 0)
                {
                    continue;
                }
                foreach (var left in first.Hop.From(NodeVector.Table(lefts[row])))
                {
                    foreach (var right in second.Hop.From(NodeVector.Table(rights[row])))
                    {
                        if (left.ToTable == right.ToTable)
                        {
                            Meet(row, left, lefts[row], right, rights[row]);
                        }
                    }
                }
                if (_rows.Count >= Batch.Size && !Flush(batch))
                {
                    return false;
                }
            }
            return Flush(batch);
        }

        [MethodImpl(Hot.Loop)]
        void Meet(int row, HopWay left, long leftRef, HopWay right, long rightRef)
        {
            int leftLocal = NodeVector.Local(leftRef), rightLocal = NodeVector.Local(rightRef);
            var leftList = left.Csr.NeighboursOf(leftLocal);
            var rightList = right.Csr.NeighboursOf(rightLocal);
            _matches.Clear();
            Sorted.Intersect(leftList, rightList, ref _matches);
            if (_matches.Count == 0)
            {
                return;
            }
            ulong[]? bits = null;
            if (mask is not null && (bits = (_bits ??= context.Bits(mask))[left.ToTable]) is null)
            {
                return;
            }
            for (int m = 0; m < _matches.Count; m++)
            {
                int i = _matches.Left[m], j = _matches.Right[m];
                uint value = leftList[i];
                if ((bits is not null && !NodeMask.Test(bits, (int)value)) || (left.SkipLoops && value == leftLocal) || (right.SkipLoops && value == rightLocal))
                {
                    continue;
                }
                // Parallel edges lie side by side; each pair of them is a match of its own.
                for (int a = i; a < leftList.Length && leftList[a] == value; a++)
                {
                    for (int b = j; b < rightList.Length && rightList[b] == value; b++)
                    {
                        _rows.Append(row);
                        _refs.Append(left.ToBase | value);
                        _firstEdges.Add(left, leftLocal, a, leftRef, left.ToBase | value);
                        _secondEdges.Add(right, rightLocal, b, rightRef, left.ToBase | value);
                    }
                }
            }
        }

        bool Flush(Batch batch)
        {
            if (_rows.Count == 0)
            {
                return true;
            }
            context.Cancellation.ThrowIfCancellationRequested();
            for (int from = 0; from < _rows.Count; from += Batch.Size)
            {
                int count = Math.Min(Batch.Size, _rows.Count - from);
                var met = batch.Take(_rows.Span.Slice(from, count), plan.Live);
                if (plan.IsLive(to))
                {
                    met.Columns[to.Slot] = new NodeVector(_refs.Span.Slice(from, count).ToArray(), count);
                }
                _firstEdges.Put(met, from, count);
                _secondEdges.Put(met, from, count);
                if (!Next.Push(met))
                {
                    return false;
                }
            }
            _rows.Clear();
            _refs.Clear();
            _firstEdges.Clear();
            _secondEdges.Clear();
            return true;
        }
    }

    sealed class EdgeColumn(Arm arm, IntersectOperator plan)
    {
        readonly bool _wanted = plan.IsLive(arm.Relationship);
        readonly Buffer<long> _edges = new();
        readonly Buffer<long> _starts = new();
        readonly Buffer<long> _ends = new();

        public void Add(HopWay way, int local, int at, long from, long to)
        {
            if (!_wanted)
            {
                return;
            }
            _edges.Append(way.EdgeBase | way.Csr.EdgeIdsOf(local)[at]);
            if (arm.WithEnds)
            {
                _starts.Append(way.Outgoing ? from : to);
                _ends.Append(way.Outgoing ? to : from);
            }
        }

        public void Put(Batch batch, int from, int count)
        {
            if (_wanted)
            {
                batch.Columns[arm.Relationship.Slot] = new RelationshipVector(
                    _edges.Span.Slice(from, count).ToArray(),
                    arm.WithEnds ? _starts.Span.Slice(from, count).ToArray() : null,
                    arm.WithEnds ? _ends.Span.Slice(from, count).ToArray() : null,
                    count);
            }
        }

        public void Clear()
        {
            _edges.Clear();
            _starts.Clear();
            _ends.Clear();
        }
    }
}
