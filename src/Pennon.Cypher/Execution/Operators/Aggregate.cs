using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

internal enum AggregateFunction
{
    CountRows,
    Count,
    Sum,
    Average,
    Min,
    Max,
    Collect,
    StandardDeviation,
    PopulationStandardDeviation,
    PercentileContinuous,
    PercentileDiscrete,
}

/// <summary>One aggregate of a projection: what is computed over which argument, and the column it makes.</summary>
internal sealed class Aggregate(AggregateFunction function, bool distinct, Expr? argument, BoundVariable result)
{
    public AggregateFunction Function => function;

    public bool Distinct => distinct;

    /// <summary>What is aggregated; null for <c>count(*)</c>.</summary>
    public Expr? Argument => argument;

    public BoundVariable Result => result;

    /// <summary>True when equal rows count once, so that the weights of rows do not matter.</summary>
    public bool IgnoresRepeats => distinct || function is AggregateFunction.Min or AggregateFunction.Max;

    /// <summary>The kind of the result given that of the argument.</summary>
    public static ValueKind KindOf(AggregateFunction function, ValueKind argument) => function switch
    {
        AggregateFunction.CountRows or AggregateFunction.Count => ValueKind.Int64,
        AggregateFunction.Sum when argument is ValueKind.Int64 or ValueKind.Float64 => argument,
        AggregateFunction.Min or AggregateFunction.Max when argument is ValueKind.Int64 or ValueKind.Float64 or ValueKind.String => argument,
        AggregateFunction.Collect => ValueKind.List,
        _ => ValueKind.Any,
    };
}
