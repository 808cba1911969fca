namespace Pennon.Cypher.Syntax;

internal enum PathSearch
{
    /// <summary>Every path that fits the pattern.</summary>
    All,

    /// <summary><c>shortestPath(…)</c>: one shortest path per pair of end nodes.</summary>
    Shortest,

    /// <summary><c>allShortestPaths(…)</c>.</summary>
    AllShortest,
}

/// <summary>One comma-separated part of a pattern: <c>[variable =] [shortestPath(]chain[)]</c>.</summary>
internal sealed record PatternPart(Identifier? Variable, PathSearch Search, PatternChain Chain) : SyntaxNode;

/// <summary>Nodes joined by relationships; <c>Relationships[i]</c> stands between <c>Nodes[i]</c> and <c>Nodes[i + 1]</c>.</summary>
internal sealed record PatternChain(SyntaxList<NodePattern> Nodes, SyntaxList<RelationshipPattern> Relationships) : SyntaxNode;

/// <summary><c>(variable:labels {properties} WHERE predicate)</c>; <see cref="Properties"/> is a <see cref="MapLiteral"/> or a <see cref="Parameter"/>.</summary>
internal sealed record NodePattern(Identifier? Variable, LabelExpression? Labels, Expression? Properties, Expression? Where) : SyntaxNode;

internal enum RelationshipDirection
{
    /// <summary><c>--&gt;</c>: from the pattern's left node to its right node.</summary>
    Outgoing,

    /// <summary><c>&lt;--</c>: from the right node to the left node.</summary>
    Incoming,

    /// <summary><c>--</c> or <c>&lt;--&gt;</c>: either way.</summary>
    Either,
}

/// <summary>
/// <c>-[variable:TYPE|TYPE *min..max {properties} WHERE predicate]-&gt;</c>. No types means any type; <see cref="Hops"/> is null for exactly one
/// relationship.
/// </summary>
internal sealed record RelationshipPattern(
    RelationshipDirection Direction,
    Identifier? Variable,
    SyntaxList<Identifier> Types,
    HopRange? Hops,
    Expression? Properties,
    Expression? Where) : SyntaxNode;

/// <summary><c>*</c>, <c>*2</c>, <c>*1..</c>, <c>*..3</c>, <c>*1..3</c>. A missing minimum means 1, a missing maximum no bound.</summary>
internal sealed record HopRange(long? Min, long? Max) : SyntaxNode;

internal abstract record LabelExpression : SyntaxNode;

internal sealed record LabelName(string Name) : LabelExpression;

/// <summary><c>:A:B</c> or <c>:A&amp;B</c>: all of the operands.</summary>
internal sealed record LabelConjunction(SyntaxList<LabelExpression> Operands) : LabelExpression;

/// <summary><c>:A|B</c>: any of the operands.</summary>
internal sealed record LabelDisjunction(SyntaxList<LabelExpression> Operands) : LabelExpression;

/// <summary><c>:!A</c>.</summary>
internal sealed record LabelNegation(LabelExpression Operand) : LabelExpression;

/// <summary><c>:%</c>: at least one label, whichever.</summary>
internal sealed record LabelWildcard : LabelExpression;
