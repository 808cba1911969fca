using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>Sets of row addresses: algebra against plain sets, the stored form, and damage.</summary>
public sealed class RowAddressSetTests
{
    [Fact]
    public void Algebra_equals_that_of_plain_sets()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var a = RandomSet(random);
            var b = RandomSet(random);
            var (x, y) = (RowAddressSet.Of([.. a]), RowAddressSet.Of([.. b]));
            Check(a.Intersect(b), x.And(y), seed);
            Check(a.Union(b), x.Or(y), seed);
            Check(a.Except(b), x.AndNot(y), seed);
            Check(b.Except(a), y.AndNot(x), seed);
            Check(a, RowAddressSet.Read(x.ToBytes(), "f"), seed);
            Assert.Equal(RowAddressSet.Of([.. a.Union(b)]).ToBytes(), x.Or(y).ToBytes());
            foreach (var row in a.Take(50).Concat(b.Take(50)))
                Assert.Equal(a.Contains(row), x.Contains(row));
        }
    }

    [Fact]
    public void A_whole_fragment_holds_every_row_and_is_stored_without_bytes()
    {
        var set = RowAddressSet.Read([2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0], "f");
        Assert.True(set.Contains(3UL << 32 | 0xFFFFFFFF));
        Assert.False(set.Contains(4UL << 32));
        Assert.Equal(10, set.Offsets(9, 10).Cardinality);
        Assert.Throws<InvalidOperationException>(() => set.Count);
        var some = RowAddressSet.Of([3UL << 32 | 5, 3UL << 32 | 70000]);
        Assert.Equal(some.ToBytes(), some.And(set).ToBytes());
        Assert.True(some.AndNot(set).IsEmpty);
        Assert.False(set.AndNot(some).Contains(3UL << 32 | 70000));
        Assert.True(set.AndNot(some).Contains(3UL << 32 | 70001));
        Assert.Equal(20, set.ToBytes().Length);
    }

    [Fact]
    public void The_empty_set_is_four_zero_bytes()
    {
        Assert.Equal(new byte[4], RowAddressSet.Empty.ToBytes());
        Assert.True(RowAddressSet.Read(new byte[4], "f").IsEmpty);
        Assert.Equal(0, RowAddressSet.Of([]).Count);
    }

    [Fact]
    public void Damaged_bytes_give_a_format_error_or_a_set()
    {
        var random = new Random(7);
        var bytes = RowAddressSet.Of([.. RandomSet(random)]).ToBytes();
        for (var i = 0; i < 3000; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(Math.Min(damaged.Length, 64))] ^= (byte)(1 << random.Next(8));
            var length = random.Next(4) == 0 ? random.Next(damaged.Length) : damaged.Length;
            try
            {
                _ = RowAddressSet.Read(damaged.AsSpan(0, length), "f").Fragments.Length;
            }
            catch (LanceFormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(200001)]
    public void A_range_holds_its_numbers(long count)
    {
        var range = RoaringBitmap.Range(count);
        Assert.Equal(count, range.Cardinality);
        Assert.Equal(count - 1, range.Maximum);
        Assert.Equal(RoaringFormat.Write(RoaringBitmap.Of([.. Enumerable.Range(0, (int)count).Select(i => (uint)i)])), RoaringFormat.Write(range));
    }

    static HashSet<ulong> RandomSet(Random random)
    {
        var rows = new HashSet<ulong>();
        for (var part = random.Next(4); part >= 0; part--)
        {
            var origin = (ulong)random.Next(3) << 32 | (uint)random.Next(200_000);
            switch (random.Next(3))
            {
                case 0:
                    for (var i = random.Next(3000); i >= 0; i--)
                        rows.Add(origin + (uint)random.Next(150_000));
                    break;
                case 1:
                    for (var i = random.Next(90_000); i >= 0; i--)
                        rows.Add(origin + (uint)i);
                    break;
                default:
                    for (var i = random.Next(30_000); i >= 0; i--)
                        rows.Add(origin + (uint)i * 2);
                    break;
            }
        }
        return rows;
    }

    static void Check(IEnumerable<ulong> expected, RowAddressSet actual, int seed)
    {
        var sorted = expected.Order().ToArray();
        Assert.True(sorted.AsSpan().SequenceEqual(actual.ToArray()), $"seed {seed}: {sorted.Length} rows expected, {actual.Count} found");
        Assert.Equal(sorted.Length, actual.Count);
    }
}
