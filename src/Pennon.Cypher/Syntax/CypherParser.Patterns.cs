namespace Pennon.Cypher.Syntax;

internal sealed partial class CypherParser
{
    PatternPart PatternPart()
    {
        int start = Current.Start;
        Identifier? variable = null;
        if (IsName() && IsAhead(1, TokenKind.Equal))
        {
            variable = VariableName();
            Expect(TokenKind.Equal, "'='");
        }
        var search = SearchAhead();
        PatternChain chain;
        if (search != PathSearch.All)
        {
            chain = SearchedChain();
        }
        else if (Is(TokenKind.LeftParenthesis) && IsAhead(1, TokenKind.LeftParenthesis))
        {
            // The grammar allows a pattern in parentheses of its own.
            EnterNested();
            _at++;
            var inner = PatternPart();
            Expect(TokenKind.RightParenthesis, "')'");
            _depth--;
            return new PatternPart(variable ?? inner.Variable, inner.Search, inner.Chain) { Span = SpanFrom(start) };
        }
        else
        {
            chain = Chain();
        }
        return new PatternPart(variable, search, chain) { Span = SpanFrom(start) };
    }

    /// <summary>Which search function, if any, starts at the current token with a pattern as its argument.</summary>
    PathSearch SearchAhead()
    {
        if (Current.Kind != TokenKind.Word || !IsAhead(1, TokenKind.LeftParenthesis) || !IsAhead(2, TokenKind.LeftParenthesis))
        {
            return PathSearch.All;
        }
        var word = _text.AsSpan(Current.Start, Current.Length);
        return word.Equals("shortestPath", StringComparison.OrdinalIgnoreCase) ? PathSearch.Shortest
            : word.Equals("allShortestPaths", StringComparison.OrdinalIgnoreCase) ? PathSearch.AllShortest
            : PathSearch.All;
    }

    PatternChain SearchedChain()
    {
        var name = TextOf(Current);
        _at += 2;
        int start = Current.Start;
        var chain = Chain();
        if (chain.Relationships.Count != 1)
        {
            throw ErrorAt(start, $"{name} takes a pattern of exactly one relationship, such as (a)-[:KNOWS*]-(b).", "InvalidRelationshipPattern");
        }
        Expect(TokenKind.RightParenthesis, "')'");
        return chain;
    }

    PatternChain Chain()
    {
        int start = Current.Start;
        var nodes = new List<NodePattern> { Node() };
        var relationships = new List<RelationshipPattern>();
        while (Is(TokenKind.Minus) || (Is(TokenKind.Less) && IsAhead(1, TokenKind.Minus)))
        {
            relationships.Add(Relationship());
            nodes.Add(Node());
        }
        return new PatternChain([.. nodes], [.. relationships]) { Span = SpanFrom(start) };
    }

    NodePattern Node()
    {
        int start = Current.Start;
        Expect(TokenKind.LeftParenthesis, "a node pattern '('");
        var variable = PatternVariable();
        var labels = Accept(TokenKind.Colon) ? LabelDisjunction(disjunction: true) : null;
        var properties = PatternProperties();
        var where = Where();
        Expect(TokenKind.RightParenthesis, labels is null ? "a label ':', properties '{' or ')'" : "another label, properties '{' or ')'");
        return new NodePattern(variable, labels, properties, where) { Span = SpanFrom(start) };
    }

    Identifier? PatternVariable() => IsName() && Current.Keyword != Keyword.Where ? VariableName() : null;

    Expression? PatternProperties() => Current.Kind switch
    {
        TokenKind.LeftBrace => Map(),
        TokenKind.Dollar => Parameter(),
        _ => null,
    };

    RelationshipPattern Relationship()
    {
        int start = Current.Start;
        bool left = Accept(TokenKind.Less);
        Expect(TokenKind.Minus, "'-'");
        Identifier? variable = null;
        SyntaxList<Identifier> types = [];
        HopRange? hops = null;
        Expression? properties = null, where = null;
        if (Accept(TokenKind.LeftBracket))
        {
            variable = PatternVariable();
            types = Accept(TokenKind.Colon) ? RelationshipTypes() : [];
            hops = Is(TokenKind.Star) ? Hops() : null;
            if (Is(TokenKind.DotDot))
            {
                throw Error("A range of lengths begins with '*', as in [:TYPE*1..3].", "InvalidRelationshipPattern");
            }
            properties = PatternProperties();
            where = Where();
            Expect(TokenKind.RightBracket, "a type ':', a length '*', properties '{' or ']'");
        }
        Expect(TokenKind.Minus, "'-'");
        bool right = Accept(TokenKind.Greater);
        var direction = left == right ? RelationshipDirection.Either : left ? RelationshipDirection.Incoming : RelationshipDirection.Outgoing;
        return new RelationshipPattern(direction, variable, types, hops, properties, where) { Span = SpanFrom(start) };
    }

    SyntaxList<Identifier> RelationshipTypes()
    {
        var types = new List<Identifier> { AnyName("a relationship type") };
        while (Accept(TokenKind.Bar))
        {
            Accept(TokenKind.Colon);
            types.Add(AnyName("a relationship type"));
        }
        return Is(TokenKind.Ampersand) || Is(TokenKind.Exclamation) || Is(TokenKind.Colon)
            ? throw Error("A relationship has exactly one type; alternatives are written [:A|B].")
            : [.. types];
    }

    HopRange Hops()
    {
        int start = Current.Start;
        Expect(TokenKind.Star, "'*'");
        long? min = HopCount(), max = min;
        if (Accept(TokenKind.DotDot))
        {
            max = HopCount();
        }
        return Is(TokenKind.Minus)
            ? throw Error("The length of a path cannot be negative.", "InvalidRelationshipPattern")
            : new HopRange(min, max) { Span = SpanFrom(start) };
    }

    long? HopCount() => Is(TokenKind.Integer) ? LiteralReader.Integer(_text, _tokens[_at++], negative: false)
        : Is(TokenKind.Float) ? throw Error("The length of a path is a whole number; a range is written *1..3.")
        : null;

    LabelExpression LabelDisjunction(bool disjunction)
    {
        EnterNested();
        int start = Current.Start;
        var first = LabelConjunction();
        if (disjunction && Is(TokenKind.Bar))
        {
            var operands = new List<LabelExpression> { first };
            while (Accept(TokenKind.Bar))
            {
                Accept(TokenKind.Colon);
                operands.Add(LabelConjunction());
            }
            first = new LabelDisjunction([.. operands]) { Span = SpanFrom(start) };
        }
        _depth--;
        return first;
    }

    LabelExpression LabelConjunction()
    {
        int start = Current.Start;
        var first = LabelOperand();
        if (!Is(TokenKind.Ampersand) && !Is(TokenKind.Colon))
        {
            return first;
        }
        var operands = new List<LabelExpression> { first };
        while (Accept(TokenKind.Ampersand) || Accept(TokenKind.Colon))
        {
            operands.Add(LabelOperand());
        }
        return new LabelConjunction([.. operands]) { Span = SpanFrom(start) };
    }

    LabelExpression LabelOperand()
    {
        int start = Current.Start;
        LabelExpression operand;
        if (Accept(TokenKind.Exclamation))
        {
            EnterNested();
            operand = new LabelNegation(LabelOperand());
            _depth--;
        }
        else if (Accept(TokenKind.LeftParenthesis))
        {
            operand = LabelDisjunction(disjunction: true);
            Expect(TokenKind.RightParenthesis, "')'");
        }
        else if (Accept(TokenKind.Percent))
        {
            operand = new LabelWildcard();
        }
        else
        {
            operand = new LabelName(AnyName("a label").Name);
        }
        return operand with { Span = SpanFrom(start) };
    }

    /// <summary>
    /// Whether the parenthesis at token <paramref name="open"/> starts a pattern with at least one relationship. <c>(a)--(b)</c> and
    /// <c>(a)-[r]-(b)</c> could be arithmetic too; as in every Cypher, the pattern wins.
    /// </summary>
    bool IsPatternAt(int open)
    {
        if (KindAt(open) != TokenKind.LeftParenthesis || _partners[open] < 0 || !LooksLikeNode(open))
        {
            return false;
        }
        int at = _partners[open] + 1;
        at += KindAt(at) == TokenKind.Less ? 1 : 0;
        if (KindAt(at++) != TokenKind.Minus)
        {
            return false;
        }
        if (KindAt(at) == TokenKind.LeftBracket)
        {
            at = _partners[at] + 1;
            if (at == 0)
            {
                return false;
            }
        }
        if (KindAt(at++) != TokenKind.Minus)
        {
            return false;
        }
        at += KindAt(at) == TokenKind.Greater ? 1 : 0;
        return KindAt(at) == TokenKind.LeftParenthesis && LooksLikeNode(at);
    }

    bool LooksLikeNode(int open)
    {
        int inside = open + 1;
        if (KindAt(inside) is TokenKind.Word or TokenKind.QuotedName && _tokens[inside].Keyword != Keyword.Where)
        {
            inside++;
        }
        return KindAt(inside) is TokenKind.RightParenthesis or TokenKind.Colon or TokenKind.LeftBrace or TokenKind.Dollar || KeywordAt(inside) == Keyword.Where;
    }

    TokenKind KindAt(int index) => index < _tokens.Count ? _tokens[index].Kind : TokenKind.End;

    Keyword KeywordAt(int index) => index < _tokens.Count ? _tokens[index].Keyword : Keyword.None;
}
