using System.Text;
using Pennon.Arrow;
using Pennon.Lance.Scans;

namespace Pennon.Lance;

/// <summary>
/// A condition or value over the columns of a table: parsed from SQL text, or put together from parts without any text. Immutable.
/// </summary>
/// <example><code>var filter = LanceExpression.Column("age").GreaterOrEqual(18).And(LanceExpression.Column("name").Like("A%"));</code></example>
public abstract class LanceExpression
{
    private protected LanceExpression(int position) => Position = position;

    /// <summary>Where the expression starts in the text it was parsed from; -1 if it was not.</summary>
    internal int Position { get; }

    /// <summary>Parses SQL filter text, for example <c>age >= 18 AND name LIKE 'A%'</c>.</summary>
    /// <param name="sql">The text.</param>
    /// <exception cref="LanceFilterException">The text breaks the grammar; the exception carries the position.</exception>
    public static LanceExpression Parse(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return new FilterParser(sql).ParseAll();
    }

    /// <summary>A column, or a field inside a struct column.</summary>
    /// <param name="path">The column's name, then the names of the fields to step into.</param>
    public static LanceExpression Column(params string[] path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
            throw new ArgumentException("A column needs a name.", nameof(path));
        return new ColumnNode(-1, [.. path]);
    }

    /// <summary>The null constant.</summary>
    public static LanceExpression Null { get; } = new LiteralNode(-1, new NullArray(1));

    /// <summary>A constant of any type: an array with exactly one row.</summary>
    /// <param name="value">The row.</param>
    public static LanceExpression Literal(ArrowArray value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length != 1)
            throw new ArgumentException($"A constant has one row, not {value.Length}.", nameof(value));
        return new LiteralNode(-1, value);
    }

    /// <summary>A boolean constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(bool value) => FilterLiterals.Of(-1, value);

    /// <summary>An integer constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(long value) => FilterLiterals.Of(-1, value);

    /// <summary>A floating-point constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(double value) => FilterLiterals.Of(-1, value);

    /// <summary>A text constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(string value) =>
        new LiteralNode(-1, FilterLiterals.Bytes(ArrowType.String, Encoding.UTF8.GetBytes(value ?? throw new ArgumentNullException(nameof(value)))));

    /// <summary>A binary constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(byte[] value) => new LiteralNode(-1, FilterLiterals.Bytes(ArrowType.Binary, value));

    /// <summary>A date constant.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator LanceExpression(DateOnly value) =>
        new LiteralNode(-1, new PrimitiveArray<int>(ArrowType.Date32, [value.DayNumber - FilterLiterals.EpochDay]));

    /// <summary>A timestamp constant without time zone, in microseconds.</summary>
    /// <param name="value">The value; a local time is converted to UTC.</param>
    public static implicit operator LanceExpression(DateTime value) => new LiteralNode(-1, new PrimitiveArray<long>(
        new TimestampType(TimeUnit.Microsecond),
        [(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value).Subtract(DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond]));

    /// <summary>True where both are true.</summary>
    /// <param name="other">The other condition.</param>
    public LanceExpression And(LanceExpression other) => Binary(FilterBinary.And, other);

    /// <summary>True where at least one is true.</summary>
    /// <param name="other">The other condition.</param>
    public LanceExpression Or(LanceExpression other) => Binary(FilterBinary.Or, other);

    /// <summary>True where this is false; null where this is null.</summary>
    public LanceExpression Not() => new NotNode(-1, this);

    /// <summary>Equality; null where an operand is null.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Equal(LanceExpression other) => Binary(FilterBinary.Equal, other);

    /// <summary>Inequality; null where an operand is null.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression NotEqual(LanceExpression other) => Binary(FilterBinary.NotEqual, other);

    /// <summary>Less than; NaN is greater than every number.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Less(LanceExpression other) => Binary(FilterBinary.Less, other);

    /// <summary>At most; NaN is greater than every number.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression LessOrEqual(LanceExpression other) => Binary(FilterBinary.LessOrEqual, other);

    /// <summary>Greater than; NaN is greater than every number.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Greater(LanceExpression other) => Binary(FilterBinary.Greater, other);

    /// <summary>At least; NaN is greater than every number.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression GreaterOrEqual(LanceExpression other) => Binary(FilterBinary.GreaterOrEqual, other);

    /// <summary>The sum.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Add(LanceExpression other) => Binary(FilterBinary.Add, other);

    /// <summary>The difference.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Subtract(LanceExpression other) => Binary(FilterBinary.Subtract, other);

    /// <summary>The product.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Multiply(LanceExpression other) => Binary(FilterBinary.Multiply, other);

    /// <summary>The quotient; between integers it is cut towards zero.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Divide(LanceExpression other) => Binary(FilterBinary.Divide, other);

    /// <summary>The remainder, with the sign of the left operand.</summary>
    /// <param name="other">The right operand.</param>
    public LanceExpression Modulo(LanceExpression other) => Binary(FilterBinary.Modulo, other);

    /// <summary>True where there is no value; never null itself.</summary>
    public LanceExpression IsNull() => new IsNullNode(-1, this, negated: false);

    /// <summary>True where there is a value; never null itself.</summary>
    public LanceExpression IsNotNull() => new IsNullNode(-1, this, negated: true);

    /// <summary>True where the value is one of the items; null where it is not and an item is null.</summary>
    /// <param name="items">The items.</param>
    public LanceExpression In(params LanceExpression[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new InNode(-1, this, [.. items], negated: false);
    }

    /// <summary>True where the value lies in a closed range.</summary>
    /// <param name="low">The smallest value accepted.</param>
    /// <param name="high">The largest value accepted.</param>
    public LanceExpression Between(LanceExpression low, LanceExpression high) => GreaterOrEqual(low).And(LessOrEqual(high));

    /// <summary>True where the text matches a pattern: <c>%</c> stands for any text, <c>_</c> for one character, <c>\</c> takes the next character literally.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="ignoreCase">Whether upper and lower case count as equal.</param>
    public LanceExpression Like(LanceExpression pattern, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new LikeNode(-1, this, pattern, '\\', ignoreCase, negated: false);
    }

    /// <summary>The value converted to another type; values that cannot be converted make the scan fail.</summary>
    /// <param name="type">The target type.</param>
    public LanceExpression Cast(ArrowType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new CastNode(-1, this, type, tolerant: false);
    }

    /// <summary>The result of a function, by its SQL name.</summary>
    /// <param name="name">The name, for example <c>lower</c>.</param>
    /// <param name="arguments">The arguments.</param>
    public static LanceExpression Call(string name, params LanceExpression[] arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        return new CallNode(-1, name, [.. arguments]);
    }

    LanceExpression Binary(FilterBinary operation, LanceExpression other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new BinaryNode(-1, operation, this, other);
    }
}
