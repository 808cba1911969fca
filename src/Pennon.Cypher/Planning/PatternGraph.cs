using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Planning;

/// <summary>
/// The patterns and predicates of consecutive MATCH clauses as one graph, and the facts about it that every plan of it shares.
/// </summary>
internal sealed class PatternGraph
{
    readonly GraphReader _reader;
    readonly HashSet<(BoundVariable, BoundVariable)> _different = [];

    public PatternGraph(GraphReader reader, IReadOnlyList<BoundMatch> matches)
    {
        _reader = reader;
        var seen = new HashSet<BoundVariable>();
        foreach (var match in matches)
        {
            foreach (var node in match.Nodes)
            {
                if (node.IsNew)
                {
                    New.Add(node.Variable);
                }
                else if (!New.Contains(node.Variable))
                {
                    Bound.Add(node.Variable);
                }
                if (seen.Add(node.Variable))
                {
                    Nodes.Add(node.Variable);
                }
            }
            Edges.AddRange(match.Edges);
            foreach (var predicate in match.Predicates)
            {
                Predicates.Add(Predicate.Of(Simplify(predicate)));
            }
        }
        DropImplied();
        FindDifferences();
        AddUniqueness();
    }

    public List<BoundVariable> Nodes { get; } = [];

    /// <summary>Nodes that have their value already.</summary>
    public HashSet<BoundVariable> Bound { get; } = [];

    public HashSet<BoundVariable> New { get; } = [];

    public List<PatternEdge> Edges { get; } = [];

    public List<Predicate> Predicates { get; } = [];

    /// <summary>Whether two nodes are never the same, by a predicate or by an edge between them that is no loop.</summary>
    public bool AreDifferent(BoundVariable a, BoundVariable b) =>
        _different.Contains((a, b)) || _different.Contains((b, a)) || (a != b && !a.Tables.Intersect(b.Tables).Any());

    /// <summary>The step along an edge from one of its ends.</summary>
    public Hop HopFrom(PatternEdge edge, BoundVariable from)
    {
        bool fromStart = edge.From == from;
        var to = fromStart ? edge.To : edge.From;
        bool outgoing = edge.Direction == RelationshipDirection.Either || edge.Direction == RelationshipDirection.Outgoing == fromStart;
        bool incoming = edge.Direction == RelationshipDirection.Either || edge.Direction == RelationshipDirection.Incoming == fromStart;
        var ways = new List<AdjacencySource>();
        foreach (int pair in edge.Pairs)
        {
            if (outgoing)
            {
                ways.Add(_reader.Adjacency(pair, outgoing: true));
            }
            if (incoming)
            {
                ways.Add(_reader.Adjacency(pair, outgoing: false));
            }
        }
        if (edge.Length is null)
        {
            ways.RemoveAll(way => !from.Tables.Contains(way.From) || !to.Tables.Contains(way.To));
        }
        return new Hop(_reader, ways, edge.Direction == RelationshipDirection.Either);
    }

    // Keys are unique, so comparing the keys of two nodes of one table is comparing the nodes.
    static Expr Simplify(Expr predicate) =>
        predicate is CompareExpr { Operator: BinaryOperator.Equal or BinaryOperator.NotEqual, Left: PropertyExpr a, Right: PropertyExpr b } compare
            && a.Owner.Kind == ValueKind.Node && b.Owner.Kind == ValueKind.Node && a.Owner != b.Owner
            && a.Owner.Tables is [var table] && b.Owner.Tables is [var other] && table == other
            && table.KeyProperty == a.Name && a.Name == b.Name
            ? new CompareExpr(compare.Operator, new VariableExpr(a.Owner), new VariableExpr(b.Owner))
            : predicate;

    // A node that is adjacent to x differs from one that is not: with NOT EXISTS { (x)-[:T]->(a) } and (x)-[:T]->(b) in the pattern, a <> b says nothing more.
    void DropImplied()
    {
        Predicates.RemoveAll(predicate => predicate.Different is var (a, b) && (IsToldApart(a, b) || IsToldApart(b, a)));
    }

    bool IsToldApart(BoundVariable absent, BoundVariable present)
    {
        foreach (var predicate in Predicates)
        {
            if (predicate.NotAdjacent is not { } test || test.Edge.Length is not null)
            {
                continue;
            }
            var centre = test.Edge.From == absent ? test.Edge.To : test.Edge.To == absent ? test.Edge.From : null;
            if (centre is null || centre == absent)
            {
                continue;
            }
            var forbidden = HopFrom(test.Edge, centre).Ways;
            if (Edges.Exists(edge => edge.Length is null && edge.From != edge.To
                && ((edge.From == centre && edge.To == present) || (edge.To == centre && edge.From == present))
                && HopFrom(edge, centre).Ways.All(forbidden.Contains)))
            {
                return true;
            }
        }
        return false;
    }

    void FindDifferences()
    {
        foreach (var predicate in Predicates)
        {
            if (predicate.Different is { } pair)
            {
                _different.Add(pair);
            }
            // A property strictly less than the same property of another node is not its own.
            if (predicate.Expression is CompareExpr { Operator: BinaryOperator.NotEqual or BinaryOperator.Less or BinaryOperator.Greater, Left: PropertyExpr a, Right: PropertyExpr b }
                && a.Name == b.Name && a.Owner != b.Owner)
            {
                _different.Add((a.Owner, b.Owner));
            }
        }
        foreach (var edge in Edges)
        {
            if (edge.Length is null && edge.From != edge.To && edge.Pairs.All(pair => _reader.Pairs[pair].Statistics.SelfLoops == 0))
            {
                _different.Add((edge.From, edge.To));
            }
        }
    }

    void AddUniqueness()
    {
        for (int i = 0; i < Edges.Count; i++)
        {
            for (int j = i + 1; j < Edges.Count; j++)
            {
                if (Edges[i].Group == Edges[j].Group && Edges[i].Pairs.Intersect(Edges[j].Pairs).Any() && CanCoincide(Edges[i], Edges[j]))
                {
                    Predicates.Add(Predicate.Of(new DistinctRelationshipsExpr(Edges[i].Relationship, Edges[j].Relationship)));
                }
            }
        }
    }

    // Two patterns take the same relationship only if their ends fall together; which ends depends on the directions.
    bool CanCoincide(PatternEdge e, PatternEdge f)
    {
        if (e.Length is not null || f.Length is not null)
        {
            return true;
        }
        var (eSource, eTarget) = e.Direction == RelationshipDirection.Incoming ? (e.To, e.From) : (e.From, e.To);
        var (fSource, fTarget) = f.Direction == RelationshipDirection.Incoming ? (f.To, f.From) : (f.From, f.To);
        bool eitherWay = e.Direction == RelationshipDirection.Either || f.Direction == RelationshipDirection.Either;
        return CanEqual((eSource, fSource), (eTarget, fTarget)) || (eitherWay && CanEqual((eSource, fTarget), (eTarget, fSource)));
    }

    bool CanEqual((BoundVariable, BoundVariable) first, (BoundVariable, BoundVariable) second)
    {
        // The two equations join the four variables into classes; a class with two variables that differ is impossible.
        var classes = new List<HashSet<BoundVariable>>();
        foreach (var (a, b) in new[] { first, second })
        {
            var joined = new HashSet<BoundVariable> { a, b };
            foreach (var other in classes.Where(joined.Overlaps).ToList())
            {
                joined.UnionWith(other);
                classes.Remove(other);
            }
            classes.Add(joined);
        }
        return !classes.Any(joined => joined.Any(a => joined.Any(b => a != b && AreDifferent(a, b))));
    }
}

/// <summary>A conjunct of the WHERE of a pattern, with what it reads.</summary>
internal sealed class Predicate
{
    public required Expr Expression { get; init; }

    public required HashSet<BoundVariable> Reads { get; init; }

    /// <summary>The two nodes that the predicate says are not the same, if that is all it says.</summary>
    public (BoundVariable, BoundVariable)? Different { get; init; }

    /// <summary>The edge between two known nodes that must not exist, if that is all the predicate says.</summary>
    public (PatternEdge Edge, BoundVariable From, BoundVariable To)? NotAdjacent { get; init; }

    public bool HasSubquery { get; init; }

    public static Predicate Of(Expr expression)
    {
        var reads = new HashSet<BoundVariable>();
        expression.AddReads(reads);
        return new Predicate
        {
            Expression = expression,
            Reads = reads,
            HasSubquery = ContainsSubquery(expression),
            NotAdjacent = expression is NotExpr { Operand: SubqueryExpr { TestedEdge: { } edge } } ? (edge, edge.From, edge.To) : null,
            Different = expression is CompareExpr { Operator: BinaryOperator.NotEqual, Left: VariableExpr { Kind: ValueKind.Node } a, Right: VariableExpr { Kind: ValueKind.Node } b }
                    && a.Variable != b.Variable
                ? (a.Variable, b.Variable)
                : null,
        };
    }

    public static bool ContainsSubquery(Expr expression) => expression is SubqueryExpr || expression.Children.Any(ContainsSubquery);
}
