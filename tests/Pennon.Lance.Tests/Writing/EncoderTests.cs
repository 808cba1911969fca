using System.Numerics;
using System.Text;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Tests.Writing;

public sealed class EncoderTests
{
    static readonly int[] RowOrder = [0, 4, 2, 6, 1, 5, 3, 7];

    [Fact]
    public void Packed_units_follow_the_format_for_every_type_and_width()
    {
        CheckPacking<byte>();
        CheckPacking<ushort>();
        CheckPacking<uint>();
        CheckPacking<ulong>();
    }

    static void CheckPacking<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>, IMinMaxValue<T>
    {
        var bits = System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * 8;
        var random = new Random(bits);
        for (var width = 0; width <= bits; width++)
        {
            var values = new T[1024];
            var mask = width == 0 ? T.Zero : T.MaxValue >> (bits - width);
            for (var i = 0; i < values.Length; i++) values[i] = T.CreateTruncating((ulong)random.NextInt64(long.MinValue, long.MaxValue)) & mask;
            var packed = new byte[FastLanesPacker.PackedBytes(width)];
            FastLanesPacker.Pack<T>(values, width, packed);
            Assert.Equal(values, Unpack<T>(packed, width, bits));
        }
    }

    /// <summary>The definition of the order, value by value.</summary>
    static T[] Unpack<T>(byte[] packed, int width, int bits) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(packed);
        var values = new T[1024];
        if (width == 0) return values;
        var lanes = 1024 / bits;
        for (var lane = 0; lane < lanes; lane++)
            for (var row = 0; row < bits; row++)
            {
                var bit = row * width;
                var word = lanes * (bit / bits) + lane;
                var shift = bit % bits;
                var value = words[word] >>> shift;
                if (shift + width > bits) value |= words[word + lanes] << (bits - shift);
                values[RowOrder[row / 8] * 16 + row % 8 * 128 + lane] = value & (T.MaxValue >>> (bits - width));
            }
        return values;
    }

    [Fact]
    public void Flags_are_packed_least_significant_bit_first_at_every_length_and_offset()
    {
        var random = new Random(3);
        for (var length = 0; length < 140; length++)
        {
            var flags = new byte[length];
            for (var i = 0; i < length; i++) flags[i] = (byte)random.Next(2);
            var bits = new byte[(length + 7) / 8];
            Array.Fill(bits, (byte)0xFF);
            FlagPacking.Pack(flags, bits);
            for (var i = 0; i < bits.Length * 8; i++) Assert.Equal(i < length ? flags[i] : 0, bits[i >> 3] >> (i & 7) & 1);
            for (var offset = 0; offset <= Math.Min(length, 20); offset++)
            {
                var back = new byte[length - offset];
                FlagPacking.Unpack(bits, offset, back);
                Assert.Equal(flags[offset..], back);
            }
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("random")]
    [InlineData("zeros")]
    [InlineData("one byte")]
    [InlineData("empty strings")]
    public void Fsst_codes_decode_to_what_went_in(string kind)
    {
        var random = new Random(11);
        var bytes = new List<byte>();
        var ends = new List<int> { 0 };
        for (var i = 0; i < 3000; i++)
        {
            switch (kind)
            {
                case "text": bytes.AddRange(Encoding.UTF8.GetBytes($"About {i}, the {(i % 3 == 0 ? "graph" : "tables")} of people über {random.Next(50)}")); break;
                case "random":
                    for (var n = random.Next(40); n > 0; n--) bytes.Add((byte)random.Next(256));
                    break;
                case "zeros": bytes.AddRange(new byte[random.Next(20)]); break;
                case "one byte": bytes.Add((byte)(i % 2)); break;
                default:
                    if (i % 500 == 1) bytes.Add(7);
                    break;
            }
            ends.Add(bytes.Count);
        }
        var source = bytes.ToArray();
        var table = FsstTable.Train(source, ends.ToArray());
        Assert.NotNull(table);
        using var coded = table.Encode(source, ends.ToArray(), out var codedEnds);
        Assert.Equal(source, Decode(table.Serialize(), coded.Span, codedEnds.As<int>(), ends));
        if (kind == "text") Assert.True(coded.Length < source.Length / 3, $"{coded.Length} of {source.Length}");
        codedEnds.Dispose();
    }

    static byte[] Decode(byte[] table, ReadOnlySpan<byte> coded, ReadOnlySpan<int> codedEnds, List<int> ends)
    {
        Assert.Equal(FsstTable.SerializedSize, table.Length);
        Assert.Equal("TSSF"u8.ToArray(), table[4..8]);
        var count = table[0];
        var decoded = new List<byte>();
        for (var i = 1; i < codedEnds.Length; i++)
        {
            for (var at = codedEnds[i - 1]; at < codedEnds[i]; at++)
            {
                if (coded[at] == 255)
                {
                    decoded.Add(coded[++at]);
                    continue;
                }
                Assert.True(coded[at] < count);
                var length = table[8 + 8 * count + coded[at]];
                Assert.InRange(length, 1, 8);
                decoded.AddRange(table.AsSpan(8 + 8 * coded[at], length));
            }
            Assert.Equal(ends[i], decoded.Count);
        }
        return [.. decoded];
    }

    [Fact]
    public void Levels_are_stored_in_the_smallest_form()
    {
        var sparse = new ushort[5000];
        sparse[17] = 1;
        Assert.NotNull(LevelCodec.Choose(sparse, 5, 1).Describe().Rle);
        var noisy = new ushort[5000];
        var random = new Random(1);
        for (var i = 0; i < noisy.Length; i++) noisy[i] = (ushort)random.Next(2);
        var packed = LevelCodec.Choose(noisy, 1, 1);
        Assert.Equal(1ul, packed.Describe().OutOfLineBitpacking.Values.Flat.BitsPerValue);
        using var target = new ByteSink();
        packed.Write(noisy, target);
        Assert.Equal(4 * 128 + 128, target.Length);
        Assert.NotNull(LevelCodec.Choose([0, 1, 0], 1, 1).Describe().Flat);
    }

    [Fact]
    public void A_page_declares_only_the_levels_it_uses()
    {
        // list<struct<x>>: list at depth 0, struct at 1, leaf at 2; a null struct and an empty list occur.
        var path = new LevelPath([true, false, false]);
        using var repetition = new LevelList();
        using var definition = new LevelList();
        new ushort[] { 1, 0, 1 }.CopyTo(repetition.Extend(3));
        new[] { (ushort)0, LevelPath.NullCode(1), LevelPath.EmptyCode(0) }.CopyTo(definition.Extend(3));
        var levels = PageLevels.Settle(path, repetition, definition, entries: 3, slots: 2);
        Assert.Equal([1, 3, 5], levels.Layers.Select(l => (int)l));
        Assert.Equal([0, 1, 2], definition.Span.ToArray().Select(l => (int)l));
        Assert.Equal((1, 1, 2), (levels.MaxRepetition, levels.MaxVisible, levels.MaxDefinition));
    }
}
