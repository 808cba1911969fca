using Pennon.Arrow;
using Pennon.Cypher.Tests.Support;
using Pennon.Graph;

namespace Pennon.Cypher.Tests.Execution;

/// <summary>A query on several threads gives the very rows of one thread, in their order.</summary>
public sealed class ParallelQueryTests
{
    const int Rows = 50_000;

    static readonly CypherEngine One = new(new CypherOptions { MaxDegreeOfParallelism = 1 });
    static readonly CypherEngine Four = new(new CypherOptions { MaxDegreeOfParallelism = 4 });

    static GraphSnapshot Numbers()
    {
        var builder = new GraphSnapshotBuilder();
        builder.AddNodes("N", ["N"], "id", Rows, [("id", Column(static i => i)), ("g", Column(static i => i * 7919L % 101)), ("far", Column(static i => (i % 3) * 1_000_000_007L))]);
        uint[] from = [.. Enumerable.Range(0, Rows).Select(static i => (uint)i)];
        builder.AddEdges("NEXT", "N", "N", from, [.. from.Select(static i => (i + 1) % Rows)], []);
        return builder.Build();
    }

    static ArrowArray Column(Func<long, long> value)
    {
        var column = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (int i = 0; i < Rows; i++)
        {
            column.Append(value(i));
        }
        return column.Build();
    }

    [Theory]
    [InlineData("MATCH (n:N) RETURN n.g AS g, count(*) AS c, sum(n.id) AS s, min(n.id) AS least, max(n.id) AS most, avg(n.id) AS mean")]
    [InlineData("MATCH (n:N) RETURN n.far AS f, n.g % 2 = 0 AS even, count(*) AS c")]
    [InlineData("MATCH (n:N) RETURN n.id % 30000 AS k, count(DISTINCT n.g) AS c")]
    [InlineData("MATCH (n:N) WHERE n.g > 50 RETURN DISTINCT n.g")]
    [InlineData("MATCH (a:N)-[:NEXT]->(b:N)-[:NEXT]->(c:N) WHERE a.g < c.g RETURN b.g AS g, count(*) AS n, sum(a.id) AS s")]
    [InlineData("MATCH (a:N)-[:NEXT]->(b:N) OPTIONAL MATCH (b)-[:NEXT]->(c:N {g: 5}) RETURN a.g AS g, count(c) AS n")]
    [InlineData("MATCH (n:N) WHERE n.id < 0 RETURN count(*) AS c, max(n.id) AS m")]
    [InlineData("MATCH (n:N) RETURN toString(n.g) AS t, max(toString(n.id)) AS m")]
    public async Task Several_threads_give_the_rows_of_one_in_their_order(string text)
    {
        var snapshot = Numbers();
        var expected = await One.ExecuteAsync(snapshot, text, cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            var actual = await Four.ExecuteAsync(snapshot, text, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(expected.Rows().Select(static row => string.Join('|', row)), actual.Rows().Select(static row => string.Join('|', row)));
        }
    }

    [Fact]
    public async Task The_failure_of_the_first_row_that_fails_is_thrown()
    {
        const string text = "MATCH (n:N) RETURN sum(CASE WHEN n.id % 20000 = 19999 THEN n.id / (n.id - n.id) ELSE 1 END) AS s";
        for (int i = 0; i < 5; i++)
        {
            var error = await Assert.ThrowsAsync<CypherRuntimeException>(async () => await Four.ExecuteAsync(Numbers(), text, cancellationToken: TestContext.Current.CancellationToken));
            Assert.Contains("19999", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sum_beyond_the_largest_integer_is_refused()
    {
        const string text = "MATCH (n:N) RETURN sum(n.id * 0 + 9223372036854775807) AS s";
        await Assert.ThrowsAsync<CypherRuntimeException>(async () => await Four.ExecuteAsync(Numbers(), text, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cancelling_ends_all_threads()
    {
        using var stop = new CancellationTokenSource();
        var prepared = await Four.PrepareAsync(Numbers(), "MATCH (a:N), (b:N) WHERE a.g + b.g = 1 RETURN count(*) AS c", cancellationToken: TestContext.Current.CancellationToken);
        stop.CancelAfter(50);
        Assert.ThrowsAny<OperationCanceledException>(() => prepared.Execute(cancellationToken: stop.Token));
    }

    [Fact]
    public async Task Lsqb_counts_do_not_depend_on_the_number_of_threads()
    {
        var snapshot = SharedGraphs.Load("lsqb-sf0003");
        var eager = new CypherEngine(new CypherOptions { MaxDegreeOfParallelism = 3, LeastParallelCost = 0 });
        for (int query = 1; query <= 9; query++)
        {
            string text = SharedGraphs.Query("lsqb-sf0003", $"q{query}");
            var expected = await One.ExecuteAsync(snapshot, text, cancellationToken: TestContext.Current.CancellationToken);
            var actual = await eager.ExecuteAsync(snapshot, text, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(expected.Rows().Single()[0], actual.Rows().Single()[0]);
        }
    }
}
