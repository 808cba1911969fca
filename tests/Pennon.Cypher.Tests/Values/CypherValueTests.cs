using Pennon.Cypher.Syntax;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Values;

public sealed class CypherValueTests
{
    static CypherValue Eval(string expression) => OracleInterpreter.Run(new OracleGraph(), $"RETURN {expression} AS value").Rows[0][0];

    [Theory]
    [InlineData("null", "null", null)]
    [InlineData("1", "null", null)]
    [InlineData("1", "1.0", true)]
    [InlineData("1", "'1'", false)]
    [InlineData("9007199254740993", "9007199254740992.0", false)]
    [InlineData("9223372036854775807", "9223372036854775808.0", false)]
    [InlineData("0.0 / 0.0", "0.0 / 0.0", false)]
    [InlineData("[1, null]", "[1, null]", null)]
    [InlineData("[1, null]", "[2, null]", false)]
    [InlineData("[1]", "[1, null]", false)]
    [InlineData("{a: 1, b: null}", "{b: null, a: 1}", null)]
    [InlineData("{a: 1}", "{b: 1}", false)]
    [InlineData("{a: 1, b: 2}", "{b: 2, a: 1.0}", true)]
    [InlineData("true", "1", false)]
    [InlineData("'a'", "'A'", false)]
    [InlineData("date('2020-01-01')", "localdatetime('2020-01-01T00:00')", false)]
    [InlineData("duration('P1M')", "duration('P30D')", false)]
    [InlineData("duration('PT60S')", "duration('PT1M')", true)]
    public void Equality_has_three_outcomes(string left, string right, bool? outcome)
    {
        Assert.Equal(outcome, CypherValue.AreEqual(Eval(left), Eval(right)));
        Assert.Equal(outcome, CypherValue.AreEqual(Eval(right), Eval(left)));
    }

    [Theory]
    [InlineData("1", "1.5", true)]
    [InlineData("1", "'a'", null)]
    [InlineData("1", "null", null)]
    [InlineData("0.0 / 0.0", "1", false)]
    [InlineData("1", "0.0 / 0.0", false)]
    [InlineData("'a'", "'b'", true)]
    [InlineData("false", "true", true)]
    [InlineData("[1, 0]", "[1]", false)]
    [InlineData("[1]", "[1, 0]", true)]
    [InlineData("[1, 2]", "[1, null]", null)]
    [InlineData("[1, 2]", "[3, null]", true)]
    [InlineData("{a: 1}", "{a: 2}", null)]
    [InlineData("duration('P1D')", "duration('P2D')", null)]
    [InlineData("date('2020-01-01')", "date('2020-01-02')", true)]
    [InlineData("time('10:00+01:00')", "time('09:30Z')", true)]
    [InlineData("9007199254740992.0", "9007199254740993", true)]
    public void Comparison_is_null_between_what_cannot_be_compared(string left, string right, bool? less) =>
        Assert.Equal(less, CypherValue.IsLess(Eval(left), Eval(right)));

    [Fact]
    public void The_global_order_runs_from_maps_over_lists_strings_booleans_and_numbers_to_nan_and_null()
    {
        string[] ascending =
        [
            "{a: 1}", "{a: 2}", "{b: 0}", "[]", "['a']", "['a', 1]", "['b']", "[1]", "[null]", "point({x: 1, y: 2})",
            "datetime('2020-01-01T00:00Z')", "localdatetime('2020-01-01T00:00')", "date('2020-01-01')", "time('10:00Z')", "localtime('10:00')",
            "duration('P1D')", "duration('P1M')", "''", "'a'", "'b'", "false", "true", "-1.0/0.0", "-5", "-4.5", "1", "1.5", "9223372036854775807", "1.0/0.0", "0.0/0.0", "null",
        ];
        var values = ascending.Select(Eval).ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = 0; j < values.Length; j++)
            {
                Assert.True(Math.Sign(values[i].CompareTo(values[j])) == i.CompareTo(j), $"{ascending[i]} and {ascending[j]}");
                Assert.Equal(i == j, values[i].Equals(values[j]));
            }
        }
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("-0.0", "0")]
    [InlineData("0.0 / 0.0", "-(0.0 / 0.0)")]
    [InlineData("null", "null")]
    [InlineData("[1, null, [0.0/0.0]]", "[1.0, null, [0.0/0.0]]")]
    [InlineData("{a: 1, b: 2}", "{b: 2.0, a: 1}")]
    [InlineData("4611686018427387904", "4611686018427387904.0")]
    public void Equivalent_values_have_equal_hashes(string left, string right)
    {
        Assert.Equal(Eval(left), Eval(right));
        Assert.Equal(Eval(left).GetHashCode(), Eval(right).GetHashCode());
    }

    [Fact]
    public void Random_values_keep_the_laws_of_order_and_hash()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        var values = Enumerable.Range(0, 300).Select(_ => RandomValue(random, 2)).ToArray();
        for (int i = 0; i < 40_000; i++)
        {
            var (a, b, c) = (values[random.Next(300)], values[random.Next(300)], values[random.Next(300)]);
            var shown = $"seed {Seed}: {a}, {b}, {c}";
            Assert.True(Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a)), shown);
            Assert.True((a.CompareTo(b) == 0) == a.Equals(b), shown);
            Assert.True(!a.Equals(b) || a.GetHashCode() == b.GetHashCode(), shown);
            Assert.True(CypherValue.AreEqual(a, b) != true || a.Equals(b), shown);
            if (a.CompareTo(b) <= 0 && b.CompareTo(c) <= 0)
            {
                Assert.True(a.CompareTo(c) <= 0, shown);
            }
        }
    }

    static CypherValue RandomValue(Random random, int depth) => random.Next(depth > 0 ? 12 : 8) switch
    {
        0 => CypherValue.Null,
        1 => random.Next(2) == 0,
        2 => (long)random.Next(-3, 4),
        3 => random.Next(-3, 4) / 2.0,
        4 => new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 9007199254740992.0 }[random.Next(5)],
        5 => new[] { long.MaxValue, long.MinValue, 9007199254740992, 9007199254740993 }[random.Next(4)],
        6 => new[] { "", "a", "b", "é", "😀" }[random.Next(5)],
        7 => new CypherDate(random.Next(3)),
        8 or 9 => CypherValue.List([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomValue(random, depth - 1))]),
        _ => CypherMap.Create(Enumerable.Range(0, random.Next(3)).Select(_ => KeyValuePair.Create("ab"[random.Next(2)].ToString(), RandomValue(random, depth - 1)))),
    };

    [Theory]
    [InlineData("9223372036854775807 + 1", "IntegerOverflow")]
    [InlineData("-9223372036854775808 - 1", "IntegerOverflow")]
    [InlineData("4611686018427387904 * 2", "IntegerOverflow")]
    [InlineData("-(-9223372036854775808)", "IntegerOverflow")]
    [InlineData("-9223372036854775808 / -1", "IntegerOverflow")]
    [InlineData("1 / 0", "DivisionByZero")]
    [InlineData("1 % 0", "DivisionByZero")]
    [InlineData("true + 1", "InvalidArgumentType")]
    [InlineData("{} - 1", "InvalidArgumentType")]
    [InlineData("1 AND true", "InvalidArgumentType")]
    [InlineData("1 IN 2", "InvalidArgumentType")]
    [InlineData("'a' =~ '('", "InvalidRegularExpression")]
    [InlineData("[1][true]", "InvalidArgumentType")]
    [InlineData("{a: 1}[1]", "MapElementAccessByNonString")]
    [InlineData("abs(-9223372036854775808)", "IntegerOverflow")]
    public void Arithmetic_that_has_no_answer_is_a_typed_error(string expression, string code) =>
        Assert.Equal(code, Assert.ThrowsAny<CypherRuntimeException>(() => Eval(expression)).Code);

    [Theory]
    [InlineData("7 / 2", "3")]
    [InlineData("-7 / 2", "-3")]
    [InlineData("7 / 2.0", "3.5")]
    [InlineData("-7 % 3", "-1")]
    [InlineData("-9223372036854775808 % -1", "0")]
    [InlineData("1.0 / 0", "Infinity")]
    [InlineData("2 ^ 3", "8.0")]
    [InlineData("1 + null", "null")]
    [InlineData("6 % null", "null")]
    [InlineData("5 ^ null", "null")]
    [InlineData("'a' + 1", "'a1'")]
    [InlineData("1.5 + 'a'", "'1.5a'")]
    [InlineData("[1] + 2 + [3]", "[1, 2, 3]")]
    [InlineData("[1] + null", "null")]
    [InlineData("[1, 2, 3][-1]", "3")]
    [InlineData("[1, 2, 3][3]", "null")]
    [InlineData("[1, 2, 3][1..]", "[2, 3]")]
    [InlineData("[1, 2, 3][..-1]", "[1, 2]")]
    [InlineData("[1, 2, 3][2..1]", "[]")]
    [InlineData("[1, 2, 3][null..]", "null")]
    [InlineData("null IN []", "false")]
    [InlineData("null IN [1]", "null")]
    [InlineData("3 IN [1, null]", "null")]
    [InlineData("1 IN [1, null]", "true")]
    [InlineData("'abc' STARTS WITH 1", "null")]
    [InlineData("'abc' =~ 'a.*'", "true")]
    [InlineData("'abc' =~ 'b'", "false")]
    [InlineData("true XOR null", "null")]
    [InlineData("false AND null", "false")]
    [InlineData("true OR null", "true")]
    [InlineData("1 < 2 < 3", "true")]
    [InlineData("3 > 2 > 2", "false")]
    public void Operators_give_exact_results(string expression, string result) => Assert.Equal(result, Eval(expression).ToString());

    [Theory]
    [InlineData("null")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("1.0")]
    [InlineData("1E+300")]
    [InlineData("'it\\'s \\\\ \\n \\u0001 日本'")]
    [InlineData("[1, [2.5, null], {a: 'x', `b c`: true}]")]
    public void Literals_print_as_they_are_written(string literal)
    {
        Assert.Equal(literal, Eval(literal).ToString());
        Assert.Equal(Eval(literal), Eval(Eval(literal).ToString()));
    }

    [Fact]
    public void Graph_values_print_as_patterns()
    {
        var a = CypherNode.Create(1, ["A", "B c"], CypherMap.Create([KeyValuePair.Create("x", (CypherValue)1)]));
        var b = CypherNode.Create(2, [], CypherMap.Empty);
        var r = CypherRelationship.Create(3, "T", 2, 1, CypherMap.Create([KeyValuePair.Create("w", (CypherValue)0.5)]));
        Assert.Equal("(:A:`B c` {x: 1})", ((CypherValue)a).ToString());
        Assert.Equal("()", ((CypherValue)b).ToString());
        Assert.Equal("[:T {w: 0.5}]", ((CypherValue)r).ToString());
        Assert.Equal("<(:A:`B c` {x: 1})<-[:T {w: 0.5}]-()>", ((CypherValue)new CypherPath([a, b], [r])).ToString());
        Assert.Throws<ArgumentException>(() => new CypherPath([a], [r]));
    }

    [Fact]
    public void Reading_a_value_as_another_type_says_what_it_is()
    {
        var error = Assert.Throws<CypherTypeException>(() => ((CypherValue)"abc").AsInteger());
        Assert.Equal("an Integer is needed here, but the value is String 'abc'.", error.Message);
        Assert.Equal(3.0, ((CypherValue)3).AsFloat());
        Assert.True(default(CypherValue).IsNull);
    }

    [Fact]
    public void Maps_find_their_keys_whether_few_or_many()
    {
        foreach (int size in (int[])[0, 1, 8, 9, 100])
        {
            var map = CypherMap.Create(Enumerable.Range(0, size).Select(i => KeyValuePair.Create($"k{i}", (CypherValue)i)));
            Assert.Equal(size, map.Count);
            for (int i = 0; i < size; i++)
            {
                Assert.Equal(i, map[$"k{i}"].AsInteger());
            }
            Assert.True(map["missing"].IsNull);
        }
        var last = CypherMap.Create([KeyValuePair.Create("a", (CypherValue)1), KeyValuePair.Create("b", (CypherValue)2), KeyValuePair.Create("a", (CypherValue)3)]);
        Assert.Equal("{a: 3, b: 2}", ((CypherValue)last).ToString());
    }
}
