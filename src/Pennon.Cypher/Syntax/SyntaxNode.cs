namespace Pennon.Cypher.Syntax;

/// <summary>
/// Any element of a parsed query. Nodes compare by structure: the position (<see cref="Span"/>) takes no part in equality, so two
/// occurrences of <c>a.x + 1</c> in one query are equal.
/// </summary>
internal abstract record SyntaxNode
{
    /// <summary>Where the element stands in the query text.</summary>
    public SourceSpan Span { get; init; }

    public virtual bool Equals(SyntaxNode? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    public sealed override string ToString() => SyntaxPrinter.Print(this);
}

/// <summary>A name written in the query, without its backticks.</summary>
internal sealed record Identifier(string Name) : SyntaxNode;

internal enum StatementMode
{
    Run,
    Explain,
    Profile,
}

/// <summary>A whole statement as given to <see cref="CypherParser.Parse"/>.</summary>
internal sealed record Statement(StatementMode Mode, Query Query) : SyntaxNode;

internal abstract record Query : SyntaxNode;

/// <summary>A sequence of clauses without UNION. A standalone <c>CALL</c> is a single query of one <see cref="CallClause"/>.</summary>
internal sealed record SingleQuery(SyntaxList<Clause> Clauses) : Query;

/// <summary><c>Left UNION [ALL] Right</c>; chains lean to the left.</summary>
internal sealed record UnionQuery(Query Left, bool All, SingleQuery Right) : Query;
