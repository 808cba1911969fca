using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>
/// Orders the steps of one pattern graph. Every node is tried as the start; from there the step that leaves the fewest rows comes next,
/// branches that are only counted are folded into weights, and cycles close by intersection. The cheapest whole plan wins.
/// </summary>
internal sealed class MatchPlanner(
    GraphReader reader,
    PatternGraph graph,
    ColumnUses uses,
    MatchGoal goal,
    IReadOnlyList<(BoundVariable Parent, CountBranch Branch)>? optional = null)
{
    const int MaxTrials = 12;

    /// <summary>The operators of the cheapest plan.</summary>
    public List<PlanOperator> Plan(double inputRows)
    {
        var state = new MatchState(reader, graph, uses, goal, optional ?? [], inputRows);
        foreach (var node in graph.Bound)
        {
            state.Bind(node);
        }
        return Solve(state).Operators;
    }

    MatchState Solve(MatchState state)
    {
        state.ApplyPredicates();
        if (state.Bound.Count > 0)
        {
            state.FoldBranches();
        }
        while (true)
        {
            if (state.TryStep())
            {
                continue;
            }
            var starts = state.Unbound.ToList();
            if (starts.Count == 0)
            {
                state.Complete();
                return state;
            }
            return starts.Count > MaxTrials || state.Depth > 1
                ? Start(state, starts.MinBy(state.StartRows)!)
                : starts.Select(start => Start(state.Clone(), start)).MinBy(static done => done.Cost)!;
        }
    }

    MatchState Start(MatchState state, BoundVariable start)
    {
        state.Depth++;
        state.AddStart(start);
        return Solve(state);
    }
}
