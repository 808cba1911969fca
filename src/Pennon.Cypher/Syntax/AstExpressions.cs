namespace Pennon.Cypher.Syntax;

internal abstract record Expression : SyntaxNode;

internal sealed record NullLiteral : Expression;

internal sealed record BooleanLiteral(bool Value) : Expression;

/// <summary>An integer; a minus sign directly before the digits belongs to the literal, so that the smallest int64 can be written.</summary>
internal sealed record IntegerLiteral(long Value) : Expression;

internal sealed record FloatLiteral(double Value) : Expression;

internal sealed record StringLiteral(string Value) : Expression;

/// <summary><c>$name</c>.</summary>
internal sealed record Parameter(string Name) : Expression;

/// <summary>A use of a variable.</summary>
internal sealed record Variable(string Name) : Expression;

internal sealed record ListLiteral(SyntaxList<Expression> Items) : Expression;

internal sealed record MapLiteral(SyntaxList<MapEntry> Entries) : Expression;

internal sealed record MapEntry(string Key, Expression Value) : SyntaxNode;

/// <summary><c>target.key</c>.</summary>
internal sealed record PropertyAccess(Expression Target, string Key) : Expression;

/// <summary><c>target[index]</c>.</summary>
internal sealed record IndexAccess(Expression Target, Expression Index) : Expression;

/// <summary><c>target[from..to]</c>; either bound may be missing.</summary>
internal sealed record SliceAccess(Expression Target, Expression? From, Expression? To) : Expression;

/// <summary><c>target:Label</c> (for a relationship, its type).</summary>
internal sealed record HasLabels(Expression Target, LabelExpression Labels) : Expression;

internal enum UnaryOperator
{
    Not,
    Negate,
    Plus,
}

internal sealed record Unary(UnaryOperator Operator, Expression Operand) : Expression;

/// <summary><c>operand IS NULL</c>, or <c>IS NOT NULL</c> when <see cref="Negated"/>.</summary>
internal sealed record IsNull(Expression Operand, bool Negated) : Expression;

internal enum BinaryOperator
{
    Or,
    Xor,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    In,
    StartsWith,
    EndsWith,
    Contains,
    RegexMatch,
}

internal sealed record Binary(BinaryOperator Operator, Expression Left, Expression Right) : Expression;

/// <summary>
/// <c>a &lt; b &lt;= c</c>: the conjunction of the neighbouring comparisons. Always two or more operators, each one of
/// <see cref="BinaryOperator.Equal"/> to <see cref="BinaryOperator.GreaterOrEqual"/>; a single comparison is a <see cref="Binary"/>.
/// </summary>
internal sealed record ComparisonChain(SyntaxList<Expression> Operands, SyntaxList<BinaryOperator> Operators) : Expression;

/// <summary>A call; <see cref="Name"/> is as written, with its namespace (<c>duration.between</c>). Function names ignore case.</summary>
internal sealed record FunctionCall(string Name, bool Distinct, SyntaxList<Expression> Arguments) : Expression;

/// <summary><c>count(*)</c>.</summary>
internal sealed record CountStar : Expression;

/// <summary><c>CASE [subject] WHEN … THEN … [ELSE …] END</c>.</summary>
internal sealed record CaseExpression(Expression? Subject, SyntaxList<CaseBranch> Branches, Expression? Else) : Expression;

internal sealed record CaseBranch(Expression When, Expression Then) : SyntaxNode;

/// <summary><c>[variable IN source WHERE predicate | projection]</c>.</summary>
internal sealed record ListComprehension(Identifier Variable, Expression Source, Expression? Where, Expression? Projection) : Expression;

/// <summary><c>[path = chain WHERE predicate | projection]</c>.</summary>
internal sealed record PatternComprehension(Identifier? Path, PatternChain Chain, Expression? Where, Expression Projection) : Expression;

internal enum QuantifierKind
{
    All,
    Any,
    None,
    Single,
}

/// <summary><c>all(variable IN source WHERE predicate)</c> and its kin; without WHERE the elements themselves are the predicate.</summary>
internal sealed record Quantifier(QuantifierKind Kind, Identifier Variable, Expression Source, Expression? Where) : Expression;

/// <summary><c>reduce(accumulator = initial, variable IN source | step)</c>.</summary>
internal sealed record Reduce(Identifier Accumulator, Expression Initial, Identifier Variable, Expression Source, Expression Step) : Expression;

/// <summary>A pattern of at least one relationship used as a condition: <c>WHERE (a)--&gt;(b)</c>.</summary>
internal sealed record PatternPredicate(PatternChain Chain) : Expression;

/// <summary><c>shortestPath(chain)</c> or <c>allShortestPaths(chain)</c> as an expression.</summary>
internal sealed record ShortestPathExpression(PathSearch Search, PatternChain Chain) : Expression;

/// <summary>
/// <c>EXISTS { … }</c>. The short forms <c>EXISTS { pattern [WHERE predicate] }</c> and <c>exists(pattern)</c> have a body of one MATCH clause.
/// </summary>
internal sealed record ExistsSubquery(Query Body) : Expression;

/// <summary><c>COUNT { … }</c>, the number of rows of the body.</summary>
internal sealed record CountSubquery(Query Body) : Expression;

/// <summary><c>COLLECT { … }</c>, the list of the body's only column.</summary>
internal sealed record CollectSubquery(Query Body) : Expression;

/// <summary><c>variable {.key, .*, name: expression, other}</c>.</summary>
internal sealed record MapProjection(Variable Subject, SyntaxList<MapProjectionItem> Items) : Expression;

internal abstract record MapProjectionItem : SyntaxNode;

/// <summary><c>.key</c>.</summary>
internal sealed record ProjectedProperty(string Key) : MapProjectionItem;

/// <summary><c>.*</c>.</summary>
internal sealed record ProjectedAllProperties : MapProjectionItem;

/// <summary><c>name: expression</c>; the short form <c>other</c> is <c>other: other</c>.</summary>
internal sealed record ProjectedEntry(string Key, Expression Value) : MapProjectionItem;
