namespace Pennon.Cypher.Syntax;

/// <summary>
/// Recursive descent over the token list for clauses and patterns, precedence climbing for expressions. Where the grammar needs to look
/// further than a token (is a parenthesis a pattern, is a bracket a comprehension) the partner of every bracket is known beforehand, so the
/// answer takes constant or linear time and nothing is parsed twice.
/// </summary>
internal sealed partial class CypherParser
{
    /// <summary>The greatest height of an expression tree and of nested queries, which bounds the stack that any walk over the tree needs.</summary>
    public const int MaxDepth = 400;

    readonly string _text;
    readonly List<Token> _tokens;
    readonly int[] _partners;
    int _at;
    int _depth;

    CypherParser(string text)
    {
        _text = text;
        _tokens = Lexer.Tokenize(text);
        _partners = MatchBrackets();
    }

    /// <summary>Parses one statement, with or without a semicolon at its end.</summary>
    /// <param name="text">The query text.</param>
    /// <exception cref="CypherSyntaxException">The text is not Cypher.</exception>
    public static Statement Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new CypherParser(text).Statement();
    }

    /// <summary>Parses text that is nothing but an expression.</summary>
    /// <param name="text">The text of the expression.</param>
    /// <exception cref="CypherSyntaxException">The text is not an expression.</exception>
    public static Expression ParseExpression(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new CypherParser(text);
        var expression = parser.Expression();
        return parser.Current.Kind == TokenKind.End ? expression : throw parser.Unexpected("the end of the expression");
    }

    Token Current => _tokens[_at];

    Token Ahead(int count) => _tokens[Math.Min(_at + count, _tokens.Count - 1)];

    bool Is(TokenKind kind) => Current.Kind == kind;

    bool Is(Keyword keyword) => Current.Keyword == keyword;

    bool IsAhead(int count, TokenKind kind) => Ahead(count).Kind == kind;

    bool IsName(int ahead = 0) => Ahead(ahead).Kind is TokenKind.Word or TokenKind.QuotedName;

    bool Accept(TokenKind kind)
    {
        bool found = Is(kind);
        _at += found ? 1 : 0;
        return found;
    }

    bool Accept(Keyword keyword)
    {
        bool found = Is(keyword);
        _at += found ? 1 : 0;
        return found;
    }

    void Expect(TokenKind kind, string what)
    {
        if (!Accept(kind))
        {
            throw Unexpected(what);
        }
    }

    void Expect(Keyword keyword)
    {
        if (!Accept(keyword))
        {
            throw Unexpected(Keywords.TextOf(keyword));
        }
    }

    SourceSpan SpanFrom(int start) => SourceSpan.Between(start, _at > 0 ? Math.Max(start, _tokens[_at - 1].End) : start);

    string TextOf(Token token) => LiteralReader.Name(_text, token);

    /// <summary>A name where any word may stand: a label, a type, a key.</summary>
    Identifier AnyName(string what)
    {
        if (!IsName())
        {
            throw Unexpected(what);
        }
        var token = _tokens[_at++];
        return new Identifier(TextOf(token)) { Span = token.Span };
    }

    /// <summary>A name of a variable: no reserved word.</summary>
    Identifier VariableName(string what = "the name of a variable")
    {
        if (IsName() && Keywords.IsReserved(Current.Keyword))
        {
            throw Error($"{Keywords.TextOf(Current.Keyword)} is a reserved word; as {what} it must be written in backticks: `{TextOf(Current)}`.");
        }
        return AnyName(what);
    }

    SyntaxList<T> CommaSeparated<T>(Func<T> item)
    {
        var items = new List<T>();
        do
        {
            items.Add(item());
        }
        while (Accept(TokenKind.Comma));
        return new SyntaxList<T>([.. items]);
    }

    void EnterNested()
    {
        if (++_depth > MaxDepth)
        {
            throw TooDeep();
        }
    }

    CypherSyntaxException TooDeep() => Error($"The query is nested more than {MaxDepth} levels deep here; split it, or use a list with IN.", "TooDeeplyNested");

    CypherSyntaxException Error(string message, string code = "UnexpectedSyntax") => CypherSyntaxException.At(_text, Current.Start, message, code);

    CypherSyntaxException ErrorAt(int offset, string message, string code = "UnexpectedSyntax") => CypherSyntaxException.At(_text, offset, message, code);

    CypherSyntaxException Unexpected(string expected)
    {
        const int Shown = 40;
        var token = Current;
        if (token.Kind == TokenKind.End)
        {
            return Error($"The query ends where {expected} is expected.");
        }
        var found = _text.Substring(token.Start, Math.Min(token.Length, Shown));
        return Error($"Found {(token.Kind == TokenKind.String ? found : $"'{found}'")} where {expected} is expected.");
    }

    int[] MatchBrackets()
    {
        var partners = new int[_tokens.Count];
        var open = new Stack<int>();
        for (int i = 0; i < _tokens.Count; i++)
        {
            var kind = _tokens[i].Kind;
            partners[i] = -1;
            switch (kind)
            {
                case TokenKind.LeftParenthesis or TokenKind.LeftBracket or TokenKind.LeftBrace:
                    open.Push(i);
                    break;
                case TokenKind.RightParenthesis or TokenKind.RightBracket or TokenKind.RightBrace:
                    // The closing kind follows the opening kind in the enumeration. What does not pair up is reported by the grammar.
                    if (open.TryPop(out int start) && _tokens[start].Kind + 1 == kind)
                    {
                        partners[start] = i;
                        partners[i] = start;
                    }
                    break;
            }
        }
        return partners;
    }

    /// <summary>Whether a token of the kind stands directly between the bracket at <paramref name="open"/> and its partner, not inside an inner bracket.</summary>
    bool HasAtTopLevel(int open, TokenKind kind)
    {
        int close = _partners[open];
        for (int i = open + 1; i < close; i++)
        {
            if (_tokens[i].Kind == kind)
            {
                return true;
            }
            i = _partners[i] > i ? _partners[i] : i;
        }
        return false;
    }
}
