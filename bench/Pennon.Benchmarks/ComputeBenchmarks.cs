using BenchmarkDotNet.Attributes;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Arrow.Ipc;

namespace Pennon.Benchmarks;

/// <summary>Pins the kernels above the scan: arithmetic with overflow check, casts, hashes, sorts, sums, and Arrow IPC in memory.</summary>
[MemoryDiagnoser]
public class ComputeBenchmarks
{
    const int Rows = 1 << 20;

    PrimitiveArray<long> _integers = null!;
    PrimitiveArray<double> _doubles = null!;
    ArrowArray _strings = null!;
    ArrowArray _vectors = null!;
    int[] _indices = null!;
    ulong[] _hashes = null!;
    RecordBatch _batch = null!;
    byte[] _stream = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var integers = new PrimitiveBuilder<long>(ArrowType.Int64);
        var doubles = new PrimitiveBuilder<double>(ArrowType.Float64);
        var strings = new BinaryBuilder(ArrowType.String);
        var vectors = new FixedSizeListBuilder(new FixedSizeListType(ArrowType.Float32, 16));
        for (var i = 0; i < Rows; i++)
        {
            integers.Append(random.NextInt64(1L << 40));
            doubles.Append(random.NextDouble());
            strings.Append($"value {random.Next(1_000_000)}");
            for (var j = 0; j < 16; j++) ((PrimitiveBuilder<float>)vectors.Items).Append((float)j);
            vectors.EndRow();
        }

        _integers = (PrimitiveArray<long>)integers.Build();
        _doubles = (PrimitiveArray<double>)doubles.Build();
        _strings = strings.Build();
        _vectors = vectors.Build();
        _indices = [.. Enumerable.Range(0, Rows / 4).Select(_ => random.Next(Rows))];
        _hashes = new ulong[Rows];
        var schema = new Schema([new Field("i", ArrowType.Int64), new Field("d", ArrowType.Float64), new Field("s", ArrowType.String)]);
        _batch = new RecordBatch(schema, [_integers, _doubles, _strings], Rows);
        _stream = Write();
    }

    [Benchmark]
    public ArrowArray AddIntegersChecked() => Arithmetic.Apply(ArithmeticOperator.Add, _integers, _integers);

    [Benchmark]
    public ArrowArray MultiplyDoubles() => Arithmetic.Apply(ArithmeticOperator.Multiply, _doubles, _doubles);

    [Benchmark]
    public ArrowArray CastIntegersToDoubles() => Cast.Apply(_integers, ArrowType.Float64);

    [Benchmark]
    public void HashIntegers() => Hash.Rows(_integers, _hashes);

    [Benchmark]
    public void HashStrings() => Hash.Rows(_strings, _hashes);

    [Benchmark]
    public int[] SortIntegers() => Sort.Indices(new SortKey(_integers));

    [Benchmark]
    public int[] SortStrings() => Sort.Indices(new SortKey(_strings));

    [Benchmark]
    public int[] TopTenIntegers() => Sort.TopIndices(10, new SortKey(_integers, Descending: true));

    [Benchmark]
    public ArrowArray SumDoubles() => Aggregate.Sum(_doubles);

    [Benchmark]
    public ArrowArray MaxIntegers() => Aggregate.Max(_integers);

    [Benchmark]
    public ArrowArray TakeVectors() => Take.Apply(_vectors, _indices);

    [Benchmark]
    public byte[] WriteStream() => Write();

    [Benchmark]
    public int ReadStream()
    {
        using var reader = ArrowStreamReader.Open(new MemoryStream(_stream));
        using var batch = reader.Read()!;
        return batch.Length;
    }

    byte[] Write()
    {
        using var memory = new MemoryStream();
        using var writer = new ArrowStreamWriter(memory, _batch.Schema, leaveOpen: true);
        writer.Write(_batch);
        writer.Finish();
        return memory.ToArray();
    }
}
