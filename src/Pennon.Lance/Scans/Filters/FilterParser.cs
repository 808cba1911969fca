using System.Globalization;
using System.Text;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Parses SQL filter text by recursive descent. Deep nesting is refused before it could exhaust the stack.</summary>
sealed class FilterParser(string text)
{
    const int MaximumDepth = 200;

    readonly List<FilterToken> _tokens = FilterLexer.Tokenize(text);
    int _at;
    int _depth;

    FilterToken Current => _tokens[_at];

    /// <summary>Parses the whole text as one expression.</summary>
    public LanceExpression ParseAll()
    {
        if (Current.Kind == FilterTokenKind.End)
            throw new LanceFilterException("The filter is empty", 0);
        var expression = ParseOr();
        if (Current.Kind != FilterTokenKind.End)
            throw Unexpected("the end of the filter");
        return expression;
    }

    LanceExpression ParseOr()
    {
        if (++_depth > MaximumDepth)
            throw new LanceFilterException($"The filter is nested more than {MaximumDepth} levels deep", Current.Position);
        var left = ParseAnd();
        while (Current.IsWord("OR"))
            left = new BinaryNode(Next().Position, FilterBinary.Or, left, ParseAnd());
        _depth--;
        return left;
    }

    LanceExpression ParseAnd()
    {
        var left = ParseNot();
        while (Current.IsWord("AND"))
            left = new BinaryNode(Next().Position, FilterBinary.And, left, ParseNot());
        return left;
    }

    LanceExpression ParseNot()
    {
        var positions = new List<int>();
        while (Current.IsWord("NOT"))
            positions.Add(Next().Position);
        var operand = ParsePredicate();
        for (var i = positions.Count - 1; i >= 0; i--)
            operand = new NotNode(positions[i], operand);
        return positions.Count <= MaximumDepth
            ? operand
            : throw new LanceFilterException($"The filter has more than {MaximumDepth} NOT in a row", positions[0]);
    }

    LanceExpression ParsePredicate()
    {
        var left = ParseAdditive();
        while (true)
        {
            var token = Current;
            if (ComparisonOf(token) is { } comparison)
            {
                Next();
                left = new BinaryNode(token.Position, comparison, left, ParseAdditive());
            }
            else if (token.IsWord("IS"))
            {
                Next();
                left = ParseIs(left, token.Position);
            }
            else
            {
                var negated = token.IsWord("NOT");
                var keyword = negated ? _tokens[_at + 1] : token;
                if (!keyword.IsWord("IN") && !keyword.IsWord("BETWEEN") && !keyword.IsWord("LIKE") && !keyword.IsWord("ILIKE"))
                    return left;
                if (negated)
                    Next();
                Next();
                left = keyword.Text.ToUpperInvariant() switch
                {
                    "IN" => ParseIn(left, token.Position, negated),
                    "BETWEEN" => ParseBetween(left, token.Position, negated),
                    "LIKE" => ParseLike(left, token.Position, false, negated),
                    _ => ParseLike(left, token.Position, true, negated),
                };
            }
        }
    }

    static FilterBinary? ComparisonOf(in FilterToken token) => token.Kind != FilterTokenKind.Symbol ? null : token.Text switch
    {
        "=" or "==" => FilterBinary.Equal,
        "<>" or "!=" => FilterBinary.NotEqual,
        "<" => FilterBinary.Less,
        "<=" => FilterBinary.LessOrEqual,
        ">" => FilterBinary.Greater,
        ">=" => FilterBinary.GreaterOrEqual,
        _ => null,
    };

    LanceExpression ParseIs(LanceExpression operand, int position)
    {
        var negated = Accept("NOT");
        var word = Next();
        if (word.IsWord("NULL") || word.IsWord("UNKNOWN"))
            return new IsNullNode(position, operand, negated);
        if (word.IsWord("TRUE"))
            return new IsBooleanNode(position, operand, true, negated);
        if (word.IsWord("FALSE"))
            return new IsBooleanNode(position, operand, false, negated);
        throw Unexpected("NULL, TRUE or FALSE", word);
    }

    LanceExpression ParseIn(LanceExpression operand, int position, bool negated)
    {
        Expect("(");
        return new InNode(position, operand, ParseList(")"), negated);
    }

    LanceExpression ParseBetween(LanceExpression operand, int position, bool negated)
    {
        var low = ParseAdditive();
        if (!Accept("AND"))
            throw Unexpected("AND");
        var high = ParseAdditive();
        LanceExpression range = new BinaryNode(position, FilterBinary.And,
            new BinaryNode(position, FilterBinary.GreaterOrEqual, operand, low),
            new BinaryNode(position, FilterBinary.LessOrEqual, operand, high));
        return negated ? new NotNode(position, range) : range;
    }

    LanceExpression ParseLike(LanceExpression operand, int position, bool ignoreCase, bool negated)
    {
        var pattern = ParseAdditive();
        char? escape = '\\';
        if (Accept("ESCAPE"))
        {
            var token = Next();
            if (token.Kind != FilterTokenKind.Text || token.Text.Length > 1)
                throw new LanceFilterException("The escape of LIKE is one character in quotes", token.Position);
            escape = token.Text.Length == 0 ? null : token.Text[0];
        }
        return new LikeNode(position, operand, pattern, escape, ignoreCase, negated);
    }

    LanceExpression ParseAdditive()
    {
        var left = ParseMultiplicative();
        while (true)
        {
            FilterBinary? operation = Current.Is("+") ? FilterBinary.Add : Current.Is("-") ? FilterBinary.Subtract : Current.Is("||") ? FilterBinary.Concat : null;
            if (operation is not { } binary)
                return left;
            left = new BinaryNode(Next().Position, binary, left, ParseMultiplicative());
        }
    }

    LanceExpression ParseMultiplicative()
    {
        var left = ParseUnary();
        while (true)
        {
            FilterBinary? operation = Current.Is("*") ? FilterBinary.Multiply : Current.Is("/") ? FilterBinary.Divide : Current.Is("%") ? FilterBinary.Modulo : null;
            if (operation is not { } binary)
                return left;
            left = new BinaryNode(Next().Position, binary, left, ParseUnary());
        }
    }

    LanceExpression ParseUnary()
    {
        if (Current.Is("-"))
        {
            var position = Next().Position;
            if (Current.Kind == FilterTokenKind.Number)
            {
                // The smallest 64-bit number has no positive counterpart, so the sign belongs to the literal.
                var number = Next();
                if (number.Text.AsSpan().IndexOfAny('.', 'e', 'E') < 0
                    && long.TryParse($"-{number.Text}", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                {
                    return ParsePostfix(FilterLiterals.Of(position, value));
                }
                return ParsePostfix(new NegateNode(position, FilterLiterals.Number(number.Position, number.Text)));
            }
            if (++_depth > MaximumDepth)
                throw new LanceFilterException($"The filter is nested more than {MaximumDepth} levels deep", position);
            var operand = ParseUnary();
            _depth--;
            return new NegateNode(position, operand);
        }
        while (Current.Is("+"))
            Next();
        return ParsePostfix(ParsePrimary());
    }

    LanceExpression ParsePostfix(LanceExpression operand)
    {
        for (var steps = 0; ; steps++)
        {
            if (steps > MaximumDepth)
                throw new LanceFilterException($"More than {MaximumDepth} steps follow each other", Current.Position);
            if (Current.Is("["))
            {
                var position = Next().Position;
                if (Current.Kind == FilterTokenKind.Text && _tokens[_at + 1].Is("]"))
                {
                    operand = Step(operand, Next().Text, position);
                    Next();
                    continue;
                }
                var index = ParseOr();
                Expect("]");
                operand = new IndexNode(position, operand, index);
            }
            else if (Current.Is("."))
            {
                var position = Next().Position;
                var name = Next();
                if (name.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName))
                    throw Unexpected("a field name", name);
                operand = Step(operand, name.Text, position);
            }
            else if (Current.Is("::"))
            {
                var position = Next().Position;
                operand = new CastNode(position, operand, ParseType(), tolerant: false);
            }
            else
            {
                return operand;
            }
        }
    }

    static LanceExpression Step(LanceExpression operand, string name, int position) => operand is ColumnNode column
        ? new ColumnNode(column.Position, [.. column.Path, name])
        : new MemberNode(position, operand, name);

    LanceExpression ParsePrimary()
    {
        var token = Next();
        switch (token.Kind)
        {
            case FilterTokenKind.Number:
                return FilterLiterals.Number(token.Position, token.Text);
            case FilterTokenKind.Text:
                return new LiteralNode(token.Position, FilterLiterals.Bytes(ArrowType.String, Encoding.UTF8.GetBytes(token.Text)));
            case FilterTokenKind.HexText:
                try
                {
                    return new LiteralNode(token.Position, FilterLiterals.Bytes(ArrowType.Binary, Convert.FromHexString(token.Text)));
                }
                catch (FormatException error)
                {
                    throw new LanceFilterException($"'{token.Text}' is no hexadecimal text", token.Position, error);
                }
            case FilterTokenKind.QuotedName:
                return new ColumnNode(token.Position, [token.Text]);
            case FilterTokenKind.Symbol when token.Text == "(":
                var inner = ParseOr();
                Expect(")");
                return inner;
            case FilterTokenKind.Symbol when token.Text == "[":
                return new ListNode(token.Position, ParseList("]"));
            case FilterTokenKind.Word:
                return ParseWord(token);
        }
        throw Unexpected("a value", token);
    }

    LanceExpression ParseWord(FilterToken token)
    {
        var next = Current;
        switch (token.Text.ToUpperInvariant())
        {
            case "TRUE":
                return FilterLiterals.Of(token.Position, true);
            case "FALSE":
                return FilterLiterals.Of(token.Position, false);
            case "NULL":
                return new LiteralNode(token.Position, new NullArray(1));
            case "DATE" when next.Kind == FilterTokenKind.Text:
                return FilterLiterals.Date(token.Position, Next().Text);
            case "TIMESTAMP" when next.Kind == FilterTokenKind.Text:
                return FilterLiterals.Timestamp(token.Position, Next().Text);
            case "TIME" when next.Kind == FilterTokenKind.Text:
                return FilterLiterals.Time(token.Position, Next().Text);
            case "ARRAY" or "MAKE_ARRAY" when next.Is("["):
                Next();
                return new ListNode(token.Position, ParseList("]"));
            case "CAST" or "TRY_CAST" when next.Is("("):
                return ParseCast(token);
            case "EXTRACT" when next.Is("("):
                return ParseExtract(token);
            case "SUBSTRING" when next.Is("("):
                return ParseSubstring(token);
            case "POSITION" when next.Is("("):
                return ParsePosition(token);
            case "TRIM" when next.Is("("):
                return ParseTrim(token);
            case "AND" or "OR" or "NOT" or "IS" or "IN" or "LIKE" or "ILIKE" or "BETWEEN" or "ESCAPE" or "FROM" or "AS":
                throw Unexpected("a value", token);
        }
        if (!next.Is("("))
            return new ColumnNode(token.Position, [token.Text]);
        Next();
        return new CallNode(token.Position, token.Text, ParseList(")"));
    }

    LanceExpression ParseCast(FilterToken token)
    {
        Expect("(");
        var operand = ParseOr();
        if (!Accept("AS"))
            throw Unexpected("AS");
        var type = ParseType();
        Expect(")");
        return new CastNode(token.Position, operand, type, token.Text.StartsWith("TRY", StringComparison.OrdinalIgnoreCase));
    }

    LanceExpression ParseExtract(FilterToken token)
    {
        Expect("(");
        var part = Next();
        if (part.Kind is not (FilterTokenKind.Word or FilterTokenKind.Text))
            throw new LanceFilterException("EXTRACT names a part of a date", part.Position);
        if (!Accept("FROM"))
            throw Unexpected("FROM");
        var operand = ParseOr();
        Expect(")");
        var name = new LiteralNode(part.Position, FilterLiterals.Bytes(ArrowType.String, Encoding.UTF8.GetBytes(part.Text)));
        return new CallNode(token.Position, "date_part", [name, operand]);
    }

    LanceExpression ParseSubstring(FilterToken token)
    {
        Expect("(");
        var arguments = new List<LanceExpression> { ParseOr() };
        if (Accept("FROM"))
        {
            arguments.Add(ParseOr());
            if (Accept("FOR"))
                arguments.Add(ParseOr());
            Expect(")");
        }
        else
        {
            while (Current.Is(","))
            {
                Next();
                arguments.Add(ParseOr());
            }
            Expect(")");
        }
        return new CallNode(token.Position, "substr", arguments);
    }

    LanceExpression ParsePosition(FilterToken token)
    {
        Expect("(");
        var needle = ParseAdditive();
        if (!Accept("IN"))
            throw Unexpected("IN");
        var haystack = ParseOr();
        Expect(")");
        return new CallNode(token.Position, "strpos", [haystack, needle]);
    }

    LanceExpression ParseTrim(FilterToken token)
    {
        Expect("(");
        var name = Current.IsWord("LEADING") ? "ltrim" : Current.IsWord("TRAILING") ? "rtrim" : Current.IsWord("BOTH") ? "btrim" : null;
        if (name is not null)
            Next();
        if (name is not null && Accept("FROM"))
        {
            var whole = ParseOr();
            Expect(")");
            return new CallNode(token.Position, name, [whole]);
        }
        var first = ParseOr();
        if (Accept("FROM"))
        {
            var operand = ParseOr();
            Expect(")");
            return new CallNode(token.Position, name ?? "btrim", [operand, first]);
        }
        var arguments = new List<LanceExpression> { first };
        if (Current.Is(","))
        {
            Next();
            arguments.Add(ParseOr());
        }
        Expect(")");
        return new CallNode(token.Position, name ?? "btrim", arguments);
    }

    ArrowType ParseType()
    {
        var token = Next();
        if (token.Kind is not (FilterTokenKind.Word or FilterTokenKind.QuotedName))
            throw Unexpected("a type name", token);
        var name = token.Text.ToUpperInvariant();
        if (name == "DOUBLE" && Current.IsWord("PRECISION"))
            Next();
        var parameters = new List<int>();
        if (Current.Is("("))
        {
            Next();
            do
            {
                var number = Next();
                if (number.Kind != FilterTokenKind.Number || !int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                    throw new LanceFilterException("A type takes whole numbers in parentheses", number.Position);
                parameters.Add(value);
            }
            while (Take(","));
            Expect(")");
        }
        if (Accept("UNSIGNED"))
            name += " UNSIGNED";
        if (name == "TIMESTAMP" && Accept("WITH"))
        {
            if (!Accept("TIME") || !Accept("ZONE"))
                throw Unexpected("TIME ZONE");
            name = "TIMESTAMPTZ";
        }
        return FilterTypes.Find(name, parameters) ?? throw new LanceFilterException($"'{token.Text}' is no type a filter can convert to", token.Position);
    }

    List<LanceExpression> ParseList(string end)
    {
        var items = new List<LanceExpression>();
        if (Take(end))
            return items;
        do
            items.Add(ParseOr());
        while (Take(","));
        Expect(end);
        return items;
    }

    FilterToken Next() => Current.Kind == FilterTokenKind.End ? Current : _tokens[_at++];

    bool Accept(string word)
    {
        if (!Current.IsWord(word))
            return false;
        _at++;
        return true;
    }

    bool Take(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        _at++;
        return true;
    }

    void Expect(string symbol)
    {
        if (!Take(symbol))
            throw Unexpected($"'{symbol}'");
    }

    LanceFilterException Unexpected(string wanted) => Unexpected(wanted, Current);

    static LanceFilterException Unexpected(string wanted, in FilterToken token) => new(
        token.Kind == FilterTokenKind.End ? $"The filter ends where {wanted} is expected" : $"'{token.Text}' stands where {wanted} is expected",
        token.Position);
}
