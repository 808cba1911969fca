using Pennon.Arrow;
using Pennon.Cypher.Values;

namespace Pennon.Tests.Results;

public sealed class QueryResultTests
{
    static QueryResult Of(string[] columns, params CypherValue[][] rows) => new(columns, Rows(rows));

    static async IAsyncEnumerable<CypherValue[]> Rows(CypherValue[][] rows)
    {
        await Task.Yield();
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    [Fact]
    public async Task RowsComeInOrderAndAreCounted()
    {
        var result = Of(["a", "b"], [1, "x"], [2, "y"]);
        var list = await result.ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([1L, 2L], list.Select(row => row.Get<long>("a")));
        Assert.Equal(["x", "y"], list.Select(row => row.Get<string>(1)));
        Assert.Equal(2, result.RowCount);
    }

    [Fact]
    public async Task AResultIsReadOnce()
    {
        var result = Of(["a"], [1]);
        await result.ToListAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => result.ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SingleWantsExactlyOneRow()
    {
        Assert.Equal(5L, await Of(["a"], [5]).ScalarAsync<long>(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Of(["a"]).SingleAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Of(["a"], [1], [2]).SingleAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnUnknownColumnIsNamedTogetherWithTheKnown()
    {
        var row = await Of(["a", "b"], [1, 2]).SingleAsync(TestContext.Current.CancellationToken);
        var error = Assert.Throws<ArgumentException>(() => row["c"]);
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a', 'b'", error.Message, StringComparison.Ordinal);
        Assert.False(row.TryGet("c", out _));
        Assert.True(row.TryGet("b", out var b));
        Assert.Equal(2, b.AsInteger());
        Assert.Equal("{\"a\":1,\"b\":2}", row.ToString());
    }

    static async Task<T> ConvertAsync<T>(CypherValue value) => (await Of(["v"], [value]).SingleAsync()).Get<T>("v");

    [Fact]
    public async Task ValuesConvertToDotNetTypes()
    {
        Assert.Equal(42, await ConvertAsync<int>(42));
        Assert.Equal(42.0, await ConvertAsync<double>(42));
        Assert.Equal(42m, await ConvertAsync<decimal>(42));
        Assert.Equal(1.5f, await ConvertAsync<float>(1.5));
        Assert.Null(await ConvertAsync<int?>(CypherValue.Null));
        Assert.Equal(3, await ConvertAsync<int?>(3));
        Assert.Null(await ConvertAsync<string>(CypherValue.Null));
        Assert.True(await ConvertAsync<bool>(true));
        Assert.Equal(new long[] { 1, 2 }, await ConvertAsync<long[]>(CypherValue.List(1, 2)));
        Assert.Equal(["a", "b"], await ConvertAsync<List<string>>(CypherValue.List("a", "b")));
        Assert.Equal(new DateOnly(1970, 1, 2), await ConvertAsync<DateOnly>(new CypherDate(1)));
        Assert.Equal(new DateTime(1970, 1, 1, 0, 0, 1), await ConvertAsync<DateTime>(new CypherLocalDateTime(1, 0)));
        Assert.Equal(new DateTimeOffset(1970, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)), await ConvertAsync<DateTimeOffset>(new CypherDateTime(0, 0, new CypherZone(3600))));
        Assert.Equal(new byte[] { 1, 2 }, await ConvertAsync<byte[]>(CypherValue.Bytes([1, 2])));
        Assert.Equal(7L, await ConvertAsync<object>(7));
        Assert.Equal(7, (await ConvertAsync<CypherValue>(7)).AsInteger());
    }

    [Fact]
    public async Task WhatDoesNotFitIsRefusedWithTheValue()
    {
        var tooBig = await Assert.ThrowsAsync<InvalidCastException>(() => ConvertAsync<int>(1L << 40));
        Assert.Contains("1099511627776", tooBig.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidCastException>(() => ConvertAsync<int>(CypherValue.Null));
        await Assert.ThrowsAsync<InvalidCastException>(() => ConvertAsync<string>(1));
        await Assert.ThrowsAsync<InvalidCastException>(() => ConvertAsync<long[]>(CypherValue.List(1, "a")));
        await Assert.ThrowsAsync<InvalidCastException>(() => ConvertAsync<DateOnly>(new CypherDate(400_000_000)));
    }

    [Fact]
    public async Task BatchesTakeTheirTypesFromTheValues()
    {
        var batches = await Of(["i", "f", "s", "l", "mixed", "none"],
            [1, 0.5, "x", CypherValue.List(1, CypherValue.Null), 1, CypherValue.Null],
            [CypherValue.Null, 1.5, "y", CypherValue.List(), "two", CypherValue.Null]).ToBatchesAsync(TestContext.Current.CancellationToken);
        var batch = Assert.Single(batches);
        Assert.Equal(
            [ArrowTypeId.Int64, ArrowTypeId.Float64, ArrowTypeId.String, ArrowTypeId.List, ArrowTypeId.String, ArrowTypeId.Null],
            batch.Schema.Fields.Select(field => field.Type.Id));
        Assert.Equal("json", batch.Schema.Field("mixed").Metadata["pennon.encoding"]);
        Assert.Equal("\"two\"", ((StringArray)batch.Column("mixed")).GetString(1));
        Assert.True(batch.Column("i").IsNull(1));
        Assert.Equal([0.5, 1.5], ((PrimitiveArray<double>)batch.Column("f")).Values.ToArray());
    }

    [Fact]
    public async Task AnEmptyResultIsOneEmptyBatchWithItsColumns()
    {
        var batch = Assert.Single(await Of(["a"]).ToBatchesAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, batch.Length);
        Assert.Equal("a", batch.Schema.Fields[0].Name);
    }

    [Fact]
    public async Task ManyRowsComeInSeveralBatches()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => new CypherValue[] { i }).ToArray();
        var batches = await Of(["a"], rows).ToBatchesAsync(TestContext.Current.CancellationToken);
        Assert.Equal([8192, 8192, 3616], batches.Select(batch => batch.Length));
        Assert.Equal(19_999, ((PrimitiveArray<long>)batches[2].Column(0)).Values[^1]);
    }
}
