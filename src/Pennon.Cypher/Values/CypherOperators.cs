using System.Globalization;
using System.Text.RegularExpressions;

namespace Pennon.Cypher.Values;

/// <summary>The operators of the language over values of any type: null rules, type rules and checked integer arithmetic.</summary>
internal static class CypherOperators
{
    public static CypherValue Add(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer && right.Type == CypherType.Integer)
        {
            long a = left.AsInteger(), b = right.AsInteger(), sum = unchecked(a + b);
            return ((a ^ sum) & (b ^ sum)) < 0 ? throw Overflow(a, "+", b) : sum;
        }
        if (left.IsNull || right.IsNull)
        {
            return default;
        }
        if (left.IsNumber && right.IsNumber)
        {
            return left.AsFloat() + right.AsFloat();
        }
        if (left.Type == CypherType.List || right.Type == CypherType.List)
        {
            return Concatenate(left, right);
        }
        if (left.Type == CypherType.String || right.Type == CypherType.String)
        {
            return TextToJoin(left, right) + TextToJoin(right, left);
        }
        if (right.Type == CypherType.Duration)
        {
            return left.Type == CypherType.Duration
                ? TemporalArithmetic.Add(left.AsDuration(), right.AsDuration(), 1)
                : IsTemporal(left.Type) ? TemporalArithmetic.Add(left, right.AsDuration(), 1) : throw NotDefined("+", left, right);
        }
        return left.Type == CypherType.Duration && IsTemporal(right.Type)
            ? TemporalArithmetic.Add(right, left.AsDuration(), 1)
            : throw NotDefined("+", left, right);
    }

    public static CypherValue Subtract(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer && right.Type == CypherType.Integer)
        {
            long a = left.AsInteger(), b = right.AsInteger(), difference = unchecked(a - b);
            return ((a ^ b) & (a ^ difference)) < 0 ? throw Overflow(a, "-", b) : difference;
        }
        if (left.IsNull || right.IsNull)
        {
            return default;
        }
        if (left.IsNumber && right.IsNumber)
        {
            return left.AsFloat() - right.AsFloat();
        }
        if (right.Type != CypherType.Duration)
        {
            throw NotDefined("-", left, right);
        }
        return left.Type == CypherType.Duration
            ? TemporalArithmetic.Add(left.AsDuration(), right.AsDuration(), -1)
            : IsTemporal(left.Type) ? TemporalArithmetic.Add(left, right.AsDuration(), -1) : throw NotDefined("-", left, right);
    }

    public static CypherValue Multiply(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer && right.Type == CypherType.Integer)
        {
            long a = left.AsInteger(), b = right.AsInteger(), high = Math.BigMul(a, b, out long low);
            return high != low >> 63 ? throw Overflow(a, "*", b) : low;
        }
        if (left.IsNull || right.IsNull)
        {
            return default;
        }
        if (left.IsNumber && right.IsNumber)
        {
            return left.AsFloat() * right.AsFloat();
        }
        return left.Type == CypherType.Duration && right.IsNumber ? TemporalArithmetic.Scale(left.AsDuration(), right.AsFloat())
            : right.Type == CypherType.Duration && left.IsNumber ? TemporalArithmetic.Scale(right.AsDuration(), left.AsFloat())
            : throw NotDefined("*", left, right);
    }

    public static CypherValue Divide(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer && right.Type == CypherType.Integer)
        {
            long a = left.AsInteger(), b = right.AsInteger();
            return b == 0 ? throw DivisionByZero(a, "/") : b == -1 ? Negate(left) : a / b;
        }
        if (left.IsNull || right.IsNull)
        {
            return default;
        }
        if (left.IsNumber && right.IsNumber)
        {
            return left.AsFloat() / right.AsFloat();
        }
        return left.Type == CypherType.Duration && right.IsNumber
            ? TemporalArithmetic.Scale(left.AsDuration(), 1 / right.AsFloat(), right.AsFloat())
            : throw NotDefined("/", left, right);
    }

    public static CypherValue Modulo(in CypherValue left, in CypherValue right)
    {
        if (left.Type == CypherType.Integer && right.Type == CypherType.Integer)
        {
            long a = left.AsInteger(), b = right.AsInteger();
            return b == 0 ? throw DivisionByZero(a, "%") : b == -1 ? 0 : a % b;
        }
        return left.IsNull || right.IsNull ? CypherValue.Null
            : left.IsNumber && right.IsNumber ? left.AsFloat() % right.AsFloat()
            : throw NotDefined("%", left, right);
    }

    public static CypherValue Power(in CypherValue left, in CypherValue right) =>
        left.IsNull || right.IsNull ? CypherValue.Null
        : left.IsNumber && right.IsNumber ? Math.Pow(left.AsFloat(), right.AsFloat())
        : throw NotDefined("^", left, right);

    public static CypherValue Negate(in CypherValue operand) => operand.Type switch
    {
        CypherType.Null => default,
        CypherType.Integer => operand.AsInteger() == long.MinValue
            ? throw new CypherRuntimeException($"-({long.MinValue}) does not fit in a 64-bit integer.", "IntegerOverflow")
            : -operand.AsInteger(),
        CypherType.Float => -operand.AsFloat(),
        CypherType.Duration => TemporalArithmetic.Add(TemporalArithmetic.Zero, operand.AsDuration(), -1),
        _ => throw new CypherTypeException($"- needs a number or a Duration, but the value is {operand.Describe()}."),
    };

    public static CypherValue Plus(in CypherValue operand) => operand.IsNull || operand.IsNumber || operand.Type == CypherType.Duration
        ? operand
        : throw new CypherTypeException($"+ needs a number or a Duration, but the value is {operand.Describe()}.");

    /// <summary>A condition's truth value; null stays null.</summary>
    public static bool? Truth(in CypherValue value) => value.Type switch
    {
        CypherType.Boolean => value.AsBoolean(),
        CypherType.Null => null,
        _ => throw new CypherTypeException($"A condition must be true, false or null, but it is {value.Describe()}."),
    };

    public static CypherValue Not(in CypherValue operand) => !Truth(operand);

    public static CypherValue And(in CypherValue left, in CypherValue right) => Truth(left) & Truth(right);

    public static CypherValue Or(in CypherValue left, in CypherValue right) => Truth(left) | Truth(right);

    public static CypherValue Xor(in CypherValue left, in CypherValue right) => Truth(left) ^ Truth(right);

    /// <summary><c>item IN list</c>: true when an element equals the item, else null when a comparison was null, else false.</summary>
    public static CypherValue In(in CypherValue item, in CypherValue list)
    {
        if (list.IsNull)
        {
            return default;
        }
        if (list.Type != CypherType.List)
        {
            throw new CypherTypeException($"IN needs a List on its right, but the value is {list.Describe()}.");
        }
        bool unknown = false;
        foreach (ref readonly var element in list.AsList())
        {
            var equal = CypherValue.AreEqual(item, element);
            if (equal == true)
            {
                return true;
            }
            unknown |= equal is null;
        }
        return unknown ? default : CypherValue.False;
    }

    /// <summary>STARTS WITH: null unless both operands are strings.</summary>
    public static CypherValue StartsWith(in CypherValue text, in CypherValue part) =>
        BothStrings(text, part) ? text.AsString().StartsWith(part.AsString(), StringComparison.Ordinal) : default(CypherValue);

    public static CypherValue EndsWith(in CypherValue text, in CypherValue part) =>
        BothStrings(text, part) ? text.AsString().EndsWith(part.AsString(), StringComparison.Ordinal) : default(CypherValue);

    public static CypherValue Contains(in CypherValue text, in CypherValue part) =>
        BothStrings(text, part) ? text.AsString().Contains(part.AsString(), StringComparison.Ordinal) : default(CypherValue);

    /// <summary><c>=~</c>: whether the whole text matches the regular expression.</summary>
    public static CypherValue RegexMatch(in CypherValue text, in CypherValue pattern) =>
        BothStrings(text, pattern) ? Compiled(pattern.AsString()).IsMatch(text.AsString()) : default(CypherValue);

    // A query asks the same pattern row after row.
    [ThreadStatic]
    static (string Pattern, Regex Regex) _lastRegex;

    static Regex Compiled(string pattern)
    {
        if (_lastRegex.Pattern != pattern)
        {
            _lastRegex = (pattern, CompileRegex(pattern));
        }
        return _lastRegex.Regex;
    }

    /// <summary>A regular expression that matches whole texts in time linear in their length; what needs backtracking is refused.</summary>
    public static Regex CompileRegex(string pattern)
    {
        try
        {
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException error)
        {
            throw new CypherRuntimeException(
                $"The regular expression {Quoted(pattern)} uses look-around, a back-reference or an atomic group; these are not supported because they can take exponential time.",
                "InvalidRegularExpression", error);
        }
        catch (ArgumentException error)
        {
            throw new CypherRuntimeException($"{Quoted(pattern)} is not a regular expression: {error.Message}", "InvalidRegularExpression", error);
        }
    }

    /// <summary><c>target.key</c>.</summary>
    public static CypherValue Property(in CypherValue target, string key) => target.Type switch
    {
        CypherType.Null => default,
        CypherType.Map => target.AsMap()[key],
        CypherType.Node or CypherType.Relationship => target.AsEntity().GetProperty(key),
        CypherType.Point => PointFields.Get(target.AsPoint(), key),
        CypherType.Duration or (>= CypherType.Date and <= CypherType.DateTime) => TemporalFields.Get(target, key),
        _ => throw new CypherTypeException($".{key} needs a Node, a Relationship, a Map, a temporal value or a Point, but the value is {target.Describe()}."),
    };

    /// <summary><c>target[index]</c> on lists (negative from the end, null outside), maps and entities.</summary>
    public static CypherValue Index(in CypherValue target, in CypherValue index)
    {
        if (target.IsNull || index.IsNull)
        {
            return default;
        }
        if (target.Type == CypherType.List)
        {
            if (index.Type != CypherType.Integer)
            {
                throw new CypherTypeException($"A List is indexed by an Integer, but the index is {index.Describe()}.", "InvalidArgumentType");
            }
            var items = target.AsList();
            long at = index.AsInteger();
            at = at < 0 ? at + items.Length : at;
            return at >= 0 && at < items.Length ? items[(int)at] : default;
        }
        if (target.Type is CypherType.Map or CypherType.Node or CypherType.Relationship)
        {
            return index.Type == CypherType.String
                ? Property(target, index.AsString())
                : throw new CypherTypeException($"A {target.Type} is indexed by a String, but the index is {index.Describe()}.", "MapElementAccessByNonString");
        }
        throw new CypherTypeException($"[…] needs a List, a Map, a Node or a Relationship, but the value is {target.Describe()}.");
    }

    /// <summary><c>target[from..to]</c>; a bound that is null makes the result null, a bound left out is passed as null reference.</summary>
    public static CypherValue Slice(in CypherValue target, CypherValue? from, CypherValue? to)
    {
        if (target.IsNull || from is { IsNull: true } || to is { IsNull: true })
        {
            return default;
        }
        if (target.Type != CypherType.List)
        {
            throw new CypherTypeException($"[…..…] needs a List, but the value is {target.Describe()}.");
        }
        var items = target.AsList();
        int start = Bound(from, 0, items.Length), end = Bound(to, items.Length, items.Length);
        return CypherValue.List(start < end ? items[start..end].ToArray() : []);
    }

    static int Bound(CypherValue? bound, int missing, int length)
    {
        if (bound is not { } value)
        {
            return missing;
        }
        if (value.Type != CypherType.Integer)
        {
            throw new CypherTypeException($"The bounds of a slice are Integers, but one is {value.Describe()}.");
        }
        long at = value.AsInteger();
        return (int)Math.Clamp(at < 0 ? at + length : at, 0, length);
    }

    static bool BothStrings(in CypherValue left, in CypherValue right) => left.Type == CypherType.String && right.Type == CypherType.String;

    static CypherValue Concatenate(in CypherValue left, in CypherValue right)
    {
        ReadOnlySpan<CypherValue> first = left.Type == CypherType.List ? left.AsList() : [left];
        ReadOnlySpan<CypherValue> second = right.Type == CypherType.List ? right.AsList() : [right];
        var items = new CypherValue[first.Length + second.Length];
        first.CopyTo(items);
        second.CopyTo(items.AsSpan(first.Length));
        return CypherValue.List(items);
    }

    static string TextToJoin(in CypherValue value, in CypherValue other) => value.Type switch
    {
        CypherType.String => value.AsString(),
        CypherType.Integer or CypherType.Float => value.ToString(),
        _ => throw NotDefined("+", value, other),
    };

    static bool IsTemporal(CypherType type) => type is >= CypherType.Date and <= CypherType.DateTime;

    static string Quoted(string text) => ((CypherValue)text).ToString();

    static CypherRuntimeException Overflow(long left, string op, long right) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{left} {op} {right} does not fit in a 64-bit integer."), "IntegerOverflow");

    static CypherRuntimeException DivisionByZero(long left, string op) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{left} {op} 0: an integer cannot be divided by zero."), "DivisionByZero");

    static CypherTypeException NotDefined(string op, in CypherValue left, in CypherValue right) =>
        new($"{op} is not defined for {left.Describe()} and {right.Describe()}.");
}
