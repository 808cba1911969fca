using System.Numerics;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Tests.Encodings;

public sealed class SmallCodecTests
{
    [Fact]
    public void Runs_expand_and_a_last_run_that_overshoots_is_cut()
    {
        byte[] values = [1, 0, 2, 0, 3, 0];
        ushort[] target = new ushort[9];
        RunLength.Expand<ushort>(values, [2, 5, 200], 8, target);
        Assert.Equal([1, 1, 2, 2, 2, 2, 2, 3, 3], target);
        RunLength.Expand<ushort>(values, [2, 0, 3, 0, 9, 0], 16, target);
        Assert.Equal([1, 1, 2, 2, 2, 3, 3, 3, 3], target);
        Assert.Throws<CorruptEncodingException>(() => RunLength.Expand<ushort>(values, [2, 2, 4], 8, target));
        Assert.Throws<CorruptEncodingException>(() => RunLength.Expand<ushort>(values, [2, 7], 8, target));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Byte_planes_join_at_every_count(int width)
    {
        var random = new Random(width);
        for (int count = 0; count < 70; count++)
        {
            byte[] values = new byte[count * width];
            random.NextBytes(values);
            byte[] planes = new byte[values.Length];
            for (int i = 0; i < count; i++)
            {
                for (int plane = 0; plane < width; plane++)
                {
                    planes[plane * count + i] = values[i * width + plane];
                }
            }
            byte[] joined = new byte[values.Length];
            ByteStreamSplit.Decode(width, planes, count, joined);
            Assert.Equal(values, joined);
        }
    }

    [Fact]
    public void Packed_bits_unpack_at_every_width_and_position()
    {
        var random = new Random(9);
        for (int width = 1; width <= 64; width++)
        {
            var packed = BigInteger.Zero;
            ulong[] values = new ulong[40];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue) & (ulong.MaxValue >> (64 - width));
                packed |= (BigInteger)values[i] << (i * width);
            }
            byte[] bytes = new byte[(values.Length * width + 7) / 8];
            packed.ToByteArray(isUnsigned: true).AsSpan().CopyTo(bytes);
            byte[] target = new byte[8 * 30];
            BitPacking.Unpack(bytes, width, signed: false, 7, 30, 8, target);
            for (int i = 0; i < 30; i++)
            {
                Assert.Equal(values[7 + i], BitConverter.ToUInt64(target, 8 * i));
            }
            BitPacking.Unpack(bytes, width, signed: true, 7, 30, 8, target);
            for (int i = 0; i < 30; i++)
            {
                Assert.Equal((long)(values[7 + i] << (64 - width)) >> (64 - width), BitConverter.ToInt64(target, 8 * i));
            }
        }
        Assert.Throws<CorruptEncodingException>(() => BitPacking.Unpack(new byte[3], 5, false, 0, 5, 1, new byte[5]));
    }

    [Fact]
    public void Symbols_decode_at_every_output_length()
    {
        var table = new FsstDecoder(Table(["a", "bc", "longword", "xyz"]));
        Assert.True(table.IsEncoded);
        byte[] codes = [2, 0, 1, 255, (byte)'!', 3, 0, 2];
        byte[] expected = [.. "longwordabc!xyzalongword"u8];
        Assert.Equal(expected.Length, table.DecodedLength(codes));
        byte[] exact = new byte[expected.Length];
        Assert.Equal(exact.Length, table.Decode(codes, exact));
        Assert.Equal(expected, exact);
        byte[] roomy = new byte[100];
        Assert.Equal(exact.Length, table.Decode(codes, roomy));
        Assert.Equal(expected, roomy[..exact.Length]);
        for (int length = 0; length < expected.Length; length++)
        {
            Assert.Throws<CorruptEncodingException>(() => table.Decode(codes, new byte[length]));
        }
    }

    [Fact]
    public void A_symbol_table_with_faults_is_refused()
    {
        byte[] good = Table(["a", "bc"]);
        Assert.Throws<CorruptEncodingException>(() => new FsstDecoder(good.AsSpan(0, 7)));
        Assert.Throws<CorruptEncodingException>(() => new FsstDecoder(good.AsSpan(0, 8 + 17)));
        Assert.Throws<CorruptEncodingException>(() => new FsstDecoder([.. good[..4], 0, 0, 0, 0, .. good[8..]]));
        byte[] longSymbol = [.. good];
        longSymbol[8 + 16] = 9;
        Assert.Throws<CorruptEncodingException>(() => new FsstDecoder(longSymbol));
        var table = new FsstDecoder(good);
        Assert.Throws<CorruptEncodingException>(() => table.Decode([7], new byte[20]));
        Assert.Throws<CorruptEncodingException>(() => table.Decode([255], new byte[20]));
    }

    [Fact]
    public void A_table_that_is_switched_off_copies()
    {
        byte[] bytes = Table([]);
        bytes[3] = 0;
        var table = new FsstDecoder(bytes);
        byte[] target = new byte[3];
        Assert.Equal(3, table.Decode([255, 1, 2], target));
        Assert.Equal([255, 1, 2], target);
    }

    static byte[] Table(string[] symbols)
    {
        byte[] table = new byte[2312];
        table[0] = (byte)symbols.Length;
        table[3] = 1;
        "TSSF"u8.CopyTo(table.AsSpan(4));
        for (int i = 0; i < symbols.Length; i++)
        {
            System.Text.Encoding.ASCII.GetBytes(symbols[i], table.AsSpan(8 + 8 * i));
            table[8 + 8 * symbols.Length + i] = (byte)symbols[i].Length;
        }
        return table;
    }
}
