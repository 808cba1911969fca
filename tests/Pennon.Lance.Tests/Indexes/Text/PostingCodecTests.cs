using Pennon.Lance.Encodings;
using Pennon.Lance.Indexes.Text;

namespace Pennon.Lance.Tests.Indexes.Text;

public sealed class PostingCodecTests
{
    [Fact]
    public void Packed_blocks_of_every_width_come_back()
    {
        var random = new Random(1);
        for (var width = 0; width <= 32; width++)
        {
            var values = new uint[128];
            for (var i = 0; i < values.Length; i++)
                values[i] = width == 0 ? 0 : (uint)random.NextInt64(1L << width);
            if (width > 0)
                values[77] = uint.MaxValue >> 32 - width;
            Assert.Equal(width, BitPacker4x.WidthOf(values));
            var packed = new byte[BitPacker4x.SizeOf(width)];
            BitPacker4x.Pack(values, width, packed);
            var back = new uint[128];
            BitPacker4x.Unpack(packed, width, back);
            Assert.Equal(values, back);
            var sum = 7u;
            BitPacker4x.UnpackSums(packed, width, 7, back);
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[i];
                Assert.Equal(sum, back[i]);
            }
        }
    }

    [Fact]
    public void The_first_lane_holds_every_fourth_value_from_the_low_bit()
    {
        var values = new uint[128];
        values[0] = 1;
        values[4] = 2;
        values[1] = 3;
        var packed = new byte[BitPacker4x.SizeOf(2)];
        BitPacker4x.Pack(values, 2, packed);
        Assert.Equal(0b1001, packed[0]);
        Assert.Equal(0b11, packed[4]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    public void Posting_blocks_come_back(int count)
    {
        var random = new Random(count);
        var documents = new uint[count];
        var frequencies = new uint[count];
        uint document = 5;
        for (var i = 0; i < count; i++)
        {
            documents[i] = document;
            document += 1 + (uint)random.Next(1000);
            frequencies[i] = 1 + (uint)random.Next(i == 3 ? 1_000_000 : 5);
        }
        var block = new byte[PostingBlocks.MaximumSize];
        var size = PostingBlocks.Encode(1.5f, documents, frequencies, block);
        Array.Resize(ref block, size);
        Assert.Equal(1.5f, PostingBlocks.MaximumScore(block));
        var backDocuments = new uint[128];
        var backFrequencies = new uint[128];
        var at = PostingBlocks.DecodeDocuments(block, count, PostingTail.VarIntDelta, backDocuments);
        PostingBlocks.DecodeFrequencies(block, at, count, PostingTail.VarIntDelta, backFrequencies);
        Assert.Equal(documents, backDocuments[..count]);
        Assert.Equal(frequencies, backFrequencies[..count]);
        for (var cut = 0; cut < size; cut++)
        {
            Assert.Throws<CorruptEncodingException>(() =>
            {
                var start = PostingBlocks.DecodeDocuments(block.AsSpan(0, cut), count, PostingTail.VarIntDelta, backDocuments);
                PostingBlocks.DecodeFrequencies(block.AsSpan(0, cut), start, count, PostingTail.VarIntDelta, backFrequencies);
            });
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(128)]
    [InlineData(300)]
    public void Position_blocks_come_back(int count)
    {
        var random = new Random(count);
        var values = new uint[count];
        for (var i = 0; i < count; i++)
            values[i] = (uint)random.Next(i == 200 ? int.MaxValue : 90);
        var bytes = new byte[PositionBlocks.MaximumSize(count)];
        var size = PositionBlocks.Encode(values, bytes);
        var back = new uint[(count + 127) / 128 * 128];
        PositionBlocks.Decode(bytes.AsSpan(0, size), back, count);
        Assert.Equal(values, back[..count]);
    }

    [Fact]
    public void Length_bytes_round_down()
    {
        for (uint length = 0; length < 8; length++)
            Assert.Equal(length, Impacts.LengthOf(Impacts.NormOf(length)));
        foreach (var length in (uint[])[8, 15, 16, 17, 18, 100, 1000, 123_456, uint.MaxValue])
        {
            var lower = Impacts.LengthOf(Impacts.NormOf(length));
            Assert.InRange(lower, length - length / 8, length);
        }
    }

    [Fact]
    public void Impact_entries_keep_only_pairs_that_nothing_beats()
    {
        var impacts = new Impacts();
        impacts.Add(1, 3);
        impacts.Add(2, 4);
        impacts.Add(2, 9);
        impacts.Add(5, 20);
        impacts.Add(1, 4);
        var bytes = new byte[Impacts.MaximumSize];
        var size = impacts.Write(300, bytes);
        // Last document 300, three pairs: (1, 3), (2, 4), (5, 18).
        Assert.Equal([0xAC, 0x02, 3, 0 << 1 | 1, 3, 0 << 1, 2 << 1 | 1, 14], bytes[..size]);
    }

    [Fact]
    public void Numbers_of_variable_length_are_checked()
    {
        var at = 0;
        Assert.Throws<CorruptEncodingException>(() => VarInt.Read([0x80, 0x80], ref at));
        at = 0;
        Assert.Throws<CorruptEncodingException>(() => VarInt.Read([0xFF, 0xFF, 0xFF, 0xFF, 0x1F], ref at));
        at = 0;
        Assert.Throws<CorruptEncodingException>(() => VarInt.Read([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], ref at));
        at = 0;
        Assert.Equal(uint.MaxValue, VarInt.Read([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], ref at));
    }
}
