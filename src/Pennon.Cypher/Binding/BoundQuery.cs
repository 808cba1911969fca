using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;

namespace Pennon.Cypher.Binding;

/// <summary>A query with names resolved. Several parts are joined by UNION, and made distinct unless <see cref="UnionAll"/>.</summary>
internal sealed record BoundQuery(IReadOnlyList<BoundPart> Parts, bool UnionAll, IReadOnlyList<string> Names, IReadOnlyList<BoundVariable> Columns);

/// <summary>A sequence of clauses; <see cref="Columns"/> are what its RETURN leaves, or nothing in the body of EXISTS.</summary>
internal sealed record BoundPart(IReadOnlyList<BoundClause> Clauses, IReadOnlyList<string> Names, IReadOnlyList<BoundVariable> Columns);

internal abstract record BoundClause;

/// <summary>MATCH or OPTIONAL MATCH.</summary>
internal sealed record BoundMatch(
    bool Optional,
    IReadOnlyList<PatternNode> Nodes,
    IReadOnlyList<PatternEdge> Edges,
    IReadOnlyList<Expr> Predicates,
    IReadOnlyList<BoundVariable> Introduced) : BoundClause;

internal sealed record BoundUnwind(Expr Source, BoundVariable Variable) : BoundClause;

/// <summary>Columns added to what is there, as when a value from a list is used as a node of a pattern.</summary>
internal sealed record BoundExtend(IReadOnlyList<(Expr Expression, BoundVariable Variable)> Items) : BoundClause;

/// <summary>
/// WITH or RETURN. Without aggregates <see cref="Keys"/> are all columns; with them, the grouping keys, and <see cref="Computed"/> is what is made
/// of keys and aggregates afterwards.
/// </summary>
internal sealed record BoundProjection(
    IReadOnlyList<(Expr Expression, BoundVariable Variable)> Keys,
    IReadOnlyList<Aggregate> Aggregates,
    bool IsGrouped,
    IReadOnlyList<(Expr Expression, BoundVariable Variable)> Computed,
    bool Distinct,
    IReadOnlyList<(Expr Expression, BoundVariable Variable, bool Descending)> Order,
    Expr? Skip,
    Expr? Limit,
    Expr? Where,
    IReadOnlyList<BoundVariable> Outputs) : BoundClause;
