using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Storage.Tests;

/// <summary>What a publish makes visible, and what two of them at once come to.</summary>
public sealed class GraphPublisherTests
{
    readonly MemoryObjectStore _store = new();

    sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [Fact]
    public async Task A_store_without_a_publish_is_the_empty_graph()
    {
        var publisher = new GraphPublisher(_store);

        Assert.Same(GraphManifest.Empty, await publisher.CurrentAsync());
        Assert.Empty(await publisher.ListVersionsAsync());
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await publisher.ReadAsync(1));
    }

    [Fact]
    public async Task A_publish_reads_back_as_it_was_given()
    {
        var now = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        var publisher = new GraphPublisher(_store, new FixedTime(now));
        await using var commit = new StagedCommit(GraphManifest.Empty) { Author = "Zoë", Message = "a \"first\" 🙂\nload", Catalog = """{"a":1}""", NextTableId = 7 };
        commit.Add(await StorageTables.StageAsync(_store, StorageTables.Table(3, "P") with { Statistics = """{"s":2}""" }, [1, 2]));

        var published = await publisher.PublishAsync(commit);
        var read = await publisher.CurrentAsync();

        Assert.Equal((1, 0, "Zoë", "a \"first\" 🙂\nload", """{"a":1}""", 7, now), (read.Version, read.Parent, read.Author, read.Message, read.Catalog, read.NextTableId, read.CreatedAt));
        Assert.Equal(new GraphTable(3, 1, TableKind.Nodes, "P", "nodes/P.lance", null, 1, 2, """{"s":2}"""), Assert.Single(read.Tables));
        Assert.Equal(published.Tables, read.Tables);
        Assert.Equal((published.Version, published.CreatedAt), (read.Version, read.CreatedAt));
        Assert.Equal(1, commit.Writes[0].Transaction.CommittedVersion);
    }

    [Fact]
    public async Task Tables_that_no_write_touches_stay_as_they_were()
    {
        await StorageTables.PublishAsync(_store, "a", ("P", [1]), ("Q", [10]));
        var second = await StorageTables.PublishAsync(_store, "b", ("P", [2]));

        Assert.Equal("v2 P@2=[1,2] Q@1=[10]", await StorageTables.TextAsync(_store, second));
        Assert.Equal("v1 P@1=[1] Q@1=[10]", await StorageTables.TextAsync(_store, await new GraphPublisher(_store).ReadAsync(1)));
        Assert.Equal([1L, 2L], await new GraphPublisher(_store).ListVersionsAsync());
        Assert.Equal((1, 3), (second.Parent, second.NextTableId));
    }

    [Fact]
    public async Task A_publish_that_drops_others_keeps_only_its_own_tables()
    {
        var parent = await StorageTables.PublishAsync(_store, "a", ("P", [1]), ("Q", [10]));
        await using var commit = new StagedCommit(parent) { DropsOthers = true };
        commit.Add(await StorageTables.StageAsync(_store, parent.Find(TableKind.Nodes, "Q")!, [11], append: true));

        var published = await new GraphPublisher(_store).PublishAsync(commit);

        Assert.Equal("v2 Q@2=[10,11]", await StorageTables.TextAsync(_store, published));
        Assert.Null(published.Find(TableKind.Nodes, "P"));
        Assert.Null(published.Find(TableKind.Edges, "Q"));
        Assert.Equal(parent.NextTableId, published.NextTableId);
    }

    [Fact]
    public async Task Writes_are_put_into_the_order_of_their_tables()
    {
        await using var commit = new StagedCommit(GraphManifest.Empty);
        foreach (var id in new[] { 3, 1, 2 })
        {
            commit.Add(await StorageTables.StageAsync(_store, StorageTables.Table(id, $"T{id}"), [id]));
        }

        commit.Sort();

        Assert.Equal([1L, 2L, 3L], (await new GraphPublisher(_store).PublishAsync(commit)).Tables.Select(t => t.Id));
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_publish_and_an_abandoned_commit_leaves_no_file()
    {
        await StorageTables.PublishAsync(_store, "a", ("P", [1]));
        var keys = await StorageTables.KeysAsync(_store);
        var parent = await new GraphPublisher(_store).CurrentAsync();
        await using (var commit = new StagedCommit(parent))
        {
            commit.Add(await StorageTables.StageAsync(_store, parent.Find(TableKind.Nodes, "P")!, [2], append: true));
            commit.Add(await StorageTables.StageAsync(_store, StorageTables.Table(9, "New"), [3]));
            Assert.Equal("v1 P@1=[1]", await StorageTables.TextAsync(_store));
            Assert.True((await StorageTables.KeysAsync(_store)).Count > keys.Count);
        }

        Assert.Equal(keys, await StorageTables.KeysAsync(_store));
    }

    [Fact]
    public async Task Of_two_publishes_on_one_version_the_second_may_be_tried_again()
    {
        var parent = await StorageTables.PublishAsync(_store, "a", ("P", [1]));
        var publisher = new GraphPublisher(_store);
        await using var late = new StagedCommit(parent) { Author = "late" };
        await StorageTables.PublishAsync(_store, "early", ("Q", [5]));

        var error = await Assert.ThrowsAsync<ConflictException>(async () => await publisher.PublishAsync(late));

        Assert.True(error.IsRetryable);
        Assert.Equal("early", (await publisher.CurrentAsync()).Author);
    }

    [Fact]
    public async Task Rows_appended_over_a_table_that_another_writer_changed_are_a_conflict()
    {
        var parent = await StorageTables.PublishAsync(_store, "a", ("P", [1]));
        var table = parent.Find(TableKind.Nodes, "P")!;
        await using var commit = new StagedCommit(parent);
        commit.Add(await StorageTables.StageAsync(_store, table, [2], append: true));
        await using (var stranger = await StorageTables.StageAsync(_store, table, [99], append: true))
        {
            await stranger.Transaction.CommitAsync();
        }

        var error = await Assert.ThrowsAsync<ConflictException>(async () => await new GraphPublisher(_store).PublishAsync(commit));

        Assert.True(error.IsRetryable);
        Assert.Contains("nodes/P.lance", error.Message, StringComparison.Ordinal);
        Assert.Equal("v1 P@1=[1]", await StorageTables.TextAsync(_store));
    }

    [Fact]
    public async Task Publishes_that_race_are_each_whole_or_refused()
    {
        await StorageTables.PublishAsync(_store, "a", ("P", [0]));

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(async () => await Record.ExceptionAsync(() => StorageTables.PublishAsync(_store, $"w{i}", ("P", [i]))))));

        Assert.All(outcomes, outcome => Assert.True(outcome is null or ConflictException { IsRetryable: true }, outcome?.ToString()));
        var won = Enumerable.Range(1, 8).Where(i => outcomes[i - 1] is null).Select(i => (long)i).ToArray();
        Assert.NotEmpty(won);
        var current = await new GraphPublisher(_store).CurrentAsync();
        Assert.Equal(1 + won.Length, current.Version);
        Assert.Superset(won.ToHashSet(), (await StorageTables.ValuesAsync(_store, current.Tables[0])).ToHashSet());
        Assert.Equal(current.Tables[0].RowCount, (await StorageTables.ValuesAsync(_store, current.Tables[0])).Length);
    }

    [Fact]
    public async Task A_cancelled_publish_changes_nothing()
    {
        var parent = await StorageTables.PublishAsync(_store, "a", ("P", [1]));
        await using var commit = new StagedCommit(parent);
        commit.Add(await StorageTables.StageAsync(_store, StorageTables.Table(9, "New"), [3]));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new GraphPublisher(_store).PublishAsync(commit, new CancellationToken(true)));

        Assert.Equal("v1 P@1=[1]", await StorageTables.TextAsync(_store));
    }
}
