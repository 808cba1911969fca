using System.Numerics;
using System.Runtime.InteropServices;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Tests.Encodings;

public sealed class FastLanesTests
{
    [Fact]
    public void Every_width_of_every_word_round_trips_in_the_stored_order()
    {
        Check<byte>();
        Check<ushort>();
        Check<uint>();
        Check<ulong>();
    }

    static void Check<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int bits = 8 * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        var random = new Random(bits);
        for (int width = 0; width <= bits; width++)
        {
            var mask = width == bits ? ulong.MaxValue : (1UL << width) - 1;
            var values = new T[1024];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = T.CreateTruncating((ulong)random.NextInt64(long.MinValue, long.MaxValue) & mask);
            }
            var packed = new T[FastLanes.PackedWords<T>(width)];
            FastLanesPacker.Pack<T>(values, width, MemoryMarshal.AsBytes<T>(packed.AsSpan()));
            Assert.Equal(values, ScalarUnpack(width, bits, packed));
            var unpacked = new T[1024];
            FastLanes.Unpack<T>(width, packed, unpacked);
            Assert.Equal(values, unpacked);
            for (int i = 0; i < values.Length; i++)
            {
                Assert.Equal(values[i], FastLanes.UnpackOne<T>(width, packed, i));
            }
        }
    }

    [Fact]
    public void Refuses_a_unit_that_is_cut_off_or_wider_than_its_words()
    {
        Assert.Throws<CorruptEncodingException>(() => FastLanes.Unpack<uint>(7, new uint[7 * 32 - 1], new uint[1024]));
        Assert.Throws<CorruptEncodingException>(() => FastLanes.Unpack<uint>(33, new uint[33 * 32], new uint[1024]));
    }

    static T[] ScalarUnpack<T>(int width, int bits, T[] packed) where T : unmanaged, IBinaryInteger<T>
    {
        int[] order = [0, 4, 2, 6, 1, 5, 3, 7];
        int lanes = 1024 / bits;
        var values = new T[1024];
        for (int lane = 0; lane < lanes; lane++)
        {
            for (int row = 0; row < bits && width > 0; row++)
            {
                UInt128 value = 0;
                for (int bit = 0; bit < width; bit++)
                {
                    int at = row * width + bit;
                    var word = packed[lanes * (at / bits) + lane];
                    value |= UInt128.CreateTruncating((word >>> (at % bits)) & T.One) << bit;
                }
                values[order[row / 8] * 16 + row % 8 * 128 + lane] = T.CreateTruncating(value);
            }
        }
        return values;
    }
}
