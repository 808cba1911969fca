namespace Pennon.Graph.Tests.Reading;

public sealed class GraphCacheTests
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    static CacheKey Key(int n) => new("t", n, "p");

    static ValueTask<string> GetAsync(GraphCache cache, int n, long bytes = 10) => cache.GetAsync(Key(n), _ => new ValueTask<(string, long)>(($"v{n}", bytes)), None);

    [Fact]
    public async Task A_value_is_read_once_however_many_ask_for_it()
    {
        var cache = new GraphCache(1_000);
        var reads = 0;
        var gate = new TaskCompletionSource();

        var answers = Enumerable.Range(0, 20).Select(_ => cache.GetAsync(Key(1), async token =>
        {
            Interlocked.Increment(ref reads);
            await gate.Task.WaitAsync(token);
            return ("x", 5L);
        }, None).AsTask()).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(answers), a => Assert.Equal("x", a));
        Assert.Equal(1, reads);
        Assert.Equal(5, cache.Bytes);
    }

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        var cache = new GraphCache(30);
        for (var i = 0; i < 3; i++)
        {
            await GetAsync(cache, i);
        }

        await GetAsync(cache, 0);
        await GetAsync(cache, 3);

        Assert.Equal(30, cache.Bytes);
        var reads = 0;
        await cache.GetAsync(Key(0), _ => { reads++; return new ValueTask<(string, long)>(("again", 10L)); }, None);
        Assert.Equal(0, reads);
        await cache.GetAsync(Key(1), _ => { reads++; return new ValueTask<(string, long)>(("again", 10L)); }, None);
        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var cache = new GraphCache(100);

        await Assert.ThrowsAsync<IOException>(async () => await cache.GetAsync<string>(Key(1), _ => throw new IOException("once"), None));

        Assert.Equal("v1", await GetAsync(cache, 1));
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_fail_the_others()
    {
        var cache = new GraphCache(100);
        var gate = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var first = cache.GetAsync(Key(1), async _ => { await gate.Task; return ("x", 1L); }, stop.Token).AsTask();
        var second = GetAsync(cache, 1).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("x", await second);
    }
}
