using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Functions;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Binding;

internal sealed partial class Binder
{
    Expr BindCall(Expression expression, Context context)
    {
        var call = expression as FunctionCall;
        if (call is null || AggregateNames.Find(call.Name) is not null)
        {
            return BindAggregate(expression, context);
        }
        if (call.Distinct)
        {
            throw Error(call.Span, $"DISTINCT stands in aggregates; {call.Name}() is none.", "InvalidArgumentType");
        }
        if (call.Arguments.Count == 1 && call.Arguments[0] is Variable { Name: var name } && context.Names.TryGet(name, out var path) && path.Path is { } shape
            && call.Name.Equals("length", StringComparison.OrdinalIgnoreCase))
        {
            return new PathLengthExpr(shape);
        }
        var arguments = call.Arguments.Select(argument => Bind(argument, context)).ToList();
        return BindTyped(call, arguments) ?? BindLibrary(call, arguments);
    }

    Expr BindAggregate(Expression expression, Context context)
    {
        if (context.Grouping is not { InElement: false } grouping)
        {
            throw Error(expression.Span, "An aggregate can stand only in the columns of WITH and RETURN and in their ORDER BY.", "InvalidAggregation");
        }
        if (grouping.IsOrder)
        {
            foreach (var argumentOfOther in expression is FunctionCall { Arguments: var others } ? others : [])
            {
                BindValue(argumentOfOther, grouping.OrderNames);
            }
            throw Error(expression.Span, "ORDER BY can use only aggregates that are columns of the result.", "InvalidAggregation");
        }
        var function = AggregateFunction.CountRows;
        Expr? argument = null, parameter = null;
        bool distinct = false;
        if (expression is FunctionCall call)
        {
            function = AggregateNames.Find(call.Name)!.Value;
            bool percentile = function is AggregateFunction.PercentileContinuous or AggregateFunction.PercentileDiscrete;
            if (call.Arguments.Count != (percentile ? 2 : 1))
            {
                throw Error(call.Span, $"{call.Name}() takes {(percentile ? "two arguments" : "one argument")}, not {call.Arguments.Count}.", "InvalidNumberOfArguments");
            }
            if (call.Arguments.Any(AggregateNames.IsIn))
            {
                throw Error(call.Span, "An aggregate cannot stand inside another.", "NestedAggregation");
            }
            distinct = call.Distinct;
            argument = BindValue(call.Arguments[0], grouping.ArgumentNames);
            bool counts = function == AggregateFunction.Count;
            argument = counts ? argument : AsValue(argument);
            parameter = percentile ? BindValue(call.Arguments[1], grouping.ArgumentNames) : null;
            if (percentile)
            {
                // Each value travels with the percentile of its row; all rows of a group are expected to have the same.
                argument = new RowFunctionExpr(
                    static (pair, _) => pair[0].IsNull ? CypherValue.Null : CypherValue.List(pair[0], pair[1]), [argument, AsValue(parameter!)], ValueKind.List);
            }
            if (function is AggregateFunction.Sum or AggregateFunction.Average or AggregateFunction.StandardDeviation or AggregateFunction.PopulationStandardDeviation)
            {
                CheckNumeric(argument, call.Arguments[0].Span, call.Name);
            }
        }
        var result = NewVariable("  aggregate", Aggregate.KindOf(function, argument?.Kind ?? ValueKind.Any));
        grouping.Aggregates.Add(new Aggregate(function, distinct, argument, result));
        return new VariableExpr(result);
    }

    // Functions of node and relationship columns that need no value made of them.
    Expr? BindTyped(FunctionCall call, List<Expr> arguments)
    {
        if (arguments.Count != 1)
        {
            return null;
        }
        var argument = arguments[0];
        bool node = argument.Kind == ValueKind.Node, relationship = argument.Kind == ValueKind.Relationship;
        string name = call.Name.ToLowerInvariant();
        if (Takes(name) is { } kinds && argument.Kind != ValueKind.Any && !kinds.Contains(argument.Kind))
        {
            throw Error(call.Arguments[0].Span, $"{call.Name}() takes {string.Join(" or ", kinds.Select(Noun))}, not {Noun(argument.Kind)}.", "InvalidArgumentType");
        }
        switch (name)
        {
            case "id" when node || relationship:
                return new EntityIdExpr(argument);
            case "labels" when node:
                var labels = graph.Snapshot.NodeTables.Select(static table => CypherValue.List([.. table.Labels.Select(static label => (CypherValue)label)]));
                return new OwnerNameExpr(argument, [.. labels], ValueKind.List);
            case "type" when relationship:
                return new OwnerNameExpr(argument, [.. graph.Pairs.Select(static pair => (CypherValue)pair.Type.Name)], ValueKind.String);
            case "startnode" when argument is VariableExpr && relationship:
                return new EndpointExpr(argument, start: true);
            case "endnode" when argument is VariableExpr && relationship:
                return new EndpointExpr(argument, start: false);
            case "exists":
                return new IsNullExpr(argument, negated: true);
            default:
                return null;
        }
    }

    Expr BindLibrary(FunctionCall call, List<Expr> arguments)
    {
        if (!FunctionLibrary.TryGet(call.Name, out var function))
        {
            throw Error(call.Span, FunctionLibrary.DescribeUnknown(call.Name), "UnknownFunction");
        }
        if (!function.Takes(arguments.Count))
        {
            throw Error(call.Span, $"{function.Name}() takes {function.Arity}, not {arguments.Count}.", "InvalidNumberOfArguments");
        }
        if (function.IsAggregate)
        {
            throw CypherNotSupportedException.At(text, call.Span, $"The aggregate {function.Name}()");
        }
        return new RowFunctionExpr(
            (values, context) => function.Evaluate(values, context.Functions),
            [.. arguments.Select(AsValue)],
            ResultKind(function.Name, arguments),
            function.IsDeterministic);
    }

    static ValueKind ResultKind(string function, List<Expr> arguments) => function.ToLowerInvariant() switch
    {
        "size" or "length" or "tointeger" or "tointegerornull" or "sign" => ValueKind.Int64,
        "tofloat" or "tofloatornull" or "rand" or "sqrt" or "exp" or "log" or "log10" or "sin" or "cos" or "tan" => ValueKind.Float64,
        "tostring" or "tostringornull" or "tolower" or "toupper" or "trim" or "ltrim" or "rtrim" or "replace" or "substring" or "left" or "right" => ValueKind.String,
        "keys" or "nodes" or "relationships" or "range" or "split" or "labels" => ValueKind.List,
        "properties" => ValueKind.Map,
        "coalesce" => arguments.Select(static a => a.Kind).Distinct().Count() == 1 ? arguments[0].Kind : ValueKind.Any,
        _ => ValueKind.Any,
    };

    static ValueKind[]? Takes(string function) => function switch
    {
        "labels" => [ValueKind.Node],
        "type" or "startnode" or "endnode" => [ValueKind.Relationship],
        "id" or "elementid" => [ValueKind.Node, ValueKind.Relationship],
        "length" => [ValueKind.Path],
        "size" => [ValueKind.List, ValueKind.String],
        "nodes" or "relationships" => [ValueKind.Path],
        _ => null,
    };
}
