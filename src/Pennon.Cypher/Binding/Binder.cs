using System.Diagnostics.CodeAnalysis;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Binding;

/// <summary>
/// Gives every name of a query its meaning in one snapshot: variables their columns, labels and types their tables, parameters their kinds.
/// What has no meaning is refused with its place.
/// </summary>
internal sealed partial class Binder(string text, GraphReader graph, IReadOnlyDictionary<string, CypherValue> parameters)
{
    readonly Dictionary<string, ParameterExpr> _parameters = new(StringComparer.Ordinal);
    readonly List<string> _notifications = [];
    int _slots;
    int _groups;

    /// <summary>The parameters the query uses, by their index.</summary>
    public IReadOnlyList<ParameterExpr> Parameters => [.. _parameters.Values.OrderBy(static p => p.Index)];

    public IReadOnlyList<string> Notifications => _notifications;

    public int Slots => _slots;

    GraphReader Graph => graph;

    string Text => text;

    public BoundQuery Bind(Query query) => BindQuery(query, Scope.Empty, needsReturn: true);

    public BoundVariable NewVariable(string name, ValueKind kind) => new(name, _slots++, kind);

    BoundQuery BindQuery(Query query, Scope outer, bool needsReturn)
    {
        if (query is SingleQuery single)
        {
            var part = BindPart(single, outer, needsReturn);
            return new BoundQuery([part], UnionAll: true, part.Names, part.Columns);
        }
        var parts = new List<BoundPart>();
        bool? all = null;
        Flatten((UnionQuery)query, outer, parts, ref all);
        var first = parts[0];
        foreach (var part in parts)
        {
            if (!part.Names.SequenceEqual(first.Names))
            {
                throw Error(query.Span, $"All parts of a UNION return the same columns; here are ({string.Join(", ", first.Names)}) and ({string.Join(", ", part.Names)}).", "DifferentColumnsInUnion");
            }
        }
        var columns = new List<BoundVariable>();
        for (int c = 0; c < first.Columns.Count; c++)
        {
            var kinds = parts.Select(part => part.Columns[c].Kind).Distinct().ToList();
            var kind = kinds.Count == 1 ? kinds[0] : ValueKind.Any;
            columns.Add(new BoundVariable(first.Names[c], _slots++, kind)
            {
                Tables = [.. parts.SelectMany(part => part.Columns[c].Tables).Distinct()],
                Pairs = [.. parts.SelectMany(part => part.Columns[c].Pairs).Distinct()],
            });
        }
        return new BoundQuery(parts, all!.Value, first.Names, columns);
    }

    void Flatten(UnionQuery union, Scope outer, List<BoundPart> parts, ref bool? all)
    {
        if (union.Left is UnionQuery left)
        {
            Flatten(left, outer, parts, ref all);
        }
        else
        {
            parts.Add(BindPart((SingleQuery)union.Left, outer, needsReturn: true));
        }
        if (all is { } known && known != union.All)
        {
            throw Error(union.Span, "UNION and UNION ALL cannot be mixed in one query.", "InvalidClauseComposition");
        }
        all = union.All;
        parts.Add(BindPart(union.Right, outer, needsReturn: true));
    }

    BoundPart BindPart(SingleQuery query, Scope outer, bool needsReturn)
    {
        var clauses = new List<BoundClause>();
        var scope = outer;
        IReadOnlyList<string> names = [];
        IReadOnlyList<BoundVariable> columns = [];
        bool returned = false;
        foreach (var clause in query.Clauses)
        {
            if (returned)
            {
                throw Error(clause.Span, "RETURN ends a query; no clause can follow it.", "InvalidClauseComposition");
            }
            switch (clause)
            {
                case MatchClause match:
                    scope = BindMatch(match, scope, clauses);
                    break;
                case UnwindClause unwind:
                    scope = BindUnwind(unwind, scope, clauses);
                    break;
                case WithClause with:
                    (scope, _) = BindProjection(with.Projection, with.Where, scope, clauses, isReturn: false);
                    break;
                case ReturnClause result:
                    (var final, names) = BindProjection(result.Projection, null, scope, clauses, isReturn: true);
                    columns = [.. names.Select(name => final[name])];
                    returned = true;
                    break;
                default:
                    throw NotSupported(clause);
            }
        }
        if (!returned && needsReturn)
        {
            throw Error(query.Span, "A query that reads ends with RETURN.", "InvalidClauseComposition");
        }
        if (!returned && query.Clauses.Count > 0 && query.Clauses[^1] is WithClause)
        {
            throw Error(query.Clauses[^1].Span, "A query cannot end with WITH.", "InvalidClauseComposition");
        }
        return new BoundPart(clauses, names, columns);
    }

    Scope BindUnwind(UnwindClause unwind, Scope scope, List<BoundClause> clauses)
    {
        if (scope.TryGet(unwind.Variable.Name, out _))
        {
            throw Error(unwind.Variable.Span, $"The variable '{unwind.Variable.Name}' has a value already.", "VariableAlreadyBound");
        }
        var source = BindValue(unwind.Source, scope);
        var variable = NewVariable(unwind.Variable.Name, ElementKind(source));
        clauses.Add(new BoundUnwind(source, variable));
        return scope.With(unwind.Variable.Name, variable);
    }

    // A literal list of one scalar kind keeps its elements typed, so that look-ups by them stay typed.
    static ValueKind ElementKind(Expr source)
    {
        if (source is not ConstantExpr { Value: { Type: CypherType.List } list } || list.AsList().Length == 0)
        {
            return ValueKind.Any;
        }
        var kind = Broadcast.KindOf(list.AsList()[0]);
        foreach (var item in list.AsList())
        {
            kind = Broadcast.KindOf(item) == kind ? kind : ValueKind.Any;
        }
        return kind;
    }

    CypherException NotSupported(Clause clause) => clause switch
    {
        CreateClause => CypherNotSupportedException.At(text, clause.Span, "CREATE", WriteHint),
        MergeClause => CypherNotSupportedException.At(text, clause.Span, "MERGE", WriteHint),
        SetClause => CypherNotSupportedException.At(text, clause.Span, "SET", WriteHint),
        RemoveClause => CypherNotSupportedException.At(text, clause.Span, "REMOVE", WriteHint),
        DeleteClause => CypherNotSupportedException.At(text, clause.Span, "DELETE", WriteHint),
        ForeachClause => CypherNotSupportedException.At(text, clause.Span, "FOREACH", WriteHint),
        CallClause call => CypherNotSupportedException.At(text, clause.Span, $"CALL {call.Procedure}"),
        _ => CypherNotSupportedException.At(text, clause.Span, clause.GetType().Name),
    };

    const string WriteHint = "Load data with a bulk load instead.";

    CypherSemanticException Error(SourceSpan span, string message, string code) => CypherSemanticException.At(text, span, message, code);

    [DoesNotReturn]
    T Fail<T>(SourceSpan span, string message, string code) => throw Error(span, message, code);

    void Notify(string notification)
    {
        if (!_notifications.Contains(notification))
        {
            _notifications.Add(notification);
        }
    }
}
