using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Variable-length step by enumeration: one row for each trail (no relationship twice) of a length within the range. Used where the trails
/// themselves matter; the lists of relationships are made only where they are read.
/// </summary>
internal sealed class VarExpandOperator(
    Hop hop, BoundVariable from, BoundVariable to, BoundVariable relationships, BoundVariable hops, int min, int max, bool toIsBound, EdgeMask? edgeMask, bool reversed)
    : PlanOperator
{
    public override string Name => "TrailExpand";

    public override string Detail => HopText.Of(hop, from, to, $"*{min}..{(max == int.MaxValue ? "" : max)}");

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(from);
        if (toIsBound)
        {
            reads.Add(to);
        }
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = toIsBound ? [relationships, hops] : [to, relationships, hops];

    public override void AddResources(ISet<IResource> resources)
    {
        hop.AddResources(resources);
        edgeMask?.Predicate.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) =>
        new TrailSink(hop, from, to, relationships, hops, min, max, toIsBound, edgeMask, reversed, this, next, context);

    sealed class TrailSink(
        Hop hop,
        BoundVariable from,
        BoundVariable to,
        BoundVariable relationships,
        BoundVariable hops,
        int min,
        int max,
        bool toIsBound,
        EdgeMask? edgeMask,
        bool reversed,
        VarExpandOperator plan,
        Sink next,
        ExecutionContext context)
        : PassSink(next)
    {
        const int CheckEvery = 1 << 16;

        readonly bool _wantsList = plan.IsLive(relationships);
        readonly Buffer<int> _rows = new();
        readonly Buffer<long> _ends = new();
        readonly Buffer<long> _lengths = new();
        readonly List<CypherValue> _lists = [];
        readonly List<Frame> _stack = [];
        readonly HashSet<long> _used = [];
        ulong[]?[]? _edgeBits;
        int _steps;

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            var origins = ((NodeVector)batch.Column(from.Slot)).Refs;
            var targets = toIsBound ? ((NodeVector)batch.Column(to.Slot)).Refs : default;
            for (int row = 0; row < origins.Length; row++)
            {
                if (origins[row] >= 0 && !Walk(batch, row, origins[row], toIsBound ? targets[row] : NodeVector.Null))
                {
                    return false;
                }
            }
            return Flush(batch);
        }

        bool Walk(Batch batch, int row, long origin, long target)
        {
            _stack.Clear();
            _used.Clear();
            if (min == 0 && !Emit(batch, row, origin, target))
            {
                return false;
            }
            if (max > 0)
            {
                Enter(origin);
            }
            while (_stack.Count > 0)
            {
                if ((++_steps & (CheckEvery - 1)) == 0)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                }
                var frame = _stack[^1];
                if (frame.Edge >= 0)
                {
                    _used.Remove(frame.Edge);
                    frame.Edge = -1;
                }
                if (!Advance(frame))
                {
                    _stack.RemoveAt(_stack.Count - 1);
                    continue;
                }
                if (_stack.Count >= min && !Emit(batch, row, frame.End, target))
                {
                    return false;
                }
                if (_stack.Count < max)
                {
                    Enter(frame.End);
                }
            }
            return true;
        }

        void Enter(long node) => _stack.Add(new Frame { Node = node, Ways = hop.From(NodeVector.Table(node)) });

        // Moves a frame to its next edge that the trail does not use yet.
        bool Advance(Frame frame)
        {
            for (; frame.Way < frame.Ways.Length; frame.Way++, frame.At = 0)
            {
                var way = frame.Ways[frame.Way];
                int local = NodeVector.Local(frame.Node);
                var neighbours = way.Csr.NeighboursOf(local);
                var edges = way.Csr.EdgeIdsOf(local);
                for (; frame.At < neighbours.Length; frame.At++)
                {
                    long edge = way.EdgeBase | edges[frame.At];
                    if ((way.SkipLoops && neighbours[frame.At] == local) || (edgeMask is not null && !Passes(edge)) || !_used.Add(edge))
                    {
                        continue;
                    }
                    frame.Edge = edge;
                    frame.End = way.ToBase | neighbours[frame.At];
                    frame.Outgoing = way.Outgoing;
                    frame.At++;
                    return true;
                }
            }
            return false;
        }

        bool Passes(long edge) => NodeMask.Test((_edgeBits ??= edgeMask!.Evaluate(context))[edge >> 32], (int)edge);

        bool Emit(Batch batch, int row, long end, long target)
        {
            if (toIsBound && end != target)
            {
                return true;
            }
            _rows.Append(row);
            _ends.Append(end);
            _lengths.Append(_stack.Count);
            if (_wantsList)
            {
                _lists.Add(Trail());
            }
            return _rows.Count < Batch.Size || Flush(batch);
        }

        CypherValue Trail()
        {
            var list = new CypherValue[_stack.Count];
            for (int i = 0; i < list.Length; i++)
            {
                var frame = _stack[i];
                list[i] = frame.Outgoing
                    ? context.Graph.Relationship(frame.Edge, frame.Node, frame.End)
                    : context.Graph.Relationship(frame.Edge, frame.End, frame.Node);
            }
            if (reversed)
            {
                Array.Reverse(list);
            }
            return CypherValue.List(list);
        }

        bool Flush(Batch batch)
        {
            if (_rows.Count == 0)
            {
                return true;
            }
            context.Cancellation.ThrowIfCancellationRequested();
            int count = _rows.Count;
            var walked = batch.Take(_rows.Span, plan.Live);
            if (!toIsBound && plan.IsLive(to))
            {
                walked.Columns[to.Slot] = new NodeVector(_ends.Span.ToArray(), count);
            }
            if (plan.IsLive(hops))
            {
                walked.Columns[hops.Slot] = new Int64Vector(_lengths.Span.ToArray(), null, count);
            }
            if (_wantsList)
            {
                walked.Columns[relationships.Slot] = new ValueVector([.. _lists], count, ValueKind.List);
            }
            _rows.Clear();
            _ends.Clear();
            _lengths.Clear();
            _lists.Clear();
            return Next.Push(walked);
        }

        sealed class Frame
        {
            public long Node;
            public HopWay[] Ways = [];
            public int Way;
            public int At;
            public long Edge = -1;
            public long End;
            public bool Outgoing;
        }
    }
}
