using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;

namespace Pennon.Cypher.Planning;

/// <summary>
/// What the clauses after a pattern want of its variables: the value, or only whether it is null (as count(x) does), which a counted branch
/// of the pattern can still tell.
/// </summary>
internal sealed class ColumnUses
{
    public HashSet<BoundVariable> Values { get; } = [];

    public HashSet<BoundVariable> Nullness { get; } = [];

    public static ColumnUses Of(IEnumerable<BoundClause> clauses, IEnumerable<BoundVariable> wanted)
    {
        var uses = new ColumnUses();
        uses.Values.UnionWith(wanted);
        foreach (var clause in clauses)
        {
            uses.Add(clause);
        }
        return uses;
    }

    void Add(BoundClause clause)
    {
        switch (clause)
        {
            case BoundMatch match:
                Values.UnionWith(match.Nodes.Where(static node => !node.IsNew).Select(static node => node.Variable));
                foreach (var predicate in match.Predicates)
                {
                    Add(predicate);
                }
                foreach (var edge in match.Edges)
                {
                    edge.Length?.ElementPredicate?.AddReads(Values);
                }
                break;
            case BoundUnwind unwind:
                Add(unwind.Source);
                break;
            case BoundExtend extend:
                foreach (var (expression, _) in extend.Items)
                {
                    Add(expression);
                }
                break;
            case BoundProjection projection:
                Add(projection);
                break;
        }
    }

    void Add(BoundProjection projection)
    {
        bool keepsRows = !projection.IsGrouped && !projection.Distinct;
        foreach (var (expression, variable) in projection.Keys)
        {
            // Passing a column on is no use of it; what is done with it later is seen there.
            if (!(keepsRows && expression is VariableExpr { Variable: var passed } && passed == variable))
            {
                Add(expression);
            }
        }
        foreach (var aggregate in projection.Aggregates)
        {
            if (aggregate is { Function: AggregateFunction.Count, Distinct: false, Argument: VariableExpr { Variable: var counted } })
            {
                Nullness.Add(counted);
            }
            else if (aggregate.Argument is not null)
            {
                Add(aggregate.Argument);
            }
        }
        foreach (var (expression, _) in projection.Computed)
        {
            Add(expression);
        }
        foreach (var (expression, _, _) in projection.Order)
        {
            Add(expression);
        }
        if (projection.Where is not null)
        {
            Add(projection.Where);
        }
    }

    void Add(Expr expression)
    {
        if (expression is IsNullExpr { Operand: VariableExpr { Variable: var tested } })
        {
            Nullness.Add(tested);
            return;
        }
        if (expression.Children.Count == 0)
        {
            expression.AddReads(Values);
            return;
        }
        if (expression is ListComprehensionExpr or QuantifierExpr or ReduceExpr)
        {
            expression.AddReads(Values);
            return;
        }
        foreach (var child in expression.Children)
        {
            Add(child);
        }
    }
}
