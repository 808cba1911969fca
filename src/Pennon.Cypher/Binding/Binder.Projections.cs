using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Binding;

internal sealed partial class Binder
{
    (Scope Scope, IReadOnlyList<string> Names) BindProjection(Projection projection, Expression? where, Scope scope, List<BoundClause> clauses, bool isReturn)
    {
        var items = Items(projection, scope, isReturn);
        bool grouped = items.Exists(static item => AggregateNames.IsIn(item.Expression)) || projection.OrderBy.Any(static sort => AggregateNames.IsIn(sort.Expression));
        var keys = new List<(Expr Expression, BoundVariable Variable)>();
        var computed = new List<(Expr Expression, BoundVariable Variable)>();
        var aggregates = new List<Aggregate>();
        var outputs = new BoundVariable[items.Count];
        var substitutes = new Dictionary<Expression, BoundVariable>();
        for (int i = 0; i < items.Count; i++)
        {
            if (!grouped || !AggregateNames.IsIn(items[i].Expression))
            {
                outputs[i] = AddColumn(BindValue(items[i].Expression, scope), items[i].Name, keys);
                if (items[i].Expression is not Variable { Name: var name } || scope[name] != outputs[i])
                {
                    substitutes.TryAdd(items[i].Expression, outputs[i]);
                }
            }
        }
        var grouping = new Grouping(scope, aggregates, [.. keys.Select(static k => k.Variable)]);
        for (int i = 0; i < items.Count; i++)
        {
            if (outputs[i] is null)
            {
                outputs[i] = AddColumn(Bind(items[i].Expression, new Context(scope, substitutes, grouping)), items[i].Name, computed);
            }
        }
        var after = Scope.Empty;
        for (int i = 0; i < items.Count; i++)
        {
            after = after.With(items[i].Name, outputs[i]);
        }
        var order = BindOrder(projection, scope, after, items, outputs, grouped ? grouping : null, substitutes);
        var skip = BindCount(projection.Skip, "SKIP");
        var limit = BindCount(projection.Limit, "LIMIT");
        var condition = where is null ? null : BindCondition(where, after);
        clauses.Add(new BoundProjection(keys, aggregates, grouped, computed, projection.Distinct, order, skip, limit, condition, [.. outputs.Distinct()]));
        return (after, [.. items.Select(static item => item.Name)]);
    }

    List<(Expression Expression, string Name)> Items(Projection projection, Scope scope, bool isReturn)
    {
        var items = new List<(Expression Expression, string Name)>();
        if (projection.Star)
        {
            if (scope.Names.Count == 0 && isReturn)
            {
                throw Error(projection.Span, "RETURN * needs at least one variable.", "NoVariablesInScope");
            }
            items.AddRange(scope.Names.Select(static name => ((Expression)new Variable(name), name)));
        }
        foreach (var item in projection.Items)
        {
            if (!isReturn && item.Alias is null && item.Expression is not Variable)
            {
                throw Error(item.Span, $"'{item.SourceText}' in WITH needs a name: add AS name.", "NoExpressionAlias");
            }
            if (items.Exists(other => other.Name == item.Name))
            {
                throw Error(item.Span, $"The column '{item.Name}' occurs twice.", "ColumnNameConflict");
            }
            items.Add((item.Expression, item.Name));
        }
        return items;
    }

    // A variable that is passed on keeps its column; anything else gets one.
    BoundVariable AddColumn(Expr expression, string name, List<(Expr Expression, BoundVariable Variable)> columns)
    {
        if (expression is VariableExpr { Variable: var variable })
        {
            if (!columns.Exists(column => column.Variable == variable))
            {
                columns.Add((expression, variable));
            }
            return variable;
        }
        var added = ColumnFor(expression, name);
        columns.Add((expression, added));
        return added;
    }

    BoundVariable ColumnFor(Expr expression, string name)
    {
        var source = expression is EntityExpr { Inner: VariableExpr inner } ? inner.Variable : null;
        return new BoundVariable(name, _slots++, expression.Kind)
        {
            Tables = source?.Tables ?? (expression.Kind == ValueKind.Node ? [.. graph.Snapshot.NodeTables] : []),
            Pairs = source?.Pairs ?? (expression.Kind == ValueKind.Relationship ? [.. Enumerable.Range(0, graph.Pairs.Length)] : []),
        };
    }

    List<(Expr Expression, BoundVariable Variable, bool Descending)> BindOrder(
        Projection projection,
        Scope before,
        Scope after,
        List<(Expression Expression, string Name)> items,
        BoundVariable[] outputs,
        Grouping? grouping,
        Dictionary<Expression, BoundVariable> keySubstitutes)
    {
        var order = new List<(Expr Expression, BoundVariable Variable, bool Descending)>();
        if (projection.OrderBy.Count == 0)
        {
            return order;
        }
        // Names of the result hide those before it. Those before can be used too, after grouping only if they are grouped by, after DISTINCT not.
        var visible = after;
        if (!projection.Distinct)
        {
            visible = before;
            foreach (string name in after.Names)
            {
                visible = visible.With(name, after[name]);
            }
        }
        var substitutes = new Dictionary<Expression, BoundVariable>();
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Expression is not Variable)
            {
                substitutes.TryAdd(items[i].Expression, outputs[i]);
            }
        }
        foreach (var (key, variable) in keySubstitutes)
        {
            substitutes.TryAdd(key, variable);
        }
        var context = new Context(visible, substitutes, grouping is null ? null : grouping with { Allowed = [.. outputs, .. grouping.Allowed] });
        foreach (var sort in projection.OrderBy)
        {
            var expression = Bind(sort.Expression, context);
            var variable = expression is VariableExpr { Variable: var known } ? known : ColumnFor(expression, "  order");
            order.Add((expression, variable, sort.Descending));
        }
        return order;
    }

    Expr? BindCount(Expression? count, string clause)
    {
        if (count is null)
        {
            return null;
        }
        var bound = BindValue(count, Scope.Empty);
        if (bound is ConstantExpr { Value: var value })
        {
            if (value.Type != Values.CypherType.Integer)
            {
                throw Error(count.Span, $"{clause} takes an integer, not {value}.", "InvalidArgumentType");
            }
            if (value.AsInteger() < 0)
            {
                throw Error(count.Span, $"{clause} takes an integer that is not negative, not {value}.", "NegativeIntegerArgument");
            }
        }
        return bound;
    }
}
