using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Tests.Syntax;

public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("", 1, 1, 0)]
    [InlineData("MATCH (n", 1, 9, 8)]
    [InlineData("MATCH (n) RETRUN n", 1, 11, 10)]
    [InlineData("MATCH (n)\nRETURN n.x +", 2, 13, 22)]
    [InlineData("MATCH (n)\r\nWHERE n.x = = 1\r\nRETURN n", 2, 13, 23)]
    [InlineData("RETURN 'abc", 1, 8, 7)]
    [InlineData("RETURN 1 /* never closed", 1, 10, 9)]
    [InlineData("RETURN `a", 1, 8, 7)]
    [InlineData("RETURN 12a", 1, 10, 9)]
    [InlineData("RETURN 'x\\q'", 1, 10, 9)]
    [InlineData("RETURN [1, 2", 1, 13, 12)]
    [InlineData("RETURN {a 1}", 1, 11, 10)]
    [InlineData("MATCH (a)-[:T*-1]->(b) RETURN a", 1, 15, 14)]
    [InlineData("RETURN 1; RETURN 2", 1, 11, 10)]
    [InlineData("RETURN case", 1, 12, 11)]
    [InlineData("WITH 1 AS x MATCH (a:A)", 1, 24, 23)]
    [InlineData("RETURN 1 != 2", 1, 10, 9)]
    [InlineData("RETURN 1 # 2", 1, 10, 9)]
    [InlineData("RETURN 1\u2028RETURN", 1, 10, 9)]
    public void The_position_is_that_of_the_first_token_that_does_not_fit(string text, int line, int column, int offset)
    {
        var error = Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text));
        Assert.Equal((line, column, offset), (error.Line, error.Column, error.Offset));
        Assert.Contains($"(line {line}, column {column})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_says_what_was_found_and_expected_and_shows_the_line_with_a_caret()
    {
        var error = Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse("MATCH (a:Person)\n  WHERE a.age >> 3\nRETURN a"));
        Assert.Equal("Found '>' where an expression is expected. (line 2, column 16)\n    WHERE a.age >> 3\n                 ^", error.Message);
        Assert.Equal("UnexpectedSyntax", error.Code);
    }

    [Fact]
    public void A_query_that_ends_too_soon_is_said_to_end()
    {
        var error = Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse("RETURN"));
        Assert.StartsWith("The query ends where an expression is expected.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_is_cut_to_the_neighbourhood_of_the_error()
    {
        var text = "RETURN " + string.Join(", ", Enumerable.Range(0, 500)) + " ?, " + string.Join(", ", Enumerable.Range(0, 500));
        var error = Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text));
        var lines = error.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.True(lines[1].Length < 120);
        Assert.Equal('?', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("RETURN 9223372036854775808", "IntegerOverflow")]
    [InlineData("RETURN -9223372036854775809", "IntegerOverflow")]
    [InlineData("RETURN 0x8000000000000000", "IntegerOverflow")]
    [InlineData("RETURN 1e400", "FloatingPointOverflow")]
    [InlineData("RETURN 0x", "InvalidNumberLiteral")]
    [InlineData("RETURN 0o8", "InvalidNumberLiteral")]
    [InlineData("RETURN '\\u12G4'", "InvalidUnicodeLiteral")]
    [InlineData("RETURN '\\U00110000'", "InvalidUnicodeLiteral")]
    [InlineData("RETURN 1 UNION RETURN 2 UNION ALL RETURN 3", "InvalidClauseComposition")]
    [InlineData("MATCH (n)", "InvalidClauseComposition")]
    [InlineData("RETURN 1 MATCH (n) RETURN n", "InvalidClauseComposition")]
    [InlineData("MATCH (n) WHERE EXISTS { MATCH (n) DELETE n } RETURN n", "InvalidClauseComposition")]
    [InlineData("MATCH (n) RETURN (n)-->()", "UnexpectedSyntax")]
    [InlineData("MATCH p = shortestPath((a)-->(b)-->(c)) RETURN p", "InvalidRelationshipPattern")]
    [InlineData("CALL x() YIELD * RETURN 1", "UnexpectedSyntax")]
    [InlineData("CALL { RETURN 1 } RETURN 1", "UnexpectedSyntax")]
    [InlineData("MATCH (match) RETURN 1", "UnexpectedSyntax")]
    public void Every_kind_of_error_has_its_code(string text, string code) =>
        Assert.Equal(code, Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text)).Code);
}
