using Pennon.Arrow.Compute;
using Pennon.Arrow.Compute.Spans;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Compute;

public class FilterTakeConcatTests
{
    public static TheoryData<int> EveryType() => [.. Enumerable.Range(0, RandomArrays.Types.Count)];

    static readonly int[] Lengths = [0, 1, 2, 63, 64, 65, 200];

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Filter_keeps_exactly_the_true_rows_in_order(int type)
    {
        var random = new Random(type + 100);
        foreach (var length in Lengths)
        {
            foreach (var density in new[] { 0.0, 0.05, 0.5, 0.97, 1.0 })
            {
                var array = RandomArrays.Make(random, RandomArrays.Types[type], length, nulls: random.Next(2) * 0.3, sliced: random.Next(2) == 0);
                var mask = Mask(random, length, density, nulls: random.Next(2) * 0.2);
                var expected = Enumerable.Range(0, length).Where(i => mask.IsValid(i) && mask.GetValue(i)).Select(i => ArrowText.Row(array, i)).ToArray();
                foreach (var level in Levels())
                    ArrowAssert.Rows(expected, Filter.Apply(array, mask, level), $"length {length}, density {density}, {level}");
                Assert.Equal(expected.Length, Filter.CountSelected(mask));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Take_gives_the_rows_at_the_positions_with_repeats(int type)
    {
        var random = new Random(type + 200);
        foreach (var length in Lengths.Where(l => l > 0))
        {
            foreach (var count in new[] { 0, 1, 130 })
            {
                var array = RandomArrays.Make(random, RandomArrays.Types[type], length, nulls: random.Next(2) * 0.3, sliced: random.Next(2) == 0);
                var indices = Enumerable.Range(0, count).Select(_ => random.Next(length)).ToArray();
                ArrowAssert.Rows([.. indices.Select(i => ArrowText.Row(array, i))], Take.Apply(array, indices), $"length {length}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Take_gives_null_for_negative_or_null_positions(int type)
    {
        var random = new Random(type + 300);
        var array = RandomArrays.Make(random, RandomArrays.Types[type], 50, nulls: random.Next(2) * 0.3, sliced: true);
        var indices = Enumerable.Range(0, 100).Select(_ => random.Next(-20, 50)).ToArray();
        string[] expected = [.. indices.Select(i => i < 0 ? "null" : ArrowText.Row(array, i))];
        ArrowAssert.Rows(expected, Take.ApplyOrNull(array, indices));
        var builder = new PrimitiveBuilder<int>(ArrowType.Int32);
        foreach (var i in indices) builder.Append(i < 0 ? null : i);
        ArrowAssert.Rows(expected, Take.Apply(array, (PrimitiveArray<int>)builder.Build()));
    }

    [Fact]
    public void Take_refuses_positions_outside_the_array()
    {
        var array = new PrimitiveArray<int>(ArrowType.Int32, [1, 2, 3]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Take.Apply(array, [0, 3]));
        Assert.Contains("Position 3 (number 1) is outside an array of 3 rows", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Take.Apply(array, [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Take.ApplyOrNull(array, [-1, 7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Take.Apply(array.Slice(0, 0), [0]));
    }

    [Fact]
    public void Take_refuses_items_outside_the_list_child()
    {
        var items = new PrimitiveArray<int>(ArrowType.Int32, [1, 2, 3]);
        var broken = ArrowArray.Create(new ListType(ArrowType.Int32), 3, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 1 << 30, 1 << 29, 3])], [items]);
        Assert.Throws<ArgumentException>(() => Take.Apply(broken, [1]));
        Assert.Throws<ArgumentException>(() => Take.Apply(broken, [0]));
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Concat_puts_rows_behind_each_other(int type)
    {
        var random = new Random(type + 400);
        for (var round = 0; round < 20; round++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 5))
                .Select(_ => RandomArrays.Make(random, RandomArrays.Types[type], Lengths[random.Next(Lengths.Length)], random.Next(2) * 0.3, random.Next(2) == 0))
                .ToArray();
            ArrowAssert.Rows([.. parts.SelectMany(ArrowText.Rows)], Concat.Apply(parts), $"round {round}");
        }
    }

    [Fact]
    public void Concat_keeps_a_shared_dictionary()
    {
        var values = Strings("a", "b");
        var type = new DictionaryType(ArrowType.Int8, ArrowType.String);
        var one = (DictionaryArray)ArrowArray.Create(type, 2, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>([0, 1])], null, values.Share());
        var two = one.Slice(1, 1);
        var joined = (DictionaryArray)Concat.Apply([one, two]);
        Assert.Equal(2, joined.Dictionary.Length);
        ArrowAssert.Rows(["\"a\"", "\"b\"", "\"b\""], joined);
    }

    [Fact]
    public void Concat_refuses_dictionary_positions_that_overflow_the_index_type()
    {
        var type = new DictionaryType(ArrowType.Int8, ArrowType.Int32);
        ArrowArray Part() => ArrowArray.Create(type, 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<sbyte>([99])], null,
            new PrimitiveArray<int>(ArrowType.Int32, Enumerable.Range(0, 100).ToArray()));
        var error = Assert.Throws<ArrowComputeException>(() => Concat.Apply([Part(), Part()]));
        Assert.Equal(ArrowComputeError.Overflow, error.Error);
        Assert.Equal(1, error.Row);
    }

    [Fact]
    public void Concat_refuses_nothing_and_mixed_types()
    {
        Assert.Throws<ArgumentException>(() => Concat.Apply(ReadOnlySpan<ArrowArray>.Empty));
        Assert.Throws<ArgumentException>(() => Concat.Apply([Strings("a"), new PrimitiveArray<int>(ArrowType.Int32, [1])]));
    }

    [Fact]
    public void Batches_filter_take_and_concatenate_all_columns()
    {
        var random = new Random(5);
        var batch = RandomArrays.Batch(random, 90, sliced: true);
        var mask = Mask(random, 90, 0.4, 0.1);
        var rows = Filter.SelectedRows(mask);
        ArrowAssert.Equal(Take.Apply(batch, rows), Filter.Apply(batch, mask));
        var halves = Concat.Apply([batch.Slice(0, 40), batch.Slice(40, 50)]);
        ArrowAssert.Equal(batch, halves);
    }

    [Fact]
    public void Filter_refuses_a_mask_of_another_length() =>
        Assert.Throws<ArgumentException>(() => Filter.Apply(Strings("a", "b"), Mask(new Random(1), 3, 1, 0)));

    internal static IEnumerable<SimdLevel> Levels() =>
        new[] { SimdLevel.Scalar, SimdLevel.Vector128, SimdLevel.Vector256, SimdLevel.Vector512 }.Where(l => l <= HardwareLevel());

    static SimdLevel HardwareLevel() =>
        System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? SimdLevel.Vector512
        : System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated ? SimdLevel.Vector256 : SimdLevel.Vector128;

    internal static ArrowArray Strings(params string?[] values)
    {
        var builder = new BinaryBuilder(ArrowType.String);
        foreach (var value in values) builder.Append(value);
        return builder.Build();
    }

    internal static BooleanArray Mask(Random random, int length, double density, double nulls)
    {
        var builder = new BooleanBuilder();
        for (var i = 0; i < length + 3; i++) builder.Append(random.NextDouble() < nulls ? null : random.NextDouble() < density);
        return (BooleanArray)builder.Build().Slice(3, length);
    }
}
