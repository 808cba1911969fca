using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Compute;

public class CastTests
{
    static ArrowArray Text(params string?[] values) => FilterTakeConcatTests.Strings(values);

    static string[] Texts(ArrowArray array) => [.. Enumerable.Range(0, array.Length).Select(i => ((StringArray)array).GetString(i) ?? "(null)")];

    static ArrowArray Decimal(ArrowType type, params Int128[] values)
    {
        var builder = new FixedSizeBinaryBuilder(type);
        foreach (var value in values) builder.Append(value);
        return builder.Build();
    }

    [Fact]
    public void Integers_narrow_only_when_every_value_fits()
    {
        var array = new PrimitiveArray<long>(ArrowType.Int64, [0L, 127, -128, 128, 255, -1, long.MaxValue]);
        ArrowAssert.Rows(["0", "127", "-128"], Cast.Apply(array.Slice(0, 3), ArrowType.Int8));
        var error = Assert.Throws<ArrowComputeException>(() => Cast.Apply(array, ArrowType.Int8));
        Assert.Equal(3, error.Row);
        Assert.Contains("'128' of int64 has no counterpart in int8", error.Message, StringComparison.Ordinal);
        ArrowAssert.Rows(["0", "127", "null", "128", "255", "null", "null"], Cast.ApplyOrNull(array, ArrowType.UInt8));
        ArrowAssert.Rows(["\"0\"", "\"127\"", "null", "\"128\"", "\"255\"", "null", "\"9223372036854775807\""], Cast.ApplyOrNull(array, ArrowType.UInt64));
        ArrowAssert.Rows(["null", "\"5\""], Cast.ApplyOrNull(new PrimitiveArray<ulong>(ArrowType.UInt64, [ulong.MaxValue, 5]), ArrowType.Int64));
    }

    [Fact]
    public void Floats_truncate_towards_zero_and_refuse_what_is_out_of_range()
    {
        var array = new PrimitiveArray<double>(ArrowType.Float64, [1.9, -1.9, -0.5, double.NaN, double.PositiveInfinity, 9.3e18, -9223372036854775808.0, 9223372036854774784.0]);
        ArrowAssert.Rows(["\"1\"", "\"-1\"", "\"0\"", "null", "null", "null", "\"-9223372036854775808\"", "\"9223372036854774784\""], Cast.ApplyOrNull(array, ArrowType.Int64));
        ArrowAssert.Rows(["1", "null", "0", "null", "null", "null", "null", "null"], Cast.ApplyOrNull(array, ArrowType.UInt8));
        Assert.Equal(3, Assert.Throws<ArrowComputeException>(() => Cast.Apply(array, ArrowType.Int64)).Row);
    }

    [Fact]
    public void Numbers_become_shortest_text_and_return()
    {
        ArrowAssert.Rows(["\"-5\"", "\"0\""], Cast.Apply(new PrimitiveArray<int>(ArrowType.Int32, [-5, 0]), ArrowType.String));
        Assert.Equal(["0.1", "-0", "NaN", "1E+300", "Infinity"], Texts(Cast.Apply(new PrimitiveArray<double>(ArrowType.Float64, [0.1, -0.0, double.NaN, 1e300, double.PositiveInfinity]), ArrowType.String)));
        ArrowAssert.Rows(["12", "null", "null", "-7", "null", "null"], Cast.ApplyOrNull(Text("12", "1.5", "", "-7", "99999999999", null), ArrowType.Int32));
        ArrowAssert.Rows(["\"3fb999999999999a\"", "\"nan\"", "null", "\"7e37e43c8800759c\""], Cast.ApplyOrNull(Text("0.1", "NaN", " 1", "1e300"), ArrowType.Float64));
        var error = Assert.Throws<ArrowComputeException>(() => Cast.Apply(Text("1", "one"), ArrowType.Int64));
        Assert.Equal((1L, ArrowComputeError.InvalidValue), (error.Row, error.Error));
        Assert.Contains("'one' of string", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Booleans_convert_to_and_from_numbers_and_text()
    {
        var array = Cast.Apply(Text("true", "FALSE", "1", "f", null), ArrowType.Boolean);
        ArrowAssert.Rows(["true", "false", "true", "false", "null"], array);
        ArrowAssert.Rows(["1", "0", "1", "0", "null"], Cast.Apply(array, ArrowType.Int32));
        ArrowAssert.Rows(["true", "false", "true"], Cast.Apply(new PrimitiveArray<double>(ArrowType.Float64, [0.5, 0, double.NaN]), ArrowType.Boolean));
        Assert.Equal(["true", "false", "true", "false", "(null)"], Texts(Cast.Apply(array, ArrowType.String)));
    }

    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("2000-02-29", 11016)]
    [InlineData("1969-12-31", -1)]
    [InlineData("0001-01-01", -719162)]
    [InlineData("9999-12-31", 2932896)]
    [InlineData("-0001-03-01", -719834)]
    [InlineData("+12345-06-07", 3789548)]
    public void Dates_read_and_write_as_ISO(string text, int days)
    {
        ArrowAssert.Rows([$"\"{days}\""], Cast.Apply(Text(text), ArrowType.Date32));
        Assert.Equal([text], Texts(Cast.Apply(new PrimitiveArray<int>(ArrowType.Date32, [days]), ArrowType.String)));
    }

    [Fact]
    public void Every_day_of_eight_centuries_agrees_with_the_base_library()
    {
        for (var days = -150_000; days < 150_000; days += 17)
        {
            var date = DateTime.UnixEpoch.AddDays(days);
            Assert.Equal((date.Year, date.Month, date.Day), Pennon.Arrow.Compute.Casts.TemporalText.DateFromDays(days));
            Assert.Equal(days, Pennon.Arrow.Compute.Casts.TemporalText.DaysFromDate(date.Year, date.Month, date.Day));
        }
    }

    [Theory]
    [InlineData("2024-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-1-01")]
    [InlineData("2024-01-01T")]
    [InlineData("2024-01-01T24:00:00")]
    [InlineData("2024-01-01T00:60")]
    [InlineData("2024-01-01T00:00:00.")]
    [InlineData("2024-01-01T00:00:00x")]
    [InlineData("")]
    public void Malformed_timestamps_are_refused(string text) =>
        ArrowAssert.Rows(["null"], Cast.ApplyOrNull(Text(text), new TimestampType(TimeUnit.Second)));

    [Fact]
    public void Timestamps_read_offsets_and_fractions()
    {
        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        var array = Cast.Apply(Text("2024-02-29T12:00:00Z", "2024-02-29 14:00:00.5+02:00", "1969-12-31T23:59:59.999999", "2024-02-29"), type);
        ArrowAssert.Rows(["\"1709208000000000\"", "\"1709208000500000\"", "\"-1\"", "\"1709164800000000\""], array);
        Assert.Equal(["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.500Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00Z"], Texts(Cast.Apply(array, ArrowType.String)));
    }

    [Fact]
    public void Temporal_units_round_to_the_earlier_value_and_check_their_range()
    {
        var ms = new PrimitiveArray<long>(new TimestampType(TimeUnit.Millisecond), [1999L, -1, long.MaxValue]);
        ArrowAssert.Rows(["\"1\"", "\"-1\"", "\"9223372036854775\""], Cast.Apply(ms, new TimestampType(TimeUnit.Second)));
        ArrowAssert.Rows(["\"1999000000\"", "\"-1000000\"", "null"], Cast.ApplyOrNull(ms, new TimestampType(TimeUnit.Nanosecond, "UTC")));
        ArrowAssert.Rows(["\"0\"", "\"-1\"", "null"], Cast.ApplyOrNull(ms, ArrowType.Date32));
        ArrowAssert.Rows(["\"1\"", "\"86399\""], Cast.Apply(ms.Slice(0, 2), new Time32Type(TimeUnit.Second)));
        ArrowAssert.Rows(["\"0\"", "\"-86400000\""], Cast.Apply(ms.Slice(0, 2), ArrowType.Date64));
        ArrowAssert.Rows(["\"86400000000\""], Cast.Apply(new PrimitiveArray<int>(ArrowType.Date32, [1]), new TimestampType(TimeUnit.Microsecond)));
        ArrowAssert.Rows(["\"1999\"", "\"-1\""], Cast.Apply(ms.Slice(0, 2), ArrowType.Int64));
        ArrowAssert.Rows(["\"7\""], Cast.Apply(new PrimitiveArray<int>(ArrowType.Int32, [7]), new DurationType(TimeUnit.Second)));
        Assert.Equal(["13:45:00.500", "00:00:00"], Texts(Cast.Apply(new PrimitiveArray<long>(new Time64Type(TimeUnit.Microsecond), [49_500_500_000L, 0]), ArrowType.String)));
        ArrowAssert.Rows(["\"49500500000\""], Cast.Apply(Text("13:45:00.5"), new Time64Type(TimeUnit.Microsecond)));
    }

    [Fact]
    public void Decimals_rescale_round_and_check_precision()
    {
        var type = new Decimal128Type(6, 2);
        var array = Decimal(type, 12345, -155, 5);
        ArrowAssert.Rows(["\"1235\"", "\"-16\"", "\"1\""], Cast.Apply(array, new Decimal128Type(10, 1)));
        ArrowAssert.Rows(["\"1234500\"", "\"-15500\"", "\"500\""], Cast.Apply(array, new Decimal256Type(50, 4)));
        ArrowAssert.Rows(["null", "\"-1550\"", "\"50\""], Cast.ApplyOrNull(array, new Decimal128Type(4, 3)));
        ArrowAssert.Rows(["123", "-1", "0"], Cast.Apply(array, ArrowType.Int32));
        Assert.Equal([123.45, -1.55, 0.05], ((PrimitiveArray<double>)Cast.Apply(array, ArrowType.Float64)).Values.ToArray());
        Assert.Equal(["123.45", "-1.55", "0.05"], Texts(Cast.Apply(array, ArrowType.String)));
        Assert.Equal(["1200"], Texts(Cast.Apply(Decimal(new Decimal256Type(5, -2), 12), ArrowType.String)));
        ArrowAssert.Rows(["\"150\"", "\"-1\"", "\"12300\"", "null", "null", "null"], Cast.ApplyOrNull(Text("1.5", "-.005", "1.23e2", "1e9", "x", "."), type));
        ArrowAssert.Rows(["\"700\"", "null"], Cast.ApplyOrNull(new PrimitiveArray<int>(ArrowType.Int32, [7, 10000]), type));
        ArrowAssert.Rows(["\"150\"", "null", "null"], Cast.ApplyOrNull(new PrimitiveArray<double>(ArrowType.Float64, [1.499999, double.NaN, 1e6]), type));
        ArrowAssert.Rows(["\"18446744073709551615\""], Cast.Apply(Decimal(new Decimal128Type(38, 0), ulong.MaxValue), ArrowType.UInt64));
    }

    [Fact]
    public void Text_and_binary_change_offsets_without_copying_and_binary_must_be_UTF8()
    {
        var large = Cast.Apply(Text("a", null, "grüße").Slice(1, 2), ArrowType.LargeString);
        ArrowAssert.Rows(["null", "\"grüße\""], large);
        ArrowAssert.Rows(["null", "\"6772c3bcc39f65\""], Cast.Apply(large, ArrowType.Binary));
        var broken = new BinaryBuilder(ArrowType.Binary);
        broken.Append([0xC3]);
        broken.Append("ok"u8);
        ArrowAssert.Rows(["null", "\"ok\""], Cast.ApplyOrNull(broken.Build(), ArrowType.String));
    }

    [Fact]
    public void Nested_types_convert_their_parts()
    {
        var lists = new ListBuilder(new ListType(ArrowType.Int32));
        foreach (var row in new[] { new[] { 1, 2 }, [3, 4], [5] })
        {
            foreach (var item in row) ((PrimitiveBuilder<int>)lists.Items).Append(item);
            lists.EndRow();
        }
        lists.AppendNull();
        var array = lists.Build();
        ArrowAssert.Rows(["[\"1\",\"2\"]", "[\"3\",\"4\"]", "[\"5\"]", "null"], Cast.Apply(array, new LargeListType(ArrowType.Int64)));
        ArrowAssert.Rows(["[\"1\",\"2\"]", "[\"3\",\"4\"]", "null", "null"], Cast.ApplyOrNull(array, new FixedSizeListType(ArrowType.String, 2)));
        Assert.Equal(2, Assert.Throws<ArrowComputeException>(() => Cast.Apply(array, new FixedSizeListType(ArrowType.Float32, 2))).Row);
        var vectors = Cast.Apply(array.Slice(1, 1), new FixedSizeListType(ArrowType.Float64, 2));
        ArrowAssert.Rows(["[3,4]"], Cast.Apply(vectors, new ListType(ArrowType.Int32)));
    }

    [Fact]
    public void Dictionaries_convert_to_their_values()
    {
        var array = ArrowArray.Create(new DictionaryType(ArrowType.Int8, ArrowType.String), 3, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>([1, 0, 1])], null, Text("7", "8"));
        ArrowAssert.Rows(["8", "7", "8"], Cast.Apply(array, ArrowType.Int32));
        Assert.Equal(["8", "7", "8"], Texts(Cast.Apply(array, ArrowType.String)));
    }

    [Fact]
    public void Every_pair_of_types_converts_or_is_refused_by_name()
    {
        var random = new Random(9);
        foreach (var from in RandomArrays.Types)
        {
            foreach (var to in RandomArrays.Types)
            {
                var array = RandomArrays.Make(random, from, 40, 0.2, sliced: true);
                try
                {
                    var result = Cast.ApplyOrNull(array, to);
                    Assert.Equal((to, 40), (result.Type, result.Length));
                    ArrowAssert.Rows(ArrowText.Rows(result), result, $"{from} to {to}");
                    for (var i = 0; i < 40; i++) Assert.True(result.IsNull(i) || array.IsValid(i));
                    Assert.True(Cast.CanCast(from, to), $"{from} to {to}");
                }
                catch (ArrowComputeException error)
                {
                    Assert.Equal(ArrowComputeError.UnsupportedType, error.Error);
                    Assert.StartsWith("there is no conversion from ", error.Message, StringComparison.Ordinal);
                }
            }
        }
    }
}
