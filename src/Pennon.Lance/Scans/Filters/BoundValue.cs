using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>An expression fitted to a table: the columns it needs, and how its value follows from them.</summary>
sealed class BoundValue(Projection columns, BoundNode value)
{
    /// <summary>What has to be read.</summary>
    public Projection Columns { get; } = columns;

    /// <summary>The type of the value.</summary>
    public ArrowType Type => value.Type;

    /// <summary>Computes the value of each row.</summary>
    /// <param name="arrays">The columns, in the order of <see cref="Columns"/>; structs may have more fields than asked for.</param>
    /// <param name="count">The number of rows.</param>
    public ArrowArray Evaluate(ArrowArray[] arrays, int count) => value.Evaluate(new FilterInput(arrays, count)).Expand(count);
}
