using Pennon.Cypher.Binding;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Operators in the order rows pass them. The input is a batch from outside: the unit row, or the rows of an enclosing operator.</summary>
internal sealed class Pipeline(IReadOnlyList<PlanOperator> operators)
{
    public IReadOnlyList<PlanOperator> Operators => operators;

    /// <summary>The estimated number of rows that leave.</summary>
    public double EstimatedRows => operators.Count == 0 ? 1 : operators[^1].EstimatedRows;

    /// <summary>
    /// Works out from the end which columns each operator must hand on. Returns what must come in.
    /// </summary>
    public HashSet<BoundVariable> SetLive(IEnumerable<BoundVariable> wanted)
    {
        var live = new HashSet<BoundVariable>(wanted);
        for (int i = operators.Count - 1; i >= 0; i--)
        {
            var op = operators[i];
            op.Live = [.. live.Select(static v => v.Slot).Distinct().Order()];
            if (op.IsBarrier)
            {
                live.Clear();
            }
            live.ExceptWith(op.Writes);
            op.AddReads(live);
        }
        return live;
    }

    public void AddResources(ISet<IResource> resources)
    {
        foreach (var op in operators)
        {
            op.AddResources(resources);
        }
    }

    public Sink Open(Sink last, ExecutionContext context)
    {
        var sink = last;
        for (int i = operators.Count - 1; i >= 0; i--)
        {
            sink = context.Profile is { } profile ? profile.Wrap(operators[i], i + 1 < operators.Count ? operators[i + 1] : null, sink) : sink;
            sink = operators[i].Open(sink, context);
        }
        return context.Profile is { } root ? root.Enter(this, sink) : sink;
    }
}
