using System.Numerics;
using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Compute;

public class SortHashAggregateTests
{
    public static TheoryData<int> OrderedTypes() => [.. Enumerable.Range(0, RandomArrays.Types.Count).Where(i => !RandomArrays.Types[i].IsNested)];

    public static TheoryData<int> EveryType() => [.. Enumerable.Range(0, RandomArrays.Types.Count)];

    /// <summary>A comparable stand-in for a value, made without the code under test.</summary>
    static IComparable Plain(ArrowArray array, int row)
    {
        if (array is DictionaryArray d) return Plain(d.Dictionary, (int)d.GetIndex(row));
        return array switch
        {
            BooleanArray a => a.GetValue(row),
            PrimitiveArray<Half> a => Number((double)a.Values[row]),
            PrimitiveArray<float> a => Number(a.Values[row]),
            PrimitiveArray<double> a => Number(a.Values[row]),
            FixedSizeBinaryArray a when a.Type.Id != ArrowTypeId.FixedSizeBinary => new BigInteger(a.GetBytes(row)),
            FixedSizeBinaryArray a => Convert.ToHexString(a.GetBytes(row)),
            VariableBinaryArray<int> a => Convert.ToHexString(a.GetBytes(row)),
            VariableBinaryArray<long> a => Convert.ToHexString(a.GetBytes(row)),
            _ => BigInteger.Parse(ArrowText.Row(array, row).Trim('"'), System.Globalization.CultureInfo.InvariantCulture),
        };

        static IComparable Number(double value) => (double.IsNaN(value) ? 1 : 0, value + 0.0);
    }

    static int Order(SortKey key, int i, int j)
    {
        var (a, b) = (key.Array.IsNull(i), key.Array.IsNull(j));
        if (a || b) return a == b ? 0 : a == key.NullsFirst ? -1 : 1;
        var order = Plain(key.Array, i) is string x ? string.CompareOrdinal(x, (string)Plain(key.Array, j)) : Plain(key.Array, i).CompareTo(Plain(key.Array, j));
        return key.Descending ? -order : order;
    }

    static int[] Expected(int length, params SortKey[] keys) =>
        [.. Enumerable.Range(0, length).Order(Comparer<int>.Create((i, j) =>
        {
            foreach (var key in keys)
            {
                if (Order(key, i, j) is not 0 and var order) return order;
            }
            return i.CompareTo(j);
        }))];

    [Theory]
    [MemberData(nameof(OrderedTypes))]
    public void Every_ordered_type_sorts_stably_in_all_directions(int type)
    {
        var random = new Random(type + 50);
        foreach (var length in new[] { 0, 1, 2, 40, 120 })
        {
            foreach (var descending in new[] { false, true })
            {
                foreach (var nullsFirst in new[] { false, true })
                {
                    var key = new SortKey(RandomArrays.Make(random, RandomArrays.Types[type], length, random.Next(2) * 0.3, sliced: true), descending, nullsFirst);
                    var expected = Expected(length, key);
                    Assert.Equal(expected, Sort.Indices(key));
                    foreach (var top in new[] { 0, 1, 7, length }) Assert.Equal(expected[..Math.Min(top, length)], Sort.TopIndices(top, key));
                }
            }
        }
    }

    [Fact]
    public void Several_keys_sort_by_the_first_that_differs()
    {
        var random = new Random(8);
        for (var round = 0; round < 30; round++)
        {
            var length = random.Next(0, 300);
            SortKey Key(ArrowType type) => new(RandomArrays.Make(random, type, length, 0.2, sliced: true), random.Next(2) == 0, random.Next(2) == 0);
            SortKey[] keys = [Key(ArrowType.Boolean), Key(ArrowType.String), Key(ArrowType.Int8), Key(ArrowType.Float64)];
            var expected = Expected(length, keys);
            Assert.Equal(expected, Sort.Indices(keys));
            Assert.Equal(expected[..Math.Min(5, length)], Sort.TopIndices(5, keys));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Long_shared_prefixes_trailing_zeros_and_many_ties_sort_like_plain_comparison(bool descending)
    {
        var random = new Random(21);
        string[] stems = ["", "shared-prefix-", new string('x', 900), "a\0", "a\0\0\0\0\0\0\0", "value "];
        foreach (var length in new[] { 100, 1500 })
        {
            var builder = new BinaryBuilder(ArrowType.String);
            for (var i = 0; i < length; i++)
                builder.Append(stems[random.Next(stems.Length)] + (random.Next(3) == 0 ? new string('\0', random.Next(12)) : random.Next(200).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            var key = new SortKey(builder.Build(), descending);
            Assert.Equal(Expected(length, key), Sort.Indices(key));
        }
    }

    [Fact]
    public void Sorting_refuses_nothing_nested_types_and_different_lengths()
    {
        Assert.Throws<ArgumentException>(() => Sort.Indices());
        var list = RandomArrays.Make(new Random(1), new ListType(ArrowType.Int32), 3);
        Assert.Equal(ArrowComputeError.UnsupportedType, Assert.Throws<ArrowComputeException>(() => Sort.Indices(new SortKey(list))).Error);
        Assert.Throws<ArgumentException>(() => Sort.Indices(new SortKey(new NullArray(1)), new SortKey(new NullArray(2))));
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Equal_rows_hash_alike_wherever_they_lie(int type)
    {
        var random = new Random(type + 70);
        var array = RandomArrays.Make(random, RandomArrays.Types[type], 300, 0.2, sliced: true);
        var hashes = new ulong[300];
        Hash.Rows(array, hashes);
        var byText = new Dictionary<string, ulong>();
        for (var i = 0; i < 300; i++)
        {
            var text = ArrowText.Row(array, i).Replace("\"8000000000000000\"", "\"0000000000000000\"", StringComparison.Ordinal);
            Assert.Equal(hashes[i], byText.GetValueOrDefault(text, hashes[i]));
            byText[text] = hashes[i];
        }
        Assert.Equal(byText.Count, byText.Values.Distinct().Count());
        var shuffled = Enumerable.Range(0, 300).Reverse().ToArray();
        var moved = new ulong[300];
        Hash.Rows(Take.Apply(array, shuffled), moved);
        Assert.Equal(hashes.Reverse(), moved);
    }

    [Fact]
    public void Hashes_never_change()
    {
        Assert.Equal(Fixed, string.Join(" ", Run().Select(h => h.ToString("x16", System.Globalization.CultureInfo.InvariantCulture))));
        static ulong[] Run()
        {
            var two = new ulong[2];
            Hash.Rows([new PrimitiveArray<int>(ArrowType.Int32, [1, -1]), FilterTakeConcatTests.Strings("a", null)], two);
            return [Hash.Integer(42), Hash.Bytes(""u8), Hash.Bytes("abc"u8), Hash.Bytes("a text of more than sixteen bytes"u8), .. two];
        }
    }

    const string Fixed = "386afcf6dde9d8b4 42bc986dc5eec4d3 edd59f916c82d920 0e1a734a06cdab4a 34e9a9a61d903588 fb8a97947c01d018";

    [Fact]
    public void Hashes_depend_on_value_and_not_on_width()
    {
        ulong[] a = new ulong[1], b = new ulong[1];
        Hash.Rows(new PrimitiveArray<sbyte>(ArrowType.Int8, [-3]), a);
        Hash.Rows(new PrimitiveArray<long>(ArrowType.Int64, [-3L]), b);
        Assert.Equal(a, b);
        Hash.Rows(new PrimitiveArray<float>(ArrowType.Float32, [-0f]), a);
        Hash.Rows(new PrimitiveArray<double>(ArrowType.Float64, [0d]), b);
        Assert.Equal(a, b);
        Hash.Rows(FilterTakeConcatTests.Strings("grüße"), a);
        Hash.Rows(Cast.Apply(FilterTakeConcatTests.Strings("grüße"), ArrowType.LargeBinary), b);
        Assert.Equal(a, b);
    }

    [Fact]
    public void Sums_check_their_range_and_pass_over_nulls()
    {
        ArrowAssert.Rows(["\"-2\""], Aggregate.Sum(new PrimitiveArray<sbyte>(ArrowType.Int8, [127, -128, -1])));
        ArrowAssert.Rows(["\"510\""], Aggregate.Sum(new PrimitiveArray<byte>(ArrowType.UInt8, [255, 255])));
        var big = new PrimitiveArray<long>(ArrowType.Int64, [long.MaxValue, 1, -5]);
        ArrowAssert.Rows(["\"9223372036854775803\""], Aggregate.Sum(big));
        Assert.Equal(ArrowComputeError.Overflow, Assert.Throws<ArrowComputeException>(() => Aggregate.Sum(big.Slice(0, 2))).Error);
        ArrowAssert.Rows(["null"], Aggregate.Sum(NullRows.Of(ArrowType.Float32, 3)));
        ArrowAssert.Rows(["null"], Aggregate.Sum(new NullArray(3)));
        Assert.Equal(2.0 / 3, ((PrimitiveArray<double>)Aggregate.Mean(new PrimitiveArray<int>(ArrowType.Int32, [1, 2, -1]))).Values[0]);
        Assert.Equal(ArrowComputeError.UnsupportedType, Assert.Throws<ArrowComputeException>(() => Aggregate.Sum(FilterTakeConcatTests.Strings("a"))).Error);
    }

    [Fact]
    public void Float_sums_are_the_same_bits_on_every_rung()
    {
        var random = new Random(3);
        for (var length = 0; length < 70; length++)
        {
            var values = new double[length + 1];
            foreach (ref var value in values.AsSpan()) value = random.NextDouble() * Math.Pow(10, random.Next(-10, 10));
            var sums = FilterTakeConcatTests.Levels().Select(l => ArrowText.Row(Aggregate.Sum(new PrimitiveArray<double>(ArrowType.Float64, values), l), 0)).ToArray();
            Assert.Single(sums.Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(OrderedTypes))]
    public void Extremes_are_the_ends_of_the_sorted_values(int type)
    {
        var random = new Random(type + 90);
        for (var round = 0; round < 20; round++)
        {
            var array = RandomArrays.Make(random, RandomArrays.Types[type], random.Next(1, 100), 0.2, sliced: true);
            var plain = array is DictionaryArray d ? DictionaryDecode.Apply(d) : array;
            var valid = Enumerable.Range(0, plain.Length).Where(plain.IsValid).ToArray();
            var (min, max) = (Aggregate.Min(array), Aggregate.Max(array));
            Assert.Equal(valid.Length, Aggregate.Count(array));
            if (valid.Length == 0)
            {
                ArrowAssert.Rows(["null"], min);
                continue;
            }
            // NaN is the greatest value, so that a minimum of NaN means that there is nothing else.
            var sorted = valid.Order(Comparer<int>.Create((i, j) => Order(new SortKey(plain), i, j))).ToArray();
            Assert.True(Compared(min, plain, sorted[0]) == 0, $"{ArrowText.Column(array)} {ArrowText.Column(min)}");
            Assert.True(Compared(max, plain, sorted[^1]) == 0, $"{ArrowText.Column(array)} {ArrowText.Column(max)}");
        }

        static int Compared(ArrowArray one, ArrowArray array, int row) => Plain(one, 0).CompareTo(Plain(array, row));
    }
}
