namespace Pennon.Graph;

/// <summary>Opens input files in order, each a little before its turn, so that its first blocks are inflated when it is asked for.</summary>
sealed class FeedQueue(IReadOnlyList<string> files, CancellationToken cancellationToken) : IAsyncDisposable
{
    const int Ahead = 3;

    readonly Queue<RowFeed> _open = [];
    int _next;

    public RowFeed Next()
    {
        while (_next < files.Count && _open.Count < Ahead)
        {
            _open.Enqueue(new RowFeed(files[_next++], cancellationToken));
        }

        return _open.Dequeue();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in _open)
        {
            await feed.DisposeAsync().ConfigureAwait(false);
        }
    }
}
