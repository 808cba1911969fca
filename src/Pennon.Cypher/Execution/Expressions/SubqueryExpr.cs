using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

internal enum SubqueryKind
{
    Exists,
    Count,
    Collect,
}

/// <summary>
/// EXISTS, COUNT and COLLECT subqueries, pattern predicates and pattern comprehensions: the inner query runs once for the batch, its rows
/// tagged with the outer row they belong to.
/// </summary>
internal sealed class SubqueryExpr(SubqueryKind kind, BoundQuery body, BoundVariable ordinal, BoundVariable? collected) : Expr
{
    readonly HashSet<BoundVariable> _imports = [];
    SubPlan? _plan;
    (Hop Hop, BoundVariable From, BoundVariable To)? _edgeTest;

    public BoundQuery Body => body;

    public SubqueryKind Subquery => kind;

    public BoundVariable Ordinal => ordinal;

    /// <summary>The column that COLLECT gathers.</summary>
    public BoundVariable? Collected => collected;

    public Pipeline? Plan => _plan?.Pipeline;

    public override ValueKind Kind => kind switch
    {
        SubqueryKind.Exists => ValueKind.Boolean,
        SubqueryKind.Count => ValueKind.Int64,
        _ => ValueKind.List,
    };

    public override bool IsConstant => false;

    /// <summary>Gives the expression its plan; called once, by the planner, before anything asks what it reads.</summary>
    public void SetPlan(SubPlan plan, IEnumerable<BoundVariable> imports)
    {
        _plan = plan;
        _imports.UnionWith(imports);
        _imports.Remove(ordinal);
    }

    /// <summary>Makes the subquery a test for one edge between two known nodes.</summary>
    public void SetEdgeTest(Hop hop, PatternEdge edge)
    {
        TestedEdge = edge;
        _edgeTest = (hop, edge.From, edge.To);
        _imports.Add(edge.From);
        _imports.Add(edge.To);
    }

    /// <summary>The edge whose existence is all that is asked; null for any other subquery.</summary>
    public PatternEdge? TestedEdge { get; private set; }

    public bool IsPlanned => _plan is not null || _edgeTest is not null;

    public override void AddReads(ISet<BoundVariable> reads) => reads.UnionWith(_imports);

    public override void AddResources(ISet<IResource> resources)
    {
        _plan?.Pipeline.AddResources(resources);
        _edgeTest?.Hop.AddResources(resources);
    }

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        if (_edgeTest is var (hop, from, to))
        {
            return TestEdges(hop, ((NodeVector)batch.Column(from.Slot)).Refs, ((NodeVector)batch.Column(to.Slot)).Refs, context);
        }
        var sink = new GatherSink(this, batch.Count, context);
        if (batch.Count > 0)
        {
            var rows = batch.Columns.Length < context.Slots ? Batch.Unit(context.Slots) : batch;
            _plan!.Run(rows, sink, context);
        }
        return sink.Result();
    }

    static BooleanVector TestEdges(Hop hop, ReadOnlySpan<long> origins, ReadOnlySpan<long> targets, ExecutionContext context)
    {
        var exists = new byte[origins.Length];
        var marked = new NeighbourMarks(hop, context);
        for (int i = 0; i < exists.Length; i++)
        {
            if (origins[i] < 0 || targets[i] < 0)
            {
                continue;
            }
            // Runs of one origin are what an expansion leaves; marking its neighbours once makes each test of the run a look-up.
            if (!marked.Covers(origins[i]) && i + RunLength < origins.Length && origins[i + RunLength] == origins[i])
            {
                marked.Mark(origins[i]);
            }
            exists[i] = (marked.Covers(origins[i]) ? marked.Contains(targets[i]) : Joined(hop, origins[i], targets[i])) ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(exists, exists.Length);
    }

    const int RunLength = 16;

    static bool Joined(Hop hop, long origin, long target)
    {
        int local = NodeVector.Local(target), table = NodeVector.Table(target);
        foreach (var way in hop.From(NodeVector.Table(origin)))
        {
            if (way.ToTable == table && way.CountBetween(NodeVector.Local(origin), local) > 0)
            {
                return true;
            }
        }
        return false;
    }

    sealed class GatherSink(SubqueryExpr owner, int rows, ExecutionContext context) : Sink
    {
        readonly long[] _counts = new long[rows];
        readonly List<CypherValue>?[] _lists = owner.Subquery == SubqueryKind.Collect ? new List<CypherValue>?[rows] : [];
        int _missing = rows;

        public override bool Push(Batch batch)
        {
            var numbers = ((Int64Vector)batch.Column(owner.Ordinal.Slot)).Values;
            var collected = owner.Collected is null ? null : batch.Column(owner.Collected.Slot);
            for (int i = 0; i < numbers.Length; i++)
            {
                long row = numbers[i];
                _missing -= _counts[row] == 0 ? 1 : 0;
                _counts[row] = checked(_counts[row] + (batch.Weights?[i] ?? 1));
                if (collected is not null)
                {
                    (_lists[row] ??= []).Add(collected.Value(i, context));
                }
            }
            return owner.Subquery != SubqueryKind.Exists || _missing > 0;
        }

        public override void Finish()
        {
        }

        public Vector Result()
        {
            switch (owner.Subquery)
            {
                case SubqueryKind.Exists:
                    var exists = new byte[_counts.Length];
                    for (int i = 0; i < _counts.Length; i++)
                    {
                        exists[i] = _counts[i] > 0 ? BooleanVector.True : BooleanVector.False;
                    }
                    return new BooleanVector(exists, exists.Length);
                case SubqueryKind.Count:
                    return new Int64Vector(_counts, null, _counts.Length);
                default:
                    var lists = new CypherValue[_counts.Length];
                    for (int i = 0; i < _counts.Length; i++)
                    {
                        lists[i] = CypherValue.List([.. _lists[i] ?? []]);
                    }
                    return new ValueVector(lists, lists.Length, ValueKind.List);
            }
        }
    }
}
