using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>A filter fitted to a table: the columns it needs, and the condition over them.</summary>
sealed class BoundFilter(Projection columns, BoundNode condition)
{
    /// <summary>What has to be read.</summary>
    public Projection Columns { get; } = columns;

    public BoundNode Condition { get; } = condition;

    /// <summary>Computes which rows to keep; null and false both drop a row.</summary>
    /// <param name="arrays">The columns, in the order of <see cref="Columns"/>.</param>
    /// <param name="count">The number of rows.</param>
    public BooleanArray Evaluate(ArrowArray[] arrays, int count)
    {
        var result = Condition.Evaluate(new FilterInput(arrays, count));
        return (BooleanArray)result.Expand(count);
    }
}
