using System.Text;

namespace Pennon.Lance.Scans;

enum FilterTokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    HexText,
    Number,
    Symbol,
}

/// <summary>A piece of filter text: a word in its own spelling, a decoded name or text, a number, or an operator.</summary>
readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == FilterTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == FilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts filter text into tokens.</summary>
static class FilterLexer
{
    static readonly string[] Symbols = ["<=", ">=", "<>", "!=", "==", "||", "::", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "."];

    /// <summary>Cuts a text; the last token is always the end.</summary>
    /// <exception cref="LanceFilterException">A character or an open quote makes no sense.</exception>
    public static List<FilterToken> Tokenize(string text)
    {
        var tokens = new List<FilterToken>();
        var at = 0;
        while (true)
        {
            at = SkipBlanks(text, at);
            if (at == text.Length)
            {
                tokens.Add(new FilterToken(FilterTokenKind.End, "", at));
                return tokens;
            }
            var start = at;
            var c = text[at];
            if (c == '\'')
            {
                tokens.Add(new FilterToken(FilterTokenKind.Text, Quoted(text, ref at, '\'', "text"), start));
            }
            else if (c is '"' or '`')
            {
                tokens.Add(new FilterToken(FilterTokenKind.QuotedName, Quoted(text, ref at, c, "name"), start));
            }
            else if (c is ('x' or 'X') && at + 1 < text.Length && text[at + 1] == '\'')
            {
                at++;
                tokens.Add(new FilterToken(FilterTokenKind.HexText, Quoted(text, ref at, '\'', "binary text"), start));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && !FollowsName(tokens)))
            {
                tokens.Add(new FilterToken(FilterTokenKind.Number, Number(text, ref at), start));
            }
            else if (char.IsLetter(c) || c is '_' or '$' || char.IsSurrogate(c))
            {
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '$' || char.IsSurrogate(text[at])))
                    at++;
                tokens.Add(new FilterToken(FilterTokenKind.Word, text[start..at], start));
            }
            else if (Symbol(text, at) is { } symbol)
            {
                at += symbol.Length;
                tokens.Add(new FilterToken(FilterTokenKind.Symbol, symbol, start));
            }
            else
            {
                throw new LanceFilterException($"The character '{c}' has no meaning in a filter", start);
            }
        }
    }

    static bool FollowsName(List<FilterToken> tokens) =>
        tokens.Count > 0 && (tokens[^1].Kind is FilterTokenKind.Word or FilterTokenKind.QuotedName || tokens[^1].Is("]"));

    static int SkipBlanks(string text, int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '-' && at + 1 < text.Length && text[at + 1] == '-')
            {
                while (at < text.Length && text[at] != '\n')
                    at++;
            }
            else if (text[at] == '/' && at + 1 < text.Length && text[at + 1] == '*')
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw new LanceFilterException("A comment is not closed", at);
                at = end + 2;
            }
            else
            {
                break;
            }
        }
        return at;
    }

    // A doubled quote stands for one; there are no other escapes in SQL text.
    static string Quoted(string text, ref int at, char quote, string what)
    {
        var start = at++;
        var content = new StringBuilder();
        while (true)
        {
            if (at == text.Length)
                throw new LanceFilterException($"A {what} is not closed", start);
            var c = text[at++];
            if (c != quote)
            {
                content.Append(c);
            }
            else if (at < text.Length && text[at] == quote)
            {
                content.Append(quote);
                at++;
            }
            else
            {
                return content.ToString();
            }
        }
    }

    static string Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        if (at < text.Length && text[at] is ('e' or 'E'))
        {
            var exponent = at + 1;
            if (exponent < text.Length && text[exponent] is ('+' or '-'))
                exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                at = exponent;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                    at++;
            }
        }
        if (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            throw new LanceFilterException($"'{text[start..(at + 1)]}' is neither a number nor a name", start);
        return text[start..at];
    }

    static string? Symbol(string text, int at)
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
                return symbol;
        }
        return null;
    }
}
