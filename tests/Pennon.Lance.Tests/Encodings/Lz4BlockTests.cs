using Pennon.Lance.Encodings;

namespace Pennon.Lance.Tests.Encodings;

public sealed class Lz4BlockTests
{
    static readonly string[] Kinds = ["zeros", "random", "text", "skewed", "runs", "integers"];
    static readonly int[] Lengths = [0, 1, 4, 12, 13, 14, 17, 64, 100, 1000, 65_535, 65_600, 200_000];

    [Fact]
    public void Decodes_what_it_encodes()
    {
        foreach (string kind in Kinds)
        {
            foreach (int length in Lengths)
            {
                byte[] data = Samples.Create(kind, length, length);
                byte[] decoded = new byte[length];
                Lz4Block.Decode(Lz4Encoder.Encode(data), decoded);
                Assert.True(data.AsSpan().SequenceEqual(decoded), $"{kind}, {length} bytes");
            }
        }
    }

    [Fact]
    public void Understands_the_reference_encoder_and_is_understood_by_the_reference_decoder()
    {
        foreach (string kind in Kinds)
        {
            foreach (int length in Lengths)
            {
                byte[] data = Samples.Create(kind, length, length + 1);
                byte[] decoded = new byte[length];
                Lz4Block.Decode(NativeCodec.Lz4Compress(data), decoded);
                Assert.True(data.AsSpan().SequenceEqual(decoded), $"{kind}, {length} bytes");
                Assert.Equal(data, NativeCodec.Lz4Decompress(Lz4Encoder.Encode(data), length));
            }
        }
    }

    [Fact]
    public void Compresses_repetitive_data()
    {
        Assert.InRange(Lz4Encoder.Encode(new byte[100_000]).Length, 1, 500);
        Assert.InRange(Lz4Encoder.Encode(Samples.Create("text", 100_000, 3)).Length, 1, 60_000);
    }

    [Fact]
    public void Every_damaged_block_is_refused_or_fills_the_output()
    {
        byte[] data = Samples.Create("text", 600, 5);
        byte[] block = Lz4Encoder.Encode(data);
        byte[] target = new byte[data.Length];
        for (int at = 0; at < block.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. block];
                damaged[at] ^= (byte)(1 << bit);
                Attempt(damaged, target);
            }
            Assert.Throws<CorruptEncodingException>(() => Lz4Block.Decode(block.AsSpan(0, at), target));
        }
        Assert.Throws<CorruptEncodingException>(() => Lz4Block.Decode(block, new byte[data.Length - 1]));
        Assert.Throws<CorruptEncodingException>(() => Lz4Block.Decode(block, new byte[data.Length + 1]));
    }

    static void Attempt(byte[] block, byte[] target)
    {
        try
        {
            Lz4Block.Decode(block, target);
        }
        catch (CorruptEncodingException)
        {
        }
    }
}
