using Pennon.Arrow;

namespace Pennon.Lance.Scans;

enum FilterBinary
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Concat,
}

/// <summary>A name or a path of names into structs.</summary>
sealed class ColumnNode(int position, IReadOnlyList<string> path) : LanceExpression(position)
{
    public IReadOnlyList<string> Path { get; } = path;
}

/// <summary>A constant: null, or an Arrow array of one row that carries its type.</summary>
sealed class LiteralNode(int position, ArrowArray value) : LanceExpression(position)
{
    public ArrowArray Value { get; } = value;

    /// <summary>An integer written in text beyond 64 bits, kept so that the error can show it.</summary>
    public string? Written { get; init; }
}

sealed class BinaryNode(int position, FilterBinary operation, LanceExpression left, LanceExpression right) : LanceExpression(position)
{
    public FilterBinary Operation { get; } = operation;

    public LanceExpression Left { get; } = left;

    public LanceExpression Right { get; } = right;
}

sealed class NotNode(int position, LanceExpression operand) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;
}

sealed class NegateNode(int position, LanceExpression operand) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;
}

sealed class IsNullNode(int position, LanceExpression operand, bool negated) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public bool Negated { get; } = negated;
}

/// <summary>IS [NOT] TRUE and IS [NOT] FALSE.</summary>
sealed class IsBooleanNode(int position, LanceExpression operand, bool value, bool negated) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public bool Value { get; } = value;

    public bool Negated { get; } = negated;
}

sealed class InNode(int position, LanceExpression operand, IReadOnlyList<LanceExpression> items, bool negated) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public IReadOnlyList<LanceExpression> Items { get; } = items;

    public bool Negated { get; } = negated;
}

sealed class LikeNode(int position, LanceExpression operand, LanceExpression pattern, char? escape, bool ignoreCase, bool negated)
    : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public LanceExpression Pattern { get; } = pattern;

    public char? Escape { get; } = escape;

    public bool IgnoreCase { get; } = ignoreCase;

    public bool Negated { get; } = negated;
}

sealed class CastNode(int position, LanceExpression operand, ArrowType target, bool tolerant) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public ArrowType Target { get; } = target;

    /// <summary>Whether values that cannot be converted become null instead of an error.</summary>
    public bool Tolerant { get; } = tolerant;
}

sealed class CallNode(int position, string name, IReadOnlyList<LanceExpression> arguments) : LanceExpression(position)
{
    public string Name { get; } = name;

    public IReadOnlyList<LanceExpression> Arguments { get; } = arguments;
}

/// <summary>a[i] on lists, a['name'] on structs.</summary>
sealed class IndexNode(int position, LanceExpression operand, LanceExpression index) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public LanceExpression Index { get; } = index;
}

/// <summary>A struct field taken from something that is not a plain column path.</summary>
sealed class MemberNode(int position, LanceExpression operand, string name) : LanceExpression(position)
{
    public LanceExpression Operand { get; } = operand;

    public string Name { get; } = name;
}

sealed class ListNode(int position, IReadOnlyList<LanceExpression> items) : LanceExpression(position)
{
    public IReadOnlyList<LanceExpression> Items { get; } = items;
}
