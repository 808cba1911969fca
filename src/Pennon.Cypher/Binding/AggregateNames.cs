using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Binding;

/// <summary>Which functions aggregate, and whether an expression uses one outside a subquery.</summary>
internal static class AggregateNames
{
    public static AggregateFunction? Find(string name) => name.ToLowerInvariant() switch
    {
        "count" => AggregateFunction.Count,
        "sum" => AggregateFunction.Sum,
        "avg" => AggregateFunction.Average,
        "min" => AggregateFunction.Min,
        "max" => AggregateFunction.Max,
        "collect" => AggregateFunction.Collect,
        "stdev" => AggregateFunction.StandardDeviation,
        "stdevp" => AggregateFunction.PopulationStandardDeviation,
        "percentilecont" => AggregateFunction.PercentileContinuous,
        "percentiledisc" => AggregateFunction.PercentileDiscrete,
        _ => null,
    };

    public static bool IsIn(Expression? expression) => expression switch
    {
        null => false,
        CountStar => true,
        FunctionCall call => Find(call.Name) is not null || call.Arguments.Any(IsIn),
        ListLiteral list => list.Items.Any(IsIn),
        MapLiteral map => map.Entries.Any(static entry => IsIn(entry.Value)),
        PropertyAccess access => IsIn(access.Target),
        IndexAccess access => IsIn(access.Target) || IsIn(access.Index),
        SliceAccess access => IsIn(access.Target) || IsIn(access.From) || IsIn(access.To),
        HasLabels labels => IsIn(labels.Target),
        Unary unary => IsIn(unary.Operand),
        IsNull test => IsIn(test.Operand),
        Binary binary => IsIn(binary.Left) || IsIn(binary.Right),
        ComparisonChain chain => chain.Operands.Any(IsIn),
        CaseExpression choice => IsIn(choice.Subject) || IsIn(choice.Else) || choice.Branches.Any(static b => IsIn(b.When) || IsIn(b.Then)),
        ListComprehension list => IsIn(list.Source) || IsIn(list.Where) || IsIn(list.Projection),
        Quantifier quantifier => IsIn(quantifier.Source) || IsIn(quantifier.Where),
        Reduce reduce => IsIn(reduce.Initial) || IsIn(reduce.Source) || IsIn(reduce.Step),
        MapProjection map => map.Items.Any(static item => item is ProjectedEntry entry && IsIn(entry.Value)),
        _ => false,
    };
}
