using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Pennon.Lance.Encodings;

namespace Pennon.Benchmarks.Lance;

/// <summary>The decoders of single buffers, over data that stay in the cache.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    readonly uint[] _packed = new uint[FastLanes.PackedWords<uint>(11)];
    readonly uint[] _values = new uint[FastLanes.UnitLength];
    readonly byte[] _text = new byte[64 << 10];
    byte[] _planes = [];

    /// <summary>Fills the inputs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = (uint)random.Next(1 << 11);
        }
        FastLanesPacker.Pack<uint>(_values, 11, MemoryMarshal.AsBytes<uint>(_packed.AsSpan()));
        _planes = new byte[64 << 10];
        random.NextBytes(_planes);
    }

    /// <summary>1024 values of 11 bits.</summary>
    [Benchmark]
    public void UnpackUnit() => FastLanes.Unpack<uint>(11, _packed, _values);

    /// <summary>8192 doubles.</summary>
    [Benchmark]
    public void JoinByteStreams() => ByteStreamSplit.Decode(8, _planes, 8192, _text);
}
