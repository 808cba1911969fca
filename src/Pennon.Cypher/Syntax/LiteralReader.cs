using System.Globalization;
using System.Text;

namespace Pennon.Cypher.Syntax;

/// <summary>Works out the values of literal tokens.</summary>
internal static class LiteralReader
{
    const ulong MagnitudeOfMinInt64 = 1UL << 63;

    /// <summary>The integer of a token; <paramref name="negative"/> when a minus sign stands before it.</summary>
    public static long Integer(ReadOnlySpan<char> text, Token token, bool negative)
    {
        var digits = text.Slice(token.Start, token.Length);
        int radix = 10;
        if (digits.Length > 2 && digits[0] == '0' && !char.IsAsciiDigit(digits[1]))
        {
            radix = digits[1] is 'x' or 'X' ? 16 : 8;
            digits = digits[2..];
        }
        ulong magnitude = 0;
        foreach (char c in digits)
        {
            ulong digit = (ulong)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
            if (magnitude > (MagnitudeOfMinInt64 - digit) / (ulong)radix)
            {
                magnitude = ulong.MaxValue;
                break;
            }
            magnitude = (magnitude * (ulong)radix) + digit;
        }
        if (magnitude > (negative ? MagnitudeOfMinInt64 : long.MaxValue))
        {
            throw CypherSyntaxException.At(text, token.Start,
                $"The integer {(negative ? "-" : "")}{text.Slice(token.Start, token.Length)} does not fit in 64 bits ({long.MinValue} to {long.MaxValue}).", "IntegerOverflow");
        }
        return negative ? unchecked((long)(0 - magnitude)) : (long)magnitude;
    }

    public static double Float(ReadOnlySpan<char> text, Token token)
    {
        double value = double.Parse(text.Slice(token.Start, token.Length), NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : throw CypherSyntaxException.At(text, token.Start,
            $"The number {text.Slice(token.Start, token.Length)} is larger than the largest float ({double.MaxValue:R}).", "FloatingPointOverflow");
    }

    /// <summary>A name token without backticks.</summary>
    public static string Name(ReadOnlySpan<char> text, Token token)
    {
        var written = text.Slice(token.Start, token.Length);
        return token.Kind == TokenKind.QuotedName
            ? written[1..^1].ToString().Replace("``", "`", StringComparison.Ordinal)
            : written.ToString();
    }

    /// <summary>A string token without quotes, its escapes resolved.</summary>
    public static string String(ReadOnlySpan<char> text, Token token)
    {
        var body = text.Slice(token.Start + 1, token.Length - 2);
        int escape = body.IndexOf('\\');
        if (escape < 0)
        {
            return body.ToString();
        }
        var value = new StringBuilder(body.Length);
        while (escape >= 0)
        {
            value.Append(body[..escape]);
            int at = token.End - 1 - body.Length + escape;
            int used = Escape(text, at, body[(escape + 1)..], value);
            body = body[(escape + 1 + used)..];
            escape = body.IndexOf('\\');
        }
        return value.Append(body).ToString();
    }

    /// <summary>Resolves one escape whose backslash stands at <paramref name="at"/>; returns how many characters after it were used.</summary>
    static int Escape(ReadOnlySpan<char> text, int at, ReadOnlySpan<char> rest, StringBuilder to)
    {
        char? simple = rest[0] switch
        {
            '\\' => '\\',
            '\'' => '\'',
            '"' => '"',
            '`' => '`',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => null,
        };
        if (simple is { } c)
        {
            to.Append(c);
            return 1;
        }
        if (rest[0] is not ('u' or 'U'))
        {
            throw CypherSyntaxException.At(text, at,
                $"The escape \\{rest[0]} is not known. Use \\\\ for a backslash; known are \\' \\\" \\` \\b \\f \\n \\r \\t \\uXXXX \\UXXXXXXXX.");
        }
        int digits = rest[0] == 'u' ? 4 : 8;
        if (rest.Length <= digits || !uint.TryParse(rest.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code) || code > 0x10FFFF)
        {
            throw CypherSyntaxException.At(text, at,
                $"\\{rest[0]} must be followed by {digits} hexadecimal digits of a Unicode code point.", "InvalidUnicodeLiteral");
        }
        // A lone surrogate may be half of a pair written as two \u escapes.
        if (code <= 0xFFFF)
        {
            to.Append((char)code);
        }
        else
        {
            to.Append(new Rune(code).ToString());
        }
        return digits + 1;
    }
}
