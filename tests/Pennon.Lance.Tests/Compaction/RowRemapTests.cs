using Pennon.Lance.Tables;

namespace Pennon.Lance.Tests.Compaction;

public sealed class RowRemapTests
{
    [Fact]
    public void Survivors_keep_their_order_and_everything_else_its_place()
    {
        var map = new RowRemap(
        [
            new RemapGroup([(1, 4, RoaringBitmap.Of([0, 2])), (3, 3, RoaringBitmap.Empty)], [(10, 2), (11, 0), (12, 3)]),
            new RemapGroup([(5, 2, RoaringBitmap.Of([0, 1]))], []),
        ]);
        static ulong At(uint fragment, uint offset) => (ulong)fragment << 32 | offset;
        ulong[] old = [At(1, 0), At(1, 1), At(1, 2), At(1, 3), At(3, 0), At(3, 1), At(3, 2), At(3, 3), At(2, 9), At(5, 0), At(5, 1), At(12, 1)];
        var mapped = new ulong[old.Length];
        map.MapMany(old, mapped);
        Assert.Equal(
            [RowRemap.Deleted, At(10, 0), RowRemap.Deleted, At(10, 1), At(12, 0), At(12, 1), At(12, 2), RowRemap.Deleted, At(2, 9), RowRemap.Deleted, RowRemap.Deleted, At(12, 1)], mapped);
        Assert.False(map.TryMap(At(1, 0), out _));
        Assert.True(map.TryMap(At(3, 2), out var address));
        Assert.Equal(At(12, 2), address);
        Assert.True(map.Replaces(5));
        Assert.False(map.Replaces(10));
    }

    [Fact]
    public void Coverage_follows_whole_groups_and_drops_partly_covered_ones()
    {
        var map = new RowRemap(
        [
            new RemapGroup([(1, 4, RoaringBitmap.Empty), (3, 3, RoaringBitmap.Empty)], [(10, 7)]),
            new RemapGroup([(4, 1, RoaringBitmap.Empty)], [(11, 1)]),
        ]);
        Assert.Equal([2u, 10, 11], map.MapCoverage(RoaringBitmap.Of([1, 2, 3, 4]), out var partial).Values());
        Assert.False(partial);
        Assert.Equal([2u], map.MapCoverage(RoaringBitmap.Of([1, 2]), out partial).Values());
        Assert.True(partial);
        Assert.Empty(map.MapCoverage(RoaringBitmap.Empty, out partial).Values());
        Assert.False(partial);
    }

    [Fact]
    public void Random_groups_agree_with_a_plain_walk()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            var old = new List<(uint, long, RoaringBitmap)>();
            var survivors = new List<ulong>();
            var gone = new List<ulong>();
            for (var f = 0u; f < 1 + random.Next(5); f++)
            {
                var rows = random.Next(200_000);
                var share = random.Next(3) switch { 0 => 0, 1 => 0.01, _ => 0.7 };
                var deleted = Enumerable.Range(0, rows).Where(_ => random.NextDouble() < share).Select(i => (uint)i).ToHashSet();
                old.Add((f, rows, RoaringBitmap.Of([.. deleted])));
                for (var i = 0u; i < rows; i++)
                    (deleted.Contains(i) ? gone : survivors).Add((ulong)f << 32 | i);
            }
            var made = new List<(uint Id, long Rows)>();
            for (var left = (long)survivors.Count; left > 0; left -= made[^1].Rows)
                made.Add(((uint)(100 + made.Count), Math.Min(left, random.Next(1, 100_000))));
            var map = new RowRemap([new RemapGroup(old, made)]);
            var expected = made.SelectMany(m => Enumerable.Range(0, (int)m.Rows).Select(i => (ulong)m.Id << 32 | (uint)i)).ToArray();
            var mapped = survivors.ToArray();
            map.MapMany(mapped, mapped);
            Assert.True(expected.AsSpan().SequenceEqual(mapped), $"seed {seed}");
            Assert.All(gone.Where((_, i) => i % 97 == 0), g => Assert.False(map.TryMap(g, out _)));
        }
    }

    [Fact]
    public void Row_counts_that_do_not_add_up_are_refused() =>
        Assert.Throws<ArgumentException>(() => new RowRemap([new RemapGroup([(1, 4, RoaringBitmap.Of([0]))], [(2, 4)])]));
}
