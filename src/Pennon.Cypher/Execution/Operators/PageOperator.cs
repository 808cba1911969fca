using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>SKIP and LIMIT over rows that arrive in their final order.</summary>
internal sealed class PageOperator(Expr? skip, Expr? limit) : PlanOperator
{
    public override string Name => skip is null ? "Limit" : limit is null ? "Skip" : "SkipLimit";

    public override void AddReads(ISet<BoundVariable> reads)
    {
    }

    public override void AddResources(ISet<IResource> resources)
    {
        skip?.AddResources(resources);
        limit?.AddResources(resources);
    }

    public override Sink Open(Sink next, ExecutionContext context) =>
        new PageSink(this, next, Count(skip, "SKIP", context) ?? 0, Count(limit, "LIMIT", context) ?? long.MaxValue);

    /// <summary>The value of a SKIP or LIMIT, or null when there is none.</summary>
    public static long? Count(Expr? expression, string clause, ExecutionContext context)
    {
        if (expression is null)
        {
            return null;
        }
        var value = expression.EvaluateConstant(context);
        if (value.Type != CypherType.Integer)
        {
            throw new CypherTypeException($"{clause} takes an integer, not {value}.");
        }
        return value.AsInteger() >= 0
            ? value.AsInteger()
            : throw new CypherRuntimeException($"{clause} takes an integer that is not negative, not {value}.", "NegativeIntegerArgument");
    }

    sealed class PageSink(PageOperator plan, Sink next, long skip, long limit) : PassSink(next)
    {
        long _skip = skip;
        long _left = limit;

        public override bool Push(Batch batch)
        {
            if (_left == 0)
            {
                return false;
            }
            int from = (int)Math.Min(_skip, batch.Count);
            _skip -= from;
            int count = (int)Math.Min(_left, batch.Count - from);
            if (count == 0)
            {
                return true;
            }
            _left -= count;
            bool more = Next.Push(count == batch.Count ? batch.Keep(plan.Live) : batch.Take(Rows.Range(from, count), plan.Live));
            return more && _left > 0;
        }
    }
}

internal static class Rows
{
    public static int[] Range(int from, int count)
    {
        var rows = new int[count];
        for (int i = 0; i < count; i++)
        {
            rows[i] = from + i;
        }
        return rows;
    }
}
