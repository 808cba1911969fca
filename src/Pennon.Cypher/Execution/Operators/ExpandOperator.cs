using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Steps from a bound node to its neighbours, one row for each edge. A mask on the neighbours is tested before anything is copied.
/// </summary>
internal sealed class ExpandOperator(Hop hop, BoundVariable from, BoundVariable to, BoundVariable relationship, bool withEnds, NodeMask? mask)
    : PlanOperator
{
    public Hop Hop => hop;

    public BoundVariable From => from;

    public BoundVariable To => to;

    public BoundVariable Relationship => relationship;

    public bool WithEnds => withEnds;

    public override string Name => mask is null ? "Expand" : "Expand+SemiMask";

    public override string Detail => HopText.Of(hop, from, to);

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads) => reads.Add(from);

    public override IReadOnlyList<BoundVariable> Writes { get; } = [to, relationship];

    public override void AddResources(ISet<IResource> resources)
    {
        hop.AddResources(resources);
        mask?.Predicate.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) => new ExpandSink(this, mask, next, context);

    sealed class ExpandSink : PassSink
    {
        readonly ExpandOperator _plan;
        readonly ExecutionContext _context;
        readonly NodeMask? _mask;
        readonly bool _wantsEdge;
        readonly bool _wantsNode;
        readonly int[] _rows = new int[Batch.Size];
        long[] _refs = [];
        long[] _edges = [];
        ulong[]?[]? _bits;
        int _count;

        public ExpandSink(ExpandOperator plan, NodeMask? mask, Sink next, ExecutionContext context)
            : base(next)
        {
            _plan = plan;
            _mask = mask;
            _context = context;
            _wantsEdge = plan.IsLive(plan.Relationship);
            _wantsNode = plan.IsLive(plan.To) || (_wantsEdge && plan.WithEnds);
        }

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            var nodes = (NodeVector)batch.Column(_plan.From.Slot);
            var refs = nodes.Refs;
            for (int row = 0; row < refs.Length; row++)
            {
                long reference = refs[row];
                if (reference < 0)
                {
                    continue;
                }
                foreach (var way in _plan.Hop.From(NodeVector.Table(reference)))
                {
                    if (!Step(batch, way, row, NodeVector.Local(reference)))
                    {
                        return false;
                    }
                }
            }
            return Flush(batch);
        }

        [MethodImpl(Hot.Loop)]
        bool Step(Batch batch, HopWay way, int row, int local)
        {
            var neighbours = way.Csr.NeighboursOf(local);
            if (neighbours.IsEmpty)
            {
                return true;
            }
            if (_mask is not null)
            {
                return StepMasked(batch, way, row, local, neighbours);
            }
            if (way.SkipLoops)
            {
                return StepChecked(batch, way, row, local, neighbours, null);
            }
            var edges = _wantsEdge ? way.Csr.EdgeIdsOf(local) : default;
            for (int at = 0; at < neighbours.Length;)
            {
                if (_count == Batch.Size && !Flush(batch))
                {
                    return false;
                }
                int take = Math.Min(Batch.Size - _count, neighbours.Length - at);
                Reserve(take);
                _rows.AsSpan(_count, take).Fill(row);
                if (_wantsNode)
                {
                    Widen(neighbours.Slice(at, take), way.ToBase, _refs.AsSpan(_count, take));
                }
                if (_wantsEdge)
                {
                    Widen(edges.Slice(at, take), way.EdgeBase, _edges.AsSpan(_count, take));
                    Mark(way, _count, take);
                }
                _count += take;
                at += take;
            }
            return true;
        }

        bool StepMasked(Batch batch, HopWay way, int row, int local, ReadOnlySpan<uint> neighbours)
        {
            _bits ??= _context.Bits(_mask!);
            return _bits[way.ToTable] is not { } bits || StepChecked(batch, way, row, local, neighbours, bits);
        }

        [MethodImpl(Hot.Loop)]
        bool StepChecked(Batch batch, HopWay way, int row, int local, ReadOnlySpan<uint> neighbours, ulong[]? bits)
        {
            var edges = way.Csr.EdgeIdsOf(local);
            for (int at = 0; at < neighbours.Length; at++)
            {
                int neighbour = (int)neighbours[at];
                if ((bits is not null && !NodeMask.Test(bits, neighbour)) || (way.SkipLoops && neighbour == local))
                {
                    continue;
                }
                if (_count == Batch.Size && !Flush(batch))
                {
                    return false;
                }
                Reserve(1);
                _rows[_count] = row;
                _refs[_count] = way.ToBase | (uint)neighbour;
                if (_wantsEdge)
                {
                    _edges[_count] = way.EdgeBase | edges[at];
                    Mark(way, _count, 1);
                }
                _count++;
            }
            return true;
        }

        bool[] _reversed = [];

        void Mark(HopWay way, int at, int count)
        {
            if (_plan.WithEnds)
            {
                _reversed.AsSpan(at, count).Fill(!way.Outgoing);
            }
        }

        // Buffers grow with what a batch really yields, so that a look-up of a few rows never pays for a full one.
        void Reserve(int more)
        {
            int needed = _count + more;
            if (_refs.Length < needed)
            {
                int size = Math.Min(Batch.Size, Math.Max(needed, Math.Max(32, 2 * _refs.Length)));
                Array.Resize(ref _refs, size);
                if (_wantsEdge)
                {
                    Array.Resize(ref _edges, size);
                    Array.Resize(ref _reversed, size);
                }
            }
        }

        [MethodImpl(Hot.Loop)]
        static void Widen(ReadOnlySpan<uint> ids, long upper, Span<long> refs)
        {
            for (int i = 0; i < ids.Length; i++)
            {
                refs[i] = upper | ids[i];
            }
        }

        bool Flush(Batch batch)
        {
            if (_count == 0)
            {
                return true;
            }
            _context.Cancellation.ThrowIfCancellationRequested();
            int count = _count;
            _count = 0;
            var rows = _rows.AsSpan(0, count);
            var expanded = IsIdentity(rows, batch.Count) ? batch.Keep(_plan.Live) : batch.Take(rows, _plan.Live);
            if (_plan.IsLive(_plan.To))
            {
                expanded.Columns[_plan.To.Slot] = new NodeVector(_refs.AsSpan(0, count).ToArray(), count);
            }
            if (_wantsEdge)
            {
                expanded.Columns[_plan.Relationship.Slot] = Relationships(batch, rows);
            }
            return Next.Push(expanded);
        }

        [MethodImpl(Hot.Loop)]
        RelationshipVector Relationships(Batch batch, ReadOnlySpan<int> rows)
        {
            var edges = _edges.AsSpan(0, rows.Length).ToArray();
            if (!_plan.WithEnds)
            {
                return new RelationshipVector(edges, null, null, edges.Length);
            }
            var origins = ((NodeVector)batch.Column(_plan.From.Slot)).Refs;
            var starts = new long[rows.Length];
            var ends = new long[rows.Length];
            for (int i = 0; i < rows.Length; i++)
            {
                long origin = origins[rows[i]];
                (starts[i], ends[i]) = _reversed[i] ? (_refs[i], origin) : (origin, _refs[i]);
            }
            return new RelationshipVector(edges, starts, ends, edges.Length);
        }

        [MethodImpl(Hot.Loop)]
        static bool IsIdentity(ReadOnlySpan<int> rows, int count)
        {
            if (rows.Length != count)
            {
                return false;
            }
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] != i)
                {
                    return false;
                }
            }
            return true;
        }
    }
}
