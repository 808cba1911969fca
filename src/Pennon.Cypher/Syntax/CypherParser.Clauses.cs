namespace Pennon.Cypher.Syntax;

internal sealed partial class CypherParser
{
    const string AnyClause = "a clause (MATCH, UNWIND, WITH, RETURN, CREATE, MERGE, SET, REMOVE, DELETE, CALL or FOREACH)";

    Statement Statement()
    {
        int start = Current.Start;
        var mode = Accept(Keyword.Explain) ? StatementMode.Explain : Accept(Keyword.Profile) ? StatementMode.Profile : StatementMode.Run;
        var query = Query(subquery: false);
        var span = SpanFrom(start);
        Accept(TokenKind.Semicolon);
        if (!Is(TokenKind.End))
        {
            throw _tokens[_at - 1].Kind == TokenKind.Semicolon
                ? Unexpected("the end of the query (one statement is run at a time)")
                : Unexpected("the next clause or the end of the query");
        }
        return new Statement(mode, query) { Span = span };
    }

    /// <summary>A query up to the end or, for a <paramref name="subquery"/>, to its closing brace; a subquery need not return anything.</summary>
    Query Query(bool subquery)
    {
        EnterNested();
        int start = Current.Start;
        Query query = SingleQuery(subquery);
        bool? all = null;
        int unions = 0;
        while (Is(Keyword.Union))
        {
            int at = _at++;
            bool keepsDuplicates = Accept(Keyword.All);
            if (all is { } before && before != keepsDuplicates)
            {
                _at = at;
                throw Error("UNION and UNION ALL cannot be mixed in one query.", "InvalidClauseComposition");
            }
            all = keepsDuplicates;
            if (++unions > MaxDepth)
            {
                throw TooDeep();
            }
            var right = SingleQuery(subquery);
            query = new UnionQuery(query, keepsDuplicates, right) { Span = SpanFrom(start) };
        }
        _depth--;
        return query;
    }

    SingleQuery SingleQuery(bool subquery)
    {
        int start = Current.Start;
        var clauses = new List<Clause>();
        while (true)
        {
            int clauseStart = _at;
            if (clauses.Count > 0 && clauses[^1] is ReturnClause && IsClauseAhead)
            {
                throw Error("RETURN must be the last clause of a query; use WITH to go on.", "InvalidClauseComposition");
            }
            if (Clause() is not { } clause)
            {
                break;
            }
            if (subquery && IsUpdating(clause))
            {
                throw ErrorAt(_tokens[clauseStart].Start, "A subquery in an expression can only read.", "InvalidClauseComposition");
            }
            clauses.Add(clause);
        }
        if (clauses.Count == 0)
        {
            throw Unexpected(AnyClause);
        }
        if (clauses.Count > 1 && clauses.Find(clause => clause is CallClause { YieldStar: true }) is { } call)
        {
            throw ErrorAt(call.Span.Start, "YIELD * is allowed only when CALL is the whole query; name the fields that are wanted.");
        }
        if (!subquery && clauses[^1] is MatchClause or UnwindClause or WithClause)
        {
            var name = clauses[^1] switch { MatchClause => "MATCH", UnwindClause => "UNWIND", _ => "WITH" };
            throw Is(TokenKind.End) || Is(TokenKind.Semicolon) || Is(Keyword.Union)
                ? Error($"A query cannot end with {name}; RETURN or an updating clause must follow.", "InvalidClauseComposition")
                : Unexpected("the next clause");
        }
        return new SingleQuery([.. clauses]) { Span = SpanFrom(start) };
    }

    bool IsClauseAhead => Current.Keyword is Keyword.Optional or Keyword.Match or Keyword.Unwind or Keyword.With or Keyword.Return or Keyword.Create
        or Keyword.Merge or Keyword.Set or Keyword.Remove or Keyword.Detach or Keyword.Delete or Keyword.Call or Keyword.Foreach;

    static bool IsUpdating(Clause clause) => clause is CreateClause or MergeClause or SetClause or RemoveClause or DeleteClause or ForeachClause;

    Clause? Clause()
    {
        int start = Current.Start;
        Clause clause;
        switch (Current.Keyword)
        {
            case Keyword.Optional:
                _at++;
                Expect(Keyword.Match);
                clause = Match(optional: true);
                break;
            case Keyword.Match:
                _at++;
                clause = Match(optional: false);
                break;
            case Keyword.Unwind:
                _at++;
                var source = Expression();
                Expect(Keyword.As);
                clause = new UnwindClause(source, AnyName("the name of a variable"));
                break;
            case Keyword.With:
                _at++;
                var projection = Projection();
                clause = new WithClause(projection, Where());
                break;
            case Keyword.Return:
                _at++;
                clause = new ReturnClause(Projection());
                break;
            case Keyword.Create:
                _at++;
                clause = new CreateClause(CommaSeparated(PatternPart));
                break;
            case Keyword.Merge:
                _at++;
                clause = Merge();
                break;
            case Keyword.Set:
                _at++;
                clause = new SetClause(CommaSeparated(SetItem));
                break;
            case Keyword.Remove:
                _at++;
                clause = new RemoveClause(CommaSeparated(RemoveItem));
                break;
            case Keyword.Detach or Keyword.Delete:
                bool detach = Accept(Keyword.Detach);
                Expect(Keyword.Delete);
                clause = new DeleteClause(detach, CommaSeparated(Expression));
                break;
            case Keyword.Call:
                _at++;
                clause = Call();
                break;
            case Keyword.Foreach:
                _at++;
                clause = Foreach();
                break;
            default:
                return null;
        }
        return clause with { Span = SpanFrom(start) };
    }

    MatchClause Match(bool optional)
    {
        var parts = CommaSeparated(PatternPart);
        return new MatchClause(optional, parts, Where());
    }

    Expression? Where() => Accept(Keyword.Where) ? Condition() : null;

    Projection Projection()
    {
        int start = Current.Start;
        bool distinct = Accept(Keyword.Distinct);
        bool star = Accept(TokenKind.Star);
        SyntaxList<ProjectionItem> items = star && !Accept(TokenKind.Comma) ? [] : CommaSeparated(ProjectionItem);
        SyntaxList<SortItem> order = [];
        if (Accept(Keyword.Order))
        {
            Expect(Keyword.By);
            order = CommaSeparated(SortItem);
        }
        var skip = Accept(Keyword.Skip) || Accept(Keyword.Offset) ? Expression() : null;
        var limit = Accept(Keyword.Limit) ? Expression() : null;
        return new Projection(distinct, star, items, order, skip, limit) { Span = SpanFrom(start) };
    }

    ProjectionItem ProjectionItem()
    {
        int start = Current.Start;
        var expression = Expression();
        var written = SpanFrom(start);
        // Directly after AS no clause can begin, so even reserved words are taken.
        var alias = Accept(Keyword.As) ? AnyName("the name of a column") : null;
        return new ProjectionItem(expression, alias) { Span = SpanFrom(start), SourceText = _text.Substring(written.Start, written.Length) };
    }

    SortItem SortItem()
    {
        int start = Current.Start;
        var expression = Expression();
        bool descending = Accept(Keyword.Desc) || Accept(Keyword.Descending);
        if (!descending && !Accept(Keyword.Asc))
        {
            Accept(Keyword.Ascending);
        }
        return new SortItem(expression, descending) { Span = SpanFrom(start) };
    }

    MergeClause Merge()
    {
        var part = PatternPart();
        var actions = new List<MergeAction>();
        while (Is(Keyword.On))
        {
            int start = Current.Start;
            _at++;
            bool onCreate = Accept(Keyword.Create);
            if (!onCreate && !Accept(Keyword.Match))
            {
                throw Unexpected("CREATE or MATCH");
            }
            Expect(Keyword.Set);
            var items = CommaSeparated(SetItem);
            actions.Add(new MergeAction(onCreate, items) { Span = SpanFrom(start) });
        }
        return new MergeClause(part, [.. actions]);
    }

    SetItem SetItem()
    {
        int start = Current.Start;
        var target = UpdateTarget();
        SetItem item;
        switch (target)
        {
            case PropertyAccess property:
                Expect(TokenKind.Equal, "=");
                item = new SetProperty(property, Expression());
                break;
            case Variable variable when Is(TokenKind.Colon):
                item = new SetLabels(NameOf(variable), Labels());
                break;
            case Variable variable:
                bool merge = Accept(TokenKind.PlusEqual);
                if (!merge)
                {
                    Expect(TokenKind.Equal, "=, +=, a property (.key) or a label (:Label)");
                }
                item = new SetProperties(NameOf(variable), merge, Expression());
                break;
            default:
                throw ErrorAt(start, "SET changes a property (n.key = …), all properties (n = …, n += …) or labels (n:Label); this is none of them.");
        }
        return item with { Span = SpanFrom(start) };
    }

    RemoveItem RemoveItem()
    {
        int start = Current.Start;
        var target = UpdateTarget();
        RemoveItem item = target switch
        {
            PropertyAccess property => new RemoveProperty(property),
            Variable variable when Is(TokenKind.Colon) => new RemoveLabels(NameOf(variable), Labels()),
            Variable => throw Unexpected("a property (.key) or a label (:Label)"),
            _ => throw ErrorAt(start, "REMOVE takes away a property (n.key) or labels (n:Label); this is neither."),
        };
        return item with { Span = SpanFrom(start) };
    }

    Expression UpdateTarget() => Postfix(out _, labels: false);

    static Identifier NameOf(Variable variable) => new(variable.Name) { Span = variable.Span };

    SyntaxList<Identifier> Labels()
    {
        var labels = new List<Identifier>();
        while (Accept(TokenKind.Colon))
        {
            labels.Add(AnyName("a label"));
        }
        return [.. labels];
    }

    CallClause Call()
    {
        if (Is(TokenKind.LeftBrace))
        {
            throw Error("CALL { … } is not part of openCypher 9; use WITH, EXISTS { … } or COUNT { … }.");
        }
        var procedure = AnyName("the name of a procedure").Name;
        while (Accept(TokenKind.Dot))
        {
            procedure += "." + AnyName("a part of the procedure's name").Name;
        }
        SyntaxList<Expression>? arguments = null;
        if (Accept(TokenKind.LeftParenthesis))
        {
            arguments = Is(TokenKind.RightParenthesis) ? [] : CommaSeparated(Expression);
            Expect(TokenKind.RightParenthesis, "',' or ')'");
        }
        bool star = false;
        SyntaxList<YieldItem>? items = null;
        Expression? where = null;
        if (Accept(Keyword.Yield))
        {
            star = Accept(TokenKind.Star);
            items = star ? null : Accept(TokenKind.Minus) ? [] : CommaSeparated(YieldItem);
            where = Where();
        }
        return new CallClause(procedure, arguments, star, items, where);
    }

    YieldItem YieldItem()
    {
        int start = Current.Start;
        var field = AnyName("the name of a result field");
        var alias = Accept(Keyword.As) ? AnyName("the name of a variable") : null;
        return new YieldItem(field, alias) { Span = SpanFrom(start) };
    }

    ForeachClause Foreach()
    {
        EnterNested();
        int open = _at;
        Expect(TokenKind.LeftParenthesis, "'('");
        var variable = VariableName();
        Expect(Keyword.In);
        var source = Expression(barEnds: true);
        Expect(TokenKind.Bar, "'|'");
        var clauses = new List<Clause>();
        int clauseStart = _at;
        while (Clause() is { } clause)
        {
            if (!IsUpdating(clause) && clause is not CallClause)
            {
                throw ErrorAt(_tokens[clauseStart].Start, "Only updating clauses may stand in FOREACH.", "InvalidClauseComposition");
            }
            clauses.Add(clause);
            clauseStart = _at;
        }
        if (clauses.Count == 0)
        {
            throw Unexpected("an updating clause");
        }
        Expect(TokenKind.RightParenthesis, $"an updating clause or the ')' that closes FOREACH at offset {_tokens[open].Start}");
        _depth--;
        return new ForeachClause(variable, source, [.. clauses]);
    }
}
