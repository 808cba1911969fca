using System.Numerics;
using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests.Compute;

public class ArithmeticTests
{
    static readonly ArithmeticOperator[] Operators = Enum.GetValues<ArithmeticOperator>();

    static readonly ArrowType[] Integers =
    [
        ArrowType.Int8, ArrowType.UInt8, ArrowType.Int16, ArrowType.UInt16, ArrowType.Int32, ArrowType.UInt32, ArrowType.Int64, ArrowType.UInt64,
    ];

    public static TheoryData<int> IntegerTypes() => [.. Enumerable.Range(0, Integers.Length)];

    [Theory]
    [MemberData(nameof(IntegerTypes))]
    public void Integers_agree_with_exact_arithmetic_or_name_the_first_row_that_fails(int type)
    {
        var random = new Random(type + 31);
        for (var round = 0; round < 60; round++)
        {
            var length = round < 4 ? round : random.Next(1, 150);
            // Mostly tame values, so that some rounds succeed on every operation.
            var left = Tame(random, Integers[type], length, round % 3 == 0);
            var right = Tame(random, Integers[type], length, round % 3 == 0);
            var one = Tame(random, Integers[type], 1, false);
            foreach (var operation in Operators)
            {
                foreach (var level in FilterTakeConcatTests.Levels())
                {
                    Check(operation, left, right, () => Arithmetic.Run(operation, left, 1, right, 1, level), i => (i, i), length, $"{operation} {level}");
                    Check(operation, left, one, () => Arithmetic.Run(operation, left, 1, one, 0, level), i => (i, 0), length, $"{operation} {level} value right");
                    Check(operation, one, right, () => Arithmetic.Run(operation, one, 0, right, 1, level), i => (0, i), length, $"{operation} {level} value left");
                }
            }
        }
    }

    static void Check(ArithmeticOperator operation, ArrowArray left, ArrowArray right, Func<ArrowArray> run, Func<int, (int, int)> rows, int length, string context)
    {
        var expected = new string[length];
        for (var i = 0; i < length; i++)
        {
            var (l, r) = rows(i);
            if (left.IsNull(l) || right.IsNull(r))
            {
                expected[i] = "null";
                continue;
            }
            var (x, y) = (Value(left, l), Value(right, r));
            var zero = y.IsZero && operation is ArithmeticOperator.Divide or ArithmeticOperator.Modulo && y.IsZero;
            var result = zero ? default : operation switch
            {
                ArithmeticOperator.Add => x + y,
                ArithmeticOperator.Subtract => x - y,
                ArithmeticOperator.Multiply => x * y,
                ArithmeticOperator.Divide => BigInteger.Divide(x, y),
                _ => BigInteger.Remainder(x, y),
            };
            if (zero || !Fits(left.Type, result))
            {
                var error = Assert.Throws<ArrowComputeException>(() => run());
                Assert.Equal(i, error.Row);
                Assert.Equal(zero ? ArrowComputeError.DivisionByZero : ArrowComputeError.Overflow, error.Error);
                return;
            }
            expected[i] = left.Type.BitWidth == 64 ? $"\"{result}\"" : result.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        ArrowAssert.Rows(expected, run(), context);
    }

    static bool Fits(ArrowType type, BigInteger value)
    {
        var signed = type.Id is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64;
        var top = BigInteger.One << (type.BitWidth - (signed ? 1 : 0));
        return value < top && value >= (signed ? -top : BigInteger.Zero);
    }

    static BigInteger Value(ArrowArray array, int row) =>
        BigInteger.Parse(ArrowText.Row(array, row).Trim('"'), System.Globalization.CultureInfo.InvariantCulture);

    static ArrowArray Tame(Random random, ArrowType type, int length, bool wild)
    {
        if (wild) return RandomArrays.Make(random, type, length, 0.1, sliced: true);
        var source = new PrimitiveBuilder<int>(ArrowType.Int32);
        for (var i = 0; i < length; i++) source.Append(random.Next(8) == 0 && length > 1 ? null : random.Next(1, 11));
        return Cast.Apply(source.Build(), type);
    }

    [Fact]
    public void What_null_slots_hold_never_overflows()
    {
        var valid = ArrowBuffer.Of<byte>([0b10]);
        var array = ArrowArray.Create(ArrowType.Int32, 2, 1, 0, [valid, ArrowBuffer.Of<int>([int.MaxValue, 1])]);
        ArrowAssert.Rows(["null", "2"], Arithmetic.Apply(ArithmeticOperator.Add, array, array));
    }

    [Fact]
    public void Floats_follow_IEEE_and_never_fail()
    {
        var x = new PrimitiveArray<double>(ArrowType.Float64, [1, -1, 0, 5.5]);
        var y = new PrimitiveArray<double>(ArrowType.Float64, [0, 0, 0, 2]);
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity, double.NaN, 2.75], ((PrimitiveArray<double>)Arithmetic.Apply(ArithmeticOperator.Divide, x, y)).Values.ToArray());
        Assert.Equal([double.NaN, double.NaN, double.NaN, 1.5], ((PrimitiveArray<double>)Arithmetic.Apply(ArithmeticOperator.Modulo, x, y)).Values.ToArray());
        Assert.Equal([0d, 2, 1, -4.5], ((PrimitiveArray<double>)Arithmetic.ValueWith(ArithmeticOperator.Subtract, x.Slice(0, 1), x)).Values.ToArray());
        Assert.Equal([-1d, 1, -0.0, -5.5], ((PrimitiveArray<double>)Arithmetic.Negate(x)).Values.ToArray());
    }

    [Fact]
    public void Instants_and_durations_go_together()
    {
        var at = new TimestampType(TimeUnit.Millisecond, "UTC");
        var span = new DurationType(TimeUnit.Millisecond);
        var a = new PrimitiveArray<long>(at, [1000L, 5000]);
        var b = new PrimitiveArray<long>(at, [400L, 6000]);
        var difference = Arithmetic.Apply(ArithmeticOperator.Subtract, a, b);
        Assert.Equal(span, difference.Type);
        ArrowAssert.Rows(["\"600\"", "\"-1000\""], difference);
        ArrowAssert.Equal(a, Arithmetic.Apply(ArithmeticOperator.Add, b, difference));
        Assert.Throws<ArgumentException>(() => Arithmetic.Apply(ArithmeticOperator.Add, a, new PrimitiveArray<long>(new DurationType(TimeUnit.Second), [1L, 2])));
        Assert.Equal(ArrowComputeError.UnsupportedType, Assert.Throws<ArrowComputeException>(() => Arithmetic.Apply(ArithmeticOperator.Add, a, a)).Error);
    }

    [Fact]
    public void Decimals_keep_their_scale_and_check_their_precision()
    {
        var type = new Decimal128Type(5, 2);
        ArrowArray Make(params int[] values)
        {
            var builder = new FixedSizeBinaryBuilder(type);
            foreach (var value in values) builder.Append((Int128)value);
            return builder.Build();
        }
        ArrowAssert.Rows(["\"350\"", "\"-1\""], Arithmetic.Apply(ArithmeticOperator.Add, Make(100, 1), Make(250, -2)));
        var product = Arithmetic.Apply(ArithmeticOperator.Multiply, Make(150), Make(-200));
        Assert.Equal(new Decimal128Type(10, 4), product.Type);
        ArrowAssert.Rows(["\"-30000\""], product);
        Assert.Equal(ArrowComputeError.Overflow, Assert.Throws<ArrowComputeException>(() => Arithmetic.Apply(ArithmeticOperator.Add, Make(99999), Make(1))).Error);
        Assert.Equal(ArrowComputeError.DivisionByZero, Assert.Throws<ArrowComputeException>(() => Arithmetic.Apply(ArithmeticOperator.Modulo, Make(1), Make(0))).Error);
        Assert.Equal(ArrowComputeError.UnsupportedType, Assert.Throws<ArrowComputeException>(() => Arithmetic.Apply(ArithmeticOperator.Divide, Make(1), Make(2))).Error);
        ArrowAssert.Rows(["\"-100\""], Arithmetic.Negate(Make(100)));
    }

    [Fact]
    public void A_null_value_makes_every_row_null()
    {
        var nothing = NullRows.Of(ArrowType.Int32, 1);
        var array = new PrimitiveArray<int>(ArrowType.Int32, [1, 2]);
        ArrowAssert.Rows(["null", "null"], Arithmetic.WithValue(ArithmeticOperator.Divide, array, nothing));
    }
}
