using System.Numerics;
using Pennon.Lance.Indexes.Vectors;

namespace Pennon.Lance.Tests.Indexes.Vectors;

public class VectorDistanceTests
{
    const double FloatError = 6e-8;

    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 384, 767, 768, 1536];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Single_precision_agrees_with_plain_sums(int length) => Check(length, r => r.NextSingle() * 2 - 1, FloatError, FloatError);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Half_precision_agrees_with_plain_sums(int length) => Check(length, r => (Half)(r.NextSingle() * 2 - 1), FloatError, FloatError);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Double_precision_agrees_with_plain_sums(int length) => Check(length, r => r.NextDouble() * 2 - 1, 1e-15, FloatError);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Signed_bytes_are_exact(int length) => Check(length, r => (sbyte)r.Next(-128, 128), 0, FloatError);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Unsigned_bytes_are_exact(int length) => Check(length, r => (byte)r.Next(256), 0, FloatError);

    // Bounds: rounding of each of the additions, relative to the sum of the magnitudes, and one more to give back single precision.
    static void Check<T>(int length, Func<Random, T> next, double error, double last) where T : unmanaged, INumberBase<T>
    {
        const int rows = 11;
        var random = new Random(length);
        var a = Enumerable.Range(0, 5 * length).Select(_ => next(random)).ToArray();
        var b = Enumerable.Range(0, rows * length).Select(_ => next(random)).ToArray();
        var (l2, dots) = (new float[rows], new float[rows]);
        VectorDistance.L2SquaredBlock<T, T>(a.AsSpan(0, length), b, l2);
        VectorDistance.DotBlock<T, T>(a.AsSpan(0, length), b, dots);
        var (allL2, allDots) = (new float[5 * rows], new float[5 * rows]);
        VectorDistance.L2SquaredQueries<T, T>(a, length, b, allL2);
        VectorDistance.DotQueries<T, T>(a, length, b, allDots);
        int[] numbers = [10, 3, 3, 0, 7, 1, 9];
        var (someL2, someDots) = (new float[7], new float[7]);
        VectorDistance.L2SquaredPicked<T, T>(a.AsSpan(0, length), b, numbers, someL2);
        VectorDistance.DotPicked<T, T>(a.AsSpan(0, length), b, numbers, someDots);
        for (var r = 0; r < rows; r++)
        {
            for (var q = 0; q < 5; q++)
            {
                var x = a.AsSpan(q * length, length);
                var y = b.AsSpan(r * length, length);
                double squares = 0, products = 0, magnitude = 0, normX = 0, normY = 0;
                for (var i = 0; i < length; i++)
                {
                    var (u, v) = (double.CreateChecked(x[i]), double.CreateChecked(y[i]));
                    squares += (u - v) * (u - v);
                    products += u * v;
                    magnitude += Math.Abs(u * v);
                    normX += u * u;
                    normY += v * v;
                }
                var l2Bound = squares * (error * (length + 4) + last);
                var dotBound = magnitude * error * (length + 4) + Math.Abs(products) * last;
                Assert.Equal(squares, allL2[q * rows + r], l2Bound);
                Assert.Equal(products, allDots[q * rows + r], dotBound);
                Assert.Equal(squares, VectorDistance.L2Squared<T>(x, y), l2Bound);
                Assert.Equal(products, VectorDistance.Dot<T>(x, y), dotBound);
                Assert.Equal(1 - products / Math.Sqrt(normX * normY), VectorDistance.Cosine<T>(x, y), 4 * error * (length + 4) + 4 * last);
            }
            Assert.Equal(allL2[r], l2[r]);
            Assert.Equal(allDots[r], dots[r]);
        }
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(l2[numbers[i]], someL2[i]);
            Assert.Equal(dots[numbers[i]], someDots[i]);
        }
    }

    [Fact]
    public void A_query_of_floats_meets_rows_of_halves_and_bytes_as_if_they_were_floats()
    {
        var random = new Random(7);
        foreach (var length in new[] { 3, 4, 11, 16, 30, 70 })
        {
            var query = Enumerable.Range(0, length).Select(_ => random.NextSingle()).ToArray();
            var bytes = new byte[9 * length];
            random.NextBytes(bytes);
            Same(query, bytes);
            Same(query, bytes.Select(b => (sbyte)b).ToArray());
            Same(query, bytes.Select(b => (Half)(b / 7f)).ToArray());
        }

        static void Same<T>(float[] query, T[] rows) where T : unmanaged, INumberBase<T>
        {
            var floats = rows.Select(float.CreateChecked).ToArray();
            var (actual, expected) = (new float[9], new float[9]);
            VectorDistance.L2SquaredBlock<float, T>(query, rows, actual);
            VectorDistance.L2SquaredBlock<float, float>(query, floats, expected);
            Assert.Equal(expected, actual);
            VectorDistance.DotBlock<float, T>(query, rows, actual);
            VectorDistance.DotBlock<float, float>(query, floats, expected);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Every_half_precision_number_keeps_its_value()
    {
        var halves = Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i)).ToArray();
        var products = new float[halves.Length / 16];
        for (var lane = 0; lane < 16; lane++)
        {
            var query = new float[16];
            query[lane] = 1;
            for (var r = 0; r < products.Length; r++)
            {
                var only = new Half[16];
                only[lane] = halves[r * 16 + lane];
                VectorDistance.DotBlock<float, Half>(query, only, products.AsSpan(r, 1));
                Assert.Equal((float)halves[r * 16 + lane], products[r]);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(19)]
    [InlineData(64)]
    public void Not_a_number_and_infinity_go_through(int length)
    {
        for (var at = 0; at < length; at++)
        {
            var query = Enumerable.Repeat(1f, length).ToArray();
            var rows = Enumerable.Repeat(2f, 5 * length).ToArray();
            rows[length + at] = float.NaN;
            rows[3 * length + at] = float.PositiveInfinity;
            rows[4 * length + at] = float.NegativeInfinity;
            var distances = new float[5];
            VectorDistance.L2SquaredBlock<float, float>(query, rows, distances);
            Assert.Equal([length, float.NaN, length, float.PositiveInfinity, float.PositiveInfinity], distances);
            VectorDistance.DotBlock<float, float>(query, rows, distances);
            Assert.Equal([2 * length, float.NaN, 2 * length, float.PositiveInfinity, float.NegativeInfinity], distances);
        }
    }

    [Fact]
    public void A_vector_of_length_zero_has_no_angle()
    {
        var zero = new float[20];
        var one = Enumerable.Repeat(1f, 20).ToArray();
        Assert.True(float.IsNaN(VectorDistance.Cosine<float>(zero, one)));
        Assert.Equal(0, VectorDistance.Cosine<float>(one, one), 1e-6);
        var norms = new float[2];
        float[] rows = [.. zero, .. one];
        VectorDistance.InverseNorms<float>(rows, 20, norms);
        var distances = new float[2];
        VectorDistance.CosineBlock<float, float>(one, rows, norms, distances);
        Assert.True(float.IsNaN(distances[0]));
        Assert.Equal(0, distances[1], 1e-6);
        VectorDistance.Normalize(zero);
        Assert.All(zero, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Very_long_byte_vectors_do_not_overflow()
    {
        var a = Enumerable.Repeat((byte)255, 200_000).ToArray();
        var b = new byte[200_000];
        Assert.InRange(VectorDistance.L2Squared<byte>(a, b), 65025f * 200_000 * 0.999f, 65025f * 200_000 * 1.001f);
        Assert.InRange(VectorDistance.Dot<byte>(a, a), 65025f * 200_000 * 0.999f, 65025f * 200_000 * 1.001f);
        Assert.Equal((float)(65025L * 33_025), VectorDistance.L2Squared<byte>(a.AsSpan(0, 33_025), b.AsSpan(0, 33_025)));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Bits_that_differ_are_counted(int length)
    {
        var random = new Random(length);
        var query = new byte[length];
        var rows = new byte[7 * length];
        random.NextBytes(query);
        random.NextBytes(rows);
        var distances = new float[7];
        VectorDistance.HammingBlock(query, rows, distances);
        for (var r = 0; r < 7; r++)
        {
            var expected = 0;
            for (var i = 0; i < length; i++)
                expected += BitOperations.PopCount((uint)(query[i] ^ rows[r * length + i]));
            Assert.Equal(expected, distances[r]);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => VectorDistance.Dot<float>(new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => VectorDistance.L2SquaredBlock<float, float>(new float[3], new float[7], new float[2]));
        Assert.Throws<ArgumentException>(() => VectorDistance.L2SquaredQueries<float, float>(new float[6], 3, new float[9], new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorDistance.L2SquaredPicked<float, float>(new float[3], new float[9], [3], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorDistance.L2SquaredPicked<float, float>(new float[3], new float[9], [-1], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorDistance.DotBlock<float, float>([], [], []));
    }
}
