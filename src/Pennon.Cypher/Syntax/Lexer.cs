namespace Pennon.Cypher.Syntax;

/// <summary>Cuts query text into tokens; white space and comments are dropped. Values of literals are worked out later, by <see cref="LiteralReader"/>.</summary>
internal ref struct Lexer
{
    readonly ReadOnlySpan<char> _text;
    int _at;
    TokenKind _last;

    Lexer(ReadOnlySpan<char> text)
    {
        _text = text;
    }

    /// <summary>All tokens of the text, the last of kind <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Tokenize(ReadOnlySpan<char> text)
    {
        var tokens = new List<Token>(Math.Min(4096, (text.Length / 4) + 8));
        var lexer = new Lexer(text);
        Token token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
            lexer._last = token.Kind;
        }
        while (token.Kind != TokenKind.End);
        return tokens;
    }

    readonly char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    Token Next()
    {
        SkipBlank();
        if (_at == _text.Length)
        {
            return new Token(TokenKind.End, Keyword.None, _at, 0);
        }
        char c = _text[_at];
        if (SyntaxFacts.IsIdentifierStart(c))
        {
            return Word();
        }
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }
        return c switch
        {
            '\'' or '"' => String(c),
            '`' => QuotedName(),
            _ => Symbol(c),
        };
    }

    void SkipBlank()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (char.IsWhiteSpace(c) || c == '\uFEFF' || c is >= '\u001C' and <= '\u001F')
            {
                _at++;
            }
            else if (c == '/' && Peek(1) == '/')
            {
                int end = _text[_at..].IndexOfAny('\n', '\r');
                _at = end < 0 ? _text.Length : _at + end;
            }
            else if (c == '/' && Peek(1) == '*')
            {
                int end = _text[(_at + 2)..].IndexOf("*/");
                if (end < 0)
                {
                    throw CypherSyntaxException.At(_text, _at, "The comment opened here with /* is never closed with */.");
                }
                _at += end + 4;
            }
            else
            {
                return;
            }
        }
    }

    Token Take(TokenKind kind, int length)
    {
        var token = new Token(kind, Keyword.None, _at, length);
        _at += length;
        return token;
    }

    Token Word()
    {
        int length = 1;
        while (SyntaxFacts.IsIdentifierPart(Peek(length)))
        {
            length++;
        }
        var token = new Token(TokenKind.Word, Keywords.Find(_text.Slice(_at, length)), _at, length);
        _at += length;
        return token;
    }

    Token QuotedName()
    {
        int length = 1;
        while (_at + length < _text.Length)
        {
            if (Peek(length) != '`')
            {
                length++;
            }
            else if (Peek(length + 1) == '`')
            {
                length += 2;
            }
            else
            {
                return Take(TokenKind.QuotedName, length + 1);
            }
        }
        throw CypherSyntaxException.At(_text, _at, "The name opened here with ` is never closed with `.");
    }

    Token String(char quote)
    {
        int length = 1;
        while (_at + length < _text.Length)
        {
            char c = Peek(length);
            if (c == quote)
            {
                return Take(TokenKind.String, length + 1);
            }
            length += c == '\\' ? 2 : 1;
        }
        throw CypherSyntaxException.At(_text, _at, $"The string opened here with {quote} is never closed.");
    }

    Token Number()
    {
        int length = 0;
        var kind = TokenKind.Integer;
        if (Peek(0) == '0' && Peek(1) is 'x' or 'X' or 'o' or 'O')
        {
            bool hexadecimal = Peek(1) is 'x' or 'X';
            length = 2;
            while (hexadecimal ? char.IsAsciiHexDigit(Peek(length)) : Peek(length) is >= '0' and <= '7')
            {
                length++;
            }
            if (length == 2)
            {
                throw InvalidNumber(length, hexadecimal ? "hexadecimal digits must follow 0x" : "octal digits must follow 0o");
            }
        }
        else
        {
            length = Digits(0);
            if (Peek(length) == '.' && char.IsAsciiDigit(Peek(length + 1)))
            {
                kind = TokenKind.Float;
                length = Digits(length + 1);
            }
            if (Peek(length) is 'e' or 'E')
            {
                int digits = length + (Peek(length + 1) is '+' or '-' ? 2 : 1);
                if (!char.IsAsciiDigit(Peek(digits)))
                {
                    throw InvalidNumber(digits, "digits must follow the exponent's E");
                }
                kind = TokenKind.Float;
                length = Digits(digits);
            }
        }
        if (SyntaxFacts.IsIdentifierPart(Peek(length)))
        {
            throw _last == TokenKind.LeftBrace
                ? CypherSyntaxException.At(_text, _at, "A key that begins with a digit must be written in backticks.")
                : InvalidNumber(length, "a letter or digit cannot stand here");
        }
        return Take(kind, length);
    }

    readonly int Digits(int from)
    {
        while (char.IsAsciiDigit(Peek(from)))
        {
            from++;
        }
        return from;
    }

    readonly CypherSyntaxException InvalidNumber(int at, string reason) =>
        CypherSyntaxException.At(_text, Math.Min(_at + at, _text.Length), $"Invalid number literal: {reason}.", "InvalidNumberLiteral");

    Token Symbol(char c)
    {
        char next = Peek(1);
        switch (c)
        {
            case '(': return Take(TokenKind.LeftParenthesis, 1);
            case ')': return Take(TokenKind.RightParenthesis, 1);
            case '[': return Take(TokenKind.LeftBracket, 1);
            case ']': return Take(TokenKind.RightBracket, 1);
            case '{': return Take(TokenKind.LeftBrace, 1);
            case '}': return Take(TokenKind.RightBrace, 1);
            case ',': return Take(TokenKind.Comma, 1);
            case ';': return Take(TokenKind.Semicolon, 1);
            case ':': return Take(TokenKind.Colon, 1);
            case '.': return next == '.' ? Take(TokenKind.DotDot, 2) : Take(TokenKind.Dot, 1);
            case '|': return Take(TokenKind.Bar, 1);
            case '&': return Take(TokenKind.Ampersand, 1);
            case '!': return next == '=' ? throw CypherSyntaxException.At(_text, _at, "Cypher writes 'not equal' as <>, not as !=.") : Take(TokenKind.Exclamation, 1);
            case '$': return Take(TokenKind.Dollar, 1);
            case '+': return next == '=' ? Take(TokenKind.PlusEqual, 2) : Take(TokenKind.Plus, 1);
            case '*': return Take(TokenKind.Star, 1);
            case '/': return Take(TokenKind.Slash, 1);
            case '%': return Take(TokenKind.Percent, 1);
            case '^': return Take(TokenKind.Caret, 1);
            case '=': return next == '~' ? Take(TokenKind.EqualTilde, 2) : Take(TokenKind.Equal, 1);
            case '<': return next == '>' ? Take(TokenKind.NotEqual, 2) : next == '=' ? Take(TokenKind.LessOrEqual, 2) : Take(TokenKind.Less, 1);
            case '>': return next == '=' ? Take(TokenKind.GreaterOrEqual, 2) : Take(TokenKind.Greater, 1);
            // The grammar also takes the dashes and angle brackets that word processors put in place of the ASCII ones.
            case '-' or '\u00AD' or (>= '\u2010' and <= '\u2015') or '\u2212' or '\uFE58' or '\uFE63' or '\uFF0D': return Take(TokenKind.Minus, 1);
            case '\u27E8' or '\u3008' or '\uFE64' or '\uFF1C': return Take(TokenKind.Less, 1);
            case '\u27E9' or '\u3009' or '\uFE65' or '\uFF1E': return Take(TokenKind.Greater, 1);
            default:
                string shown = char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"'{c}'";
                throw CypherSyntaxException.At(_text, _at, $"The character {shown} has no meaning in Cypher.");
        }
    }
}
