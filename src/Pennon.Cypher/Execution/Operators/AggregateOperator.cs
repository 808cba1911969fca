using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Groups rows by keys, in the order in which groups first come, and aggregates. Without keys there is always exactly one group.
/// </summary>
internal sealed class AggregateOperator(IReadOnlyList<(Expr Expression, BoundVariable Variable)> keys, IReadOnlyList<Aggregate> aggregates)
    : PlanOperator
{
    public override string Name => aggregates.Count == 0 ? "Distinct" : "Aggregate";

    public override string Detail => string.Join(", ", keys.Select(static k => k.Variable.Name).Concat(aggregates.Select(static a => a.Result.Name)));

    public override bool IsBarrier => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        foreach (var (expression, _) in keys)
        {
            expression.AddReads(reads);
        }
        foreach (var aggregate in aggregates)
        {
            aggregate.Argument?.AddReads(reads);
        }
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [.. keys.Select(static k => k.Variable), .. aggregates.Select(static a => a.Result)];

    public override void AddResources(ISet<IResource> resources)
    {
        foreach (var (expression, _) in keys)
        {
            expression.AddResources(resources);
        }
        foreach (var aggregate in aggregates)
        {
            aggregate.Argument?.AddResources(resources);
        }
    }

    public override Sink Open(Sink next, ExecutionContext context) => new AggregateSink(keys, aggregates, this, next, context);

    sealed class AggregateSink : PassSink
    {
        readonly IReadOnlyList<(Expr Expression, BoundVariable Variable)> _keys;
        readonly IReadOnlyList<Aggregate> _aggregates;
        readonly AggregateOperator _plan;
        readonly ExecutionContext _context;
        readonly GroupTable? _groups;
        readonly Accumulator[] _accumulators;
        readonly GroupTable?[] _distinct;
        readonly Vector[] _keyColumns;
        int[] _numbers = [];
        int[] _kept = [];

        public AggregateSink(
            IReadOnlyList<(Expr Expression, BoundVariable Variable)> keys,
            IReadOnlyList<Aggregate> aggregates,
            AggregateOperator plan,
            Sink next,
            ExecutionContext context)
            : base(next)
        {
            _keys = keys;
            _aggregates = aggregates;
            _plan = plan;
            _context = context;
            _groups = keys.Count == 0 ? null : new GroupTable([.. keys.Select(static k => k.Expression.Kind)], context, "aggregation");
            _keyColumns = new Vector[keys.Count];
            _accumulators = [.. aggregates.Select(Accumulator.For)];
            _distinct = [.. aggregates.Select(a => a.Distinct
                ? new GroupTable(keys.Count == 0 ? [a.Argument!.Kind] : [a.Argument!.Kind, ValueKind.Int64], context, "aggregation of distinct values")
                : null)];
        }

        public override bool Push(Batch batch)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            if (_numbers.Length < batch.Count)
            {
                _numbers = new int[batch.Count];
                _kept = new int[batch.Count];
            }
            var numbers = _numbers.AsSpan(0, batch.Count);
            if (_groups is not null)
            {
                for (int k = 0; k < _keyColumns.Length; k++)
                {
                    _keyColumns[k] = _keys[k].Expression.Evaluate(batch, _context);
                }
                _groups.Find(_keyColumns, batch.Count, numbers);
            }
            int count = _groups?.Count ?? 1;
            for (int a = 0; a < _accumulators.Length; a++)
            {
                var argument = _aggregates[a].Argument?.Evaluate(batch, _context);
                if (_distinct[a] is { } seen)
                {
                    _accumulators[a].Add(argument, FirstOfEach(seen, argument!, numbers), default, count, _context);
                }
                else
                {
                    _accumulators[a].Add(argument, numbers, _aggregates[a].IgnoresRepeats ? default : batch.Weights, count, _context);
                }
            }
            return true;
        }

        // The groups of rows that bring a value new to their group; other rows get no group.
        Span<int> FirstOfEach(GroupTable seen, Vector argument, Span<int> numbers)
        {
            var kept = _kept.AsSpan(0, numbers.Length);
            int before = seen.Count;
            if (_groups is null)
            {
                seen.Find([argument], numbers.Length, kept);
            }
            else
            {
                var groups = new long[numbers.Length];
                for (int i = 0; i < groups.Length; i++)
                {
                    groups[i] = numbers[i];
                }
                seen.Find([argument, new Int64Vector(groups, null, groups.Length)], numbers.Length, kept);
            }
            int next = before;
            for (int i = 0; i < kept.Length; i++)
            {
                if (kept[i] == next)
                {
                    next++;
                    kept[i] = numbers[i];
                }
                else
                {
                    kept[i] = -1;
                }
            }
            return kept;
        }

        public override void Finish()
        {
            int count = _groups?.Count ?? 1;
            var columns = new Vector?[_context.Slots];
            if (_groups is not null)
            {
                var keys = _groups.Keys();
                for (int k = 0; k < keys.Length; k++)
                {
                    columns[_keys[k].Variable.Slot] = keys[k];
                }
            }
            for (int a = 0; a < _accumulators.Length; a++)
            {
                columns[_aggregates[a].Result.Slot] = _accumulators[a].Result(count, _context);
            }
            Chunks.Push(new Batch(columns, count), _plan.Live, Next);
            Next.Finish();
        }
    }
}

/// <summary>Hands a large batch on in pieces of the usual size.</summary>
internal static class Chunks
{
    public static bool Push(Batch batch, int[] live, Sink next)
    {
        if (batch.Count <= Batch.Size)
        {
            return batch.Count == 0 || next.Push(batch.Keep(live));
        }
        for (int from = 0; from < batch.Count; from += Batch.Size)
        {
            if (!next.Push(batch.Take(Rows.Range(from, Math.Min(Batch.Size, batch.Count - from)), live)))
            {
                return false;
            }
        }
        return true;
    }
}
