using Pennon.Cypher.Syntax;
using Pennon.TestSupport;

namespace Pennon.Cypher.Tests.Syntax;

/// <summary>Damaged queries: whatever the text, the parser either understands it or says where it does not.</summary>
public sealed class ParserFuzzTests
{
    const int Seed = 20240611;

    static readonly string[] Fragments =
    [
        "(", ")", "[", "]", "{", "}", "<-", "->", "--", "..", "*", "*1..", "$", "`", "'", "\"", "\\", "\\u12", "/*", "//", ",", ":", "|", "=~", "<>", "9999999999999999999",
        "0x", "1e999", " NOT ", " IN ", " CASE ", " WHEN ", " END ", " EXISTS { ", " COUNT { ", " UNION ", " WITH ", " RETURN ", " shortestPath((", "\u0000", "\uD800", "日本", "\uFEFF", "-", "+", "^",
    ];

    [Fact]
    public void Mutated_tck_queries_raise_nothing_but_syntax_errors()
    {
        SharedData.SkipUnlessPresent("tck/features");
        var random = new Random(Seed);
        var queries = TckQueries.Valid().Select(query => query.Text).Distinct().ToArray();
        for (int round = 0; round < 40_000; round++)
        {
            var text = Mutate(queries[random.Next(queries.Length)], queries, random);
            try
            {
                var tree = CypherParser.Parse(text);
                Assert.Equal(tree, CypherParser.Parse(SyntaxPrinter.Print(tree)));
            }
            catch (CypherSyntaxException error)
            {
                Assert.InRange(error.Offset, 0, text.Length);
                Assert.True(error.Line >= 1 && error.Column >= 1);
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {Seed}, round {round}: {error.GetType().Name} for: {text}\n{error}");
            }
        }
    }

    [Fact]
    public void Every_prefix_of_a_long_query_is_parsed_or_refused()
    {
        const string Query = "MATCH p = (a:A {x: $y})-[r:T|U*1..3]->(b)<-[:`odd name`]-() WHERE a.x IN [1, 2.5e3, 'q\\u00e9'] AND NOT EXISTS { MATCH (a)--(b) } "
            + "WITH a, collect(DISTINCT b.z)[..-1] AS zs ORDER BY a.x DESC SKIP 1 LIMIT 2 RETURN CASE WHEN any(z IN zs WHERE z > 1) THEN [z IN zs | z ^ 2] ELSE reduce(s = 0, z IN zs | s + z) END";
        for (int length = 0; length < Query.Length; length++)
        {
            var text = Query[..length];
            try
            {
                CypherParser.Parse(text);
            }
            catch (CypherSyntaxException error)
            {
                Assert.InRange(error.Offset, 0, length);
            }
        }
        CypherParser.Parse(Query);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("-", "")]
    [InlineData("NOT ", "")]
    [InlineData("size(", ")")]
    [InlineData("CASE WHEN ", " THEN 1 END")]
    [InlineData("[x IN ", "]")]
    [InlineData("x[", "]")]
    [InlineData("EXISTS { RETURN ", " }")]
    [InlineData("1 + (", ")")]
    public void Endless_nesting_is_refused_without_exhausting_the_stack(string open, string close)
    {
        const int Levels = 20_000;
        var text = "RETURN " + string.Concat(Enumerable.Repeat(open, Levels)) + "1" + string.Concat(Enumerable.Repeat(close, Levels));
        Assert.Equal("TooDeeplyNested", Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text)).Code);
    }

    [Theory]
    [InlineData(" + 1")]
    [InlineData("[0]")]
    [InlineData(".a")]
    [InlineData(" OR true")]
    [InlineData(" IS NULL")]
    [InlineData(" IN []")]
    public void Endless_chains_are_refused_because_their_trees_are_as_high(string link)
    {
        var text = "RETURN x" + string.Concat(Enumerable.Repeat(link, 20_000));
        Assert.Equal("TooDeeplyNested", Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text)).Code);
    }

    [Fact]
    public void Endless_unions_are_refused()
    {
        var text = string.Join(" UNION ALL ", Enumerable.Repeat("RETURN 1", 5_000));
        Assert.Equal("TooDeeplyNested", Assert.Throws<CypherSyntaxException>(() => CypherParser.Parse(text)).Code);
    }

    [Fact]
    public void Lists_and_clauses_may_be_as_long_as_one_likes()
    {
        var list = string.Join(", ", Enumerable.Range(0, 100_000));
        CypherParser.Parse($"RETURN [{list}]");
        CypherParser.Parse(string.Concat(Enumerable.Repeat("MATCH (a)-->(b) ", 10_000)) + "RETURN a");
    }

    static string Mutate(string text, string[] queries, Random random)
    {
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(text.Length + 1);
            switch (random.Next(6))
            {
                case 0:
                    text = text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                    break;
                case 1:
                    text = text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                case 2:
                    text = text[..at];
                    break;
                case 3:
                    text = text.Insert(at, ((char)random.Next(0x20, 0x3000)).ToString());
                    break;
                case 4:
                    var other = queries[random.Next(queries.Length)];
                    text = text[..at] + other[random.Next(other.Length)..];
                    break;
                default:
                    int length = random.Next(text.Length - at + 1);
                    text = text.Insert(random.Next(text.Length + 1), text.Substring(at, length));
                    break;
            }
        }
        return text;
    }
}
