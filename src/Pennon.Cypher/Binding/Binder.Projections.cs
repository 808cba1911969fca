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
        var unnamed = isReturn ? null : projection.Items.FirstOrDefault(static item => item.Alias is null && item.Expression is not Variable);
        bool grouped = items.Exists(static item => AggregateNames.IsIn(item.Expression));
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
                if (IsSimpleKey(items[i].Expression, scope, outputs[i]))
                {
                    substitutes.TryAdd(items[i].Expression, outputs[i]);
                }
            }
        }
        var grouping = new Grouping(scope, aggregates, [.. keys.Select(static k => k.Variable)])
        {
            CompoundKeys = [.. items.Select(static item => item.Expression).Where(static e => e is Binary or FunctionCall or CaseExpression).Where(static e => !AggregateNames.IsIn(e))],
        };
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
        var order = BindOrder(projection, scope, after, items, outputs, grouped ? grouping with { IsOrder = true, IsReturn = isReturn } : null);
        if (unnamed is not null)
        {
            throw Error(unnamed.Span, $"'{unnamed.SourceText}' in WITH needs a name: add AS name.", "NoExpressionAlias");
        }
        var skip = BindCount(projection.Skip, "SKIP");
        var limit = BindCount(projection.Limit, "LIMIT");
        var condition = where is null ? null : BindCondition(where, grouped || projection.Distinct ? after : Overlay(scope, after));
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
            items.AddRange(scope.Names.Order(StringComparer.Ordinal).Select(static name => ((Expression)new Variable(name), name)));
        }
        foreach (var item in projection.Items)
        {
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

    // Beside an aggregate only a variable or a property that is grouped by may stand; a longer expression would be ambiguous.
    static bool IsSimpleKey(Expression expression, Scope scope, BoundVariable output) => expression switch
    {
        Variable { Name: var name } => scope[name] != output,
        PropertyAccess { Target: Variable } => true,
        _ => false,
    };

    // Names of the result hide those before it.
    static Scope Overlay(Scope before, Scope after)
    {
        var visible = before;
        foreach (string name in after.Names)
        {
            visible = visible.With(name, after[name]);
        }
        return visible;
    }

    List<(Expr Expression, BoundVariable Variable, bool Descending)> BindOrder(
        Projection projection,
        Scope before,
        Scope after,
        List<(Expression Expression, string Name)> items,
        BoundVariable[] outputs,
        Grouping? grouping)
    {
        var order = new List<(Expr Expression, BoundVariable Variable, bool Descending)>();
        if (projection.OrderBy.Count == 0)
        {
            return order;
        }
        // What is before can be used too: after grouping only if it is grouped by, after DISTINCT only if it is a column.
        var visible = projection.Distinct ? after : Overlay(before, after);
        var whole = new Dictionary<Expression, BoundVariable>();
        var parts = new Dictionary<Expression, BoundVariable>();
        for (int i = 0; i < items.Count; i++)
        {
            var expression = items[i].Expression;
            if (expression is Variable)
            {
                continue;
            }
            whole.TryAdd(expression, outputs[i]);
            if (grouping is null || expression is PropertyAccess { Target: Variable } || AggregateNames.IsIn(expression))
            {
                parts.TryAdd(expression, outputs[i]);
            }
        }
        var context = new Context(visible, parts, grouping is null ? null : grouping with { Allowed = [.. outputs, .. grouping.Allowed], OrderNames = after });
        foreach (var sort in projection.OrderBy)
        {
            var expression = whole.TryGetValue(sort.Expression, out var column) ? new VariableExpr(column) : Bind(sort.Expression, context);
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
        if (Names(count).FirstOrDefault() is { } used)
        {
            throw Error(used.Span, $"{clause} is the same for all rows, so it cannot use the variable '{used.Name}'.", "NonConstantExpression");
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

    static IEnumerable<Variable> Names(Expression expression) => expression switch
    {
        Variable variable => [variable],
        PropertyAccess access => Names(access.Target),
        Unary unary => Names(unary.Operand),
        Binary binary => Names(binary.Left).Concat(Names(binary.Right)),
        FunctionCall call => call.Arguments.SelectMany(Names),
        _ => [],
    };
}
