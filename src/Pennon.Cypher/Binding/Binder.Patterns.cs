using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Binding;

internal sealed partial class Binder
{
    Scope BindMatch(MatchClause match, Scope scope, List<BoundClause> clauses)
    {
        var pattern = new PatternBinding(this, scope, clauses, _groups++);
        foreach (var part in match.Parts)
        {
            pattern.Declare(part);
        }
        var after = pattern.Finish();
        var predicates = new List<Expr>(pattern.BindPredicates(after));
        if (match.Where is not null)
        {
            AddConjuncts(BindCondition(match.Where, after), predicates);
        }
        clauses.Add(new BoundMatch(match.Optional, pattern.Nodes, pattern.Edges, predicates, pattern.Introduced));
        return after;
    }

    static void AddConjuncts(Expr predicate, List<Expr> conjuncts)
    {
        if (predicate is LogicExpr { Operator: BinaryOperator.And } and)
        {
            AddConjuncts(and.Left, conjuncts);
            AddConjuncts(and.Right, conjuncts);
        }
        else if (predicate is not ConstantExpr { Value: var value } || value != CypherValue.True)
        {
            conjuncts.Add(predicate);
        }
    }

    NodeTable[] TablesOf(LabelExpression? labels)
    {
        if (labels is null)
        {
            return [.. graph.Snapshot.NodeTables];
        }
        foreach (string name in LabelTest.Names(labels))
        {
            if (!graph.Snapshot.NodeTables.Any(table => table.Labels.Contains(name)))
            {
                Notify($"No node has the label '{name}', so a pattern with it matches nothing.");
            }
        }
        return [.. graph.Snapshot.NodeTables.Where(table => LabelTest.Matches(labels, table))];
    }

    int[] PairsOf(SyntaxList<Identifier> types)
    {
        foreach (var type in types)
        {
            if (graph.Snapshot.FindEdgeType(type.Name) is null)
            {
                Notify($"No relationship has the type '{type.Name}', so a pattern with it matches nothing.");
            }
        }
        var names = types.Select(static type => type.Name).ToHashSet();
        return [.. Enumerable.Range(0, graph.Pairs.Length).Where(pair => names.Count == 0 || names.Contains(graph.Pairs[pair].Type.Name))];
    }

    /// <summary>The nodes and relationships of one MATCH while it is bound: declared first, so that labels at any place of it narrow all of it.</summary>
    sealed class PatternBinding(Binder binder, Scope scope, List<BoundClause> clauses, int group)
    {
        readonly List<NodeDraft> _nodes = [];
        readonly Dictionary<string, NodeDraft> _named = new(StringComparer.Ordinal);
        readonly List<EdgeDraft> _edges = [];
        readonly List<PathDraft> _paths = [];
        Scope _scope = scope;

        public IReadOnlyList<PatternNode> Nodes { get; private set; } = [];

        public List<PatternEdge> Edges { get; } = [];

        public List<BoundVariable> Introduced { get; } = [];

        public void Declare(PatternPart part)
        {
            var nodes = new List<NodeDraft>();
            foreach (var node in part.Chain.Nodes)
            {
                nodes.Add(Declare(node));
            }
            var edges = new List<EdgeDraft>();
            for (int i = 0; i < part.Chain.Relationships.Count; i++)
            {
                edges.Add(Declare(part.Chain.Relationships[i], nodes[i], nodes[i + 1], part.Search));
            }
            if (part.Search != PathSearch.All && edges.Count != 1)
            {
                throw binder.Error(part.Span, "shortestPath and allShortestPaths take a pattern of two nodes and one relationship between them.", "InvalidArgumentValue");
            }
            if (part.Variable is { } name)
            {
                if (IsTaken(name.Name))
                {
                    throw binder.Error(name.Span, $"The variable '{name.Name}' has a value already.", "VariableAlreadyBound");
                }
                _paths.Add(new PathDraft(name.Name, nodes, edges));
            }
        }

        bool IsTaken(string name) => _scope.TryGet(name, out _) || _named.ContainsKey(name) || _edges.Exists(e => e.Name == name) || _paths.Exists(p => p.Name == name);

        NodeDraft Declare(NodePattern node)
        {
            string? name = node.Variable?.Name;
            if (name is not null && (_edges.Exists(e => e.Name == name) || _paths.Exists(p => p.Name == name)))
            {
                throw binder.Error(node.Variable!.Span, $"The variable '{name}' is not a node.", "VariableTypeConflict");
            }
            if (name is null || !_named.TryGetValue(name, out var draft))
            {
                draft = new NodeDraft { Name = name };
                if (name is not null && _scope.TryGet(name, out var bound))
                {
                    draft.Bound = AsNode(bound, node.Variable!);
                    draft.Tables = draft.Bound.Tables;
                }
                else
                {
                    draft.Tables = [.. binder.Graph.Snapshot.NodeTables];
                }
                _nodes.Add(draft);
                if (name is not null)
                {
                    _named.Add(name, draft);
                }
            }
            if (node.Labels is not null)
            {
                draft.Labels.Add(node.Labels);
                var fitting = binder.TablesOf(node.Labels);
                if (draft.Bound is null)
                {
                    draft.Tables = [.. draft.Tables.Intersect(fitting)];
                }
            }
            if (node.Properties is not null)
            {
                draft.Properties.Add(node.Properties);
            }
            if (node.Where is not null)
            {
                draft.Conditions.Add(node.Where);
            }
            return draft;
        }

        // A value that is only known to be a node when it comes, as from UNWIND, gets a typed column before the pattern.
        BoundVariable AsNode(BoundVariable bound, Identifier use)
        {
            if (bound.Kind == ValueKind.Node)
            {
                return bound;
            }
            if (bound.Kind != ValueKind.Any)
            {
                throw binder.Error(use.Span, $"The variable '{use.Name}' is not a node.", "VariableTypeConflict");
            }
            var typed = new BoundVariable(bound.Name, binder._slots++, ValueKind.Node) { Tables = [.. binder.Graph.Snapshot.NodeTables] };
            clauses.Add(new BoundExtend([(new RowFunctionExpr(static (arguments, _) => arguments[0], [new VariableExpr(bound)], ValueKind.Node), typed)]));
            _scope = _scope.With(use.Name, typed);
            return typed;
        }

        EdgeDraft Declare(RelationshipPattern relationship, NodeDraft from, NodeDraft to, PathSearch search)
        {
            string? name = relationship.Variable?.Name;
            BoundVariable? known = null;
            if (name is not null)
            {
                if (_edges.Exists(e => e.Name == name))
                {
                    throw binder.Error(relationship.Variable!.Span, $"The relationship '{name}' cannot occur twice in one MATCH.", "RelationshipUniquenessViolation");
                }
                if (_named.ContainsKey(name) || _paths.Exists(p => p.Name == name))
                {
                    throw binder.Error(relationship.Variable!.Span, $"The variable '{name}' is not a relationship.", "VariableTypeConflict");
                }
                var wanted = relationship.Hops is null ? ValueKind.Relationship : ValueKind.List;
                if (_scope.TryGet(name, out known) && known.Kind != wanted && known.Kind != ValueKind.Any)
                {
                    throw binder.Error(relationship.Variable!.Span, $"The variable '{name}' is not {Noun(wanted)}.", "VariableTypeConflict");
                }
            }
            var draft = new EdgeDraft { Name = name, Syntax = relationship, From = from, To = to, Search = search, Known = known, Pairs = binder.PairsOf(relationship.Types) };
            _edges.Add(draft);
            return draft;
        }

        /// <summary>Narrows tables and pairs to what can match together, makes the variables, and gives the scope after the pattern.</summary>
        public Scope Finish()
        {
            while (Narrow())
            {
            }
            foreach (var node in _nodes)
            {
                node.Variable = node.Bound
                    ?? new BoundVariable(node.Name ?? $"  node{binder._slots}", binder._slots++, ValueKind.Node) { Tables = node.Tables, Nullable = false };
                if (node.Bound is null)
                {
                    Introduced.Add(node.Variable);
                    _scope = node.Name is null ? _scope : _scope.With(node.Name, node.Variable);
                }
            }
            Nodes = [.. _nodes.Select(static node => new PatternNode(node.Variable, node.Bound is null))];
            foreach (var edge in _edges)
            {
                Finish(edge);
            }
            foreach (var path in _paths)
            {
                var shape = new PathShape([.. path.Nodes.Select(static n => n.Variable)], [.. path.Edges.Select(static e => e.Variable!)]);
                var variable = new BoundVariable(path.Name, binder._slots++, ValueKind.Path) { Path = shape };
                _scope = _scope.With(path.Name, variable);
            }
            return _scope;
        }

        bool Narrow()
        {
            bool changed = false;
            foreach (var edge in _edges)
            {
                bool single = edge.Syntax.Hops is null;
                var pairs = single ? edge.Pairs.Where(pair => Fits(edge, pair)).ToArray() : edge.Pairs;
                changed |= pairs.Length != edge.Pairs.Length;
                edge.Pairs = pairs;
                if (edge.Syntax.Hops?.Min == 0)
                {
                    continue;
                }
                changed |= Narrow(edge.From, edge, atFrom: true);
                changed |= Narrow(edge.To, edge, atFrom: false);
            }
            return changed;
        }

        bool Narrow(NodeDraft node, EdgeDraft edge, bool atFrom)
        {
            if (node.Bound is not null)
            {
                return false;
            }
            var possible = new HashSet<NodeTable>();
            foreach (int pair in edge.Pairs)
            {
                var (source, target) = (binder.Graph.Pairs[pair].Source, binder.Graph.Pairs[pair].Target);
                if (edge.Syntax.Direction != RelationshipDirection.Incoming)
                {
                    possible.Add(atFrom ? source : target);
                }
                if (edge.Syntax.Direction != RelationshipDirection.Outgoing)
                {
                    possible.Add(atFrom ? target : source);
                }
            }
            var narrowed = node.Tables.Where(possible.Contains).ToArray();
            bool changed = narrowed.Length != node.Tables.Length;
            node.Tables = narrowed;
            return changed;
        }

        bool Fits(EdgeDraft edge, int pair)
        {
            var (source, target) = (binder.Graph.Pairs[pair].Source, binder.Graph.Pairs[pair].Target);
            bool along = edge.From.Tables.Contains(source) && edge.To.Tables.Contains(target);
            bool against = edge.From.Tables.Contains(target) && edge.To.Tables.Contains(source);
            return edge.Syntax.Direction switch
            {
                RelationshipDirection.Outgoing => along,
                RelationshipDirection.Incoming => against,
                _ => along || against,
            };
        }

        void Finish(EdgeDraft edge)
        {
            var syntax = edge.Syntax;
            string name = edge.Name ?? $"  rel{binder._slots}";
            VariableLength? length = null;
            if (syntax.Hops is null && edge.Search == PathSearch.All)
            {
                edge.Variable = new BoundVariable(name, binder._slots++, ValueKind.Relationship) { Pairs = edge.Pairs, Nullable = false };
            }
            else
            {
                var hops = new BoundVariable($"  hops{binder._slots}", binder._slots++, ValueKind.Int64);
                edge.Variable = new BoundVariable(name, binder._slots++, ValueKind.List) { Pairs = edge.Pairs, Hops = hops };
                edge.Element = new BoundVariable($"  element{binder._slots}", binder._slots++, ValueKind.Relationship) { Pairs = edge.Pairs };
                long min = syntax.Hops is null ? 1 : syntax.Hops.Min ?? 1, max = syntax.Hops is null ? 1 : syntax.Hops.Max ?? int.MaxValue;
                if (edge.Search != PathSearch.All && min > 1)
                {
                    throw CypherNotSupportedException.At(binder.Text, syntax.Span, "A shortest path with a minimum length above 1");
                }
                length = new VariableLength((int)Math.Min(min, int.MaxValue), (int)Math.Min(max, int.MaxValue), hops, edge.Element, ElementPredicate(edge));
                Introduced.Add(hops);
            }
            Introduced.Add(edge.Variable);
            if (edge.Known is null && edge.Name is not null)
            {
                _scope = _scope.With(edge.Name, edge.Variable);
            }
            Edges.Add(new PatternEdge(edge.Variable, edge.From.Variable, edge.To.Variable, syntax.Direction, edge.Pairs, length, edge.Search, group));
        }

        Expr? ElementPredicate(EdgeDraft edge)
        {
            if (edge.Syntax.Where is { } where)
            {
                throw CypherNotSupportedException.At(binder.Text, where.Span, "WHERE inside a variable-length relationship", "Write all(r IN relationships(path) WHERE …) after the pattern.");
            }
            if (edge.Syntax.Properties is null)
            {
                return null;
            }
            Expr? all = null;
            foreach (var equality in PropertyEqualities(edge.Syntax.Properties, edge.Element!, _scope))
            {
                if (!((CompareExpr)equality).Right.IsConstant && !((CompareExpr)equality).Left.IsConstant)
                {
                    throw CypherNotSupportedException.At(binder.Text, edge.Syntax.Properties.Span, "A property of a variable-length relationship that depends on a row");
                }
                all = all is null ? equality : new LogicExpr(BinaryOperator.And, all, equality);
            }
            return all;
        }

        public IEnumerable<Expr> BindPredicates(Scope after)
        {
            foreach (var node in _nodes)
            {
                if (node.Bound is not null)
                {
                    foreach (var labels in node.Labels)
                    {
                        yield return binder.Membership(new VariableExpr(node.Variable), labels);
                    }
                }
                foreach (var properties in node.Properties)
                {
                    foreach (var equality in PropertyEqualities(properties, node.Variable, after))
                    {
                        yield return equality;
                    }
                }
                foreach (var condition in node.Conditions)
                {
                    var conjuncts = new List<Expr>();
                    AddConjuncts(binder.BindCondition(condition, after), conjuncts);
                    foreach (var conjunct in conjuncts)
                    {
                        yield return conjunct;
                    }
                }
            }
            foreach (var edge in _edges)
            {
                if (edge.Known is not null)
                {
                    yield return binder.Compare(BinaryOperator.Equal, new VariableExpr(edge.Variable!), new VariableExpr(edge.Known));
                }
                if (edge.Element is not null)
                {
                    continue;
                }
                if (edge.Syntax.Properties is { } properties)
                {
                    foreach (var equality in PropertyEqualities(properties, edge.Variable!, after))
                    {
                        yield return equality;
                    }
                }
                if (edge.Syntax.Where is { } where)
                {
                    yield return binder.BindCondition(where, after);
                }
            }
        }

        List<Expr> PropertyEqualities(Expression properties, BoundVariable owner, Scope visible)
        {
            if (properties is not MapLiteral map)
            {
                throw binder.Error(properties.Span, "Properties of a pattern in MATCH are written as a map; a parameter can stand for each value.", "InvalidParameterUse");
            }
            var equalities = new List<Expr>();
            foreach (var entry in map.Entries)
            {
                equalities.Add(binder.Compare(BinaryOperator.Equal, binder.Property(new VariableExpr(owner), entry.Key, entry.Span), binder.BindValue(entry.Value, visible)));
            }
            return equalities;
        }
    }

    sealed class NodeDraft
    {
        public string? Name;
        public BoundVariable? Bound;
        public NodeTable[] Tables = [];
        public readonly List<LabelExpression> Labels = [];
        public readonly List<Expression> Properties = [];
        public readonly List<Expression> Conditions = [];
        public BoundVariable Variable = null!;
    }

    sealed class EdgeDraft
    {
        public string? Name;
        public required RelationshipPattern Syntax;
        public required NodeDraft From;
        public required NodeDraft To;
        public PathSearch Search;
        public BoundVariable? Known;
        public int[] Pairs = [];
        public BoundVariable? Variable;
        public BoundVariable? Element;
    }

    sealed record PathDraft(string Name, List<NodeDraft> Nodes, List<EdgeDraft> Edges);
}
