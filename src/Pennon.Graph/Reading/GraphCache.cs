using System.Collections.Concurrent;

namespace Pennon.Graph;

/// <summary>Names something that was read from one immutable table version, so that it never goes out of date.</summary>
/// <param name="Path">The dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Part">What of it.</param>
readonly record struct CacheKey(string Path, long Version, string Part);

/// <summary>
/// Keeps decoded columns, key indexes and adjacency under a byte budget, the least recently used going first. Several callers that ask for one thing at the
/// same time share one read of it.
/// </summary>
sealed class GraphCache(long budget)
{
    readonly ConcurrentDictionary<CacheKey, Entry> _entries = new();
    readonly Lock _evicting = new();
    long _bytes;
    long _clock;

    public long Bytes => Volatile.Read(ref _bytes);

    public int Count => _entries.Count;

    public ValueTask<T> GetAsync<T>(CacheKey key, Func<CancellationToken, ValueTask<(T Value, long Bytes)>> load, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Used = Interlocked.Increment(ref _clock);
                var task = (Task<T>)entry.Task;
                return task.IsCompletedSuccessfully ? new ValueTask<T>(task.Result) : new ValueTask<T>(task.WaitAsync(cancellationToken));
            }

            var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            entry = new Entry(source.Task) { Used = Interlocked.Increment(ref _clock) };
            if (_entries.TryAdd(key, entry))
            {
                // The read goes on when its first caller gives up: others may wait for it too.
                _ = Task.Run(() => FillAsync(key, entry, load, source), CancellationToken.None);
                return new ValueTask<T>(source.Task.WaitAsync(cancellationToken));
            }
        }
    }

    /// <summary>Puts something in that is known already.</summary>
    public void Put<T>(CacheKey key, T value, long bytes)
        where T : class
    {
        if (_entries.TryAdd(key, new Entry(Task.FromResult(value)) { Used = Interlocked.Increment(ref _clock), Bytes = bytes, IsFilled = true }))
        {
            Charge(bytes);
        }
    }

    async Task FillAsync<T>(CacheKey key, Entry entry, Func<CancellationToken, ValueTask<(T Value, long Bytes)>> load, TaskCompletionSource<T> source)
        where T : class
    {
        try
        {
            var (value, bytes) = await load(CancellationToken.None).ConfigureAwait(false);
            entry.Bytes = bytes;
            entry.IsFilled = true;
            // Before anybody sees the value, so that the budget holds by then.
            Charge(bytes);
            source.SetResult(value);
        }
        catch (Exception error)
        {
            // A failure is not kept: the next caller tries again.
            _entries.TryRemove(key, out _);
            source.SetException(error);
        }
    }

    void Charge(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= budget)
        {
            return;
        }

        lock (_evicting)
        {
            foreach (var (key, entry) in _entries.ToArray().OrderBy(static e => e.Value.Used))
            {
                if (Volatile.Read(ref _bytes) <= budget)
                {
                    return;
                }

                if (entry.IsFilled && _entries.TryRemove(key, out _))
                {
                    Interlocked.Add(ref _bytes, -entry.Bytes);
                }
            }
        }
    }

    sealed class Entry(Task task)
    {
        public Task Task { get; } = task;

        public long Used;

        public long Bytes;

        public volatile bool IsFilled;
    }
}
