using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Tests.Scans;

/// <summary>Filters over eight rows that hold every kind of trouble.</summary>
public sealed class FilterTests
{
    static readonly RecordBatch Rows = Build();

    static RecordBatch Build()
    {
        static ArrowArray Column(ArrowType type, params object?[] values)
        {
            var builder = ArrayBuilder.Create(type);
            foreach (var value in values)
            {
                switch (builder, value)
                {
                    case (_, null): builder.AppendNull(); break;
                    case (PrimitiveBuilder<int> b, int v): b.Append(v); break;
                    case (PrimitiveBuilder<long> b, long v): b.Append(v); break;
                    case (PrimitiveBuilder<ulong> b, ulong v): b.Append(v); break;
                    case (PrimitiveBuilder<double> b, double v): b.Append(v); break;
                    case (PrimitiveBuilder<float> b, float v): b.Append(v); break;
                    case (BooleanBuilder b, bool v): b.Append(v); break;
                    case (BinaryBuilder b, string v): b.Append(v); break;
                    case (FixedSizeBinaryBuilder b, Int128 v): b.Append(v); break;
                    default: throw new InvalidOperationException($"{builder} {value}");
                }
            }
            return builder.Build();
        }
        static ArrowArray Lists(ArrowArray items, params int[] lengths)
        {
            var offsets = new int[lengths.Length + 1];
            var valid = new byte[1];
            for (var i = 0; i < lengths.Length; i++)
            {
                offsets[i + 1] = offsets[i] + Math.Max(lengths[i], 0);
                if (lengths[i] >= 0)
                    valid[0] |= (byte)(1 << i);
            }
            return ArrowArray.Create(new ListType(items.Type), lengths.Length, -1, 0, [ArrowBuffer.Of<byte>(valid), ArrowBuffer.Of<int>(offsets)], [items]);
        }
        var structType = new StructType([new Field("a", ArrowType.Int32), new Field("b", ArrowType.String)]);
        var st = ArrowArray.Create(structType, 8, -1, 0, [ArrowBuffer.Of<byte>([0b0000_0101])],
            [Column(ArrowType.Int32, 0, 1, 2, 3, 4, 5, 6, 7), Column(ArrowType.String, "p", "q", "r", "s", "t", "u", "v", "w")]);
        var dictionaryType = new DictionaryType(ArrowType.Int8, ArrowType.String);
        var dictionary = ArrowArray.Create(dictionaryType, 8, -1, 0,
            [ArrowBuffer.Of<byte>([0b0000_0111]), ArrowBuffer.Of<sbyte>([0, 1, 0, 0, 0, 0, 0, 0])], [], Column(ArrowType.String, "x", "y"));
        (string, ArrowArray)[] columns =
        [
            ("id", Column(ArrowType.Int32, 0, 1, 2, 3, 4, 5, 6, 7)),
            ("d", Column(ArrowType.Float64, 0.0, -0.0, double.NaN, 1.5, -1.5, double.PositiveInfinity, null, 0.1)),
            ("f", Column(ArrowType.Float32, 0f, -0f, float.NaN, 1.5f, -1.5f, float.PositiveInfinity, null, 0.1f)),
            ("s", Column(ArrowType.String, "abc", "ABC", "a_b", "a%b", "", null, "üx", "abcabc")),
            ("u", Column(ArrowType.UInt64, 0UL, 1UL, ulong.MaxValue, 3UL, 4UL, 5UL, null, 7UL)),
            ("l", Column(ArrowType.Int64, 0L, -1L, 2L, 3L, 4L, 5L, null, long.MaxValue)),
            ("b", Column(ArrowType.Boolean, true, false, null, true, false, true, false, null)),
            ("t", Column(new TimestampType(TimeUnit.Millisecond), 0L, 86400000L, 1600000000000L, null, -1L, 1L, 2L, 3L)),
            ("dd", Column(ArrowType.Date32, 0, 1, 18518, null, -1, 0, 0, 0)),
            ("li", Lists(Column(ArrowType.Int32, 1, 2, 3, null, 1, 2, 2, 7, 1), 2, 0, -1, 1, 2, 2, 1, 1)),
            ("ls", Lists(Column(ArrowType.String, "a", "b", "c", null, "a", "b", "d", "a"), 2, 0, -1, 1, 2, 1, 1, 1)),
            ("st", st),
            ("dec", Column(new Decimal128Type(10, 2), (Int128)100, (Int128)125, (Int128)200, null, null, null, null, null)),
            ("dic", dictionary),
        ];
        return new RecordBatch(new Schema([.. columns.Select(c => new Field(c.Item1, c.Item2.Type))]), [.. columns.Select(c => c.Item2)], 8);
    }

    static string Select(LanceExpression expression)
    {
        var schema = LanceSchema.Read(LanceSchema.Write(Rows.Schema), null, "t");
        var filter = FilterBinder.Bind(expression, schema);
        var columns = filter.Columns.Fields.Select(field => Pruned(field, Rows.Column(field.Name))).ToArray();
        return string.Join(",", Filter.SelectedRows(filter.Evaluate(columns, Rows.Length)));
    }

    static ArrowArray Pruned(LanceField field, ArrowArray array) => array is StructArray s
        ? ArrowArray.Create(field.Type, s.Length, s.NullCount, 0, [s.Validity], [.. field.Children.Select(c => s.Child(c.Name))])
        : array;

    [Theory]
    [InlineData("d = 0", "0,1")]
    [InlineData("d = 0.0", "0,1")]
    [InlineData("d = -0.0", "0,1")]
    [InlineData("d < 0", "4")]
    [InlineData("d >= 0", "0,1,2,3,5,7")]
    [InlineData("d > 1", "2,3,5")]
    [InlineData("d <> 1.5", "0,1,2,4,5,7")]
    [InlineData("f = 0.1", "7")]
    [InlineData("f > 0.1", "2,3,5")]
    [InlineData("f = 1.5", "3")]
    [InlineData("f > 1", "2,3,5")]
    [InlineData("cast(f as double) = 0.1", "")]
    [InlineData("s like 'a_c'", "0")]
    [InlineData("s like 'a\\_b'", "2")]
    [InlineData("s ilike 'ABC%'", "0,1,7")]
    [InlineData("s not like '%b%'", "1,4,6")]
    [InlineData("u = 18446744073709551615", "2")]
    [InlineData("u > l", "1,2")]
    [InlineData("l not in (3, null)", "")]
    [InlineData("b", "0,3,5")]
    [InlineData("not b", "1,4,6")]
    [InlineData("b = true", "0,3,5")]
    [InlineData("b is true", "0,3,5")]
    [InlineData("b is not true", "1,2,4,6,7")]
    [InlineData("b is false", "1,4,6")]
    [InlineData("t = timestamp '1970-01-02'", "1")]
    [InlineData("t = timestamp '1970-01-01 00:00:00.001'", "5")]
    [InlineData("t = date '1970-01-02'", "1")]
    [InlineData("dd = date '1970-01-02'", "1")]
    [InlineData("dd > timestamp '1970-01-01 12:00:00'", "1,2")]
    [InlineData("date_part('year', t) = 2020", "2")]
    [InlineData("date_trunc('day', t) = timestamp '2020-09-13'", "2")]
    [InlineData("date_part('dow', dd) = 0", "2")]
    [InlineData("date_part('epoch', t) = 0", "0")]
    [InlineData("li[1] = 1", "0,7")]
    [InlineData("li[0] = 1", "")]
    [InlineData("li[-1] = 2", "0,5")]
    [InlineData("array_length(li) = 2", "0,4,5")]
    [InlineData("array_length(li) = 0", "1")]
    [InlineData("array_has(li, 1)", "0,4,7")]
    [InlineData("array_contains(li, 2)", "0,5")]
    [InlineData("array_has_any(ls, ['a','c'])", "0,3,4,7")]
    [InlineData("array_has_all(ls, ['a','b'])", "0")]
    [InlineData("not array_has(li, 1)", "1,3,5,6")]
    [InlineData("li is null", "2")]
    [InlineData("length(s) = 3", "0,1,2,3")]
    [InlineData("char_length(s) = 2", "6")]
    [InlineData("octet_length(s) = 3", "0,1,2,3,6")]
    [InlineData("bit_length(s) = 24", "0,1,2,3,6")]
    [InlineData("lower(s) = 'abc'", "0,1")]
    [InlineData("concat(s, 'x') = 'abcx'", "0")]
    [InlineData("concat(s, 'x') = 'x'", "4,5")]
    [InlineData("s || 'x' = 'abcx'", "0")]
    [InlineData("starts_with(s, 'ab')", "0,7")]
    [InlineData("ends_with(s, 'c')", "0,7")]
    [InlineData("contains(s, 'b')", "0,2,3,7")]
    [InlineData("replace(s, 'a', 'z') = 'zbc'", "0")]
    [InlineData("reverse(s) = 'cba'", "0")]
    [InlineData("left(s, 2) = 'ab'", "0,7")]
    [InlineData("strpos(s, 'b') = 2", "0,7")]
    [InlineData("id / 2 = 1", "2,3")]
    [InlineData("id % 3 = 1", "1,4,7")]
    [InlineData("id + 1.5 = 2.5", "1")]
    [InlineData("-id = -3", "3")]
    [InlineData("l + 1 = 4", "3")]
    [InlineData("l + l > 0", "2,3,4,5")]
    [InlineData("id * 1000000000 > 1", "1,2,3,4,5,6,7")]
    [InlineData("try_cast(s as int) is null", "0,1,2,3,4,5,6,7")]
    [InlineData("id::double = 3", "3")]
    [InlineData("id between 2 and 4", "2,3,4")]
    [InlineData("id not between 2 and 4", "0,1,5,6,7")]
    [InlineData("coalesce(s, 'zz') = 'zz'", "5")]
    [InlineData("nullif(id, 3) is null", "3")]
    [InlineData("abs(l) = 1", "1")]
    [InlineData("id in (1,2) or s = 'abc' and b", "0,1,2")]
    [InlineData("true", "0,1,2,3,4,5,6,7")]
    [InlineData("false", "")]
    [InlineData("1 = 1", "0,1,2,3,4,5,6,7")]
    [InlineData("id = null", "")]
    [InlineData("id is not null and null", "")]
    [InlineData("\"id\" = 3", "3")]
    [InlineData("`id` = 3", "3")]
    [InlineData("ID = 3", "3")]
    [InlineData("id == 3", "3")]
    [InlineData("id != 3", "0,1,2,4,5,6,7")]
    [InlineData("regexp_like(s, 'a.c')", "0,7")]
    [InlineData("isnan(d)", "2")]
    [InlineData("s in ('abc', 'ABC')", "0,1")]
    [InlineData("s > 'abc'", "6,7")]
    [InlineData("t is null", "3")]
    [InlineData("power(id, 2) = 9", "3")]
    [InlineData("round(d) = 2", "3")]
    [InlineData("3 < id", "4,5,6,7")]
    [InlineData("cast('2020-09-13' as date) = dd", "2")]
    public void Filters_keep_the_rows_that_LanceDB_keeps(string sql, string rows) => Assert.Equal(rows, Select(LanceExpression.Parse(sql)));

    [Theory]
    [InlineData("l = 3.0", "3")]
    [InlineData("l > 1.5", "2,3,4,5,7")]
    [InlineData("l in (3, 4.0)", "3,4")]
    [InlineData("id = 3.5", "")]
    [InlineData("id > 99999999999", "")]
    [InlineData("id < 99999999999", "0,1,2,3,4,5,6,7")]
    [InlineData("u > -1", "0,1,2,3,4,5,7")]
    [InlineData("u < 99999999999999999999", "0,1,2,3,4,5,7")]
    [InlineData("b is unknown", "2,7")]
    [InlineData("b is not unknown", "0,1,3,4,5,6")]
    [InlineData("t > '2000-01-01'", "2")]
    [InlineData("t between '2020-01-01' and '2021-01-01'", "2")]
    [InlineData("dd = '1970-01-02'", "1")]
    [InlineData("extract(year from t) = 2020", "2")]
    [InlineData("substr(s, 2) = 'bc'", "0")]
    [InlineData("substr(s, 1, 2) = 'AB'", "1")]
    [InlineData("substring(s from 2 for 2) = 'bc'", "0,7")]
    [InlineData("trim('  abc ') = s", "0")]
    [InlineData("trim(both 'x' from 'xabcx') = s", "0")]
    [InlineData("position('b' in s) = 2", "0,7")]
    [InlineData("s like 'a!%b' escape '!'", "3")]
    [InlineData("s is not null and s <> ''", "0,1,2,3,6,7")]
    [InlineData("st.a = 2", "2")]
    [InlineData("st['a'] = 2", "2")]
    [InlineData("st.B is null", "1,3,4,5,6,7")]
    [InlineData("array_has(ls, 'a')", "0,4,7")]
    [InlineData("array_has_any(ls, [])", "")]
    [InlineData("array_has_all(li, [2])", "0,5")]
    [InlineData("li[5] is null", "0,1,2,3,4,5,6,7")]
    [InlineData("x'616263' = cast(s as binary)", "0")]
    [InlineData("id not in (1,2,3,4,5,6)", "0,7")]
    [InlineData("s not in ('abc', null)", "")]
    [InlineData("s in ('abc', null)", "0")]
    [InlineData("id between 2 and 4 or id = 7", "2,3,4,7")]
    [InlineData("not (id > 2) and not id = 0", "1,2")]
    [InlineData("(id)=3 -- comment", "3")]
    [InlineData("/* c */ id = 3", "3")]
    [InlineData("-1 = l", "1")]
    [InlineData("l = -9223372036854775808", "")]
    [InlineData("abs(d) = 1.5", "3,4")]
    [InlineData("floor(d) = 1", "3")]
    [InlineData("sqrt(id) = 2", "4")]
    [InlineData("t = timestamp '1970-01-02T00:00:00Z'", "1")]
    [InlineData("t = timestamp '1970-01-02 02:00:00+02:00'", "1")]
    [InlineData("date_trunc('month', t) = timestamp '2020-09-01'", "2")]
    [InlineData("date_part('month', dd) = 9", "2")]
    [InlineData("date_part('doy', dd) = 257", "2")]
    [InlineData("date_part('week', dd) = 37", "2")]
    [InlineData("date_part('quarter', dd) = 3", "2")]
    [InlineData("date_part('hour', t) = 23", "4")]
    [InlineData("date_part('millisecond', t) = 59999", "4")]
    [InlineData("s ilike '%B%'", "0,1,2,3,7")]
    [InlineData("s like '%'", "0,1,2,3,4,6,7")]
    [InlineData("s like ''", "4")]
    [InlineData("s like '_x'", "6")]
    [InlineData("s like '%bc'", "0,7")]
    [InlineData("s like '%bca%'", "7")]
    [InlineData("s like 'a%c'", "0,7")]
    [InlineData("s like 'a_c%'", "0,7")]
    [InlineData("ends_with(s, 'x') or starts_with(s, 'ü')", "6")]
    [InlineData("right(s, 1) = 'x'", "6")]
    [InlineData("upper(s) = 'ÜX'", "6")]
    [InlineData("cast(id as string) = '3'", "3")]
    [InlineData("cast('3' as bigint) = id", "3")]
    [InlineData("try_cast(s as int) = 1", "")]
    [InlineData("d = cast('NaN' as double)", "2")]
    [InlineData("d > cast('NaN' as double)", "")]
    [InlineData("d >= cast('NaN' as double)", "2")]
    [InlineData("d < cast('NaN' as double)", "0,1,3,4,5,7")]
    [InlineData("d in (0.0, 1.5)", "0,1,3")]
    [InlineData("f in (0.1)", "7")]
    [InlineData("u in (18446744073709551615)", "2")]
    [InlineData("dec = 1.25", "1")]
    [InlineData("dec > 1.2", "1,2")]
    [InlineData("dec = 2", "2")]
    [InlineData("dec < 1.255", "0,1")]
    [InlineData("dic = 'x'", "0,2")]
    [InlineData("dic in ('y')", "1")]
    [InlineData("true or id / (id - 3) > 0", "0,1,2,3,4,5,6,7")]
    [InlineData("false and id / 0 = 1", "")]
    public void Filters_that_LanceDB_refuses_or_lacks_follow_standard_SQL(string sql, string rows) => Assert.Equal(rows, Select(LanceExpression.Parse(sql)));

    [Theory]
    [InlineData("", 0)]
    [InlineData("id =", 4)]
    [InlineData("id = 1 extra", 7)]
    [InlineData("'abc", 0)]
    [InlineData("(id = 1", 7)]
    [InlineData("id = 1)", 6)]
    [InlineData("id ? 1", 3)]
    [InlineData("id is nan", 6)]
    [InlineData("id in 1", 6)]
    [InlineData("id between 1 or 2", 13)]
    [InlineData("s like 'a' escape 'xy'", 18)]
    [InlineData("cast(id as quaternion) = 1", 11)]
    [InlineData("cast(id int) = 1", 8)]
    [InlineData("id = 12abc", 5)]
    [InlineData("date '2020-02-30' = dd", 0)]
    [InlineData("timestamp 'nonsense' = t", 0)]
    [InlineData("x'1' = s", 0)]
    [InlineData("and", 0)]
    [InlineData("/* open", 0)]
    public void Broken_text_is_refused_at_its_position(string sql, int position) =>
        Assert.Equal(position, Assert.Throws<LanceFilterException>(() => LanceExpression.Parse(sql)).Position);

    [Theory]
    [InlineData("x = 1", 0)]
    [InlineData("id = 1 and nosuch(id) = 1", 11)]
    [InlineData("s = 1", 2)]
    [InlineData("id = '3'", 3)]
    [InlineData("b and id", 6)]
    [InlineData("id", 0)]
    [InlineData("s", 0)]
    [InlineData("1", 0)]
    [InlineData("id / 0 = 1", 3)]
    [InlineData("st.zzz = 1", 0)]
    [InlineData("id.a = 1", 0)]
    [InlineData("li = li", 3)]
    [InlineData("lower(id, id) = 'a'", 0)]
    [InlineData("dd = 'tomorrow'", 5)]
    [InlineData("date_part('nothing', t) = 1", 10)]
    [InlineData("regexp_like(s, '(')", 15)]
    [InlineData("cast('abc' as int) = id", 0)]
    [InlineData("-s = 1", 0)]
    [InlineData("s like 1", 7)]
    [InlineData("id[1] = 1", 2)]
    [InlineData("array_has(id, 1)", 10)]
    public void Filters_that_do_not_fit_the_table_are_refused_at_their_position(string sql, int position)
    {
        var error = Assert.Throws<LanceFilterException>(() => Select(LanceExpression.Parse(sql)));
        Assert.Equal(position, error.Position);
    }

    [Fact]
    public void Values_that_fail_while_rows_are_computed_name_their_position() =>
        Assert.Equal(0, Assert.Throws<LanceFilterException>(() => Select(LanceExpression.Parse("cast(s as int) = 1"))).Position);

    [Fact]
    public void Expressions_can_be_built_without_text()
    {
        var id = LanceExpression.Column("id");
        Assert.Equal("3,4", Select(id.GreaterOrEqual(3L).And(id.Less(5L))));
        Assert.Equal("0,1", Select(LanceExpression.Call("lower", LanceExpression.Column("s")).Equal("abc")));
        Assert.Equal("0,7", Select(LanceExpression.Column("s").Like("abc%")));
        Assert.Equal("0,1,7", Select(LanceExpression.Column("s").Like("ABC%", ignoreCase: true)));
        Assert.Equal("1,2", Select(id.In(1L, 2L, 99L)));
        Assert.Equal("2", Select(LanceExpression.Column("st", "a").Equal(2L)));
        Assert.Equal("5", Select(LanceExpression.Column("s").IsNull()));
        Assert.Equal("1", Select(LanceExpression.Column("dd").Equal(new DateOnly(1970, 1, 2))));
        Assert.Equal("1", Select(LanceExpression.Column("t").Equal(new DateTime(1970, 1, 2, 0, 0, 0, DateTimeKind.Utc))));
        Assert.Equal("2,3,4", Select(id.Between(2L, 4L)));
        Assert.Equal("0,1,2,3,4,6,7", Select(id.Equal(5L).Not()));
        Assert.Equal("6", Select(id.Add(1L).Equal(7L)));
        Assert.Equal("", Select(LanceExpression.Column("b").Equal(LanceExpression.Null)));
        Assert.Equal("", Select(id.In()));
        Assert.Throws<ArgumentException>(() => LanceExpression.Column());
    }

    [Fact]
    public void Deep_nesting_is_refused_and_long_chains_are_not()
    {
        Assert.Throws<LanceFilterException>(() => LanceExpression.Parse(new string('(', 5000) + "id = 1" + new string(')', 5000)));
        Assert.Throws<LanceFilterException>(() => LanceExpression.Parse(new string('-', 1).Insert(0, string.Concat(Enumerable.Repeat("- ", 5000))) + "1 = id"));
        Assert.Equal("1", Select(LanceExpression.Parse(string.Join(" or ", Enumerable.Repeat("id = 1", 3000)))));
        var deep = LanceExpression.Column("id").Equal(1L);
        for (var i = 0; i < 5000; i++)
            deep = deep.Not();
        Assert.Throws<LanceFilterException>(() => Select(deep));
    }

    [Fact]
    public void Random_text_is_parsed_or_refused_and_nothing_else()
    {
        const int seed = 20;
        var random = new Random(seed);
        string[] pieces = ["id", "s", "(", ")", "and", "or", "not", "=", "<", ">=", "1", "2.5", "'a'", "null", "is", "in", "between", "like", "[", "]", ",", ".", "cast", "as", "int",
            "::", "date", "timestamp", "\"q\"", "`x`", "+", "-", "*", "/", "%", "||", "lower", "extract", "from", "true", "li", "st", "ü", "'", "--", "/*", "x'61'", "escape", "trim", "substring", "for"];
        for (var round = 0; round < 20000; round++)
        {
            var text = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Select(LanceExpression.Parse(text));
            }
            catch (LanceFilterException error)
            {
                Assert.InRange(error.Position, -1, text.Length);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, round {round}: {text} gave {error}");
            }
        }
    }

    [Fact]
    public void Cut_off_filters_are_refused_or_parsed()
    {
        const string text = "cast(id as bigint) between -1 and 2e3 and (s like 'a!%' escape '!' or array_has(li, 3)) and st.a[1] is not true and extract(year from t) = 2020";
        for (var i = 0; i < text.Length; i++)
        {
            try
            {
                LanceExpression.Parse(text[..i]);
            }
            catch (LanceFilterException)
            {
                // Refused, as it should be.
            }
        }
    }
}
