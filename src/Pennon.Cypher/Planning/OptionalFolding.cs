using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>
/// An OPTIONAL MATCH that is one branch on one known node, and of which later clauses want at most to know whether it matched, multiplies the
/// rows by its number of matches, or by one when it has none.
/// </summary>
internal static class OptionalFolding
{
    public static (BoundVariable Parent, CountBranch Branch)? TryFold(GraphReader reader, BoundMatch match, ColumnUses uses)
    {
        var known = match.Nodes.Where(static node => !node.IsNew).Select(static node => node.Variable).ToList();
        if (known.Count != 1 || match.Edges.Count != match.Nodes.Count - 1)
        {
            return null;
        }
        var graph = new PatternGraph(reader, [match]);
        var parent = known[0];
        var edges = match.Edges.Where(edge => edge.From == parent || edge.To == parent).ToList();
        if (edges.Count != 1 || match.Edges.Any(edge => edge.Length is not null || edge.From == edge.To || IsUsed(edge.Relationship, uses)))
        {
            return null;
        }
        // Nullness of a deeper node is that of the whole match, but only the first has the marker.
        var first = edges[0].From == parent ? edges[0].To : edges[0].From;
        foreach (var node in match.Nodes)
        {
            if (node.IsNew && (uses.Values.Contains(node.Variable) || (node.Variable != first && uses.Nullness.Contains(node.Variable))))
            {
                return null;
            }
        }
        if (graph.Predicates.Exists(predicate => predicate.HasSubquery || predicate.Reads.Count != 1 || !graph.New.Contains(predicate.Reads.First())))
        {
            return null;
        }
        return Build(graph, parent, edges[0], first, [.. match.Edges]) is { } branch ? (parent, branch) : null;
    }

    static bool IsUsed(BoundVariable variable, ColumnUses uses) => uses.Values.Contains(variable) || uses.Nullness.Contains(variable);

    static CountBranch? Build(PatternGraph graph, BoundVariable parent, PatternEdge edge, BoundVariable node, List<PatternEdge> left)
    {
        left.Remove(edge);
        var children = new List<CountBranch>();
        foreach (var next in left.Where(other => other.From == node || other.To == node).ToList())
        {
            if (!left.Contains(next) || Build(graph, node, next, next.From == node ? next.To : next.From, left) is not { } child)
            {
                return null;
            }
            children.Add(child.AsRequired());
        }
        Expr? local = null;
        foreach (var predicate in graph.Predicates.Where(p => p.Reads.Contains(node)))
        {
            local = local is null ? predicate.Expression : new LogicExpr(BinaryOperator.And, local, predicate.Expression);
        }
        var mask = local is null ? null : new NodeMask(node, node.Tables, local);
        return new CountBranch(graph.HopFrom(edge, parent), new CountTree(node, node.Tables, mask, children), optional: true);
    }
}
