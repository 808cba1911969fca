using System.Diagnostics;
using System.Numerics.Tensors;
using Pennon.Lance.Indexes.Vectors;

namespace Pennon.Benchmarks.Lance;

/// <summary>
/// The distance kernels beside a plain sum over the same memory, one thread, out of every cache: how much of the machine's memory
/// bandwidth they reach.
/// </summary>
static class DistanceTimes
{
    const int Bytes = 1 << 29;
    const int BlockRows = 512;
    const int Rounds = 9;

    public static void Run()
    {
        var rows = new float[Bytes / sizeof(float)];
        var random = new Random(1);
        for (var i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle();
        foreach (var dimension in new[] { 64, 100, 128, 384, 768, 1536 })
        {
            var query = rows[..dimension];
            var block = new float[BlockRows];
            var used = rows.Length / dimension * dimension;
            var (sum, l2, dot) = (double.MaxValue, double.MaxValue, double.MaxValue);
            for (var i = 0; i < Rounds; i++)
            {
                sum = Math.Min(sum, Time(() => Sink(TensorPrimitives.Sum<float>(rows))));
                l2 = Math.Min(l2, Time(() => Blocks(query, rows.AsSpan(0, used), block, false)));
                dot = Math.Min(dot, Time(() => Blocks(query, rows.AsSpan(0, used), block, true)));
            }
            Console.WriteLine($"{dimension,5} x float32: sum {Speed(sum),5:F1} GB/s, L2 {Speed(l2),5:F1} ({sum / l2:P0}), dot {Speed(dot),5:F1} ({sum / dot:P0})");
        }
    }

    static void Blocks(float[] query, ReadOnlySpan<float> rows, float[] block, bool dot)
    {
        var count = rows.Length / query.Length;
        for (var r = 0; r < count; r += BlockRows)
        {
            var n = Math.Min(BlockRows, count - r);
            var part = rows.Slice(r * query.Length, n * query.Length);
            if (dot)
                VectorDistance.DotBlock<float, float>(query, part, block.AsSpan(0, n));
            else
                VectorDistance.L2SquaredBlock<float, float>(query, part, block.AsSpan(0, n));
        }
        Sink(block[0]);
    }

    static double Time(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return watch.Elapsed.TotalSeconds;
    }

    static double Speed(double seconds) => Bytes / seconds / 1e9;

    static void Sink(float value)
    {
        if (value == float.MinValue)
            Console.WriteLine(value);
    }
}
