using BenchmarkDotNet.Attributes;
using Pennon.Arrow;
using Pennon.Graph;

namespace Pennon.Benchmarks;

/// <summary>Pins the look-up of a node by its key: one probe of a table of a million keys in random order.</summary>
public class KeyIndexBenchmarks
{
    const int Keys = 1 << 20;

    KeyIndex _index = null!;
    long[] _probes = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (var i = 0; i < Keys; i++)
        {
            builder.Append(i * 7919L);
        }

        var snapshot = new GraphSnapshotBuilder().AddNodes("V", "id", Keys, ("id", builder.Build())).Build();
        _index = snapshot.NodeTables[0].LoadKeyIndexAsync().AsTask().GetAwaiter().GetResult();
        _probes = [.. Enumerable.Range(0, 4096).Select(_ => random.Next(Keys) * 7919L)];
    }

    [Benchmark(OperationsPerInvoke = 4096)]
    public int Find()
    {
        var found = 0;
        foreach (var probe in _probes)
        {
            found += _index.TryFind(probe, out var id) ? id & 1 : 0;
        }

        return found;
    }
}
