using Pennon.Arrow;
using Pennon.Lance.IO;
using static Pennon.Lance.Tests.Mutations.TestRows;

namespace Pennon.Lance.Tests.Mutations;

public sealed class MergeTests
{
    static readonly LanceMergeOptions Upsert = LanceMergeOptions.Upsert("id");

    static async Task<LanceMergeResult> MergeAsync(IObjectStore store, LanceMergeOptions merge, Schema schema, params object?[][] rows)
    {
        using var table = await OpenAsync(store);
        return await table.MergeInsertAsync(Batches(schema, rows), merge);
    }

    [Fact]
    public async Task An_upsert_replaces_partners_and_inserts_the_rest()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 6, rowsPerFile: 2)).Dispose();
        var result = await MergeAsync(store, Upsert, People, [9, "nine", 9.0], [4, "four", null], [1, null, 1.0], [null, "no key", 0.0]);
        Assert.Equal(new LanceMergeResult(2, 2, 2, 0, 1), result);
        Assert.Equal(
            [Text(0), Text(2), Text(3), Text(5), Text(1, null, 1), Text(4, "four", null), Text(9, "nine", 9), """{"id":null,"name":"no key","score":0}"""], await RowsAsync(store));
    }

    [Fact]
    public async Task Null_keys_never_match_and_repeated_keys_in_the_table_are_all_updated()
    {
        var store = new MemoryObjectStore();
        using (await LanceDataset.CreateAsync(store, "t.lance", People, Batches(People, [1, "a", 1.0], [null, "b", 2.0], [1, "c", 3.0]))) { }
        var result = await MergeAsync(store, Upsert, People, [1, "x", 0.0], [null, "y", 0.0]);
        Assert.Equal((1L, 2L), (result.Inserted, result.Updated));
        Assert.Equal(["""{"id":null,"name":"b","score":2}""", Text(1, "x", 0), Text(1, "x", 0), """{"id":null,"name":"y","score":0}"""], await RowsAsync(store));
    }

    [Fact]
    public async Task Two_source_rows_for_one_row_are_refused_unless_they_only_keep_it_from_being_inserted()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 3)).Dispose();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => MergeAsync(store, Upsert, People, [1, "a", 0.0], [1, "b", 0.0]));
        Assert.Contains("Several source rows", error.Message, StringComparison.Ordinal);
        var result = await MergeAsync(store, Upsert with { WhenMatchedUpdate = false }, People, [1, "a", 0.0], [1, "b", 0.0], [7, "c", 0.0], [7, "d", 0.0]);
        Assert.Equal((2L, 0L), (result.Inserted, result.Updated));
        Assert.Equal([Text(0), Text(1), Text(2), Text(7, "c", 0), Text(7, "d", 0)], await RowsAsync(store));
    }

    [Fact]
    public async Task Columns_that_the_source_does_not_have_keep_their_values_and_are_null_in_new_rows()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 4)).Dispose();
        var part = new Schema([new Field("name", ArrowType.String), new Field("id", ArrowType.Int64)]);
        var result = await MergeAsync(store, Upsert, part, ["two", 2], ["eight", 8]);
        Assert.Equal((1L, 1L), (result.Inserted, result.Updated));
        Assert.Equal([Text(0), Text(1), Text(3), Text(2, "two", 1), Text(8, "eight", null)], await RowsAsync(store));
        await MergeAsync(store, Upsert with { UpdateColumns = ["score"] }, People, [2, "ignored", 7.5]);
        Assert.Contains(Text(2, "two", 7.5), await RowsAsync(store));
    }

    [Theory]
    [InlineData("source.score > target.score", new[] { 1 })]
    [InlineData("target.name = 'n2' or source.id = 3", new[] { 2, 3 })]
    [InlineData("target.score is null", new int[0])]
    public async Task A_condition_chooses_the_pairs_that_are_updated(string condition, int[] updated)
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 4)).Dispose();
        var result = await MergeAsync(store, Upsert with { WhenMatchedCondition = LanceExpression.Parse(condition) }, People, [1, "x", 99.0], [2, "x", 0.25], [3, "x", 0.5], [4, "x", 1.0]);
        Assert.Equal((1L, (long)updated.Length), (result.Inserted, result.Updated));
        var rows = await RowsAsync(store);
        Assert.Equal(5, rows.Count);
        Assert.Equal(updated, new[] { 1, 2, 3 }.Where(i => !rows.Contains(Text(i))));
    }

    [Fact]
    public async Task Rows_without_a_partner_are_deleted_if_asked_and_as_far_as_the_condition_says()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 8, rowsPerFile: 3)).Dispose();
        var result = await MergeAsync(store, Upsert with { WhenNotMatchedBySourceDelete = true, WhenNotMatchedBySourceCondition = LanceExpression.Parse("score < 2") }, People, [1, "one", 1.0], [9, "nine", 1.0]);
        Assert.Equal((1L, 1L, 3L), (result.Inserted, result.Updated, result.Deleted));
        Assert.Equal([Text(4), Text(5), Text(6), Text(7), Text(1, "one", 1), Text(9, "nine", 1)], await RowsAsync(store));
        var only = new LanceMergeOptions { On = ["id"], WhenNotMatchedBySourceDelete = true };
        Assert.Equal(5, (await MergeAsync(store, only, People, [5, "kept as it is", 0.0])).Deleted);
        Assert.Equal([Text(5)], await RowsAsync(store));
        using var table = await OpenAsync(store);
        Assert.Equal(1, (await table.MergeInsertAsync(Nothing(), only)).Deleted);
        Assert.Empty(await RowsAsync(store));

        static async IAsyncEnumerable<RecordBatch> Nothing()
        {
            await Task.CompletedTask;
            yield break;
        }
    }

    [Fact]
    public async Task Several_key_columns_must_all_be_equal()
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 4)).Dispose();
        var result = await MergeAsync(store, LanceMergeOptions.Upsert("id", "name"), People, [1, "n1", 10.0], [1, "other", 11.0], [2, null, 12.0]);
        Assert.Equal((2L, 1L), (result.Inserted, result.Updated));
        Assert.Equal([Text(0), Text(2), Text(3), Text(1, "n1", 10), Text(1, "other", 11), Text(2, null, 12)], await RowsAsync(store));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(5000)]
    public async Task Sources_of_every_size_find_their_partners_in_many_fragments(int extra)
    {
        var store = new MemoryObjectStore();
        (await CreateAsync(store, 3000, rowsPerFile: 700)).Dispose();
        var rows = Enumerable.Range(0, extra).Select(i => new object?[] { 2000L + i, "x", 1.0 }).Append([5L, "five", 5.0]).ToArray();
        var result = await MergeAsync(store, Upsert, People, rows);
        Assert.Equal((Math.Max(0, extra - 1000L), Math.Min(extra, 1000L) + 1), (result.Inserted, result.Updated));
        using var table = await OpenAsync(store);
        Assert.Equal(3000 + Math.Max(0, extra - 1000), await table.CountRowsAsync());
        Assert.Equal(extra, await table.CountRowsAsync(LanceExpression.Parse("name = 'x'")));
        Assert.Equal(1, await table.CountRowsAsync(LanceExpression.Parse("name = 'five' and id = 5")));
    }

    [Fact]
    public async Task Keys_of_floats_and_text_match_by_value()
    {
        var store = new MemoryObjectStore();
        var schema = new Schema([new Field("k", ArrowType.Float64), new Field("t", ArrowType.String), new Field("v", ArrowType.Int64)]);
        using (await LanceDataset.CreateAsync(store, "t.lance", schema, Batches(schema, [-0.0, "grüße", 1], [double.NaN, "", 2], [1.5, "日本", 3]))) { }
        using var table = await OpenAsync(store);
        Assert.Equal(3, (await table.MergeInsertAsync(Batches(schema, [0.0, "a", 10], [double.NaN, "b", 20], [1.5, "c", 30]), LanceMergeOptions.Upsert("k"))).Updated);
        Assert.Equal(2, (await table.MergeInsertAsync(Batches(schema, [9.0, "a", 0], [8.0, "c", 0], [7.0, "", 0]), LanceMergeOptions.Upsert("t"))).Updated);
    }

    [Fact]
    public async Task A_declared_primary_key_is_the_default_key()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 3);
        var none = new LanceMergeOptions { WhenMatchedUpdate = true };
        await Assert.ThrowsAsync<ArgumentException>(() => MergeAsync(store, none, People, [1, "x", 0.0]));
        await table.UpdateConfigAsync(new LanceConfigChanges
        {
            FieldMetadata = new Dictionary<string, IReadOnlyDictionary<string, string?>> { ["id"] = new Dictionary<string, string?> { ["lance-schema:unenforced-primary-key"] = "true" } },
        });
        Assert.Equal(1, (await MergeAsync(store, none, People, [1, "x", 0.0])).Updated);
    }

    [Fact]
    public async Task Sources_that_do_not_fit_say_why_and_leave_nothing_behind()
    {
        var store = new MemoryObjectStore();
        var strict = new Schema([new Field("id", ArrowType.Int64, nullable: false), new Field("v", ArrowType.Int64, nullable: false)]);
        using (await LanceDataset.CreateAsync(store, "t.lance", strict, Batches(strict, [1, 1]))) { }
        var count = store.Count;
        Task<ArgumentException> Refused(LanceMergeOptions merge, Schema schema, params object?[][] rows) => Assert.ThrowsAsync<ArgumentException>(() => MergeAsync(store, merge, schema, rows));
        var id = new Schema([new Field("id", ArrowType.Int64)]);
        Assert.Contains("not nullable and missing", (await Refused(Upsert, id, [2])).Message, StringComparison.Ordinal);
        Assert.Contains("does not have the key column", (await Refused(Upsert, new Schema([new Field("v", ArrowType.Int64)]), [2])).Message, StringComparison.Ordinal);
        Assert.Contains("cast it first", (await Refused(Upsert, new Schema([new Field("id", ArrowType.Int32), new Field("v", ArrowType.Int64)]), [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("which table 't.lance' does not have", (await Refused(Upsert, new Schema([new Field("id", ArrowType.Int64), new Field("w", ArrowType.Int64)]), [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("at least one clause", (await Refused(new LanceMergeOptions { On = ["id"] }, strict, [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("no key column", (await Refused(LanceMergeOptions.Upsert("x"), strict, [2, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("not nullable", (await Refused(Upsert, new Schema([new Field("id", ArrowType.Int64), new Field("v", ArrowType.Int64)]), [1, null])).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LanceFilterException>(() => MergeAsync(store, Upsert with { WhenMatchedCondition = LanceExpression.Parse("id = 1") }, strict, [1, 2]));
        Assert.Equal(count, store.Count);
        Assert.Equal(1, (await MergeAsync(store, Upsert with { WhenNotMatchedInsert = false }, id, [1])).Updated);
    }

    [Fact]
    public async Task Two_merges_that_insert_one_key_at_once_leave_it_once()
    {
        var store = new MemoryObjectStore();
        using var table = await CreateAsync(store, 3);
        await using var first = await table.StageMergeInsertAsync(Batches(People, [7, "first", 1.0]), Upsert);
        await using var second = await table.StageMergeInsertAsync(Batches(People, [7, "second", 2.0]), Upsert);
        await using var other = await table.StageMergeInsertAsync(Batches(People, [8, "other", 2.0]), Upsert);
        await first.CommitAsync();
        Assert.Equal(3, await other.CommitAsync());
        Assert.True((await Assert.ThrowsAsync<ConflictException>(async () => await second.CommitAsync())).IsRetryable);
        Assert.Equal((0L, 1L), ((await MergeAsync(store, Upsert, People, [7, "second", 2.0])).Inserted, 1L));
        Assert.Equal([Text(0), Text(1), Text(2), Text(8, "other", 2), Text(7, "second", 2)], await RowsAsync(store));
    }
}
