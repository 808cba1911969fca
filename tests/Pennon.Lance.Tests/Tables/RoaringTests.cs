using Pennon.Lance.Tables;

namespace Pennon.Lance.Tests.Tables;

public sealed class RoaringTests
{
    static uint[] Sample(string name, Random random) => name switch
    {
        "empty" => [],
        "one" => [7],
        "extremes" => [0, uint.MaxValue, 65535, 65536],
        "array" => [.. Enumerable.Range(0, 4096).Select(i => (uint)(i * 3))],
        "bitmap" => [.. Enumerable.Range(0, 6000).Select(i => (uint)(i * 7 % 65521))],
        "run" => [.. Enumerable.Range(10, 100000).Select(i => (uint)i)],
        "full" => [.. Enumerable.Range(0, 65536).Select(i => (uint)i)],
        "mixed" => [.. Enumerable.Range(0, 3000).Select(_ => (uint)random.Next(1 << 20)), .. Enumerable.Range(200000, 70000).Select(i => (uint)i), .. Enumerable.Range(0, 20000).Select(_ => (uint)(400000 + random.Next(65536)))],
        _ => [.. Enumerable.Range(0, 5).Select(i => (uint)i << 16)],
    };

    [Theory]
    [InlineData("empty")]
    [InlineData("one")]
    [InlineData("extremes")]
    [InlineData("array")]
    [InlineData("bitmap")]
    [InlineData("run")]
    [InlineData("full")]
    [InlineData("mixed")]
    [InlineData("containers")]
    public void Sets_survive_the_round_trip_and_answer_like_a_plain_set(string name)
    {
        var random = new Random(5);
        var values = Sample(name, random);
        var set = new SortedSet<uint>(values);
        var bitmap = RoaringBitmap.Of(values);
        var bytes = RoaringFormat.Write(bitmap);
        var read = RoaringFormat.Read(bytes, "f");
        Assert.Equal(bytes, RoaringFormat.Write(read));
        foreach (var one in new[] { bitmap, read })
        {
            Assert.Equal(set.Count, one.Cardinality);
            Assert.Equal(set, one.Values());
            Assert.Equal(set.Count == 0 ? -1L : set.Max, one.Maximum);
            foreach (var probe in values.Take(500).Concat(Enumerable.Range(0, 500).Select(_ => (uint)random.Next(1 << 20))))
                Assert.Equal(set.Contains(probe), one.Contains(probe));
            for (var round = 0; round < 20; round++)
            {
                var start = random.Next(1 << 18);
                var count = random.Next(1, 100000);
                Assert.Equal(set.GetViewBetween((uint)start, (uint)(start + count - 1)).Count, one.CountRange(start, count));
                var bits = new ulong[(count + 63) / 64];
                one.SetBits(start, count, bits);
                Assert.Equal(one.CountRange(start, count), bits.Sum(b => (long)System.Numerics.BitOperations.PopCount(b)));
            }
        }
    }

    [Fact]
    public void The_portable_form_of_known_sets_is_as_others_write_it()
    {
        Assert.Equal("3A30000000000000", Convert.ToHexString(RoaringFormat.Write(RoaringBitmap.Empty)));
        Assert.Equal("3A30000001000000" + "00000200" + "10000000" + "010005000900", Convert.ToHexString(RoaringFormat.Write(RoaringBitmap.Of([1, 9, 5]))));
        Assert.Equal("3B300000" + "01" + "00006300" + "0100" + "01006300", Convert.ToHexString(RoaringFormat.Write(RoaringBitmap.Of([.. Enumerable.Range(1, 100).Select(i => (uint)i)]))));
    }

    [Fact]
    public void Unions_hold_what_either_side_holds()
    {
        var random = new Random(9);
        var left = Sample("mixed", random);
        var right = Sample("bitmap", random);
        Assert.Equal(new SortedSet<uint>(left.Concat(right)), RoaringBitmap.Of(left).Union(RoaringBitmap.Of(right)).Values());
        Assert.Equal(RoaringFormat.Write(RoaringBitmap.Of([.. left, .. right])), RoaringFormat.Write(RoaringBitmap.Of(left).Union(RoaringBitmap.Of(right))));
    }

    [Fact]
    public void Damaged_bitmaps_are_refused_or_still_consistent()
    {
        var random = new Random(11);
        foreach (var name in new[] { "empty", "one", "extremes", "run", "containers", "bitmap" })
        {
            var bytes = RoaringFormat.Write(RoaringBitmap.Of(Sample(name, random)));
            for (var length = 0; length < Math.Min(bytes.Length, 300); length++)
                Assert.Throws<LanceFormatException>(() => RoaringFormat.Read(bytes.AsSpan(0, length), "f"));
            Assert.Throws<LanceFormatException>(() => RoaringFormat.Read([.. bytes, 0], "f"));
            for (var i = 0; i < Math.Min(bytes.Length, 300); i++)
            {
                foreach (var mask in new byte[] { 1, 0x80, 0xFF })
                {
                    var damaged = bytes.ToArray();
                    damaged[i] ^= mask;
                    try
                    {
                        var read = RoaringFormat.Read(damaged, "f");
                        Assert.Equal(read.Cardinality, read.Values().LongCount());
                    }
                    catch (LanceFormatException)
                    {
                        // Refused, as it should be.
                    }
                }
            }
        }
    }
}
