using Pennon.Cypher.Functions;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Functions;

public sealed class FunctionLibraryTests
{
    static CypherValue Eval(string expression) => OracleInterpreter.Run(new OracleGraph(), $"RETURN {expression} AS value").Rows[0][0];

    static CypherValue Aggregate(string call, string list) => OracleInterpreter.Run(new OracleGraph(), $"UNWIND {list} AS x RETURN {call} AS value").Rows[0][0];

    [Theory]
    [InlineData("coalesce(null, 2, 3)", "2")]
    [InlineData("size('日本😀')", "3")]
    [InlineData("reverse('a😀b')", "'b😀a'")]
    [InlineData("substring('héllo', 1, 3)", "'éll'")]
    [InlineData("substring('abc', 5)", "''")]
    [InlineData("left('😀ab', 1)", "'😀'")]
    [InlineData("right('abc', 5)", "'abc'")]
    [InlineData("split('a,b,,c', ',')", "['a', 'b', '', 'c']")]
    [InlineData("split('', ',')", "['']")]
    [InlineData("split('abc', '')", "['a', 'b', 'c']")]
    [InlineData("replace('aaa', 'a', 'bb')", "'bbbbbb'")]
    [InlineData("trim('  x ')", "'x'")]
    [InlineData("toUpper('straße')", "'STRAßE'")]
    [InlineData("range(0, 10, 3)", "[0, 3, 6, 9]")]
    [InlineData("range(3, 1, -1)", "[3, 2, 1]")]
    [InlineData("range(1, 0)", "[]")]
    [InlineData("range(9223372036854775806, 9223372036854775807)", "[9223372036854775806, 9223372036854775807]")]
    [InlineData("head([])", "null")]
    [InlineData("tail([1])", "[]")]
    [InlineData("last([1, 2])", "2")]
    [InlineData("toInteger('12.9')", "12")]
    [InlineData("toInteger('x')", "null")]
    [InlineData("toInteger(-2.9)", "-2")]
    [InlineData("toInteger(0.0/0.0)", "null")]
    [InlineData("toInteger('9007199254740993')", "9007199254740993")]
    [InlineData("toFloat('1e3')", "1000.0")]
    [InlineData("toBoolean('TRUE')", "true")]
    [InlineData("toString(1.0)", "'1.0'")]
    [InlineData("toString(date('2020-02-29'))", "'2020-02-29'")]
    [InlineData("toIntegerOrNull([])", "null")]
    [InlineData("toIntegerList(['1', 'x', 2.5])", "[1, null, 2]")]
    [InlineData("round(2.5)", "3.0")]
    [InlineData("round(-2.5)", "-2.0")]
    [InlineData("round(0.49999999999999994)", "0.0")]
    [InlineData("round(1.255, 2)", "1.26")]
    [InlineData("round(-1.5, 0, 'HALF_EVEN')", "-2.0")]
    [InlineData("sign(-3)", "-1")]
    [InlineData("sqrt(-1)", "NaN")]
    [InlineData("atan2(1, 1)", "0.7853981633974483")]
    [InlineData("isEmpty('')", "true")]
    [InlineData("keys({b: 1, a: null})", "['b', 'a']")]
    [InlineData("point.distance(point({x: 0, y: 0}), point({x: 3, y: 4}))", "5.0")]
    [InlineData("point({x: 1, y: 2, z: 3}).crs", "'cartesian-3D'")]
    [InlineData("size(null)", "null")]
    [InlineData("LTRIM(' x')", "'x'")]
    public void Scalar_functions_give_exact_results(string expression, string result) => Assert.Equal(result, Eval(expression).ToString());

    [Theory]
    [InlineData("range(1, 2, 0)", "NumberOutOfRange")]
    [InlineData("range(0, 9223372036854775807)", "NumberOutOfRange")]
    [InlineData("toInteger([])", "InvalidArgumentValue")]
    [InlineData("toInteger(1e300)", "IntegerOverflow")]
    [InlineData("substring('a', -1)", "NumberOutOfRange")]
    [InlineData("size(1)", "InvalidArgumentType")]
    [InlineData("labels({})", "InvalidArgumentValue")]
    [InlineData("toLower(1)", "InvalidArgumentType")]
    [InlineData("size()", "InvalidNumberOfArguments")]
    [InlineData("left('a')", "InvalidNumberOfArguments")]
    [InlineData("date('2021-02-29')", "InvalidArgumentValue")]
    [InlineData("date({year: 2021, month: 13})", "InvalidArgumentValue")]
    [InlineData("date({yeer: 2021})", "InvalidArgumentValue")]
    [InlineData("datetime('2020-01-01T00:00[No/Where]')", "InvalidArgumentValue")]
    [InlineData("date('+999999999-12-31') + duration('P1D')", "NumberOutOfRange")]
    [InlineData("noSuchFunction(1)", "UnknownFunction")]
    public void Wrong_arguments_are_typed_errors(string expression, string code) =>
        Assert.Equal(code, Assert.ThrowsAny<CypherRuntimeException>(() => Eval(expression)).Code);

    [Fact]
    public void An_unknown_name_suggests_the_nearest_known_one()
    {
        Assert.Equal("There is no function 'toIntger'; did you mean toInteger()?", FunctionLibrary.DescribeUnknown("toIntger"));
        Assert.Equal("There is no function 'qqqqqqqq'.", FunctionLibrary.DescribeUnknown("qqqqqqqq"));
        Assert.True(FunctionLibrary.TryGet("DURATION.INDAYS", out var function));
        Assert.Equal("duration.inDays", function.Name);
        Assert.False(FunctionLibrary.TryGet("", out _));
    }

    [Fact]
    public void Every_null_propagating_function_gives_null_for_nulls()
    {
        foreach (var name in FunctionLibrary.Names)
        {
            Assert.True(FunctionLibrary.TryGet(name, out var function));
            if (function is { IsAggregate: false, NullRule: NullRule.NullIfAnyNull, MinArguments: > 0 })
            {
                Assert.True(function.Evaluate(new CypherValue[function.MinArguments], FunctionContext.WithoutGraph()).IsNull, name);
            }
        }
    }

    [Theory]
    [InlineData("count(x)", "[1, null, 1]", "2")]
    [InlineData("count(DISTINCT x)", "[1, null, 1, 1.0, 2]", "2")]
    [InlineData("sum(x)", "[1, 2, null]", "3")]
    [InlineData("sum(x)", "[]", "0")]
    [InlineData("sum(x)", "[9223372036854775807, 1, -1]", "9223372036854775807")]
    [InlineData("sum(x)", "[1, 0.5]", "1.5")]
    [InlineData("sum(x)", "[1e16, 1.0, -1e16]", "1.0")]
    [InlineData("sum(x)", "[duration('P1M'), duration('PT1S')]", "P1MT1S")]
    [InlineData("avg(x)", "[1, 2, null]", "1.5")]
    [InlineData("avg(x)", "[]", "null")]
    [InlineData("avg(x)", "[9223372036854775807, 9223372036854775807]", "9.223372036854775807E+18")]
    [InlineData("min(x)", "[2, 'a', [1], null]", "[1]")]
    [InlineData("max(x)", "[2, 'a', [1], null]", "2")]
    [InlineData("max(x)", "[]", "null")]
    [InlineData("collect(x)", "[1, null, 2]", "[1, 2]")]
    [InlineData("collect(DISTINCT x)", "[2, 1, 2]", "[2, 1]")]
    [InlineData("stDev(x)", "[1, 2, 3, 4]", "1.2909944487358056")]
    [InlineData("stDevP(x)", "[1, 3]", "1.0")]
    [InlineData("stDev(x)", "[1]", "0.0")]
    [InlineData("percentileCont(x, 0.4)", "[10, 20, 30]", "18.0")]
    [InlineData("percentileDisc(x, 0.5)", "[10, 20, 30]", "20")]
    [InlineData("percentileDisc(x, 0.0)", "[10, 20]", "10")]
    [InlineData("percentileCont(x, 1)", "[]", "null")]
    public void Aggregates_give_exact_results(string call, string list, string result)
    {
        var value = Aggregate(call, list);
        Assert.Equal(result is "9.223372036854775807E+18" ? ((CypherValue)9223372036854775807.0).ToString() : result, value.ToString());
    }

    [Theory]
    [InlineData("sum(x)", "[9223372036854775807, 1]", "IntegerOverflow")]
    [InlineData("sum(x)", "['a']", "InvalidArgumentType")]
    [InlineData("avg(x)", "[1, duration('P1D')]", "InvalidArgumentType")]
    [InlineData("percentileCont(x, 1.1)", "[1]", "NumberOutOfRange")]
    public void Aggregates_refuse_what_they_cannot_add(string call, string list, string code) =>
        Assert.Equal(code, Assert.ThrowsAny<CypherRuntimeException>(() => Aggregate(call, list)).Code);

    [Fact]
    public void The_clock_is_asked_once_a_statement_except_for_realtime()
    {
        var clock = new SteppingClock();
        var context = new FunctionContext(clock);
        CypherValue Call(string name) => FunctionLibrary.TryGet(name, out var function) ? function.Evaluate([], context) : throw new InvalidOperationException(name);
        var first = Call("datetime");
        Assert.Equal(first, Call("datetime.statement"));
        Assert.Equal(first, Call("datetime"));
        Assert.NotEqual(first, Call("datetime.realtime"));
        Assert.Equal("2026-01-02", Call("date").ToString());
    }

    sealed class SteppingClock : TimeProvider
    {
        DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(1);
    }
}
