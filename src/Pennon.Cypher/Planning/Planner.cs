using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>Turns bound clauses into operators, clause by clause; runs of MATCH are planned as one pattern by <see cref="MatchPlanner"/>.</summary>
internal sealed class Planner(GraphReader reader, Func<string, ValueKind, BoundVariable> newVariable)
{
    /// <summary>A finished plan for a whole query, whose last operator leaves the result columns.</summary>
    public Pipeline Plan(BoundQuery query)
    {
        var pipeline = new Pipeline(PlanQuery(query, [], atEnd: default));
        pipeline.SetLive(query.Columns);
        return pipeline;
    }

    List<PlanOperator> PlanQuery(BoundQuery query, IReadOnlyList<BoundVariable> carried, MatchGoal atEnd)
    {
        if (query.Parts.Count == 1)
        {
            return PlanPart(query.Parts[0], carried, atEnd);
        }
        var parts = new List<UnionOperator.Part>();
        var imports = new HashSet<BoundVariable>(carried);
        double rows = 0;
        foreach (var part in query.Parts)
        {
            var pipeline = new Pipeline(PlanPart(part, carried, default));
            imports.UnionWith(pipeline.SetLive(part.Columns.Concat(carried)));
            parts.Add(new UnionOperator.Part(pipeline, part.Columns));
            rows += pipeline.EstimatedRows;
        }
        var operators = new List<PlanOperator> { new UnionOperator(parts, query.Columns) { Imports = imports, EstimatedRows = rows } };
        if (!query.UnionAll)
        {
            operators.Add(Distinct([.. query.Columns, .. carried], rows));
        }
        return operators;
    }

    List<PlanOperator> PlanPart(BoundPart part, IReadOnlyList<BoundVariable> carried, MatchGoal atEnd)
    {
        var operators = new List<PlanOperator>();
        var clauses = part.Clauses;
        foreach (var clause in clauses)
        {
            PlanSubqueries(clause);
        }
        for (int i = 0; i < clauses.Count; i++)
        {
            switch (clauses[i])
            {
                case BoundMatch { Optional: false }:
                    int end = i + 1;
                    while (end < clauses.Count && clauses[end] is BoundMatch { Optional: false })
                    {
                        end++;
                    }
                    var matches = clauses.Skip(i).Take(end - i).Cast<BoundMatch>().ToList();
                    var graph = new PatternGraph(reader, matches);
                    var branches = TakeOptional(graph, clauses, ref end, [.. part.Columns, .. carried], atEnd);
                    var rest = clauses.Skip(end).ToList();
                    var uses = ColumnUses.Of(rest, part.Columns.Concat(carried));
                    operators.AddRange(new MatchPlanner(reader, graph, uses, GoalOf(rest, atEnd), branches).Plan(RowsOf(operators)));
                    i = end - 1;
                    break;
                case BoundMatch optional:
                    var after = clauses.Skip(i + 1).ToList();
                    operators.Add(PlanOptional(optional, ColumnUses.Of(after, part.Columns.Concat(carried)), GoalOf(after, atEnd), RowsOf(operators)));
                    break;
                case BoundUnwind unwind:
                    operators.Add(new UnwindOperator(unwind.Source, unwind.Variable) { EstimatedRows = RowsOf(operators) * 10 });
                    break;
                case BoundExtend extend:
                    operators.Add(new ProjectOperator(extend.Items) { EstimatedRows = RowsOf(operators) });
                    break;
                case BoundProjection projection:
                    PlanProjection(projection, carried, operators);
                    break;
            }
        }
        return operators;
    }

    // OPTIONAL MATCH clauses right after a pattern that only multiply its matches, and of which nothing is asked later, become part of it.
    List<(BoundVariable Parent, CountBranch Branch)> TakeOptional(
        PatternGraph graph, IReadOnlyList<BoundClause> clauses, ref int end, IReadOnlyList<BoundVariable> wanted, MatchGoal atEnd)
    {
        var taken = new List<(BoundVariable Parent, CountBranch Branch)>();
        while (end < clauses.Count && clauses[end] is BoundMatch { Optional: true } optional)
        {
            var after = clauses.Skip(end + 1).ToList();
            var uses = ColumnUses.Of(after, wanted);
            if (!GoalOf(after, atEnd).Weighted || OptionalFolding.TryFold(reader, optional, uses) is not var (parent, branch)
                || !graph.New.Contains(parent) || optional.Introduced.Any(uses.Nullness.Contains))
            {
                break;
            }
            taken.Add((parent, branch));
            end++;
        }
        return taken;
    }

    static double RowsOf(List<PlanOperator> operators) => operators.Count == 0 ? 1 : operators[^1].EstimatedRows;

    // Looks ahead to where rows are next grouped, made distinct or counted.
    static MatchGoal GoalOf(IReadOnlyList<BoundClause> rest, MatchGoal atEnd)
    {
        foreach (var clause in rest)
        {
            if (clause is not BoundProjection projection)
            {
                continue;
            }
            if (projection.IsGrouped)
            {
                bool set = projection.Aggregates.All(static a => a.IgnoresRepeats);
                bool least = set && projection.Aggregates.All(static a => a.Function == AggregateFunction.Min || a.Argument is not PathLengthExpr)
                    && projection.Keys.All(static k => k.Expression is VariableExpr or PropertyExpr)
                    && projection.Aggregates.Where(static a => a.Function == AggregateFunction.Min).All(static a => a.Argument is PathLengthExpr or PropertyExpr or VariableExpr);
                return new MatchGoal(Weighted: true, set, least && ReferenceEquals(clause, rest[0]));
            }
            if (projection.Distinct)
            {
                return new MatchGoal(Weighted: true, Set: true, LeastLength: false);
            }
            if (projection.Skip is not null || projection.Limit is not null)
            {
                return default;
            }
        }
        return atEnd;
    }

    PlanOperator PlanOptional(BoundMatch match, ColumnUses uses, MatchGoal goal, double rows)
    {
        if (goal.Weighted && OptionalFolding.TryFold(reader, match, uses) is var (parent, branch))
        {
            return new TreeCountOperator(parent, branch, branch.Child.SparseCost * rows < branch.Child.DenseCost, [], []) { EstimatedRows = rows };
        }
        var ordinal = newVariable("  ordinal", ValueKind.Int64);
        var inner = new ColumnUses();
        inner.Values.UnionWith(uses.Values);
        inner.Nullness.UnionWith(uses.Nullness);
        inner.Values.Add(ordinal);
        var pipeline = new Pipeline(new MatchPlanner(reader, new PatternGraph(reader, [match]), inner, goal with { LeastLength = false }).Plan(Batch.Size));
        var introduced = match.Introduced.Where(variable => uses.Values.Contains(variable) || uses.Nullness.Contains(variable)).ToList();
        var imports = pipeline.SetLive(introduced.Append(ordinal));
        imports.Remove(ordinal);
        return new OptionalOperator(new SubPlan(pipeline, ordinal, rowByRow: false), introduced)
        {
            Imports = imports,
            EstimatedRows = rows * Math.Max(1, pipeline.EstimatedRows / Batch.Size),
        };
    }

    void PlanProjection(BoundProjection projection, IReadOnlyList<BoundVariable> carried, List<PlanOperator> operators)
    {
        double rows = RowsOf(operators);
        var keys = projection.Keys.Concat(carried.Select(static v => ((Expr)new VariableExpr(v), v))).ToList();
        var computed = projection.Computed.ToList();
        var outputs = projection.Outputs.Concat(carried).ToList();
        var late = new List<(Expr Expression, BoundVariable Variable)>();
        if (projection.IsGrouped)
        {
            rows = keys.Count == 0 ? 1 : Math.Max(1, Math.Min(rows, Math.Pow(rows, 0.75)));
            computed.InsertRange(0, MoveDependent(keys));
            operators.Add(new AggregateOperator(keys, projection.Aggregates) { EstimatedRows = rows });
            if (!projection.Distinct)
            {
                late.AddRange(TakeLate(projection, computed));
            }
        }
        else if (projection.Distinct)
        {
            rows = Math.Max(1, Math.Pow(rows, 0.75));
            operators.Add(new AggregateOperator(keys, []) { EstimatedRows = rows });
        }
        else
        {
            var made = keys.Where(static key => key.Item1 is not VariableExpr { Variable: var v } || v != key.Item2).ToList();
            late.AddRange(TakeLate(projection, made));
            Project(made, operators, rows);
        }
        Project(computed, operators, rows);
        if (projection.IsGrouped && projection.Distinct)
        {
            operators.Add(Distinct(outputs, rows));
        }
        Sort(projection, operators, rows);
        Project(late, operators, RowsOf(operators));
        if (projection.Where is not null)
        {
            double passed = RowsOf(operators) * Estimates.Selectivity(projection.Where);
            operators.Add(new FilterOperator(projection.Where, PredicateText.Of(projection.Where)) { EstimatedRows = passed });
        }
    }

    // Grouping by the key of a node, or by a node, is grouping by the node; its other properties follow from it and are fetched once a group.
    static List<(Expr Expression, BoundVariable Variable)> MoveDependent(List<(Expr Expression, BoundVariable Variable)> keys)
    {
        var owners = keys.Select(static key => key.Expression switch
        {
            VariableExpr { Variable: { Kind: ValueKind.Node } node } => node,
            PropertyExpr { Owner: { Kind: ValueKind.Node, Tables: [var table] } owner } property when table.KeyProperty == property.Name => owner,
            _ => null,
        }).OfType<BoundVariable>().ToHashSet();
        var moved = keys.Where(key => key.Expression is PropertyExpr property && owners.Contains(property.Owner)).ToList();
        keys.RemoveAll(moved.Contains);
        foreach (var owner in moved.Select(static key => ((PropertyExpr)key.Expression).Owner).Distinct())
        {
            if (!keys.Exists(key => key.Variable == owner))
            {
                keys.Add((new VariableExpr(owner), owner));
            }
        }
        return moved;
    }

    // A column that ORDER BY ... LIMIT does not look at is made only for the rows that are left.
    static List<(Expr Expression, BoundVariable Variable)> TakeLate(BoundProjection projection, List<(Expr Expression, BoundVariable Variable)> columns)
    {
        if (projection.Order.Count == 0 || projection.Limit is null)
        {
            return [];
        }
        var sorted = new HashSet<BoundVariable>();
        foreach (var (expression, _, _) in projection.Order)
        {
            expression.AddReads(sorted);
        }
        // What another column is made of cannot come after it.
        foreach (var (expression, _) in columns)
        {
            expression.AddReads(sorted);
        }
        var late = columns.Where(column => !sorted.Contains(column.Variable)).ToList();
        columns.RemoveAll(late.Contains);
        return late;
    }

    static void Project(List<(Expr Expression, BoundVariable Variable)> items, List<PlanOperator> operators, double rows)
    {
        if (items.Count > 0)
        {
            operators.Add(new ProjectOperator(items) { EstimatedRows = rows });
        }
    }

    static void Sort(BoundProjection projection, List<PlanOperator> operators, double rows)
    {
        double kept = projection.Limit is ConstantExpr { Value: { Type: Values.CypherType.Integer } limit } ? Math.Min(rows, limit.AsInteger()) : rows;
        if (projection.Order.Count > 0)
        {
            Project([.. projection.Order.Where(static o => o.Expression is not VariableExpr).Select(static o => (o.Expression, o.Variable))], operators, rows);
            var keys = projection.Order.Select(static o => new SortKey(o.Variable, o.Descending)).ToList();
            operators.Add(new SortOperator(keys, projection.Skip, projection.Limit) { EstimatedRows = kept });
        }
        else if (projection.Skip is not null || projection.Limit is not null)
        {
            operators.Add(new PageOperator(projection.Skip, projection.Limit) { EstimatedRows = kept });
        }
    }

    static AggregateOperator Distinct(IReadOnlyList<BoundVariable> columns, double rows) =>
        new([.. columns.Select(static v => ((Expr)new VariableExpr(v), v))], []) { EstimatedRows = Math.Max(1, Math.Pow(rows, 0.75)) };

    void PlanSubqueries(BoundClause clause)
    {
        switch (clause)
        {
            case BoundMatch match:
                foreach (var predicate in match.Predicates)
                {
                    PlanSubqueries(predicate);
                }
                break;
            case BoundUnwind unwind:
                PlanSubqueries(unwind.Source);
                break;
            case BoundExtend extend:
                foreach (var (expression, _) in extend.Items)
                {
                    PlanSubqueries(expression);
                }
                break;
            case BoundProjection projection:
                var expressions = projection.Keys.Select(static k => k.Expression)
                    .Concat(projection.Aggregates.Select(static a => a.Argument))
                    .Concat(projection.Computed.Select(static c => c.Expression))
                    .Concat(projection.Order.Select(static o => o.Expression))
                    .Append(projection.Where);
                foreach (var expression in expressions.OfType<Expr>())
                {
                    PlanSubqueries(expression);
                }
                break;
        }
    }

    void PlanSubqueries(Expr expression)
    {
        if (expression is SubqueryExpr { IsPlanned: false } subquery)
        {
            PlanSubquery(subquery);
        }
        foreach (var child in expression.Children)
        {
            PlanSubqueries(child);
        }
    }

    void PlanSubquery(SubqueryExpr subquery)
    {
        if (EdgeTestOf(subquery) is var (hop, edge))
        {
            subquery.SetEdgeTest(hop, edge);
            return;
        }
        bool exists = subquery.Subquery == SubqueryKind.Exists;
        bool rowByRow = subquery.Body.Parts.Any(static part => part.Clauses.OfType<BoundProjection>().Any(static p => p.IsGrouped || p.Distinct || p.Order.Count > 0 || p.Skip is not null || p.Limit is not null))
            || (!subquery.Body.UnionAll && subquery.Body.Parts.Count > 1);
        BoundVariable[] wanted = subquery.Collected is { } collected ? [subquery.Ordinal, collected] : [subquery.Ordinal];
        var atEnd = new MatchGoal(Weighted: subquery.Subquery != SubqueryKind.Collect, Set: exists, LeastLength: false);
        IReadOnlyList<BoundVariable> carried = rowByRow ? [] : [subquery.Ordinal];
        var pipeline = new Pipeline(PlanQuery(subquery.Body, carried, atEnd));
        var imports = pipeline.SetLive(rowByRow ? wanted.Skip(1) : wanted);
        subquery.SetPlan(new SubPlan(pipeline, subquery.Ordinal, rowByRow), imports);
    }

    // EXISTS of one plain edge between two nodes that are both known is a search in a neighbour list.
    (Hop Hop, PatternEdge Edge)? EdgeTestOf(SubqueryExpr subquery)
    {
        if (subquery is not { Subquery: SubqueryKind.Exists, Body.Parts: [{ Clauses: [BoundMatch { Optional: false, Edges: [{ Length: null } edge], Predicates: [] } match] }] }
            || match.Nodes.Any(static node => node.IsNew))
        {
            return null;
        }
        return (new PatternGraph(reader, [match]).HopFrom(edge, edge.From), edge);
    }
}
