using System.Numerics;
using Pennon.Arrow;
using Pennon.Lance.Indexes.Vectors;
using Pennon.Lance.IO;
using static Pennon.Lance.Tests.Indexes.Vectors.VectorTable;

namespace Pennon.Lance.Tests.Indexes.Vectors;

public class ExactSearchTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LanceMetric.L2)]
    [InlineData(LanceMetric.Cosine)]
    [InlineData(LanceMetric.Dot)]
    public async Task Every_element_type_gives_the_plain_answer(LanceMetric metric)
    {
        var random = new Random(11);
        await Check(ArrowType.Float32, () => random.NextSingle() * 2 - 1, 1e-5);
        await Check(ArrowType.Float64, () => random.NextDouble() * 2 - 1, 1e-5);
        await Check(ArrowType.Float16, () => (Half)(random.NextSingle() * 2 - 1), 1e-5);
        await Check(ArrowType.Int8, () => (sbyte)random.Next(-128, 128), 1e-5);
        await Check(ArrowType.UInt8, () => (byte)random.Next(256), 1e-5);

        async Task Check<T>(ArrowType element, Func<T> next, double tolerance) where T : unmanaged, INumberBase<T>
        {
            const int dimension = 19;
            T[]?[] vectors = [.. Enumerable.Range(0, 700).Select(i => i % 31 == 5 ? null : Enumerable.Range(0, dimension).Select(_ => next()).ToArray())];
            using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(element, dimension, vectors), new LanceWriteOptions { MaxRowsPerFile = 300 });
            for (var q = 0; q < 4; q++)
            {
                var query = Enumerable.Range(0, dimension).Select(_ => float.CreateChecked(next())).ToArray();
                foreach (var k in new[] { 1, 10, 1000 })
                {
                    using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", query) { K = k, Metric = metric }, Token);
                    Same(Nearest(vectors, query, metric, k), found, tolerance, $"{element} {metric} k {k}");
                }
            }
        }
    }

    [Fact]
    public async Task Bytes_are_bits_unless_said_otherwise()
    {
        var random = new Random(3);
        byte[]?[] vectors = [.. Enumerable.Range(0, 500).Select(_ => Enumerable.Range(0, 12).Select(_ => (byte)random.Next(256)).ToArray())];
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(ArrowType.UInt8, 12, vectors));
        var query = vectors[77]!.Select(b => (float)(b ^ 1)).ToArray();
        using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", query) { K = 20 }, Token);
        Same(Nearest(vectors, query, LanceMetric.Hamming, 20), found, 0);
        Assert.Equal(77, Ids(found)[0]);
        Assert.Equal(12, Distances(found)[0]);
        query[0] = 0.5f;
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", query), Token));
    }

    [Fact]
    public async Task Rows_of_one_distance_come_in_order_of_their_ids()
    {
        float[]?[] vectors = [.. Enumerable.Range(0, 3000).Select(i => new[] { i % 3, 1f })];
        foreach (var stable in new[] { false, true })
        {
            using var dataset = await CreateAsync(
                new MemoryObjectStore(), Batch(ArrowType.Float32, 2, vectors), new LanceWriteOptions { MaxRowsPerFile = 1000, StableRowIds = stable });
            foreach (var threads in new[] { 1, 2 })
            {
                using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", new[] { 1f, 1f }) { K = 5, Parallelism = threads, WithRowId = true, WithRowAddress = true }, Token);
                Assert.Equal([1, 4, 7, 10, 13], Ids(found));
                Assert.Equal(["id", "grp", "vector", "_distance", "_rowid", "_rowaddr"], found.Schema.Fields.Select(f => f.Name));
            }
        }
    }

    [Fact]
    public async Task A_range_of_distances_includes_its_lower_end_only()
    {
        float[]?[] vectors = [.. Enumerable.Range(0, 10).Select(i => new[] { i, 0f })];
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(ArrowType.Float32, 2, vectors));
        using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { LowerBound = 4, UpperBound = 25 }, Token);
        Assert.Equal([2, 3, 4], Ids(found));
        using var first = await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { LowerBound = 4, K = 2 }, Token);
        Assert.Equal([2, 3], Ids(first));
        using var none = await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { UpperBound = 0 }, Token);
        Assert.Equal(0, none.Length);
    }

    [Fact]
    public async Task Rows_without_a_distance_are_left_out()
    {
        float[]?[] vectors = [[1, 0], [0, 0], [float.NaN, 1], [2, 2], [float.PositiveInfinity, 0], null];
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(ArrowType.Float32, 2, vectors));
        await Check(LanceMetric.L2, 0, 1, 3, 4);
        await Check(LanceMetric.Cosine, 3, 0);
        await Check(LanceMetric.Dot, 4, 3, 0, 1);

        async Task Check(LanceMetric metric, params int[] ids)
        {
            using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", new float[] { 1, 1 }) { Metric = metric }, Token);
            Assert.Equal(ids, Ids(found));
        }
    }

    [Fact]
    public async Task A_filter_before_gives_as_many_as_there_are_and_a_filter_after_what_is_left()
    {
        var random = new Random(5);
        var vectors = Random(random, 2000, 8);
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(ArrowType.Float32, 8, vectors), new LanceWriteOptions { MaxRowsPerFile = 700 });
        var query = vectors[3];
        foreach (var (where, keep) in new (string, Func<int, bool>)[] { ("grp = 2", i => i % 7 == 2), ("id = 1999", i => i == 1999), ("id >= 5", i => i >= 5), ("id < 0", _ => false) })
        {
            using var before = await dataset.SearchAsync(new LanceVectorQuery("vector", query) { K = 25, Where = where }, Token);
            Same(Nearest(vectors, query, LanceMetric.L2, 25, keep), before, 1e-5, where);
            using var after = await dataset.SearchAsync(new LanceVectorQuery("vector", query) { K = 25, Where = where, PreFilter = false, Columns = ["id"] }, Token);
            Same([.. Nearest(vectors, query, LanceMetric.L2, 25).Where(r => keep(r.Row))], after, 1e-5, where);
        }
    }

    [Fact]
    public async Task Several_queries_are_several_searches()
    {
        var random = new Random(6);
        var vectors = Random(random, 900, 16);
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch(ArrowType.Float32, 16, vectors));
        foreach (var metric in new[] { LanceMetric.L2, LanceMetric.Cosine, LanceMetric.Dot })
        {
            ReadOnlyMemory<float>[] queries = [.. Random(random, 7, 16).Select(q => (ReadOnlyMemory<float>)q)];
            using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", queries) { K = 6, Metric = metric, Columns = ["id"] }, Token);
            Assert.Equal(["query_index", "id", "_distance"], found.Schema.Fields.Select(f => f.Name));
            Assert.Equal(Enumerable.Range(0, 42).Select(i => i / 6), ((PrimitiveArray<int>)found.Column(0)).Values.ToArray());
            for (var q = 0; q < queries.Length; q++)
            {
                using var part = found.Slice(q * 6, 6);
                Same(Nearest(vectors, queries[q].ToArray(), metric, 6), part, 1e-5, $"query {q}");
                using var alone = await dataset.SearchAsync(new LanceVectorQuery("vector", queries[q]) { K = 6, Metric = metric, Columns = ["id"] }, Token);
                Assert.Equal(Ids(alone), Ids(part));
            }
        }
    }

    [Theory]
    [InlineData(LanceMetric.Cosine, new[] { 0.10557281970977783, 0.3442099690437317, 0.6938227415084839 }, new[] { 0, 1, 2 })]
    [InlineData(LanceMetric.L2, new[] { 0.25, 1.25, 6.25 }, new[] { 0, 1, 2 })]
    [InlineData(LanceMetric.Dot, new[] { -2.5, -0.5, 0.0 }, new[] { 2, 1, 0 })]
    public async Task Rows_of_many_vectors_are_measured_by_their_nearest_ones(LanceMetric metric, double[] distances, int[] ids)
    {
        var item = new FixedSizeListType(new Field("item", ArrowType.Float32), 2);
        var schema = new Schema([new("id", ArrowType.Int32), new("mv", new ListType(new Field("item", item)))]);
        float[][][] rows = [[[1, 0], [0, 1]], [[1, 1]], [[-1, 0], [3, 1], [0, -2]], []];
        var lists = new ListBuilder(new ListType(new Field("item", item)));
        foreach (var row in rows)
        {
            foreach (var vector in row)
            {
                var inner = (FixedSizeListBuilder)lists.Items;
                foreach (var value in vector)
                    ((PrimitiveBuilder<float>)inner.Items).Append(value);
                inner.EndRow();
            }
            lists.EndRow();
        }
        using var dataset = await CreateAsync(new MemoryObjectStore(), new RecordBatch(schema, [new PrimitiveArray<int>(ArrowType.Int32, [0, 1, 2, 3]), lists.Build()], 4));
        using var found = await dataset.SearchAsync(new LanceVectorQuery("mv", [new[] { 1f, 0.5f }, new[] { 0f, 1f }]) { Metric = metric }, Token);
        Assert.Equal(ids, Ids(found));
        for (var i = 0; i < distances.Length; i++)
            Assert.Equal(distances[i], Distances(found)[i], 1e-6);
    }

    [Fact]
    public async Task Queries_that_do_not_fit_are_refused()
    {
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch<float>(ArrowType.Float32, 2, [[1, 2]]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", new float[3]), Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { Metric = LanceMetric.Hamming }, Token));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vectors", new float[2]), Token));
        await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await dataset.SearchAsync(new LanceVectorQuery("id", new float[2]), Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { K = 0 }, Token));
        await Assert.ThrowsAsync<LanceFilterException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]) { Where = "nothing = 1" }, Token));
        Assert.Throws<ArgumentException>(() => new LanceVectorQuery("vector", []));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await dataset.SearchAsync(new LanceVectorQuery("vector", new float[2]), stop.Token));
    }

    [Fact]
    public async Task An_empty_table_has_no_neighbours()
    {
        using var dataset = await CreateAsync(new MemoryObjectStore(), Batch<float>(ArrowType.Float32, 4, []));
        using var found = await dataset.SearchAsync(new LanceVectorQuery("vector", new float[4]), Token);
        Assert.Equal(0, found.Length);
        Assert.Equal(["id", "grp", "vector", "_distance"], found.Schema.Fields.Select(f => f.Name));
    }

    [Fact]
    public void The_nearest_rows_do_not_depend_on_the_order_in_which_they_are_offered()
    {
        var random = new Random(9);
        var rows = Enumerable.Range(0, 500).Select(i => ((float)random.Next(40), (ulong)i)).ToArray();
        var expected = rows.OrderBy(r => r.Item1).ThenBy(r => r.Item2).Take(70).ToArray();
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(rows);
            var nearest = new NearestRows(70, null, null);
            foreach (var (distance, id) in rows)
                nearest.Offer(distance, id, id);
            Assert.Equal(expected, nearest.ToSorted().Select(r => (r.Distance, r.Id)));
        }
    }
}
