using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Binding;

internal sealed partial class Binder
{
    Expr BindSubquery(Expression expression, Context context)
    {
        var scope = Visible(context);
        switch (expression)
        {
            case ExistsSubquery exists:
                return Subquery(SubqueryKind.Exists, BindQuery(exists.Body, scope, needsReturn: false), null);
            case CountSubquery count:
                return Subquery(SubqueryKind.Count, BindQuery(count.Body, scope, needsReturn: false), null);
            case CollectSubquery collect:
                var body = BindQuery(collect.Body, scope, needsReturn: true);
                return body.Columns.Count == 1
                    ? Subquery(SubqueryKind.Collect, body, body.Columns[0])
                    : Fail<Expr>(collect.Span, $"COLLECT takes a query of one column, not {body.Columns.Count}.", "InvalidArgumentValue");
            case PatternPredicate predicate:
                RequireKnown(predicate.Chain, scope);
                return Subquery(SubqueryKind.Exists, PatternQuery(predicate.Chain, null, PathSearch.All, null, null, scope, predicate.Span).Query, null);
            case PatternComprehension comprehension:
                var (query, column) = PatternQuery(
                    comprehension.Chain, comprehension.Path, PathSearch.All, comprehension.Where, comprehension.Projection, scope, comprehension.Span);
                return Subquery(SubqueryKind.Collect, query, column);
            default:
                var shortest = (ShortestPathExpression)expression;
                RequireKnown(shortest.Chain, scope);
                var path = new Identifier("  path") { Span = shortest.Span };
                var (search, found) = PatternQuery(
                    shortest.Chain, path, shortest.Search, null, new Variable(path.Name) { Span = shortest.Span }, scope, shortest.Span);
                var paths = Subquery(SubqueryKind.Collect, search, found);
                return shortest.Search == PathSearch.AllShortest
                    ? paths
                    : new RowFunctionExpr(static (arguments, _) => arguments[0].AsList() is { Length: > 0 } list ? list[0] : CypherValue.Null, [paths]);
        }
    }

    SubqueryExpr Subquery(SubqueryKind kind, BoundQuery body, BoundVariable? collected) =>
        new(kind, body, NewVariable("  ordinal", ValueKind.Int64), collected);

    // In a grouped projection only what is grouped by is still there.
    static Scope Visible(Context context)
    {
        if (context.Grouping is not { } grouping)
        {
            return context.Names;
        }
        var scope = Scope.Empty;
        foreach (string name in context.Names.Names)
        {
            scope = grouping.Allowed.Contains(context.Names[name]) ? scope.With(name, context.Names[name]) : scope;
        }
        return scope;
    }

    void RequireKnown(PatternChain chain, Scope scope)
    {
        var names = chain.Nodes.Select(static node => node.Variable).Concat(chain.Relationships.Select(static relationship => relationship.Variable));
        foreach (var name in names)
        {
            if (name is not null && !scope.TryGet(name.Name, out _))
            {
                throw Error(name.Span, $"The variable '{name.Name}' is not defined; a pattern used as a condition cannot introduce it.", "UndefinedVariable");
            }
        }
    }

    (BoundQuery Query, BoundVariable? Column) PatternQuery(
        PatternChain chain, Identifier? path, PathSearch search, Expression? where, Expression? projection, Scope scope, SourceSpan span)
    {
        var part = new PatternPart(path, search, chain) { Span = span };
        var clauses = new List<BoundClause>();
        var after = BindMatch(new MatchClause(false, [part], where) { Span = span }, scope, clauses);
        if (projection is null)
        {
            return (new BoundQuery([new BoundPart(clauses, [], [])], UnionAll: true, [], []), null);
        }
        var value = AsValue(BindValue(projection, after));
        var column = ColumnFor(value, "  element");
        clauses.Add(new BoundProjection([(value, column)], [], IsGrouped: false, [], Distinct: false, [], null, null, null, [column]));
        return (new BoundQuery([new BoundPart(clauses, ["element"], [column])], UnionAll: true, ["element"], [column]), column);
    }
}
