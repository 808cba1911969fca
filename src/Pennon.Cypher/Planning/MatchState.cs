using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Graph;

namespace Pennon.Cypher.Planning;

/// <summary>A plan of a pattern under construction: what is bound, what is left, the steps so far, their estimated rows and cost.</summary>
internal sealed partial class MatchState
{
    const double ScanCost = 0.2;
    const double MaskCost = 1;
    const double Chosen = 0.1;

    readonly GraphReader _reader;
    readonly PatternGraph _graph;
    readonly ColumnUses _uses;
    readonly MatchGoal _goal;
    readonly HashSet<BoundVariable> _bound;
    readonly HashSet<BoundVariable> _boundEdges;
    readonly List<PatternEdge> _edges;
    readonly List<Predicate> _predicates;
    readonly List<Fold> _folds;
    readonly HashSet<BoundVariable> _folded;
    readonly List<(TreeCountPairOperator.Side Left, TreeCountPairOperator.Side Right)> _pairs = [];
    double _rows;

    public MatchState(
        GraphReader reader,
        PatternGraph graph,
        ColumnUses uses,
        MatchGoal goal,
        IReadOnlyList<(BoundVariable Parent, CountBranch Branch)> optional,
        double inputRows)
    {
        _optional = optional;
        _reader = reader;
        _graph = graph;
        _uses = uses;
        _goal = goal;
        _rows = Math.Max(1, inputRows);
        _bound = [];
        _boundEdges = [];
        _edges = [.. graph.Edges];
        _predicates = [.. graph.Predicates];
        _folds = [];
        _folded = [];
    }

    MatchState(MatchState other)
    {
        _reader = other._reader;
        _graph = other._graph;
        _uses = other._uses;
        _goal = other._goal;
        _rows = other._rows;
        _bound = [.. other._bound];
        _boundEdges = [.. other._boundEdges];
        _edges = [.. other._edges];
        _predicates = [.. other._predicates];
        _folds = [.. other._folds];
        _folded = [.. other._folded];
        _pairs = [.. other._pairs];
        _cycles = [.. other._cycles];
        _optional = other._optional;
        _optionalDone = other._optionalDone;
        Operators = [.. other.Operators];
        Cost = other.Cost;
        Depth = other.Depth;
    }

    public List<PlanOperator> Operators { get; } = [];

    public double Cost { get; private set; }

    public int Depth { get; set; }

    public IReadOnlySet<BoundVariable> Bound => _bound;

    public IEnumerable<BoundVariable> Unbound => _graph.Nodes.Where(node => !_bound.Contains(node) && !_folded.Contains(node));

    public MatchState Clone() => new(this);

    public void Bind(BoundVariable node) => _bound.Add(node);

    /// <summary>The estimated number of nodes a start yields.</summary>
    public double StartRows(BoundVariable node) =>
        FindKey(node) is not null ? Math.Max(1, node.Tables.Length) : Math.Max(0.5, Estimates.Rows(node) * LocalSelectivity(node));

    public void AddStart(BoundVariable node)
    {
        double rows = StartRows(node);
        if (FindKey(node) is { } key)
        {
            _predicates.Remove(key.Predicate);
            Add(new KeyLookupOperator(node, [.. node.Tables.Select(_reader.Key)], key.Key), _rows * rows, _rows);
        }
        else
        {
            Add(new NodeScanOperator(node, node.Tables, TakeLocal(node)), _rows * rows, _rows * ((ScanCost * Estimates.Rows(node)) + rows));
        }
        _bound.Add(node);
    }

    /// <summary>Filters by every predicate whose variables are all bound, the cheap ones first.</summary>
    public void ApplyPredicates()
    {
        var ready = _predicates.Where(IsReady).OrderBy(static p => p.HasSubquery).ToList();
        foreach (var predicate in ready)
        {
            _predicates.Remove(predicate);
            Filter(predicate.Expression);
        }
        ApplyFolds();
    }

    public void Complete()
    {
        ApplyPredicates();
        if (_predicates.Count > 0 || _folds.Count > 0 || _pairs.Count > 0 || _cycles.Count > 0 || _edges.Count > 0)
        {
            throw new InvalidOperationException("A plan was completed before all of its pattern was used.");
        }
    }

    /// <summary>Takes the step from bound nodes that leaves the fewest rows; false when no edge is left there.</summary>
    public bool TryStep()
    {
        (double Rows, double Cost, Action Take)? best = null;
        foreach (var step in Steps())
        {
            if (best is not { } known || step.Rows < known.Rows || (step.Rows == known.Rows && step.Cost < known.Cost))
            {
                best = step;
            }
        }
        if (best is null)
        {
            return false;
        }
        best.Value.Take();
        ApplyPredicates();
        return true;
    }

    IEnumerable<(double Rows, double Cost, Action Take)> Steps()
    {
        foreach (var edge in _edges)
        {
            bool from = _bound.Contains(edge.From), to = _bound.Contains(edge.To);
            if (from && to)
            {
                yield return Close(edge);
            }
            else if ((from || to) && edge.Search == PathSearch.All)
            {
                yield return Extend(edge, from ? edge.From : edge.To, from ? edge.To : edge.From);
            }
        }
        foreach (var node in Unbound)
        {
            var arms = _edges.Where(edge => edge.Length is null && ((edge.From == node && _bound.Contains(edge.To)) || (edge.To == node && _bound.Contains(edge.From)))).ToList();
            if (arms.Count >= 2)
            {
                yield return Meet(node, arms[0], arms[1]);
            }
            // A node with a key, or an end of a shortest path, is found on its own before it is joined.
            bool touches = _edges.Exists(edge => (edge.From == node && _bound.Contains(edge.To)) || (edge.To == node && _bound.Contains(edge.From)));
            bool isPathEnd = _edges.Exists(edge => edge.Search != PathSearch.All && ((edge.From == node && _bound.Contains(edge.To)) || (edge.To == node && _bound.Contains(edge.From))));
            if (touches && (isPathEnd || FindKey(node) is not null))
            {
                double rows = _rows * StartRows(node);
                yield return (rows, rows, () => AddStart(node));
            }
        }
    }

    (double Rows, double Cost, Action Take) Extend(PatternEdge edge, BoundVariable from, BoundVariable to)
    {
        var hop = _graph.HopFrom(edge, from);
        double local = LocalSelectivity(to);
        if (edge.Length is { } length)
        {
            double reached = Estimates.Reached(hop, from, length.Max, Estimates.Rows(to));
            return (_rows * reached * local, _rows * reached, () => AddVariable(edge, length, hop, from, to, _rows * reached * local));
        }
        double probes = _rows * Degree(hop, from);
        return (probes * local, _rows + probes, () =>
        {
            var mask = probes > MaskCost * Estimates.Rows(to) ? TakeMask(to) : null;
            Use(edge);
            _bound.Add(to);
            Add(new ExpandOperator(hop, from, to, edge.Relationship, NeedsEnds(edge.Relationship), mask), mask is null ? probes : probes * local, _rows + probes);
        }
        );
    }

    (double Rows, double Cost, Action Take) Close(PatternEdge edge)
    {
        var hop = _graph.HopFrom(edge, edge.From);
        if (edge.Search != PathSearch.All)
        {
            return (_rows, _rows * 100, () =>
            {
                var length = edge.Length!;
                Use(edge);
                Add(
                    new ShortestPathOperator(
                        hop, _graph.HopFrom(edge, edge.To), edge.From, edge.To, edge.Relationship, length.Hops, length.Min, length.Max, edge.Search == PathSearch.AllShortest, ElementMask(edge)),
                    _rows,
                    _rows * 100);
            }
            );
        }
        if (edge.Length is { } variable)
        {
            double reached = Estimates.Reached(hop, edge.From, variable.Max, double.MaxValue);
            double rows = _rows * Math.Max(1, reached / Estimates.Rows(edge.To));
            return (rows, _rows * reached, () => AddVariable(edge, variable, hop, edge.From, edge.To, rows));
        }
        double joined = _rows * Estimates.Joined(hop, edge.From, edge.To);
        return (joined, _rows * 2, () =>
        {
            Use(edge);
            Add(new ExpandIntoOperator(hop, edge.From, edge.To, edge.Relationship, NeedsEnds(edge.Relationship)), joined, _rows * 2);
        }
        );
    }

    (double Rows, double Cost, Action Take) Meet(BoundVariable node, PatternEdge first, PatternEdge second)
    {
        var arms = new[] { first, second }.Select(edge =>
        {
            var from = edge.From == node ? edge.To : edge.From;
            return new IntersectOperator.Arm(_graph.HopFrom(edge, from), from, edge.Relationship, NeedsEnds(edge.Relationship));
        }).ToArray();
        double left = Degree(arms[0].Hop, arms[0].From), right = Degree(arms[1].Hop, arms[1].From);
        double met = _rows * left * right / Estimates.Rows(node);
        double cost = _rows * (2 + Math.Min(left, right));
        // The step must win against opening a wedge, so its rows are compared after both edges.
        return (met * LocalSelectivity(node), cost, () =>
        {
            double selectivity = LocalSelectivity(node);
            var mask = _rows * Math.Min(left, right) > MaskCost * Estimates.Rows(node) ? TakeMask(node) : null;
            Use(first);
            Use(second);
            _bound.Add(node);
            Add(new IntersectOperator(arms[0], arms[1], node, mask), mask is null ? met : met * selectivity, cost);
        }
        );
    }

    void AddVariable(PatternEdge edge, VariableLength length, Hop hop, BoundVariable from, BoundVariable to, double rows)
    {
        bool closes = _bound.Contains(to);
        Use(edge);
        bool narrower = hop.Ways.Any(way => !to.Tables.Contains(way.To));
        bool startOutside = length.Min == 0 && from.Tables.Except(to.Tables).Any();
        if (!closes && CanSearch(edge, length, from, to))
        {
            var mask = narrower || startOutside ? null : TakeMask(to);
            Add(new BfsExpandOperator(hop, from, to, length.Hops, length.Min, length.Max, edge.Direction != RelationshipDirection.Either, mask), rows, rows * 2);
        }
        else
        {
            // Trails run along the hop from one end; a pattern walked from its end lists its relationships backwards.
            bool reversed = from == edge.To && edge.From != edge.To;
            Add(new VarExpandOperator(hop, from, to, edge.Relationship, length.Hops, length.Min, length.Max, closes, ElementMask(edge), reversed), rows, rows * 4);
        }
        _bound.Add(to);
        if (narrower || startOutside)
        {
            Filter(new MembershipExpr(new VariableExpr(to), [.. _reader.Snapshot.NodeTables.Select(table => to.Tables.Contains(table))]));
        }
    }

    // Whether every end node once, with the least length, says as much as all trails do.
    bool CanSearch(PatternEdge edge, VariableLength length, BoundVariable from, BoundVariable to)
    {
        bool listWanted = IsRead(edge.Relationship);
        bool lengthWanted = IsRead(length.Hops);
        if (!_goal.Set || length.Min > 1 || length.ElementPredicate is not null || listWanted || (lengthWanted && !_goal.LeastLength))
        {
            return false;
        }
        // Back at its own start an undirected search would have to tell a cycle from going back and forth.
        return edge.Direction != RelationshipDirection.Either || length.Min == 0 || _graph.AreDifferent(from, to);
    }

    bool IsRead(BoundVariable variable) =>
        _uses.Values.Contains(variable) || _uses.Nullness.Contains(variable) || _graph.Predicates.Exists(predicate => predicate.Reads.Contains(variable));

    bool NeedsEnds(BoundVariable relationship) =>
        _uses.Values.Contains(relationship) || _folds.Exists(fold => fold.NotEdges.Contains(relationship))
        || _graph.Predicates.Exists(p => p.Expression is not DistinctRelationshipsExpr && p.Reads.Contains(relationship));

    // Nodes that were chosen have more edges than those that were merely scanned: the ones without any are rarely asked for.
    double Degree(Hop hop, BoundVariable from) =>
        _rows < Chosen * Estimates.Rows(from) ? hop.DegreeWhereAny(from.Tables) : hop.AverageDegree(from.Tables);

    static EdgeMask? ElementMask(PatternEdge edge) =>
        edge.Length?.ElementPredicate is { } predicate ? new EdgeMask(edge.Length.Element, edge.Pairs, predicate) : null;

    void Use(PatternEdge edge)
    {
        _edges.Remove(edge);
        _boundEdges.Add(edge.Relationship);
        if (edge.Length is { } length)
        {
            _boundEdges.Add(length.Hops);
        }
    }

    void Add(PlanOperator op, double rows, double cost)
    {
        _rows = Math.Max(rows, 1e-3);
        op.EstimatedRows = _rows;
        op.Cost = cost + _rows;
        Operators.Add(op);
        Cost += op.Cost;
    }

    void Filter(Expr predicate) => Add(new FilterOperator(predicate, PredicateText.Of(predicate)), _rows * Estimates.Selectivity(predicate), _rows);

    bool IsReady(Predicate predicate)
    {
        foreach (var variable in predicate.Reads)
        {
            if (!IsAvailable(variable))
            {
                return false;
            }
        }
        return true;
    }

    // Variables from outside the pattern are always there.
    bool IsAvailable(BoundVariable variable)
    {
        if (_bound.Contains(variable) || _boundEdges.Contains(variable))
        {
            return true;
        }
        return !_graph.New.Contains(variable)
            && !_graph.Edges.Exists(edge => edge.Relationship == variable || edge.Length?.Hops == variable);
    }

    bool IsLocal(Predicate predicate, BoundVariable node) => predicate.Reads.Count == 1 && predicate.Reads.Contains(node) && !predicate.HasSubquery;

    double LocalSelectivity(BoundVariable node)
    {
        double selectivity = 1;
        foreach (var predicate in _predicates)
        {
            if (IsLocal(predicate, node))
            {
                selectivity *= Estimates.Selectivity(predicate.Expression);
            }
        }
        return selectivity;
    }

    Expr? TakeLocal(BoundVariable node)
    {
        Expr? all = null;
        foreach (var predicate in _predicates.Where(p => IsLocal(p, node)).ToList())
        {
            _predicates.Remove(predicate);
            all = all is null ? predicate.Expression : new LogicExpr(BinaryOperator.And, all, predicate.Expression);
        }
        return all;
    }

    NodeMask? TakeMask(BoundVariable node) => TakeLocal(node) is { } predicate ? new NodeMask(node, node.Tables, predicate) : null;

    (Predicate Predicate, Expr Key)? FindKey(BoundVariable node)
    {
        if (node.Tables.Length == 0)
        {
            return null;
        }
        foreach (var predicate in _predicates)
        {
            if (predicate.Expression is not CompareExpr { Operator: BinaryOperator.Equal } equal)
            {
                continue;
            }
            foreach (var (side, other) in new[] { (equal.Left, equal.Right), (equal.Right, equal.Left) })
            {
                if (side is PropertyExpr property && property.Owner == node && node.Tables.All(table => table.KeyProperty == property.Name) && OnlyReads(other, node))
                {
                    return (predicate, other);
                }
            }
        }
        return null;
    }

    // The key must be known before the node is.
    bool OnlyReads(Expr key, BoundVariable node)
    {
        var reads = new HashSet<BoundVariable>();
        key.AddReads(reads);
        return !reads.Contains(node) && reads.All(IsAvailable) && !Predicate.ContainsSubquery(key);
    }
}
