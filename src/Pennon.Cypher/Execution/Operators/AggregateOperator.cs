using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
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

    public IReadOnlyList<(Expr Expression, BoundVariable Variable)> Keys => keys;

    public IReadOnlyList<Aggregate> Aggregates => aggregates;

    /// <summary>Whether groups of parts of the rows can be put together to the very groups of all rows.</summary>
    public bool CanMerge { get; } = aggregates.All(Accumulator.CanMerge);

    public override Sink Open(Sink next, ExecutionContext context) => new AggregateSink(this, next, context);
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
