using Google.Protobuf;
using Pennon.Arrow;
using Pennon.Lance.Tables;
using Pennon.Lance.Tests.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tests.History;

public sealed class RowLocatorTests
{
    public static TheoryData<string> Recordings => FixtureFolders.Recordings("tables");

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Every_row_of_a_recorded_table_is_found_at_its_address(string recording)
    {
        using var dataset = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording));
        var locator = await dataset.Table.RowLocatorAsync(TestContext.Current.CancellationToken);
        Assert.Equal(!dataset.Info.HasStableRowIds, locator.IsIdentity);
        var next = 0UL;
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = [], WithRowId = true, WithRowAddress = true }))
        {
            var ids = ((PrimitiveArray<ulong>)batch.Column("_rowid")).Values.ToArray();
            var addresses = ((PrimitiveArray<ulong>)batch.Column("_rowaddr")).Values.ToArray();
            var found = new ulong[ids.Length];
            locator.LocateMany(ids, found);
            Assert.Equal(addresses, found);
            for (var i = 0; i < ids.Length; i += 7)
            {
                Assert.True(locator.TryLocate(ids[i], out var address));
                Assert.Equal(addresses[i], address);
            }
            next = Math.Max(next, ids.DefaultIfEmpty().Max() + 1);
        }
        Assert.False(locator.TryLocate(next + (1UL << 40), out _));
        Assert.False(locator.TryLocate(ulong.MaxValue, out _));
    }

    [Fact]
    public async Task Deleted_rows_and_vanished_fragments_are_gone()
    {
        var recording = Recordings.Select(r => r.Data).FirstOrDefault(r => r.EndsWith("deletion_files.expected.json", StringComparison.Ordinal));
        if (recording is null)
            Assert.Skip("Needs the recorded tables, which this machine does not have.");
        using var dataset = await LanceDataset.OpenAsync(FixtureFolders.TableOf(recording));
        var locator = await dataset.Table.RowLocatorAsync(TestContext.Current.CancellationToken);
        long live = 0;
        foreach (var fragment in dataset.Table.Fragments)
        {
            var addresses = Enumerable.Range(0, (int)fragment.PhysicalRows + 10).Select(i => (ulong)fragment.Id << 32 | (uint)i).ToArray();
            var found = new ulong[addresses.Length];
            locator.LocateMany(addresses, found);
            live += found.Count(f => f != RowLocator.Gone);
            Assert.All(found[^10..], f => Assert.Equal(RowLocator.Gone, f));
        }
        Assert.Equal(await dataset.CountRowsAsync(), live);
        Assert.False(locator.TryLocate(1UL << 60, out _));
    }

    static RowIds Ids(ulong[] ids)
    {
        var message = new RowIdSequence();
        message.Segments.Add(new U64Segment { Array = new() { U64Array = new() { Values = ByteString.CopyFrom([.. ids.SelectMany(BitConverter.GetBytes)]) } } });
        return RowIds.Read(message.ToByteArray(), ids.Length, "f");
    }

    static RowIds Range(ulong start, long count)
    {
        var message = new RowIdSequence();
        message.Segments.Add(new U64Segment { Range = new() { Start = start, End = start + (ulong)count } });
        return RowIds.Read(message.ToByteArray(), count, "f");
    }

    [Fact]
    public void Random_ids_with_random_deletions_are_found_exactly_where_they_are_live()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var builder = new RowIdRuns.Builder();
            var expected = new Dictionary<ulong, ulong>();
            var pool = Enumerable.Range(0, 40_000).Select(i => (ulong)(i * (1 + random.Next(2)) + 100_000)).Distinct().ToArray();
            if (seed % 3 == 0)
                random.Shuffle(pool);
            var at = 0;
            for (var fragment = 0u; at < pool.Length; fragment += 3)
            {
                var count = Math.Min(pool.Length - at, random.Next(1, 20_000));
                var ids = pool.AsSpan(at, count).ToArray();
                var deleted = new HashSet<uint>();
                for (var n = random.Next(3) * random.Next(2000); n > 0; n--)
                    deleted.Add((uint)random.Next(count));
                for (var i = 0; i < count; i++)
                {
                    if (!deleted.Contains((uint)i))
                        expected.Add(ids[i], (ulong)fragment << 32 | (uint)i);
                }
                builder.Add(fragment, Ids(ids), RoaringBitmap.Of([.. deleted]));
                at += count;
            }
            var runs = builder.Build("f");
            foreach (var id in pool)
                Assert.True(runs.TryFind(id, out var address) == expected.ContainsKey(id) && address == expected.GetValueOrDefault(id, RowLocator.Gone), $"seed {seed}, id {id}");
            var found = new ulong[pool.Length];
            runs.FindMany(pool, found);
            Assert.Equal(pool.Select(id => expected.GetValueOrDefault(id, RowLocator.Gone)), found);
        }
    }

    [Fact]
    public void Whole_ranges_take_one_stretch_whatever_their_length()
    {
        var builder = new RowIdRuns.Builder();
        builder.Add(7, Range(1000, uint.MaxValue), RoaringBitmap.Empty);
        builder.Add(9, Range(10, 500), RoaringBitmap.Of([3]));
        var runs = builder.Build("f");
        Assert.Equal(3, runs.Count);
        Assert.True(runs.TryFind(1000UL + uint.MaxValue - 1, out var address));
        Assert.Equal((7UL << 32) + uint.MaxValue - 1, address);
        Assert.False(runs.TryFind(1000UL + uint.MaxValue, out _));
        Assert.False(runs.TryFind(13, out _));
        Assert.False(runs.TryFind(9, out _));
        Assert.False(runs.TryFind(510, out _));
    }

    [Fact]
    public void An_id_that_moved_is_found_where_it_is_live_and_two_live_rows_of_one_id_are_refused()
    {
        var builder = new RowIdRuns.Builder();
        builder.Add(0, Range(0, 10), RoaringBitmap.Of([4]));
        builder.Add(1, Ids([4]), RoaringBitmap.Empty);
        Assert.True(builder.Build("f").TryFind(4, out var address));
        Assert.Equal(1UL << 32, address);
        builder.Add(2, Ids([9]), RoaringBitmap.Empty);
        Assert.Contains("Two rows have the id 9", Assert.Throws<LanceFormatException>(() => builder.Build("f")).Message, StringComparison.Ordinal);
    }
}
