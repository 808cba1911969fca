namespace Pennon.Cypher.Syntax;

internal sealed partial class CypherParser
{
    /// <summary>An operand without operators around it; its height is one more than that of the highest expression inside it.</summary>
    Expression Atom(out int height)
    {
        int outer = _highest;
        _highest = 0;
        int start = Current.Start;
        var atom = BareAtom();
        height = _highest + 1;
        _highest = outer;
        // A parenthesised expression keeps its own, narrower place.
        return atom.Span.Length > 0 ? atom : atom with { Span = SpanFrom(start) };
    }

    Expression BareAtom()
    {
        switch (Current.Kind)
        {
            case TokenKind.Integer or TokenKind.Float:
                return Number(negative: false);
            case TokenKind.String:
                return new StringLiteral(LiteralReader.String(_text, _tokens[_at++]));
            case TokenKind.Dollar:
                return Parameter();
            case TokenKind.LeftBracket:
                return ListOrComprehension();
            case TokenKind.LeftBrace:
                return Map();
            case TokenKind.LeftParenthesis:
                return ParenthesisOrPattern();
            case TokenKind.QuotedName:
                return NameOrCall();
            case TokenKind.Word:
                return Word();
            default:
                throw Unexpected("an expression");
        }
    }

    Expression Word()
    {
        bool call = IsAhead(1, TokenKind.LeftParenthesis);
        bool block = IsAhead(1, TokenKind.LeftBrace);
        switch (Current.Keyword)
        {
            case Keyword.Null when !call: _at++; return new NullLiteral();
            case Keyword.True when !call: _at++; return new BooleanLiteral(true);
            case Keyword.False when !call: _at++; return new BooleanLiteral(false);
            case Keyword.Case: return Case();
            case Keyword.Exists when block: return new ExistsSubquery(SubqueryBody(bodyIsPattern: true));
            case Keyword.Count when block && IsSubqueryBody(): return new CountSubquery(SubqueryBody(bodyIsPattern: true));
            case Keyword.Collect when block && IsSubqueryBody(): return new CollectSubquery(SubqueryBody(bodyIsPattern: false));
            case Keyword.Count when call && IsAhead(2, TokenKind.Star) && IsAhead(3, TokenKind.RightParenthesis): _at += 4; return new CountStar();
            case Keyword.Exists when call && IsPatternAt(_at + 2): return ExistsPattern();
            case Keyword.All or Keyword.Any or Keyword.None_ or Keyword.Single when call && IsBinding(2): return Quantifier();
            case Keyword.Reduce when call && IsName(2) && IsAhead(3, TokenKind.Equal): return Reduce();
            default: return NameOrCall();
        }
    }


    bool IsBinding(int ahead) => IsName(ahead) && Ahead(ahead + 1).Keyword == Keyword.In;

    bool IsSubqueryBody() => Ahead(2).Kind == TokenKind.LeftParenthesis
        || Ahead(2).Keyword is Keyword.Match or Keyword.Optional or Keyword.Unwind or Keyword.With or Keyword.Return or Keyword.Call;

    Expression NameOrCall()
    {
        if (SearchAhead() is not PathSearch.All and var search)
        {
            return new ShortestPathExpression(search, SearchedChain());
        }
        int parts = 0;
        while (IsName(parts) && IsAhead(parts + 1, TokenKind.Dot))
        {
            parts += 2;
        }
        if (IsName(parts) && IsAhead(parts + 1, TokenKind.LeftParenthesis))
        {
            return FunctionCall();
        }
        if (Current.Kind == TokenKind.Word && Keywords.IsReserved(Current.Keyword))
        {
            throw Unexpected("an expression");
        }
        var name = VariableName();
        var variable = new Variable(name.Name) { Span = name.Span };
        return Is(TokenKind.LeftBrace) ? MapProjection(variable) : variable;
    }

    Expression FunctionCall()
    {
        string name = AnyName("the name of a function").Name;
        while (Accept(TokenKind.Dot))
        {
            name += "." + AnyName("a part of the function's name").Name;
        }
        if (IsBinding(1) && IsOldComprehension(name))
        {
            return OldComprehension(name);
        }
        Expect(TokenKind.LeftParenthesis, "'('");
        bool distinct = Accept(Keyword.Distinct);
        SyntaxList<Expression> arguments = Is(TokenKind.RightParenthesis) && !distinct ? [] : CommaSeparated(Expression);
        Expect(TokenKind.RightParenthesis, "',' or ')'");
        return new FunctionCall(name, distinct, arguments);
    }

    static bool IsOldComprehension(string name) =>
        name.Equals("filter", StringComparison.OrdinalIgnoreCase) || name.Equals("extract", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>filter(x IN xs WHERE p)</c> and <c>extract(x IN xs | e)</c>, older spellings of a list comprehension.</summary>
    ListComprehension OldComprehension(string name)
    {
        Expect(TokenKind.LeftParenthesis, "'('");
        var comprehension = ComprehensionBody();
        Expect(TokenKind.RightParenthesis, $"the ')' that closes {name}");
        return comprehension;
    }

    Expression ParenthesisOrPattern()
    {
        if (IsPatternAt(_at))
        {
            return _isCondition
                ? new PatternPredicate(Chain())
                : throw Error("A pattern can stand for true or false only in a condition such as WHERE; elsewhere write EXISTS { … }, COUNT { … } or a pattern comprehension.");
        }
        _at++;
        var inner = Expression(barEnds: false, _isCondition);
        Expect(TokenKind.RightParenthesis, "')'");
        return inner;
    }

    Parameter Parameter()
    {
        int start = Current.Start;
        Expect(TokenKind.Dollar, "'$'");
        string name;
        if (Is(TokenKind.Integer))
        {
            name = _text.Substring(Current.Start, Current.Length);
            _at++;
        }
        else
        {
            name = AnyName("the name of a parameter").Name;
        }
        return new Parameter(name) { Span = SpanFrom(start) };
    }

    MapLiteral Map()
    {
        int start = Current.Start;
        Expect(TokenKind.LeftBrace, "'{'");
        SyntaxList<MapEntry> entries = Is(TokenKind.RightBrace) ? [] : CommaSeparated(Entry);
        Expect(TokenKind.RightBrace, "',' or '}'");
        return new MapLiteral(entries) { Span = SpanFrom(start) };
    }

    MapEntry Entry()
    {
        int start = Current.Start;
        var key = AnyName("a key");
        Expect(TokenKind.Colon, "':'");
        return new MapEntry(key.Name, Expression()) { Span = SpanFrom(start) };
    }

    MapProjection MapProjection(Variable subject)
    {
        int start = subject.Span.Start;
        Expect(TokenKind.LeftBrace, "'{'");
        SyntaxList<MapProjectionItem> items = Is(TokenKind.RightBrace) ? [] : CommaSeparated(MapProjectionItem);
        Expect(TokenKind.RightBrace, "',' or '}'");
        return new MapProjection(subject, items) { Span = SpanFrom(start) };
    }

    MapProjectionItem MapProjectionItem()
    {
        int start = Current.Start;
        MapProjectionItem item;
        if (Accept(TokenKind.Dot))
        {
            item = Accept(TokenKind.Star) ? new ProjectedAllProperties() : new ProjectedProperty(AnyName("the name of a property or '*'").Name);
        }
        else
        {
            var name = AnyName("'.property', '.*', 'key: expression' or a variable");
            item = new ProjectedEntry(name.Name, Accept(TokenKind.Colon) ? Expression() : new Variable(name.Name) { Span = name.Span });
        }
        return item with { Span = SpanFrom(start) };
    }

    Expression ListOrComprehension()
    {
        int open = _at;
        if (IsBinding(1) && !HasAtTopLevel(open, TokenKind.Comma))
        {
            _at++;
            var comprehension = ComprehensionBody();
            Expect(TokenKind.RightBracket, "']'");
            return comprehension;
        }
        bool named = IsName(1) && IsAhead(2, TokenKind.Equal);
        if (IsPatternAt(open + (named ? 3 : 1)) && HasAtTopLevel(open, TokenKind.Bar))
        {
            return PatternComprehension(named);
        }
        _at++;
        SyntaxList<Expression> items = Is(TokenKind.RightBracket) ? [] : CommaSeparated(Expression);
        Expect(TokenKind.RightBracket, "',' or ']'");
        return new ListLiteral(items);
    }

    ListComprehension ComprehensionBody()
    {
        var (variable, source, where) = Binding();
        var projection = Accept(TokenKind.Bar) ? Expression() : null;
        return new ListComprehension(variable, source, where, projection);
    }

    /// <summary><c>variable IN source [WHERE predicate]</c>.</summary>
    (Identifier Variable, Expression Source, Expression? Where) Binding()
    {
        var variable = VariableName();
        Expect(Keyword.In);
        var source = Expression(barEnds: true);
        return (variable, source, Accept(Keyword.Where) ? Condition(barEnds: true) : null);
    }

    PatternComprehension PatternComprehension(bool named)
    {
        _at++;
        var path = named ? VariableName() : null;
        _at += named ? 1 : 0;
        var chain = Chain();
        var where = Accept(Keyword.Where) ? Condition(barEnds: true) : null;
        Expect(TokenKind.Bar, "WHERE or '|'");
        var projection = Expression();
        Expect(TokenKind.RightBracket, "']'");
        return new PatternComprehension(path, chain, where, projection);
    }

    Quantifier Quantifier()
    {
        var kind = _tokens[_at].Keyword switch
        {
            Keyword.All => QuantifierKind.All,
            Keyword.Any => QuantifierKind.Any,
            Keyword.None_ => QuantifierKind.None,
            _ => QuantifierKind.Single,
        };
        _at += 2;
        var (variable, source, where) = Binding();
        Expect(TokenKind.RightParenthesis, "WHERE or ')'");
        return new Quantifier(kind, variable, source, where);
    }

    Reduce Reduce()
    {
        _at += 2;
        var accumulator = VariableName();
        Expect(TokenKind.Equal, "'='");
        var initial = Expression();
        Expect(TokenKind.Comma, "','");
        var variable = VariableName();
        Expect(Keyword.In);
        var source = Expression(barEnds: true);
        Expect(TokenKind.Bar, "'|'");
        var step = Expression();
        Expect(TokenKind.RightParenthesis, "')'");
        return new Reduce(accumulator, initial, variable, source, step);
    }

    CaseExpression Case()
    {
        Expect(Keyword.Case);
        var subject = Is(Keyword.When) ? null : Expression();
        var branches = new List<CaseBranch>();
        while (Is(Keyword.When))
        {
            int start = Current.Start;
            _at++;
            var when = subject is null ? Condition() : Expression();
            Expect(Keyword.Then);
            branches.Add(new CaseBranch(when, Expression()) { Span = SpanFrom(start) });
        }
        if (branches.Count == 0)
        {
            throw Unexpected("WHEN");
        }
        var otherwise = Accept(Keyword.Else) ? Expression() : null;
        if (!Accept(Keyword.End))
        {
            throw Unexpected(otherwise is null ? "WHEN, ELSE or END" : "END");
        }
        return new CaseExpression(subject, [.. branches], otherwise);
    }

    ExistsSubquery ExistsPattern()
    {
        _at += 2;
        int start = Current.Start;
        var chain = Chain();
        var body = BodyOf(chain, start);
        Expect(TokenKind.RightParenthesis, "')'");
        return new ExistsSubquery(body);
    }

    /// <summary>The braces of EXISTS, COUNT and COLLECT; without clauses the body is a pattern with an optional WHERE.</summary>
    Query SubqueryBody(bool bodyIsPattern)
    {
        _at++;
        Expect(TokenKind.LeftBrace, "'{'");
        Query body;
        if (bodyIsPattern && (Is(TokenKind.LeftParenthesis) || (IsName() && IsAhead(1, TokenKind.Equal)) || SearchAhead() != PathSearch.All))
        {
            EnterNested();
            int start = Current.Start;
            var parts = CommaSeparated(PatternPart);
            var where = Where();
            body = new SingleQuery([new MatchClause(false, parts, where) { Span = SpanFrom(start) }]) { Span = SpanFrom(start) };
            _depth--;
        }
        else
        {
            body = Query(subquery: true);
        }
        Expect(TokenKind.RightBrace, "the next clause or '}'");
        return body;
    }

    SingleQuery BodyOf(PatternChain chain, int start)
    {
        var span = SpanFrom(start);
        return new SingleQuery([new MatchClause(false, [new PatternPart(null, PathSearch.All, chain) { Span = span }], null) { Span = span }]) { Span = span };
    }
}
