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
    byte[] _lz4 = [];
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
        FastLanes.Pack<uint>(11, _values, _packed);
        for (int i = 0; i < _text.Length; i++)
        {
            _text[i] = (byte)"the quick brown fox jumps over the lazy dog "[(i + random.Next(2)) % 44];
        }
        byte[] target = new byte[Lz4Block.MaxEncodedLength(_text.Length)];
        _lz4 = target[..Lz4Block.Encode(_text, target)];
        _planes = new byte[64 << 10];
        random.NextBytes(_planes);
    }

    /// <summary>1024 values of 11 bits.</summary>
    [Benchmark]
    public void UnpackUnit() => FastLanes.Unpack<uint>(11, _packed, _values);

    /// <summary>64 KiB of text.</summary>
    [Benchmark]
    public void DecodeLz4() => Lz4Block.Decode(_lz4, _text);

    /// <summary>8192 doubles.</summary>
    [Benchmark]
    public void JoinByteStreams() => ByteStreamSplit.Decode(8, _planes, 8192, _text);
}
