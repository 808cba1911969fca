using Pennon.Lance.IO;

namespace Pennon.Lance.Indexes;

/// <summary>
/// Decoded parts of index files, shared by every version and dataset of the process. A part is known by the place of its file,
/// which never changes its content. Beyond the budget the parts unused for longest go.
/// </summary>
sealed class IndexCache
{
    public const long DefaultBudget = 256L << 20;

    // What an entry costs beside its content.
    const long EntryOverhead = 256;

    readonly Lock _lock = new();
    readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _order = new();
    readonly Dictionary<Key, object> _loading = [];
    long _budget;
    long _used;

    public IndexCache(long budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        _budget = budget;
    }

    /// <summary>The cache that all datasets of the process use.</summary>
    public static IndexCache Shared { get; } = new(DefaultBudget);

    /// <summary>Bytes that decoded parts may take; shrinking it drops parts at once.</summary>
    public long Budget
    {
        get => Volatile.Read(ref _budget);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            lock (_lock)
            {
                _budget = value;
                Trim();
            }
        }
    }

    /// <summary>Bytes that the kept parts are said to take.</summary>
    public long Used => Volatile.Read(ref _used);

    readonly record struct Key(object Store, string Folder, string Part);

    sealed record Entry(Key Key, object Value, long Bytes);

    /// <summary>A part if it is kept.</summary>
    public bool TryGet<T>(IndexSegment segment, string part, out T value)
        where T : class => TryGet(segment.Folder, part, out value);

    /// <summary>A part of a file, or of a folder of files, if it is kept.</summary>
    public bool TryGet<T>(LanceLocation place, string part, out T value)
        where T : class
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(KeyOf(place, part), out var node))
            {
                Touch(node);
                value = (T)node.Value.Value;
                return true;
            }
        }
        value = null!;
        return false;
    }

    /// <summary>A part, loading it if nobody has; callers that ask for one part at once load it once.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="part">Names the part within the segment; equal names ask for one type.</param>
    /// <param name="load">Loads the part, immutable and safe to share, and says how many bytes it takes.</param>
    /// <param name="cancellationToken">Stops the wait; the load goes on if others wait for it too.</param>
    public ValueTask<T> GetAsync<T>(
        IndexSegment segment, string part, Func<CancellationToken, ValueTask<(T Value, long Bytes)>> load, CancellationToken cancellationToken)
        where T : class => GetAsync(segment.Folder, part, load, cancellationToken);

    /// <summary>A part of a file, or of a folder of files, whose content never changes; loaded if nobody has.</summary>
    public async ValueTask<T> GetAsync<T>(
        LanceLocation place, string part, Func<CancellationToken, ValueTask<(T Value, long Bytes)>> load, CancellationToken cancellationToken)
        where T : class
    {
        var key = KeyOf(place, part);
        Task<T> task;
        TaskCompletionSource<T>? mine = null;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                Touch(node);
                return (T)node.Value.Value;
            }
            if (_loading.TryGetValue(key, out var running))
            {
                task = (Task<T>)running;
            }
            else
            {
                mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                task = mine.Task;
                _loading[key] = task;
            }
        }
        // The load starts outside the lock, since it may go far before it first waits.
        if (mine is not null)
            _ = LoadAsync(key, load, mine);
        return task.IsCompletedSuccessfully ? task.Result : await task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // One impatient caller does not stop what others wait for, so the load itself is not cancelled.
    async Task LoadAsync<T>(Key key, Func<CancellationToken, ValueTask<(T Value, long Bytes)>> load, TaskCompletionSource<T> result)
        where T : class
    {
        try
        {
            var (value, bytes) = await load(CancellationToken.None).ConfigureAwait(false);
            Keep(key, value, bytes + EntryOverhead);
            result.SetResult(value);
        }
        catch (Exception error)
        {
            // Nobody but those who wait for the part learns of it; the next to ask tries again.
            result.SetException(error);
        }
        finally
        {
            lock (_lock)
                _loading.Remove(key);
        }
    }

    /// <summary>Keeps a part that was loaded together with others.</summary>
    public void Put(IndexSegment segment, string part, object value, long bytes) => Put(segment.Folder, part, value, bytes);

    /// <summary>Keeps a part of a file that was loaded together with others.</summary>
    public void Put(LanceLocation place, string part, object value, long bytes) => Keep(KeyOf(place, part), value, bytes + EntryOverhead);

    void Keep(Key key, object value, long bytes)
    {
        lock (_lock)
        {
            if (bytes > _budget || _entries.ContainsKey(key))
                return;
            _entries[key] = _order.AddFirst(new Entry(key, value, bytes));
            _used += bytes;
            Trim();
        }
    }

    void Touch(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _order.AddFirst(node);
    }

    void Trim()
    {
        while (_used > _budget && _order.Last is { } last)
        {
            _order.RemoveLast();
            _entries.Remove(last.Value.Key);
            _used -= last.Value.Bytes;
        }
    }

    // Datasets opened on one folder have stores of their own over the same files.
    static Key KeyOf(LanceLocation folder, string part)
    {
        object store = folder.Store is LocalObjectStore local ? local.RootFolder : folder.Store;
        return new Key(store, folder.Prefix, part);
    }
}
