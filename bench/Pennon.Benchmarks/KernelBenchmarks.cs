using BenchmarkDotNet.Attributes;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Benchmarks;

/// <summary>Pins the kernels that every scan and filter runs: comparison to a bit mask, filter by mask, gather by index.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    const int Rows = 1 << 20;

    PrimitiveArray<long> _integers = null!;
    ArrowArray _strings = null!;
    BooleanArray _half = null!;
    int[] _indices = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var integers = new PrimitiveBuilder<long>(ArrowType.Int64);
        var strings = new BinaryBuilder(ArrowType.String);
        for (var i = 0; i < Rows; i++)
        {
            integers.Append(random.Next(1000));
            strings.Append($"value {random.Next(1000)}");
        }

        _integers = (PrimitiveArray<long>)integers.Build();
        _strings = strings.Build();
        _half = Compare.WithValue(CompareOperator.Less, _integers, 500L);
        _indices = [.. Enumerable.Range(0, Rows / 4).Select(_ => random.Next(Rows))];
    }

    [Benchmark]
    public BooleanArray CompareIntegers() => Compare.WithValue(CompareOperator.Less, _integers, 500L);

    [Benchmark]
    public BooleanArray CompareStrings() => Compare.WithValue(CompareOperator.Equal, _strings, "value 7"u8);

    [Benchmark]
    public ArrowArray FilterIntegers() => Filter.Apply(_integers, _half);

    [Benchmark]
    public ArrowArray FilterStrings() => Filter.Apply(_strings, _half);

    [Benchmark]
    public ArrowArray TakeIntegers() => Take.Apply(_integers, _indices);

    [Benchmark]
    public ArrowArray TakeStrings() => Take.Apply(_strings, _indices);
}
