using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Counts the cycles of the pattern through one bound node whose other nodes nobody looks at. The neighbours by which a cycle closes are marked
/// in a dense array once a row; the walk along the other edges then costs one array read for each way it could close, and no row is made.
/// </summary>
internal sealed class CycleCountOperator(BoundVariable anchor, IReadOnlyList<CycleCountOperator.Step> steps, Hop closing, bool sparse) : PlanOperator
{
    /// <summary>An edge of the walk and what hangs on the node it leads to.</summary>
    internal sealed record Step(Hop Hop, CountTree Node);

    public override string Name => "CycleCount";

    public override string Detail
    {
        get
        {
            var from = anchor;
            string text = "";
            foreach (var step in steps)
            {
                text += $"{HopText.Of(step.Hop, from, step.Node.Variable)}, ";
                from = step.Node.Variable;
            }
            return $"{text}closed by {HopText.Of(closing, anchor, from)}";
        }
    }

    public override bool IsRowWise => true;

    /// <summary>The edges that are touched for each row of the anchor.</summary>
    public static double CostOf(BoundVariable anchor, IReadOnlyList<Step> steps, Hop closing)
    {
        double cost = 1;
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            var from = i == 0 ? anchor : steps[i - 1].Node.Variable;
            cost = 1 + (steps[i].Hop.AverageDegree(from.Tables) * cost);
        }
        return cost + (2 * closing.AverageDegree(anchor.Tables));
    }

    public override void AddReads(ISet<BoundVariable> reads) => reads.Add(anchor);

    public override void AddResources(ISet<IResource> resources)
    {
        closing.AddResources(resources);
        foreach (var step in steps)
        {
            step.Hop.AddResources(resources);
            step.Node.AddResources(resources);
        }
    }

    public override void Prepare(ExecutionContext context)
    {
        foreach (var step in steps)
        {
            context.Counts(step.Node, sparse).Prepare();
        }
    }

    public override Sink Open(Sink next, ExecutionContext context) => new CycleSink(anchor, steps, closing, sparse, this, next, context);

    sealed class CycleSink : PassSink
    {
        readonly BoundVariable _anchor;
        readonly Hop[] _hops;
        readonly TreeCounts[] _counts;
        readonly bool[] _ones;
        readonly Hop _closing;
        readonly CycleCountOperator _plan;
        readonly ExecutionContext _context;
        readonly long[]?[] _marks;
        readonly Buffer<long> _marked = new();

        public CycleSink(
            BoundVariable anchor, IReadOnlyList<Step> steps, Hop closing, bool sparse, CycleCountOperator plan, Sink next, ExecutionContext context)
            : base(next)
        {
            _anchor = anchor;
            _hops = [.. steps.Select(static step => step.Hop)];
            _counts = [.. steps.Select(step => context.Counts(step.Node, sparse))];
            _ones = [.. steps.Select(static step => step.Node.IsOnes)];
            _closing = closing;
            _plan = plan;
            _context = context;
            _marks = new long[context.Graph.Snapshot.NodeTables.Count][];
        }

        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            var refs = ((NodeVector)batch.Column(_anchor.Slot)).Refs;
            var rows = new int[refs.Length];
            var weights = new long[refs.Length];
            int kept = 0;
            try
            {
                for (int row = 0; row < refs.Length; row++)
                {
                    _context.Cancellation.ThrowIfCancellationRequested();
                    long count = refs[row] < 0 ? 0 : Count(refs[row]);
                    if (count != 0)
                    {
                        rows[kept] = row;
                        weights[kept++] = checked(count * (batch.Weights?[row] ?? 1));
                    }
                }
            }
            catch (OverflowException)
            {
                throw Overflow.Of("The number of matches");
            }
            return kept == 0
                || Next.Push((kept == batch.Count ? batch.Keep(_plan.Live) : batch.Take(rows.AsSpan(0, kept), _plan.Live)).WithWeights(weights));
        }

        [MethodImpl(Hot.Loop)]
        long Count(long reference)
        {
            int table = NodeVector.Table(reference), local = NodeVector.Local(reference);
            Mark(table, local);
            long count = _marked.Count == 0 ? 0 : Walk(0, table, local);
            foreach (long marked in _marked.Span)
            {
                _marks[NodeVector.Table(marked)]![NodeVector.Local(marked)] = 0;
            }
            _marked.Clear();
            return count;
        }

        // A mark is in how many ways the cycle closes at the node, times the ways to complete what hangs on it.
        [MethodImpl(Hot.Loop)]
        void Mark(int table, int local)
        {
            int last = _counts.Length - 1;
            foreach (var way in _closing.From(table))
            {
                var neighbours = way.Csr.NeighboursOf(local);
                if (neighbours.IsEmpty)
                {
                    continue;
                }
                var marks = MarksOf(way.ToTable);
                foreach (uint neighbour in neighbours)
                {
                    if (way.SkipLoops && neighbour == local)
                    {
                        continue;
                    }
                    long ways = _ones[last] ? 1 : _counts[last].At(way.ToTable, (int)neighbour);
                    ref long mark = ref marks[neighbour];
                    if (mark == 0 && ways != 0)
                    {
                        _marked.Append(way.ToBase | neighbour);
                    }
                    mark = checked(mark + ways);
                }
            }
        }

        long[] MarksOf(int table)
        {
            if (_marks[table] is { } marks)
            {
                return marks;
            }
            int rows = _context.Graph.Snapshot.NodeTables[table].RowCount;
            _context.Memory.Charge("cycle count", 8L * rows);
            return _marks[table] = new long[rows];
        }

        [MethodImpl(Hot.Loop)]
        long Walk(int step, int table, int local)
        {
            long sum = 0;
            bool isLast = step == _hops.Length - 1;
            foreach (var way in _hops[step].From(table))
            {
                if (isLast)
                {
                    sum = checked(sum + Close(way, local));
                    continue;
                }
                var neighbours = way.Csr.NeighboursOf(local);
                if (step == _hops.Length - 2 && _ones[step] && !way.SkipLoops && _hops[step + 1].From(way.ToTable) is [{ SkipLoops: false } only])
                {
                    sum = checked(sum + CloseAll(neighbours, only));
                    continue;
                }
                foreach (uint neighbour in neighbours)
                {
                    if (way.SkipLoops && neighbour == local)
                    {
                        continue;
                    }
                    long ways = _ones[step] ? 1 : _counts[step].At(way.ToTable, (int)neighbour);
                    if (ways != 0)
                    {
                        sum = checked(sum + (ways * Walk(step + 1, way.ToTable, (int)neighbour)));
                    }
                }
            }
            return sum;
        }

        // The plain case of the last two steps: one adjacency, no loops to leave out.
        [MethodImpl(Hot.Loop)]
        long CloseAll(ReadOnlySpan<uint> nodes, HopWay way)
        {
            if (_marks[way.ToTable] is not { } marks)
            {
                return 0;
            }
            ReadOnlySpan<uint> offsets = way.Csr.Offsets, targets = way.Csr.Neighbours;
            long sum = 0;
            foreach (uint node in nodes)
            {
                uint end = offsets[(int)node + 1];
                for (uint at = offsets[(int)node]; at < end; at++)
                {
                    sum = checked(sum + marks[targets[(int)at]]);
                }
            }
            return sum;
        }

        [MethodImpl(Hot.Loop)]
        long Close(HopWay way, int local)
        {
            if (_marks[way.ToTable] is not { } marks)
            {
                return 0;
            }
            long sum = 0;
            foreach (uint neighbour in way.Csr.NeighboursOf(local))
            {
                sum = checked(sum + marks[neighbour]);
            }
            return way.SkipLoops && marks.Length > local ? sum - (Sorted.Count(way.Csr.NeighboursOf(local), (uint)local) * marks[local]) : sum;
        }
    }
}
