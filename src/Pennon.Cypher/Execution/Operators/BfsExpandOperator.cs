using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Variable-length step where only the distinct end nodes, or the least length to each, can matter: a breadth-first search from each row,
/// level by level, that meets every node once instead of once for each trail. The start is among the ends when the range begins at 0, or
/// when directed edges lead back to it (<c>mayReturn</c>).
/// </summary>
internal sealed class BfsExpandOperator(Hop hop, BoundVariable from, BoundVariable to, BoundVariable hops, int min, int max, bool mayReturn, NodeMask? mask)
    : PlanOperator
{
    public override string Name => "MultiSourceBfs";

    public override string Detail => HopText.Of(hop, from, to, $"*{min}..{(max == int.MaxValue ? "" : max)}") + (mask is null ? "" : " SemiMask");

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads) => reads.Add(from);

    public override IReadOnlyList<BoundVariable> Writes { get; } = [to, hops];

    public override void AddResources(ISet<IResource> resources)
    {
        hop.AddResources(resources);
        mask?.Predicate.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) => new BfsSink(hop, from, to, hops, min, max, mayReturn, mask, this, next, context);

    sealed class BfsSink(
        Hop hop, BoundVariable from, BoundVariable to, BoundVariable hops, int min, int max, bool mayReturn, NodeMask? mask, BfsExpandOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        readonly ulong[]?[] _seen = new ulong[context.Graph.Snapshot.NodeTables.Count][];
        readonly Buffer<long> _reached = new();
        readonly Buffer<int> _rows = new();
        readonly Buffer<long> _refs = new();
        readonly Buffer<long> _lengths = new();
        ulong[]?[]? _bits;

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            _bits ??= mask is null ? null : context.Bits(mask);
            var origins = ((NodeVector)batch.Column(from.Slot)).Refs;
            for (int row = 0; row < origins.Length; row++)
            {
                if (origins[row] < 0)
                {
                    continue;
                }
                Search(row, origins[row]);
                if (_rows.Count >= Batch.Size && !Flush(batch))
                {
                    return false;
                }
            }
            return Flush(batch);
        }

        [MethodImpl(Hot.Loop)]
        void Search(int row, long origin)
        {
            _reached.Clear();
            _reached.Append(origin);
            if (min == 0 || !mayReturn)
            {
                Mark(origin);
            }
            if (min == 0)
            {
                Emit(row, origin, 0);
            }
            int levelStart = 0;
            for (int length = 1; length <= max && levelStart < _reached.Count; length++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                int levelEnd = _reached.Count;
                for (int i = levelStart; i < levelEnd; i++)
                {
                    long node = _reached.Items[i];
                    foreach (var way in hop.From(NodeVector.Table(node)))
                    {
                        var seen = Seen(way.ToTable);
                        foreach (uint neighbour in way.Csr.NeighboursOf(NodeVector.Local(node)))
                        {
                            ref ulong word = ref seen[neighbour >> 6];
                            ulong bit = 1UL << (int)neighbour;
                            if ((word & bit) == 0)
                            {
                                word |= bit;
                                _reached.Append(way.ToBase | neighbour);
                            }
                        }
                    }
                }
                if (length >= min)
                {
                    for (int i = levelEnd; i < _reached.Count; i++)
                    {
                        Emit(row, _reached.Items[i], length);
                    }
                }
                levelStart = levelEnd;
            }
            // Only the bits that were set are cleared, so that a search costs what it reaches.
            foreach (long node in _reached.Span)
            {
                Seen(NodeVector.Table(node))[NodeVector.Local(node) >> 6] = 0;
            }
        }

        ulong[] Seen(int table) => _seen[table] ??= new ulong[(context.Graph.Snapshot.NodeTables[table].RowCount + 63) / 64];

        void Mark(long node) => Seen(NodeVector.Table(node))[NodeVector.Local(node) >> 6] |= 1UL << NodeVector.Local(node);

        void Emit(int row, long node, int length)
        {
            if (_bits is not null && !NodeMask.Test(_bits[NodeVector.Table(node)], NodeVector.Local(node)))
            {
                return;
            }
            _rows.Append(row);
            _refs.Append(node);
            _lengths.Append(length);
        }

        bool Flush(Batch batch)
        {
            for (int start = 0; start < _rows.Count; start += Batch.Size)
            {
                int count = Math.Min(Batch.Size, _rows.Count - start);
                var found = batch.Take(_rows.Span.Slice(start, count), plan.Live);
                if (plan.IsLive(to))
                {
                    found.Columns[to.Slot] = new NodeVector(_refs.Span.Slice(start, count).ToArray(), count);
                }
                if (plan.IsLive(hops))
                {
                    found.Columns[hops.Slot] = new Int64Vector(_lengths.Span.Slice(start, count).ToArray(), null, count);
                }
                if (!Next.Push(found))
                {
                    return false;
                }
            }
            _rows.Clear();
            _refs.Clear();
            _lengths.Clear();
            return true;
        }
    }
}
