namespace Pennon.Cypher.Syntax;

internal sealed partial class CypherParser
{
    // The height of the highest expression finished since the innermost enclosing atom began; see Atom.
    int _highest;

    // Inside [x IN xs WHERE … | …] and its kin a bare | ends the condition instead of joining labels.
    bool _barEnds;

    // A pattern may stand for a truth value only where a condition is asked for.
    bool _isCondition;

    Expression Expression() => Expression(barEnds: false);

    Expression Expression(bool barEnds, bool condition = false)
    {
        bool outerBar = _barEnds, outerCondition = _isCondition;
        _barEnds = barEnds;
        _isCondition = condition;
        var expression = Climb(SyntaxFacts.OrLevel, out _);
        _barEnds = outerBar;
        _isCondition = outerCondition;
        return expression;
    }

    Expression Condition(bool barEnds = false) => Expression(barEnds, condition: true);

    /// <summary>Parses operators of at least the given level. The height of the tree is bounded, since long chains lean to the left.</summary>
    Expression Climb(int level, out int height)
    {
        EnterNested();
        int start = Current.Start;
        var left = Prefix(level, out height);
        while (true)
        {
            int own = OperatorLevel();
            if (own < level)
            {
                break;
            }
            left = own == SyntaxFacts.ComparisonLevel ? Comparison(left, start, ref height) : Operation(left, start, own, ref height);
            if (++height > MaxDepth)
            {
                throw TooDeep();
            }
        }
        _highest = Math.Max(_highest, height);
        _depth--;
        return left;
    }

    /// <summary>The level of the operator at the current token, 0 if there is none.</summary>
    int OperatorLevel() => Current.Kind switch
    {
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => SyntaxFacts.ComparisonLevel,
        TokenKind.EqualTilde => SyntaxFacts.PredicateLevel,
        TokenKind.Plus or TokenKind.Minus => SyntaxFacts.AdditiveLevel,
        TokenKind.Star or TokenKind.Slash or TokenKind.Percent => SyntaxFacts.MultiplicativeLevel,
        TokenKind.Caret => SyntaxFacts.PowerLevel,
        TokenKind.Word => Current.Keyword switch
        {
            Keyword.Or => SyntaxFacts.OrLevel,
            Keyword.Xor => SyntaxFacts.XorLevel,
            Keyword.And => SyntaxFacts.AndLevel,
            Keyword.In or Keyword.Contains or Keyword.Is => SyntaxFacts.PredicateLevel,
            Keyword.Starts or Keyword.Ends when Ahead(1).Keyword == Keyword.With => SyntaxFacts.PredicateLevel,
            _ => 0,
        },
        _ => 0,
    };

    Expression Operation(Expression left, int start, int level, ref int height)
    {
        var token = _tokens[_at++];
        if (token.Keyword == Keyword.Is)
        {
            bool negated = Accept(Keyword.Not);
            Expect(Keyword.Null);
            return new IsNull(left, negated) { Span = SpanFrom(start) };
        }
        if (token.Keyword is Keyword.Starts or Keyword.Ends)
        {
            _at++;
        }
        var op = token.Kind switch
        {
            TokenKind.EqualTilde => BinaryOperator.RegexMatch,
            TokenKind.Plus => BinaryOperator.Add,
            TokenKind.Minus => BinaryOperator.Subtract,
            TokenKind.Star => BinaryOperator.Multiply,
            TokenKind.Slash => BinaryOperator.Divide,
            TokenKind.Percent => BinaryOperator.Modulo,
            TokenKind.Caret => BinaryOperator.Power,
            _ => token.Keyword switch
            {
                Keyword.Or => BinaryOperator.Or,
                Keyword.Xor => BinaryOperator.Xor,
                Keyword.And => BinaryOperator.And,
                Keyword.In => BinaryOperator.In,
                Keyword.Contains => BinaryOperator.Contains,
                Keyword.Starts => BinaryOperator.StartsWith,
                _ => BinaryOperator.EndsWith,
            },
        };
        var right = Climb(level + 1, out int rightHeight);
        height = Math.Max(height, rightHeight);
        return new Binary(op, left, right) { Span = SpanFrom(start) };
    }

    Expression Comparison(Expression left, int start, ref int height)
    {
        var operands = new List<Expression> { left };
        var operators = new List<BinaryOperator>();
        while (OperatorLevel() == SyntaxFacts.ComparisonLevel)
        {
            operators.Add(_tokens[_at++].Kind switch
            {
                TokenKind.Equal => BinaryOperator.Equal,
                TokenKind.NotEqual => BinaryOperator.NotEqual,
                TokenKind.Less => BinaryOperator.Less,
                TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
                TokenKind.Greater => BinaryOperator.Greater,
                _ => BinaryOperator.GreaterOrEqual,
            });
            operands.Add(Climb(SyntaxFacts.ComparisonLevel + 1, out int operandHeight));
            height = Math.Max(height, operandHeight);
        }
        return operators.Count == 1
            ? new Binary(operators[0], left, operands[1]) { Span = SpanFrom(start) }
            : new ComparisonChain([.. operands], [.. operators]) { Span = SpanFrom(start) };
    }

    Expression Prefix(int level, out int height)
    {
        int start = Current.Start;
        if (Is(Keyword.Not))
        {
            if (level > SyntaxFacts.NotLevel)
            {
                throw Error("NOT binds less tightly than the operator before it; put NOT and its operand in parentheses.");
            }
            _at++;
            var operand = Climb(SyntaxFacts.NotLevel, out height);
            height++;
            return new Unary(UnaryOperator.Not, operand) { Span = SpanFrom(start) };
        }
        return Sign(out height);
    }

    Expression Sign(out int height)
    {
        if (!Is(TokenKind.Minus) && !Is(TokenKind.Plus))
        {
            return Postfix(out height, labels: true);
        }
        EnterNested();
        int start = Current.Start;
        var sign = _tokens[_at++].Kind;
        Expression result;
        if (sign == TokenKind.Minus && Current.Kind is TokenKind.Integer or TokenKind.Float
            && Ahead(1).Kind is not (TokenKind.Dot or TokenKind.LeftBracket or TokenKind.Colon))
        {
            result = Number(negative: true) with { Span = SpanFrom(start) };
            height = 1;
        }
        else
        {
            var operand = Sign(out height);
            height++;
            result = new Unary(sign == TokenKind.Minus ? UnaryOperator.Negate : UnaryOperator.Plus, operand) { Span = SpanFrom(start) };
        }
        _depth--;
        return result;
    }

    Expression Number(bool negative)
    {
        var token = _tokens[_at++];
        if (token.Kind == TokenKind.Integer)
        {
            return new IntegerLiteral(LiteralReader.Integer(_text, token, negative)) { Span = token.Span };
        }
        double value = LiteralReader.Float(_text, token);
        return new FloatLiteral(negative ? -value : value) { Span = token.Span };
    }

    Expression Postfix(out int height, bool labels)
    {
        int start = Current.Start;
        var target = Atom(out height);
        while (true)
        {
            int outer = _highest;
            _highest = 0;
            if (Accept(TokenKind.Dot))
            {
                target = new PropertyAccess(target, AnyName("the name of a property").Name) { Span = SpanFrom(start) };
            }
            else if (Is(TokenKind.LeftBracket))
            {
                target = Subscript(target, start);
            }
            else if (labels && Is(TokenKind.Colon))
            {
                _at++;
                target = new HasLabels(target, LabelDisjunction(disjunction: !_barEnds)) { Span = SpanFrom(start) };
                labels = false;
            }
            else
            {
                _highest = outer;
                return target;
            }
            height = Math.Max(height, _highest) + 1;
            _highest = outer;
            if (height > MaxDepth)
            {
                throw TooDeep();
            }
        }
    }

    Expression Subscript(Expression target, int start)
    {
        _at++;
        Expression? from = Is(TokenKind.DotDot) ? null : Expression();
        if (Accept(TokenKind.DotDot))
        {
            Expression? to = Is(TokenKind.RightBracket) ? null : Expression();
            Expect(TokenKind.RightBracket, "']'");
            return new SliceAccess(target, from, to) { Span = SpanFrom(start) };
        }
        Expect(TokenKind.RightBracket, "'..' or ']'");
        return new IndexAccess(target, from!) { Span = SpanFrom(start) };
    }
}
