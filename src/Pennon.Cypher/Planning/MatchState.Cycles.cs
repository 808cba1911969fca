using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Operators;

namespace Pennon.Cypher.Planning;

/// <summary>
/// Cycles that are only counted: all nodes but one hang on nothing else, nobody looks at them, and no predicate ties them to anything. Such a
/// cycle is a number that belongs to its one kept node.
/// </summary>
internal sealed partial class MatchState
{
    readonly List<(BoundVariable Anchor, IReadOnlyList<CycleCountOperator.Step> Steps, Hop Closing)> _cycles = [];

    void FoldCycles(HashSet<BoundVariable> pinned, Dictionary<BoundVariable, List<CountBranch>> branches)
    {
        while (FindCycle(pinned) is var (anchor, edges))
        {
            var nodes = new List<BoundVariable>();
            var from = anchor;
            foreach (var edge in edges[..^1])
            {
                from = edge.From == from ? edge.To : edge.From;
                nodes.Add(from);
            }
            var trees = nodes.ConvertAll(node =>
                new CountTree(node, node.Tables, TakeMask(node), branches.Remove(node, out var below) ? below : []));
            var forward = Orient(anchor, edges, trees);
            edges.Reverse();
            trees.Reverse();
            var backward = Orient(anchor, edges, trees);
            bool turn = CycleCountOperator.CostOf(anchor, backward.Steps, backward.Closing) < CycleCountOperator.CostOf(anchor, forward.Steps, forward.Closing);
            _cycles.Add((anchor, turn ? backward.Steps : forward.Steps, turn ? backward.Closing : forward.Closing));
            _edges.RemoveAll(edges.Contains);
            _folded.UnionWith(nodes);
            pinned.Add(anchor);
        }
    }

    (IReadOnlyList<CycleCountOperator.Step> Steps, Hop Closing) Orient(BoundVariable anchor, List<PatternEdge> edges, List<CountTree> trees)
    {
        var steps = new List<CycleCountOperator.Step>();
        var from = anchor;
        for (int i = 0; i < trees.Count; i++)
        {
            steps.Add(new CycleCountOperator.Step(_graph.HopFrom(edges[i], from), trees[i]));
            from = trees[i].Variable;
        }
        return (steps, _graph.HopFrom(edges[^1], anchor));
    }

    // The edges of a cycle in order, beginning and ending at its one node that stays.
    (BoundVariable Anchor, List<PatternEdge> Edges)? FindCycle(HashSet<BoundVariable> pinned)
    {
        var passable = _graph.Nodes.Where(node => IsPassable(node, pinned)).ToHashSet();
        foreach (var first in passable)
        {
            var edges = EdgesAt(first);
            var left = Follow(first, edges[0], passable);
            var right = Follow(first, edges[1], passable);
            if (left.End == right.End && !passable.Contains(left.End) && left.Edges.TrueForAll(IsPlain) && right.Edges.TrueForAll(IsPlain))
            {
                left.Edges.Reverse();
                return (left.End, [.. left.Edges, .. right.Edges]);
            }
        }
        return null;
    }

    (BoundVariable End, List<PatternEdge> Edges) Follow(BoundVariable first, PatternEdge edge, HashSet<BoundVariable> passable)
    {
        var edges = new List<PatternEdge> { edge };
        var node = edge.From == first ? edge.To : edge.From;
        while (node != first && passable.Contains(node))
        {
            edge = EdgesAt(node).Find(other => other != edge)!;
            edges.Add(edge);
            node = edge.From == node ? edge.To : edge.From;
        }
        return (node, edges);
    }

    bool IsPassable(BoundVariable node, HashSet<BoundVariable> pinned)
    {
        if (pinned.Contains(node) || _folded.Contains(node) || _bound.Contains(node) || !_graph.New.Contains(node)
            || _uses.Values.Contains(node) || _uses.Nullness.Contains(node) || FindKey(node) is not null)
        {
            return false;
        }
        var edges = EdgesAt(node);
        return edges.Count == 2 && edges.TrueForAll(IsPlain)
            && _predicates.TrueForAll(predicate => !predicate.Reads.Contains(node) || IsLocal(predicate, node));
    }

    List<PatternEdge> EdgesAt(BoundVariable node) => _edges.FindAll(edge => edge.From == node || edge.To == node);

    bool IsPlain(PatternEdge edge) =>
        edge.Length is null && edge.From != edge.To && !_uses.Values.Contains(edge.Relationship) && !_uses.Nullness.Contains(edge.Relationship)
        && _predicates.TrueForAll(predicate => !predicate.Reads.Contains(edge.Relationship))
        && _folds.TrueForAll(fold => !fold.NotEdges.Contains(edge.Relationship));

    void ApplyCycles()
    {
        foreach (var cycle in _cycles.ToList())
        {
            if (!_bound.Contains(cycle.Anchor))
            {
                continue;
            }
            _cycles.Remove(cycle);
            double cost = _rows * CycleCountOperator.CostOf(cycle.Anchor, cycle.Steps, cycle.Closing);
            double dense = cycle.Steps.Sum(static step => step.Node.DenseCost);
            double sparse = cycle.Steps.Sum(step => step.Node.MaskCost + (step.Node.IsOnes ? 0 : cost * step.Node.SparseCost));
            Add(new CycleCountOperator(cycle.Anchor, cycle.Steps, cycle.Closing, sparse < dense), _rows, cost + Math.Min(sparse, dense));
        }
    }
}
