using Pennon.Cypher.Functions;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>WITH and RETURN: grouping, aggregates, DISTINCT, ORDER BY, SKIP and LIMIT.</summary>
static class OracleProjection
{
    sealed record Projected(OracleScope Output, OracleScope Sorting, OracleContext Context);

    public static (IReadOnlyList<string> Columns, List<OracleScope> Rows) Apply(
        OracleContext context, Projection projection, List<OracleScope> rows, IReadOnlyList<string> visible, Expression? where = null)
    {
        var items = new List<(string Name, Expression Expression)>();
        if (projection.Star)
        {
            items.AddRange(visible.Order(StringComparer.Ordinal).Select(name => (name, (Expression)new Variable(name))));
        }
        items.AddRange(projection.Items.Select(item => (item.Name, item.Expression)));

        var projected = items.Any(item => Aggregates(item.Expression).Any()) || projection.OrderBy.Any(sort => Aggregates(sort.Expression).Any())
            ? Grouped(context, projection, items, rows)
            : Plain(context, items, rows);
        if (projection.Distinct)
        {
            projected = [.. projected.DistinctBy(row => CypherValue.List([.. items.Select(item => row.Output[item.Name])]))];
        }
        if (projection.OrderBy.Count > 0)
        {
            projected = Sort(projection, items, projected);
        }
        var evaluator = new OracleEvaluator(context);
        IEnumerable<Projected> window = projected;
        if (projection.Skip is { } skip)
        {
            window = window.Skip((int)Count(evaluator.Evaluate(skip, OracleScope.Empty)));
        }
        if (projection.Limit is { } limit)
        {
            window = window.Take((int)Math.Min(int.MaxValue, Count(evaluator.Evaluate(limit, OracleScope.Empty))));
        }
        if (where is not null)
        {
            // The condition still sees the variables from before the projection.
            window = window.Where(row => new OracleEvaluator(row.Context).IsTrue(where, row.Sorting));
        }
        return ([.. items.Select(item => item.Name)], [.. window.Select(row => row.Output)]);
    }

    static long Count(CypherValue value) => value.Type == CypherType.Integer && value.AsInteger() >= 0
        ? value.AsInteger()
        : throw new CypherRuntimeException("SKIP and LIMIT take an integer of 0 or more.", value.Type == CypherType.Integer ? "NegativeIntegerArgument" : "InvalidArgumentType");

    static List<Projected> Plain(OracleContext context, List<(string Name, Expression Expression)> items, List<OracleScope> rows)
    {
        var evaluator = new OracleEvaluator(context);
        return [.. rows.Select(row =>
        {
            var values = items.Select(item => KeyValuePair.Create(item.Name, evaluator.Evaluate(item.Expression, row))).ToArray();
            return new Projected(OracleScope.Empty.With(values), row.With(values), context);
        })];
    }

    static List<Projected> Grouped(OracleContext context, Projection projection, List<(string Name, Expression Expression)> items, List<OracleScope> rows)
    {
        var evaluator = new OracleEvaluator(context);
        var keys = items.Where(item => !Aggregates(item.Expression).Any()).ToArray();
        var aggregates = items.SelectMany(item => Aggregates(item.Expression))
            .Concat(projection.OrderBy.SelectMany(sort => Aggregates(sort.Expression)))
            .Distinct()
            .ToArray();
        var groups = rows.GroupBy(row => CypherValue.List([.. keys.Select(key => evaluator.Evaluate(key.Expression, row))])).Select(group => group.ToList()).ToList();
        if (keys.Length == 0 && groups.Count == 0)
        {
            groups.Add([]);
        }
        return [.. groups.Select(group =>
        {
            var known = aggregates.ToDictionary(aggregate => aggregate, aggregate => Aggregate(aggregate, group, evaluator));
            var first = group.FirstOrDefault() ?? OracleScope.Empty;
            foreach (var (_, expression) in keys)
            {
                known[expression] = evaluator.Evaluate(expression, first);
            }
            var grouped = context with { Known = known };
            var inGroup = new OracleEvaluator(grouped);
            var values = items.Select(item => KeyValuePair.Create(item.Name, inGroup.Evaluate(item.Expression, first))).ToArray();
            return new Projected(OracleScope.Empty.With(values), first.With(values), grouped);
        })];
    }

    static CypherValue Aggregate(Expression aggregate, List<OracleScope> group, OracleEvaluator evaluator)
    {
        if (aggregate is CountStar)
        {
            return (long)group.Count;
        }
        var call = (FunctionCall)aggregate;
        FunctionLibrary.TryGet(call.Name, out var function);
        var accumulator = function!.CreateAccumulator(call.Distinct);
        foreach (var row in group)
        {
            accumulator.Add([.. call.Arguments.Select(argument => evaluator.Evaluate(argument, row))]);
        }
        return accumulator.Result();
    }

    static List<Projected> Sort(Projection projection, List<(string Name, Expression Expression)> items, List<Projected> rows)
    {
        var keyed = rows.Select(row =>
        {
            // A sort expression that is written like a column means that column.
            var known = new Dictionary<Expression, CypherValue>(row.Context.Known ?? new Dictionary<Expression, CypherValue>());
            foreach (var (name, expression) in items)
            {
                known[expression] = row.Output[name];
            }
            foreach (var (name, _) in items)
            {
                known[new Variable(name)] = row.Output[name];
            }
            var evaluator = new OracleEvaluator(row.Context with { Known = known });
            return (Row: row, Keys: projection.OrderBy.Select(sort => evaluator.Evaluate(sort.Expression, row.Sorting)).ToArray());
        });
        var order = Comparer<CypherValue[]>.Create((left, right) =>
        {
            for (int i = 0; i < left.Length; i++)
            {
                int compared = left[i].CompareTo(right[i]);
                if (compared != 0)
                {
                    return projection.OrderBy[i].Descending ? -compared : compared;
                }
            }
            return 0;
        });
        return [.. keyed.OrderBy(entry => entry.Keys, order).Select(entry => entry.Row)];
    }

    /// <summary>The aggregates in an expression, outermost first and none inside another.</summary>
    static IEnumerable<Expression> Aggregates(Expression expression) =>
        expression is CountStar || (expression is FunctionCall call && FunctionLibrary.TryGet(call.Name, out var function) && function.IsAggregate)
            ? [expression]
            : SyntaxWalker.Children(expression).OfType<Expression>().SelectMany(Aggregates)
                .Concat(SyntaxWalker.Children(expression).Where(child => child is CaseBranch or MapEntry or ProjectedEntry)
                    .SelectMany(child => SyntaxWalker.Children(child).OfType<Expression>()).SelectMany(Aggregates));
}
