namespace Pennon.Cypher.Syntax;

internal abstract record Clause : SyntaxNode;

/// <summary><c>[OPTIONAL] MATCH parts [WHERE predicate]</c>.</summary>
internal sealed record MatchClause(bool Optional, SyntaxList<PatternPart> Parts, Expression? Where) : Clause;

/// <summary><c>UNWIND source AS variable</c>.</summary>
internal sealed record UnwindClause(Expression Source, Identifier Variable) : Clause;

/// <summary><c>WITH projection [WHERE predicate]</c>.</summary>
internal sealed record WithClause(Projection Projection, Expression? Where) : Clause;

/// <summary><c>RETURN projection</c>.</summary>
internal sealed record ReturnClause(Projection Projection) : Clause;

/// <summary>What WITH and RETURN have in common. <see cref="Star"/> stands for <c>*</c>, which comes before <see cref="Items"/>.</summary>
internal sealed record Projection(
    bool Distinct,
    bool Star,
    SyntaxList<ProjectionItem> Items,
    SyntaxList<SortItem> OrderBy,
    Expression? Skip,
    Expression? Limit) : SyntaxNode;

/// <summary>One column: <c>expression [AS alias]</c>. Without an alias the column is named by its text in the query.</summary>
internal sealed record ProjectionItem(Expression Expression, Identifier? Alias) : SyntaxNode
{
    /// <summary>The expression exactly as written, which names the column when there is no alias.</summary>
    public string SourceText { get; init; } = "";

    /// <summary>The name of the column.</summary>
    public string Name => Alias?.Name ?? (Expression is Variable variable ? variable.Name : SourceText);

    public bool Equals(ProjectionItem? other) => base.Equals(other) && Expression.Equals(other.Expression) && Equals(Alias, other.Alias);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Expression, Alias);
}

internal sealed record SortItem(Expression Expression, bool Descending) : SyntaxNode;

/// <summary><c>CREATE parts</c>.</summary>
internal sealed record CreateClause(SyntaxList<PatternPart> Parts) : Clause;

/// <summary><c>MERGE part [ON CREATE SET …] [ON MATCH SET …]</c>.</summary>
internal sealed record MergeClause(PatternPart Part, SyntaxList<MergeAction> Actions) : Clause;

/// <summary><c>ON CREATE SET items</c> or <c>ON MATCH SET items</c>.</summary>
internal sealed record MergeAction(bool OnCreate, SyntaxList<SetItem> Items) : SyntaxNode;

internal sealed record SetClause(SyntaxList<SetItem> Items) : Clause;

internal abstract record SetItem : SyntaxNode;

/// <summary><c>target.key = value</c>.</summary>
internal sealed record SetProperty(PropertyAccess Target, Expression Value) : SetItem;

/// <summary><c>variable = value</c>, or <c>variable += value</c> when <see cref="Merge"/>.</summary>
internal sealed record SetProperties(Identifier Variable, bool Merge, Expression Value) : SetItem;

/// <summary><c>variable:Label:Label</c>.</summary>
internal sealed record SetLabels(Identifier Variable, SyntaxList<Identifier> Labels) : SetItem;

internal sealed record RemoveClause(SyntaxList<RemoveItem> Items) : Clause;

internal abstract record RemoveItem : SyntaxNode;

/// <summary><c>REMOVE target.key</c>.</summary>
internal sealed record RemoveProperty(PropertyAccess Target) : RemoveItem;

/// <summary><c>REMOVE variable:Label:Label</c>.</summary>
internal sealed record RemoveLabels(Identifier Variable, SyntaxList<Identifier> Labels) : RemoveItem;

/// <summary><c>[DETACH] DELETE expressions</c>.</summary>
internal sealed record DeleteClause(bool Detach, SyntaxList<Expression> Expressions) : Clause;

/// <summary>
/// <c>CALL name[(arguments)] [YIELD items | *] [WHERE predicate]</c>. <see cref="Arguments"/> is null when the parentheses were left
/// out (arguments then come from the parameters of the same names); <see cref="Yield"/> is null without YIELD.
/// </summary>
internal sealed record CallClause(
    string Procedure,
    SyntaxList<Expression>? Arguments,
    bool YieldStar,
    SyntaxList<YieldItem>? Yield,
    Expression? Where) : Clause;

/// <summary><c>field [AS alias]</c>.</summary>
internal sealed record YieldItem(Identifier Field, Identifier? Alias) : SyntaxNode;

/// <summary><c>FOREACH (variable IN source | updating clauses)</c>.</summary>
internal sealed record ForeachClause(Identifier Variable, Expression Source, SyntaxList<Clause> Clauses) : Clause;
