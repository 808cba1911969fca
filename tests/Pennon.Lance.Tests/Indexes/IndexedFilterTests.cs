using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.Indexes;

/// <summary>Filters answered from indexes give the rows that plain scans give, whatever happened to the table.</summary>
public sealed class IndexedFilterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Indexes_and_scans_agree_through_every_change(bool stable)
    {
        var seed = Environment.TickCount;
        for (var round = 0; round < 3; round++)
            await RunAsync(seed + round, stable);
    }

    static async Task RunAsync(int seed, bool stable)
    {
        var random = new Random(seed);
        var store = new MemoryObjectStore();
        var context = $"seed {seed}, stable {stable}";
        (await IndexedTable.CreateAsync(store, random, 300, 120, stable)).Dispose();
        var next = 300;
        foreach (var group in IndexedTable.Choices.GroupBy(c => c.Column))
        {
            var (column, options) = group.ElementAt(random.Next(group.Count()));
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.CreateIndexAsync(column, options);
            if (group.Count() > 1 && random.Next(2) == 0)
            {
                using var second = await IndexedTable.OpenAsync(store);
                await second.CreateIndexAsync(column, group.ElementAt(random.Next(group.Count())).Options, name: column + "_two");
            }
        }
        for (var step = 0; step < 7; step++)
        {
            using (var dataset = await IndexedTable.OpenAsync(store))
            {
                for (var i = 0; i < 30; i++)
                    await IndexedTable.CompareAsync(dataset, IndexedTable.Filter(random), random, context);
                foreach (var index in await dataset.ListIndexesAsync())
                    await dataset.VerifyIndexAsync(index.Name);
            }
            context += step switch
            {
                0 => await AppendAsync(),
                1 => await ChangeAsync("delete", d => d.DeleteAsync($"id % 7 = {random.Next(7)} OR id BETWEEN 20 AND 30")),
                2 => await ChangeAsync("update", d => d.UpdateAsync($"id % 11 = {random.Next(11)}", new Dictionary<string, string> { ["num"] = "num + 1", ["word"] = "concat(word, 'abc')", ["cat"] = "NULL" })),
                3 => await OptimizeAsync(),
                4 => await AppendAsync(),
                5 => await CompactAsync(),
                _ => "",
            };
        }

        async Task<string> AppendAsync()
        {
            var count = 1 + random.Next(80);
            (await LanceDataset.AppendAsync(store, IndexedTable.Name, IndexedTable.Columns, IndexedTable.Batches(random, next, count))).Dispose();
            next += count;
            return $", append {count}";
        }

        async Task<string> ChangeAsync(string what, Func<LanceDataset, ValueTask<LanceMutationResult>> change)
        {
            using var dataset = await IndexedTable.OpenAsync(store);
            await change(dataset);
            return ", " + what;
        }

        async Task<string> OptimizeAsync()
        {
            using (var dataset = await IndexedTable.OpenAsync(store))
                await dataset.OptimizeIndexesAsync();
            using var after = await IndexedTable.OpenAsync(store);
            foreach (var index in await after.ListIndexesAsync())
            {
                Assert.Equal(0, index.UnindexedRows);
                Assert.Equal(1, index.Segments);
            }
            Assert.Equal(after.Version, await after.OptimizeIndexesAsync());
            return ", optimize";
        }

        async Task<string> CompactAsync()
        {
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.CompactAsync(new LanceCompactionOptions { TargetRowsPerFragment = 200 + random.Next(400) });
            return ", compact";
        }
    }

    [Fact]
    public async Task An_index_of_no_rows_and_one_of_nulls_only_answer()
    {
        var store = new MemoryObjectStore();
        (await LanceDataset.CreateAsync(store, IndexedTable.Name, IndexedTable.Columns)).Dispose();
        foreach (var (column, options) in IndexedTable.Choices)
        {
            using var dataset = await IndexedTable.OpenAsync(store);
            await dataset.CreateIndexAsync(column, options, name: $"{column} {options.GetType().Name}");
        }
        using var empty = await IndexedTable.OpenAsync(store);
        Assert.Equal(IndexedTable.Choices.Length, (await empty.ListIndexesAsync()).Count);
        Assert.Equal(0, await empty.CountRowsAsync(LanceExpression.Parse("num = 1 AND contains(word, 'abc')")));
        (await LanceDataset.AppendAsync(store, IndexedTable.Name, new([IndexedTable.Columns.Fields[0]]), OnlyIds())).Dispose();
        using (var dataset = await IndexedTable.OpenAsync(store))
            await dataset.OptimizeIndexesAsync();
        using var nulls = await IndexedTable.OpenAsync(store);
        Assert.All(await nulls.ListIndexesAsync(), i => Assert.Equal(50, i.IndexedRows));
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
            await IndexedTable.CompareAsync(nulls, IndexedTable.Filter(random), random, "nulls only");
    }

    static async IAsyncEnumerable<Pennon.Arrow.RecordBatch> OnlyIds()
    {
        await Task.CompletedTask;
        var ids = new Pennon.Arrow.PrimitiveArray<int>(Pennon.Arrow.ArrowType.Int32, [.. Enumerable.Range(0, 50)]);
        yield return new Pennon.Arrow.RecordBatch(new([IndexedTable.Columns.Fields[0]]), [ids], 50);
    }
}
