using System.Numerics;
using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Compute;

public class CompareTests
{
    static readonly CompareOperator[] Operators = Enum.GetValues<CompareOperator>();

    public static TheoryData<int> OrderedTypes() =>
        [.. Enumerable.Range(0, RandomArrays.Types.Count).Where(i => !RandomArrays.Types[i].IsNested)];

    [Theory]
    [MemberData(nameof(OrderedTypes))]
    public void Every_ordered_type_compares_like_the_plain_loop_on_every_rung(int type)
    {
        var random = new Random(type);
        foreach (var length in new[] { 0, 1, 63, 64, 65, 129, 300 })
        {
            var left = RandomArrays.Make(random, RandomArrays.Types[type], length, random.Next(2) * 0.2, sliced: random.Next(2) == 0);
            var right = RandomArrays.Make(random, RandomArrays.Types[type], length, random.Next(2) * 0.2, sliced: random.Next(2) == 0);
            var one = RandomArrays.Make(random, RandomArrays.Types[type], 1, 0, sliced: true);
            foreach (var operation in Operators)
            {
                var rows = Enumerable.Range(0, length).Select(i => Expected(operation, left, i, right, i)).ToArray();
                var scalar = Enumerable.Range(0, length).Select(i => Expected(operation, left, i, one, 0)).ToArray();
                foreach (var level in FilterTakeConcatTests.Levels())
                {
                    ArrowAssert.Rows(rows, Pennon.Arrow.Compute.Compare.Run(operation, left, right, scalar: false, level), $"{operation} {level} {length}");
                    ArrowAssert.Rows(scalar, Pennon.Arrow.Compute.Compare.Run(operation, left, one, scalar: true, level), $"{operation} {level} {length} scalar");
                }
            }
        }
    }

    [Fact]
    public void NaN_is_unequal_to_itself_and_minus_zero_equals_zero()
    {
        var left = new PrimitiveArray<double>(ArrowType.Float64, [double.NaN, -0.0, double.NaN]);
        var right = new PrimitiveArray<double>(ArrowType.Float64, [double.NaN, 0.0, 1]);
        ArrowAssert.Rows(["false", "true", "false"], Pennon.Arrow.Compute.Compare.Apply(CompareOperator.Equal, left, right));
        ArrowAssert.Rows(["true", "false", "true"], Pennon.Arrow.Compute.Compare.Apply(CompareOperator.NotEqual, left, right));
        ArrowAssert.Rows(["false", "true", "false"], Pennon.Arrow.Compute.Compare.Apply(CompareOperator.GreaterOrEqual, left, right));
    }

    [Fact]
    public void A_null_value_makes_every_row_null()
    {
        var array = new PrimitiveArray<int>(ArrowType.Int32, [1, 2]);
        var builder = new PrimitiveBuilder<int>(ArrowType.Int32);
        builder.AppendNull();
        ArrowAssert.Rows(["null", "null"], Pennon.Arrow.Compute.Compare.WithValue(CompareOperator.Equal, array, builder.Build()));
    }

    [Fact]
    public void Text_compares_by_code_point_with_one_value()
    {
        var array = FilterTakeConcatTests.Strings("apple", null, "apples", "", "Äpfel", "apple");
        ArrowAssert.Rows(["true", "null", "false", "false", "false", "true"], Pennon.Arrow.Compute.Compare.WithValue(CompareOperator.Equal, array, "apple"u8));
        ArrowAssert.Rows(["false", "null", "true", "false", "true", "false"], Pennon.Arrow.Compute.Compare.WithValue(CompareOperator.Greater, array, "apple"u8));
    }

    [Fact]
    public void A_typed_value_needs_no_array()
    {
        var array = (PrimitiveArray<long>)new PrimitiveArray<long>(ArrowType.Int64, [long.MinValue, 5, 6]);
        ArrowAssert.Rows(["true", "true", "false"], Pennon.Arrow.Compute.Compare.WithValue(CompareOperator.LessOrEqual, array, 5));
    }

    [Fact]
    public void Nested_types_and_different_types_are_refused_by_name()
    {
        var list = RandomArrays.Make(new Random(1), new ListType(ArrowType.Int32), 3);
        var error = Assert.Throws<ArrowComputeException>(() => Pennon.Arrow.Compute.Compare.Apply(CompareOperator.Equal, list, list));
        Assert.Equal(ArrowComputeError.UnsupportedType, error.Error);
        Assert.Contains("list<item: int32>", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Pennon.Arrow.Compute.Compare.Apply(CompareOperator.Equal,
            new PrimitiveArray<int>(ArrowType.Int32, [1]), new PrimitiveArray<long>(ArrowType.Int64, [1L])));
        Assert.Throws<ArgumentException>(() => Pennon.Arrow.Compute.Compare.Apply(CompareOperator.Equal,
            new PrimitiveArray<int>(ArrowType.Int32, [1]), new PrimitiveArray<int>(ArrowType.Int32, [1, 2])));
    }

    [Fact]
    public void Kleene_logic_follows_the_truth_table()
    {
        bool?[] values = [true, false, null];
        BooleanBuilder left = new(), right = new();
        foreach (var a in values)
        {
            foreach (var b in values)
            {
                left.Append(a);
                right.Append(b);
            }
        }
        var (x, y) = ((BooleanArray)left.Build(), (BooleanArray)right.Build());
        ArrowAssert.Rows(["true", "false", "null", "false", "false", "false", "null", "false", "null"], BooleanLogic.And(x, y));
        ArrowAssert.Rows(["true", "true", "true", "true", "false", "null", "true", "null", "null"], BooleanLogic.Or(x, y));
        ArrowAssert.Rows(["false", "false", "false", "true", "true", "true", "null", "null", "null"], BooleanLogic.Not(x));
        ArrowAssert.Rows(["false", "false", "true"], BooleanLogic.IsNull(y.Slice(6, 3)));
        ArrowAssert.Rows(["true", "true", "false"], BooleanLogic.IsNotNull(y.Slice(6, 3)));
        ArrowAssert.Rows(["true", "true"], BooleanLogic.IsNull(new NullArray(2)));
    }

    [Fact]
    public void Kleene_logic_agrees_with_itself_over_slices_of_any_offset()
    {
        var random = new Random(77);
        for (var round = 0; round < 60; round++)
        {
            var length = random.Next(0, 200);
            var a = FilterTakeConcatTests.Mask(random, length, 0.5, random.Next(2) * 0.3);
            var b = (BooleanArray)RandomArrays.Make(random, ArrowType.Boolean, length, random.Next(2) * 0.3, sliced: true);
            string Text(bool? value) => value is null ? "null" : value.Value ? "true" : "false";
            bool? Get(BooleanArray array, int i) => array.IsNull(i) ? null : array.GetValue(i);
            ArrowAssert.Rows([.. Enumerable.Range(0, length).Select(i => Text(Get(a, i) & Get(b, i)))], BooleanLogic.And(a, b));
            ArrowAssert.Rows([.. Enumerable.Range(0, length).Select(i => Text(Get(a, i) | Get(b, i)))], BooleanLogic.Or(a, b));
            ArrowAssert.Rows([.. Enumerable.Range(0, length).Select(i => Text(!Get(b, i)))], BooleanLogic.Not(b));
        }
    }

    static string Expected(CompareOperator operation, ArrowArray left, int i, ArrowArray right, int j)
    {
        if (left is DictionaryArray a) left = DictionaryDecode.Apply(a);
        if (right is DictionaryArray b) right = DictionaryDecode.Apply(b);
        if (left.IsNull(i) || right.IsNull(j)) return "null";
        var result = (left, right) switch
        {
            (PrimitiveArray<Half> x, PrimitiveArray<Half> y) => Float((double)x.Values[i], (double)y.Values[j]),
            (PrimitiveArray<float> x, PrimitiveArray<float> y) => Float(x.Values[i], y.Values[j]),
            (PrimitiveArray<double> x, PrimitiveArray<double> y) => Float(x.Values[i], y.Values[j]),
            (BooleanArray x, BooleanArray y) => Order(x.GetValue(i).CompareTo(y.GetValue(j))),
            (FixedSizeBinaryArray x, FixedSizeBinaryArray y) when x.Type.Id != ArrowTypeId.FixedSizeBinary =>
                Order(new BigInteger(x.GetBytes(i)).CompareTo(new BigInteger(y.GetBytes(j)))),
            (FixedSizeBinaryArray x, FixedSizeBinaryArray y) => Order(x.GetBytes(i).SequenceCompareTo(y.GetBytes(j))),
            (VariableBinaryArray<int> x, VariableBinaryArray<int> y) => Order(x.GetBytes(i).SequenceCompareTo(y.GetBytes(j))),
            (VariableBinaryArray<long> x, VariableBinaryArray<long> y) => Order(x.GetBytes(i).SequenceCompareTo(y.GetBytes(j))),
            _ => Order(BigInteger.Parse(ArrowText.Row(left, i).Trim('"'), System.Globalization.CultureInfo.InvariantCulture)
                .CompareTo(BigInteger.Parse(ArrowText.Row(right, j).Trim('"'), System.Globalization.CultureInfo.InvariantCulture))),
        };
        return result ? "true" : "false";

        bool Order(int order) => operation switch
        {
            CompareOperator.Equal => order == 0,
            CompareOperator.NotEqual => order != 0,
            CompareOperator.Less => order < 0,
            CompareOperator.LessOrEqual => order <= 0,
            CompareOperator.Greater => order > 0,
            _ => order >= 0,
        };
        bool Float(double x, double y) => operation switch
        {
            CompareOperator.Equal => x == y,
            CompareOperator.NotEqual => x != y,
            CompareOperator.Less => x < y,
            CompareOperator.LessOrEqual => x <= y,
            CompareOperator.Greater => x > y,
            _ => x >= y,
        };
    }
}
