using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Tests.Syntax;

public sealed class ParserTests
{
    static Expression Expression(string text) => CypherParser.ParseExpression(text);

    static T Only<T>(string text)
        where T : Clause => Assert.IsType<T>(((SingleQuery)CypherParser.Parse(text).Query).Clauses[0]);

    [Theory]
    [InlineData("1 + 2 * 3", "1 + (2 * 3)")]
    [InlineData("1 - 2 - 3", "(1 - 2) - 3")]
    [InlineData("2 ^ 3 ^ 4", "(2 ^ 3) ^ 4")]
    [InlineData("-2 ^ 2", "(-2) ^ 2")]
    [InlineData("-a ^ 2", "(-a) ^ 2")]
    [InlineData("a OR b AND c XOR d", "a OR ((b AND c) XOR d)")]
    [InlineData("NOT a = b", "NOT (a = b)")]
    [InlineData("NOT a AND b", "(NOT a) AND b")]
    [InlineData("a + b IN c = d", "((a + b) IN c) = d")]
    [InlineData("a STARTS WITH b + c", "a STARTS WITH (b + c)")]
    [InlineData("a.b IS NULL OR c IS NOT NULL", "(a.b IS NULL) OR (c IS NOT NULL)")]
    [InlineData("a = b IS NULL", "a = (b IS NULL)")]
    [InlineData("a % b / c", "(a % b) / c")]
    [InlineData("a.b[0].c[1..2]", "((((a.b)[0]).c)[1..2])")]
    public void Operators_bind_as_the_grammar_says(string text, string same) => Assert.Equal(Expression(same), Expression(text));

    [Fact]
    public void A_chain_of_comparisons_is_one_node_and_a_single_one_a_binary()
    {
        var chain = Assert.IsType<ComparisonChain>(Expression("1 < a <= b <> 3"));
        Assert.Equal([BinaryOperator.Less, BinaryOperator.LessOrEqual, BinaryOperator.NotEqual], chain.Operators);
        Assert.Equal(4, chain.Operands.Count);
        Assert.IsType<Binary>(Expression("1 < a"));
        Assert.IsType<Binary>(Expression("(1 < a) < b"));
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("- 9223372036854775808", long.MinValue)]
    [InlineData("0x7FFFFFFFFFFFFFFF", long.MaxValue)]
    [InlineData("-0x8000000000000000", long.MinValue)]
    [InlineData("0o777", 511L)]
    [InlineData("0xfF", 255L)]
    public void Integers_are_read_exactly(string text, long value) => Assert.Equal(new IntegerLiteral(value), Expression(text));

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("1e3", 1000.0)]
    [InlineData("1.5E-3", 0.0015)]
    [InlineData("-2.5e+2", -250.0)]
    [InlineData("4.9e-324", double.Epsilon)]
    public void Floats_are_read_exactly(string text, double value) => Assert.Equal(new FloatLiteral(value), Expression(text));

    [Theory]
    [InlineData("'it''", null)]
    [InlineData("'it\\'s'", "it's")]
    [InlineData("\"say \\\"hi\\\"\"", "say \"hi\"")]
    [InlineData("'\\t\\n\\\\ \\u00e9 \\U0001F600'", "\t\n\\ é 😀")]
    [InlineData("'\\uD83D\\uDE00'", "😀")]
    [InlineData("'// no comment'", "// no comment")]
    [InlineData("''", "")]
    public void Strings_resolve_their_escapes(string text, string? value)
    {
        if (value is null)
        {
            Assert.Throws<CypherSyntaxException>(() => Expression(text));
            return;
        }
        Assert.Equal(new StringLiteral(value), Expression(text));
    }

    [Fact]
    public void A_pattern_in_a_condition_is_told_from_parentheses_and_arithmetic()
    {
        var where = Only<MatchClause>("MATCH (a), (b) WHERE (a)-[:T]->(b) AND (a)--(b) AND (a)<--(:X {y: 1}) RETURN 1").Where;
        Assert.Equal(3, SyntaxWalker.All(where!).OfType<PatternPredicate>().Count());
        where = Only<MatchClause>("MATCH (a) WHERE (a.x) - (a.y) < 0 AND (a:Label) AND (a.x)-[1][0] > 2 RETURN 1").Where;
        Assert.Empty(SyntaxWalker.All(where!).OfType<PatternPredicate>());
        Assert.Single(SyntaxWalker.All(where!).OfType<HasLabels>());
    }

    [Fact]
    public void Brackets_are_lists_comprehensions_or_pattern_comprehensions()
    {
        Assert.IsType<ListLiteral>(Expression("[x, y]"));
        Assert.IsType<ListLiteral>(Expression("[x IN xs, y IN ys]"));
        Assert.IsType<ListLiteral>(Expression("[]"));
        Assert.Equal(new ListComprehension(new Identifier("x"), new Variable("xs"), null, null), Expression("[x IN xs]"));
        var full = Assert.IsType<ListComprehension>(Expression("[x IN xs WHERE x:A | x.y]"));
        Assert.Equal(new HasLabels(new Variable("x"), new LabelName("A")), full.Where);
        Assert.Equal(new PropertyAccess(new Variable("x"), "y"), full.Projection);
        var pattern = Assert.IsType<PatternComprehension>(Expression("[p = (a)-[:T|U]->(b) WHERE b.x > 1 | length(p)]"));
        Assert.Equal("p", pattern.Path!.Name);
        Assert.Equal(2, pattern.Chain.Relationships[0].Types.Count);
    }

    [Fact]
    public void Relationship_patterns_carry_direction_types_and_lengths()
    {
        var chain = Only<MatchClause>("MATCH (a)-[r:X|:Y|Z*2..5 {k: $v}]->()<-[*]-(c)-[*..3]-()--()-[*4]->()-[*1..]->() RETURN 1").Parts[0].Chain;
        var first = chain.Relationships[0];
        Assert.Equal(RelationshipDirection.Outgoing, first.Direction);
        Assert.Equal(["X", "Y", "Z"], first.Types.Select(type => type.Name));
        Assert.Equal(new HopRange(2, 5), first.Hops);
        Assert.Equal(new MapLiteral([new MapEntry("k", new Parameter("v"))]), first.Properties);
        Assert.Equal(
            [RelationshipDirection.Incoming, RelationshipDirection.Either, RelationshipDirection.Either, RelationshipDirection.Outgoing, RelationshipDirection.Outgoing],
            chain.Relationships.Skip(1).Select(relationship => relationship.Direction));
        Assert.Equal([new HopRange(null, null), new HopRange(null, 3), null, new HopRange(4, 4), new HopRange(1, null)], chain.Relationships.Skip(1).Select(relationship => relationship.Hops));
    }

    [Theory]
    [InlineData("(n:A:B)", "(n:A&B)")]
    [InlineData("(n:A|B&!C)", "(n:A|(B&(!C)))")]
    [InlineData("(n:A|:B)", "(n:A|B)")]
    [InlineData("(n:(A|B)&%)", "(n:((A|B)&%))")]
    public void Label_expressions_bind_not_then_and_then_or(string left, string right) =>
        Assert.Equal(CypherParser.Parse($"MATCH {left} RETURN n"), CypherParser.Parse($"MATCH {right} RETURN n"));

    [Fact]
    public void Words_of_the_grammar_can_be_names_where_nothing_else_can_stand()
    {
        var query = (SingleQuery)CypherParser.Parse("MATCH (count:Order {set: 1})-[any:IN]->(single) WITH count.limit AS order, any RETURN `order`, count(count), any.skip AS end").Query;
        Assert.Equal("order", ((WithClause)query.Clauses[1]).Projection.Items[0].Name);
        Assert.Equal(["order", "count(count)", "end"], ((ReturnClause)query.Clauses[2]).Projection.Items.Select(item => item.Name));
    }

    [Fact]
    public void A_column_without_alias_is_named_by_its_text()
    {
        var items = ((ReturnClause)((SingleQuery)CypherParser.Parse("RETURN  n . x ,`odd name`, count( * )  ,1+1").Query).Clauses[0]).Projection.Items;
        Assert.Equal(["n . x", "odd name", "count( * )", "1+1"], items.Select(item => item.Name));
    }

    [Fact]
    public void Existential_subqueries_take_a_pattern_or_a_whole_query()
    {
        var expected = Expression("EXISTS { MATCH (a)-->(b) WHERE b.x }");
        Assert.Equal(expected, Expression("exists { (a)-->(b) WHERE b.x }"));
        Assert.IsType<ExistsSubquery>(Expression("exists((a)-->(b))"));
        Assert.IsType<FunctionCall>(Expression("exists(a.b)"));
        Assert.IsType<CountSubquery>(Expression("COUNT { (a)-->() }"));
        Assert.IsType<ExistsSubquery>(Expression("EXISTS { UNWIND [1] AS x RETURN x UNION RETURN 2 AS x }"));
        Assert.IsType<CollectSubquery>(Expression("COLLECT { MATCH (a) RETURN a.x }"));
    }

    [Fact]
    public void Special_calls_have_their_own_nodes()
    {
        Assert.IsType<CountStar>(Expression("COUNT(*)"));
        Assert.True(Assert.IsType<FunctionCall>(Expression("collect(DISTINCT x)")).Distinct);
        Assert.Equal("duration.between", Assert.IsType<FunctionCall>(Expression("duration.between(a, b)")).Name);
        Assert.Equal(QuantifierKind.None, Assert.IsType<Quantifier>(Expression("none(x IN xs WHERE x > 1)")).Kind);
        Assert.IsType<Reduce>(Expression("reduce(a = 0, x IN xs | a + x)"));
        Assert.IsType<ShortestPathExpression>(Expression("shortestPath((a)-[*]-(b))"));
        Assert.Equal(Expression("[x IN xs WHERE x > 1]"), Expression("filter(x IN xs WHERE x > 1)"));
        Assert.Equal(Expression("[x IN xs | x.y]"), Expression("extract(x IN xs | x.y)"));
        Assert.Equal(4, Assert.IsType<MapProjection>(Expression("n {.a, .*, b: 1, c}")).Items.Count);
    }

    [Fact]
    public void Explain_and_profile_are_read_and_a_semicolon_may_end_the_query()
    {
        Assert.Equal(StatementMode.Explain, CypherParser.Parse("EXPLAIN MATCH (n) RETURN n;").Mode);
        Assert.Equal(StatementMode.Profile, CypherParser.Parse("profile RETURN 1").Mode);
        Assert.Equal(StatementMode.Run, CypherParser.Parse("RETURN 1 ;").Mode);
    }

    [Fact]
    public void Comments_and_unicode_are_read_over()
    {
        var tree = CypherParser.Parse("\uFEFF// first\nMATCH /* a\nb */ (größe:日本語 {`a``b`: 1})\u00A0RETURN größe // last");
        var node = ((MatchClause)((SingleQuery)tree.Query).Clauses[0]).Parts[0].Chain.Nodes[0];
        Assert.Equal("größe", node.Variable!.Name);
        Assert.Equal(new LabelName("日本語"), node.Labels);
        Assert.Equal("a`b", ((MapLiteral)node.Properties!).Entries[0].Key);
    }

    [Fact]
    public void Updating_clauses_are_read_whole()
    {
        var merge = Only<MergeClause>("MERGE (a:A {x: 1}) ON CREATE SET a.y = 1, a += {z: 2} ON MATCH SET a:B:C, a = $p");
        Assert.Equal([true, false], merge.Actions.Select(action => action.OnCreate));
        Assert.Equal(2, Assert.IsType<SetLabels>(merge.Actions[1].Items[0]).Labels.Count);
        Assert.True(Only<DeleteClause>("DETACH DELETE a, b[0]").Detach);
        Assert.Equal(2, Only<RemoveClause>("REMOVE a.x, b:L").Items.Count);
        Assert.Equal(2, Only<ForeachClause>("FOREACH (x IN [1] | CREATE ({v: x}) SET a.b = x)").Clauses.Count);
        var call = Only<CallClause>("CALL db.labels() YIELD label AS l WHERE l <> 'x' RETURN l");
        Assert.Equal(("db.labels", "l"), (call.Procedure, call.Yield![0].Alias!.Name));
        Assert.Null(Only<CallClause>("CALL db.labels").Arguments);
    }

    [Fact]
    public void Spans_cover_what_was_written()
    {
        const string Text = "MATCH (a:A)-[r]->(b) WHERE  a.x + 1 > (b.y)  RETURN a";
        var match = Only<MatchClause>(Text);
        string Of(SyntaxNode node) => Text.Substring(node.Span.Start, node.Span.Length);
        Assert.Equal("MATCH (a:A)-[r]->(b) WHERE  a.x + 1 > (b.y)", Of(match));
        Assert.Equal("(a:A)-[r]->(b)", Of(match.Parts[0]));
        Assert.Equal("-[r]->", Of(match.Parts[0].Chain.Relationships[0]));
        var where = (Binary)match.Where!;
        Assert.Equal("a.x + 1 > (b.y)", Of(where));
        Assert.Equal("a.x + 1", Of(where.Left));
        Assert.Equal("b.y", Of(where.Right));
    }
}
