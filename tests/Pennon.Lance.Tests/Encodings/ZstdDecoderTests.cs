using Pennon.Lance.Encodings;
using Pennon.Lance.Encodings.Zstd;

namespace Pennon.Lance.Tests.Encodings;

public sealed class ZstdDecoderTests
{
    [Theory]
    [InlineData("zeros")]
    [InlineData("random")]
    [InlineData("text")]
    [InlineData("skewed")]
    [InlineData("runs")]
    [InlineData("integers")]
    public void Decodes_what_the_reference_encoder_writes(string kind)
    {
        foreach (int level in new[] { -5, 1, 3, 9, 19 })
        {
            foreach (int length in new[] { 0, 1, 2, 5, 31, 100, 255, 256, 1000, 5000, 65_536, 131_072, 131_073, 400_000 })
            {
                byte[] data = Samples.Create(kind, length, length + level);
                byte[] frame = NativeCodec.ZstdCompress(data, level);
                byte[] decoded = new byte[length];
                ZstdDecoder.Decode(frame, decoded);
                Assert.True(data.AsSpan().SequenceEqual(decoded), $"{kind}, level {level}, {length} bytes");
                Assert.Equal(data, ZstdDecoder.DecodeUnsized(frame, 1 << 20));
                Assert.InRange(ZstdDecoder.MaxDecodedLength(frame), length, long.MaxValue);
            }
        }
    }

    [Fact]
    public void Decodes_a_frame_written_by_hand()
    {
        // One raw block "abc", then a run block of five 'z'; no content size, 1 KiB window.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x18, 0x00, 0x00, (byte)'a', (byte)'b', (byte)'c', 0x2B, 0x00, 0x00, (byte)'z'];
        Assert.Equal("abczzzzz"u8.ToArray(), ZstdDecoder.DecodeUnsized(frame, 100));
        Assert.Equal("abczzzzz"u8.ToArray(), ZstdDecoder.DecodeUnsized([0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9, .. frame], 100));
    }

    [Fact]
    public void Refuses_a_frame_that_needs_a_dictionary()
    {
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 0x07, 0x03, 0x19, 0x00, 0x00, 1, 2, 3];
        var error = Assert.Throws<CorruptEncodingException>(() => ZstdDecoder.Decode(frame, new byte[3]));
        Assert.Contains("dictionary", error.Message);
    }

    [Fact]
    public void Refuses_a_wrong_checksum_and_accepts_the_right_one()
    {
        byte[] body = [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0x03, 0x19, 0x00, 0x00, (byte)'a', (byte)'b', (byte)'c'];
        byte[] sum = BitConverter.GetBytes((uint)XxHash64.Hash("abc"u8));
        byte[] decoded = new byte[3];
        ZstdDecoder.Decode([.. body, .. sum], decoded);
        Assert.Equal("abc"u8.ToArray(), decoded);
        sum[0] ^= 1;
        Assert.Throws<CorruptEncodingException>(() => ZstdDecoder.Decode([.. body, .. sum], decoded));
    }

    [Fact]
    public void The_checksum_matches_published_values()
    {
        Assert.Equal(0xEF46DB3751D8E999UL, XxHash64.Hash([]));
        Assert.Equal(0x44BC2CF5AD770999UL, XxHash64.Hash("abc"u8));
    }

    [Fact]
    public void Every_damaged_frame_is_refused_or_decodes_to_the_stated_length()
    {
        byte[] data = [.. Samples.Create("text", 900, 7), .. Samples.Create("skewed", 900, 8)];
        byte[] frame = NativeCodec.ZstdCompress(data, 5);
        byte[] decoded = new byte[data.Length];
        for (int at = 0; at < frame.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. frame];
                damaged[at] ^= (byte)(1 << bit);
                Attempt(damaged, decoded);
            }
            Attempt(frame[..at], decoded);
        }
    }

    static void Attempt(byte[] frame, byte[] target)
    {
        try
        {
            ZstdDecoder.Decode(frame, target);
        }
        catch (CorruptEncodingException)
        {
        }
    }
}
