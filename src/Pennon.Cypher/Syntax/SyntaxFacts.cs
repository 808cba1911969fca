using System.Globalization;
using System.Text;

namespace Pennon.Cypher.Syntax;

/// <summary>What the lexer, the parser and the printer must agree on.</summary>
internal static class SyntaxFacts
{
    /// <summary>How tightly an operator holds its operands; a higher level binds tighter.</summary>
    public const int OrLevel = 1, XorLevel = 2, AndLevel = 3, NotLevel = 4, ComparisonLevel = 5, PredicateLevel = 6,
        AdditiveLevel = 7, MultiplicativeLevel = 8, PowerLevel = 9, UnaryLevel = 10, PostfixLevel = 11, AtomLevel = 12;

    public static int LevelOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Or => OrLevel,
        BinaryOperator.Xor => XorLevel,
        BinaryOperator.And => AndLevel,
        >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual => ComparisonLevel,
        BinaryOperator.Add or BinaryOperator.Subtract => AdditiveLevel,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo => MultiplicativeLevel,
        BinaryOperator.Power => PowerLevel,
        _ => PredicateLevel,
    };

    public static string TextOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Or => "OR",
        BinaryOperator.Xor => "XOR",
        BinaryOperator.And => "AND",
        BinaryOperator.Equal => "=",
        BinaryOperator.NotEqual => "<>",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.In => "IN",
        BinaryOperator.StartsWith => "STARTS WITH",
        BinaryOperator.EndsWith => "ENDS WITH",
        BinaryOperator.Contains => "CONTAINS",
        _ => "=~",
    };

    public static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c > 127 && IsUnicodeIdentifier(c, start: true));

    public static bool IsIdentifierPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_' || (c > 127 && IsUnicodeIdentifier(c, start: false));

    static bool IsUnicodeIdentifier(char c, bool start) => CharUnicodeInfo.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation => true,
        // Letters outside the basic plane arrive as surrogate pairs; taking both halves keeps the pair together.
        UnicodeCategory.Surrogate => true,
        UnicodeCategory.CurrencySymbol or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber => !start,
        _ => false,
    };

    /// <summary>Whether the name can stand in a query without backticks wherever a name may stand.</summary>
    public static bool IsPlainName(string name)
    {
        if (name.Length == 0 || !IsIdentifierStart(name[0]))
        {
            return false;
        }
        foreach (var c in name)
        {
            if (!IsIdentifierPart(c))
            {
                return false;
            }
        }
        return !Keywords.IsKeyword(name);
    }

    /// <summary>The name as it can be written in a query: in backticks when it would not be read back as itself.</summary>
    public static string Quote(string name) => IsPlainName(name) ? name : $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>The string as a Cypher literal in single quotes.</summary>
    public static void AppendString(StringBuilder to, string value)
    {
        to.Append('\'');
        foreach (var c in value)
        {
            switch (c)
            {
                case '\'': to.Append("\\'"); break;
                case '\\': to.Append("\\\\"); break;
                case '\n': to.Append("\\n"); break;
                case '\r': to.Append("\\r"); break;
                case '\t': to.Append("\\t"); break;
                case '\b': to.Append("\\b"); break;
                case '\f': to.Append("\\f"); break;
                case < ' ': to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"); break;
                default: to.Append(c); break;
            }
        }
        to.Append('\'');
    }

    /// <summary>The shortest text that reads back as the same double and is never mistaken for an integer.</summary>
    public static string FloatText(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text;
    }
}
