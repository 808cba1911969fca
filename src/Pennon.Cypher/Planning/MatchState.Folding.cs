using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>
/// Folding: a node that hangs on one edge and that nobody looks at is not enumerated but counted, and so is all that hangs on it. Exact because
/// the number of matches below a node does not depend on anything above it; where a predicate says that it does (two nodes or two relationships
/// must differ), what is forbidden is subtracted for each row, and where it says more, nothing is folded.
/// </summary>
internal sealed partial class MatchState
{
    /// <summary>A branch that waits until its parent, and what it must not meet again, are bound.</summary>
    sealed record Fold(BoundVariable Parent, CountBranch Branch, BoundVariable[] NotNodes, BoundVariable[] NotEdges, TreeCountOperator.Absent? Absent = null);

    // OPTIONAL MATCH branches of this pattern's nodes that come after it; they are counted with whatever their parent is counted with.
    readonly IReadOnlyList<(BoundVariable Parent, CountBranch Branch)> _optional;
    bool _optionalDone;

    public void FoldBranches()
    {
        if (!_goal.Weighted)
        {
            return;
        }
        var pinned = new HashSet<BoundVariable>(_bound);
        pinned.UnionWith(_uses.Values);
        PinWaiting(pinned);
        var branches = new Dictionary<BoundVariable, List<CountBranch>>();
        foreach (var (parent, optional) in _optionalDone ? [] : _optional)
        {
            branches.TryAdd(parent, []);
            branches[parent].Add(optional);
        }
        _optionalDone = true;
        while (FindLeaf(pinned) is { } leaf)
        {
            if (FindPartner(leaf, pinned) is { } partner)
            {
                pinned.Add(leaf.Parent);
                pinned.Add(partner.Parent);
                _pairs.Add((
                    new TreeCountPairOperator.Side(leaf.Parent, TakeBranch(leaf, branches)),
                    new TreeCountPairOperator.Side(partner.Parent, TakeBranch(partner, branches))));
                continue;
            }
            FoldLeaf(leaf, pinned, branches);
        }
        FoldCycles(pinned, branches);
        // What was folded into a node that stays becomes a step of its own.
        foreach (var (parent, list) in branches)
        {
            _folds.AddRange(list.Select(branch => new Fold(parent, branch, [], [])));
        }
        ApplyFolds();
    }

    (PatternEdge Edge, BoundVariable Node, BoundVariable Parent)? FindLeaf(HashSet<BoundVariable> pinned)
    {
        foreach (var node in _graph.Nodes)
        {
            if (pinned.Contains(node) || _folded.Contains(node) || _bound.Contains(node))
            {
                continue;
            }
            var edges = _edges.Where(edge => edge.From == node || edge.To == node).ToList();
            if (edges.Count != 1 || edges[0].Length is not null || edges[0].From == edges[0].To
                || _uses.Values.Contains(edges[0].Relationship) || _uses.Nullness.Contains(edges[0].Relationship) || pinned.Contains(edges[0].Relationship))
            {
                continue;
            }
            if (_predicates.TrueForAll(predicate => CanFold(predicate, node, edges[0])))
            {
                return (edges[0], node, edges[0].From == node ? edges[0].To : edges[0].From);
            }
        }
        return null;
    }

    bool CanFold(Predicate predicate, BoundVariable node, PatternEdge edge)
    {
        if (predicate.Reads.Contains(edge.Relationship))
        {
            return predicate.Expression is DistinctRelationshipsExpr distinct
                && Other(distinct, edge.Relationship) is { Kind: Execution.Vectors.ValueKind.Relationship } other && !IsFoldedEdge(other);
        }
        if (!predicate.Reads.Contains(node) || IsLocal(predicate, node))
        {
            return true;
        }
        if (predicate.NotAdjacent is var (_, from, to))
        {
            // One absent edge, and no relationship to keep apart, can be subtracted without counting anything twice.
            return from != to && !_folded.Contains(from == node ? to : from)
                && _predicates.TrueForAll(other => other == predicate || ((other.NotAdjacent is null || !other.Reads.Contains(node)) && !other.Reads.Contains(edge.Relationship)));
        }
        return predicate.Different is var (a, b) && !_folded.Contains(a == node ? b : a);
    }

    bool IsFoldedEdge(BoundVariable relationship) =>
        !_boundEdges.Contains(relationship) && !_edges.Exists(edge => edge.Relationship == relationship);

    static BoundVariable Other(DistinctRelationshipsExpr distinct, BoundVariable relationship) =>
        distinct.Left == relationship ? distinct.Right : distinct.Left;

    void FoldLeaf((PatternEdge Edge, BoundVariable Node, BoundVariable Parent) leaf, HashSet<BoundVariable> pinned, Dictionary<BoundVariable, List<CountBranch>> branches)
    {
        var (edge, node, parent) = leaf;
        var notNodes = new List<BoundVariable>();
        var notEdges = new List<BoundVariable>();
        TreeCountOperator.Absent? absent = null;
        foreach (var predicate in _predicates.ToList())
        {
            if (predicate.Reads.Contains(edge.Relationship))
            {
                notEdges.Add(Other((DistinctRelationshipsExpr)predicate.Expression, edge.Relationship));
                _predicates.Remove(predicate);
            }
            else if (predicate.Reads.Contains(node) && predicate.Different is var (a, b))
            {
                notNodes.Add(a == node ? b : a);
                _predicates.Remove(predicate);
            }
            else if (predicate.Reads.Contains(node) && predicate.NotAdjacent is var (tested, from, to))
            {
                var other = from == node ? to : from;
                absent = new TreeCountOperator.Absent(_graph.HopFrom(tested, other), other);
                _predicates.Remove(predicate);
            }
        }
        var branch = TakeBranch(leaf, branches);
        bool marked = _uses.Nullness.Contains(node);
        if (notNodes.Count > 0 || notEdges.Count > 0 || absent is not null || marked)
        {
            // What must differ, or whose presence is asked for, is looked at row by row, so it and the parent stay enumerated.
            pinned.Add(parent);
            pinned.UnionWith(notNodes);
            pinned.UnionWith(notEdges);
            if (absent is not null)
            {
                pinned.Add(absent.From);
            }
            foreach (var relationship in notEdges)
            {
                foreach (var used in _graph.Edges.Where(e => e.Relationship == relationship))
                {
                    pinned.Add(used.From);
                    pinned.Add(used.To);
                }
            }
            _folds.Add(new Fold(parent, branch, [.. notNodes.Distinct()], [.. notEdges.Distinct()], absent));
            return;
        }
        if (!branches.TryGetValue(parent, out var list))
        {
            branches.Add(parent, list = []);
        }
        list.Add(branch);
    }

    // Two leaves that only must differ from each other are counted together.
    (PatternEdge Edge, BoundVariable Node, BoundVariable Parent)? FindPartner(
        (PatternEdge Edge, BoundVariable Node, BoundVariable Parent) leaf, HashSet<BoundVariable> pinned)
    {
        var touching = _predicates
            .Where(predicate => predicate.Reads.Contains(leaf.Edge.Relationship) || (predicate.Reads.Contains(leaf.Node) && !IsLocal(predicate, leaf.Node)))
            .ToList();
        if (touching is not [{ Different: var (a, b) } only] || _uses.Nullness.Contains(leaf.Node))
        {
            return null;
        }
        var partner = a == leaf.Node ? b : a;
        var edges = _edges.Where(edge => edge.From == partner || edge.To == partner).ToList();
        bool free = partner != leaf.Parent && !pinned.Contains(partner) && !_bound.Contains(partner) && _graph.New.Contains(partner) && !_uses.Nullness.Contains(partner)
            && edges is [{ Length: null } edge] && edge.From != edge.To
            && !pinned.Contains(edge.Relationship) && !_uses.Values.Contains(edge.Relationship) && !_uses.Nullness.Contains(edge.Relationship)
            && _predicates.TrueForAll(predicate => predicate == only || (!predicate.Reads.Contains(edge.Relationship) && (!predicate.Reads.Contains(partner) || IsLocal(predicate, partner))));
        if (!free)
        {
            return null;
        }
        _predicates.Remove(only);
        return (edges[0], partner, edges[0].From == partner ? edges[0].To : edges[0].From);
    }

    CountBranch TakeBranch((PatternEdge Edge, BoundVariable Node, BoundVariable Parent) leaf, Dictionary<BoundVariable, List<CountBranch>> branches)
    {
        var children = branches.Remove(leaf.Node, out var below) ? below : [];
        _edges.Remove(leaf.Edge);
        _folded.Add(leaf.Node);
        return new CountBranch(_graph.HopFrom(leaf.Edge, leaf.Parent), new CountTree(leaf.Node, leaf.Node.Tables, TakeMask(leaf.Node), children), optional: false);
    }

    void ApplyPairs()
    {
        foreach (var (left, right) in _pairs.ToList())
        {
            if (!_bound.Contains(left.Parent) || !_bound.Contains(right.Parent))
            {
                continue;
            }
            _pairs.Remove((left, right));
            var (a, b) = (left.Branch.Child, right.Branch.Child);
            double perRow = left.Branch.Hop.AverageDegree(left.Parent.Tables) + right.Branch.Hop.AverageDegree(right.Parent.Tables);
            double dense = a.DenseCost + b.DenseCost, sparse = a.MaskCost + b.MaskCost + (_rows * perRow * (a.SparseCost + b.SparseCost));
            Add(new TreeCountPairOperator(left, right, sparse < dense), _rows, Math.Min(sparse, dense) + (_rows * perRow));
        }
    }

    void ApplyFolds()
    {
        ApplyPairs();
        ApplyCycles();
        foreach (var fold in _folds.ToList())
        {
            if (!_bound.Contains(fold.Parent) || !fold.NotNodes.All(IsAvailable) || !fold.NotEdges.All(IsAvailable) || (fold.Absent is { } absent && !IsAvailable(absent.From)))
            {
                continue;
            }
            _folds.Remove(fold);
            double perRow = fold.Branch.Hop.AverageDegree(fold.Parent.Tables);
            var tree = fold.Branch.Child;
            double dense = tree.DenseCost + (_rows * (tree.IsOnes ? 1 : perRow));
            double sparse = tree.MaskCost + (_rows * (1 + (perRow * tree.SparseCost)));
            Add(
                new TreeCountOperator(fold.Parent, fold.Branch, sparse < dense, fold.NotNodes, fold.NotEdges, fold.Absent),
                fold.Branch.Optional ? _rows : _rows * Math.Min(1, Math.Max(0.01, perRow) * Share(tree)),
                Math.Min(sparse, dense));
        }
    }

    // A fold that waits from an earlier start needs its parent, and what it must not meet, enumerated.
    void PinWaiting(HashSet<BoundVariable> pinned)
    {
        foreach (var (left, right) in _pairs)
        {
            pinned.Add(left.Parent);
            pinned.Add(right.Parent);
        }
        pinned.UnionWith(_cycles.Select(static cycle => cycle.Anchor));
        foreach (var fold in _folds)
        {
            pinned.Add(fold.Parent);
            pinned.UnionWith(fold.NotNodes);
            pinned.UnionWith(fold.NotEdges);
            if (fold.Absent is { } absent)
            {
                pinned.Add(absent.From);
            }
            foreach (var edge in _graph.Edges.Where(edge => fold.NotEdges.Contains(edge.Relationship)))
            {
                pinned.Add(edge.From);
                pinned.Add(edge.To);
            }
        }
    }

    static double Share(CountTree tree) => tree.Mask is null ? 1 : Math.Max(Estimates.Selectivity(tree.Mask.Predicate), 1e-6);
}
