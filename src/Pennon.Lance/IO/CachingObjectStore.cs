using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pennon.Lance.IO;

/// <summary>
/// Keeps parts of another store's unchanging objects in memory: manifests, footers, pages of data and index files. What may change (which version is the latest,
/// tags, branches) is asked of the store each time. Any number of datasets may share one; safe for concurrent use.
/// </summary>
/// <remarks>
/// An object is known by its key. Writing, copying or deleting through this store forgets what is kept of it, and so does a listing that shows another size or time
/// of change. When something else deletes a table and writes another under the same keys, call <see cref="Clear"/>.
/// </remarks>
public sealed class CachingObjectStore : IObjectStore
{
    // The number under which an object that was asked for as a whole is kept.
    const long Whole = -1;

    readonly ByteCache _cache;
    long _hits;
    long _misses;

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">Where everything that is not kept comes from.</param>
    /// <param name="options">What to keep; the defaults unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public CachingObjectStore(IObjectStore inner, CachingObjectStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Options = options ?? new CachingObjectStoreOptions();
        if (Options.BudgetBytes < 0)
            throw new ArgumentOutOfRangeException(nameof(options), "The budget of a cache is not negative.");
        if (!BitOperations.IsPow2(Options.BlockBytes) || Options.BlockBytes is < 512 or > 16 << 20)
            throw new ArgumentOutOfRangeException(nameof(options), "The blocks of a cache are a power of two from 512 to 16 Mi bytes.");
        if (Options.LargestCachedRead is < 0 or > 1 << 30)
            throw new ArgumentOutOfRangeException(nameof(options), "The largest cached read is from 0 to 1 Gi bytes.");
        ArgumentNullException.ThrowIfNull(Options.IsImmutable, nameof(options));
        Inner = inner;
        _cache = new ByteCache(Options.BudgetBytes);
    }

    /// <summary>Bytes held, never more than the budget.</summary>
    public long UsedBytes => _cache.Used;

    /// <summary>Blocks and whole objects that came from the cache.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Blocks and whole objects that had to be read.</summary>
    public long Misses => Volatile.Read(ref _misses);

    internal IObjectStore Inner { get; }

    internal CachingObjectStoreOptions Options { get; }

    /// <summary>Forgets everything that is kept.</summary>
    public void Clear() => _cache.Clear();

    /// <inheritdoc/>
    public async ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(path);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Options.IsImmutable(path))
            return await Inner.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var stamp = _cache.StampOf(path);
        // Opening a local object costs next to nothing, and only an open one can be read without waiting.
        if (_cache.TryGetFacts(path, out var facts) && !facts.IsSynchronous)
            return new CachingObjectReader(this, path, facts, stamp, null);
        var inner = await Inner.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        if (facts.Length != inner.Length)
        {
            Forget(path);
            stamp = _cache.StampOf(path);
            facts = new ObjectFacts(inner.Length, inner.SupportsSynchronousReads, null);
        }
        return new CachingObjectReader(this, path, facts, stamp, inner);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> GetAsync(string path, long maximumLength, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(path);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Options.IsImmutable(path))
            return await Inner.GetAsync(path, maximumLength, cancellationToken).ConfigureAwait(false);
        if (_cache.TryGetFacts(path, out var facts) && facts.Length <= maximumLength && Find(path, facts.Length, Whole) is { } kept)
            return [.. kept];
        var stamp = _cache.StampOf(path);
        var bytes = await Inner.GetAsync(path, maximumLength, cancellationToken).ConfigureAwait(false);
        CountMisses(1);
        if (bytes.Length <= Options.LargestCachedRead)
            Add(path, new ObjectFacts(bytes.Length, facts.IsSynchronous, facts.LastModified), stamp, Whole, [.. bytes]);
        return bytes;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Forget(path);
        await Inner.PutAsync(path, content, cancellationToken).ConfigureAwait(false);
        Forget(path);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var done = await Inner.PutIfAbsentAsync(path, content, cancellationToken).ConfigureAwait(false);
        if (done)
            Forget(path);
        return done;
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default) =>
        new Writer(this, await Inner.CreateAsync(path, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in Inner.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            _cache.Compare(item);
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ObjectInfo>> ListFirstAsync(string prefix, int count, CancellationToken cancellationToken = default)
    {
        var items = await Inner.ListFirstAsync(prefix, count, cancellationToken).ConfigureAwait(false);
        foreach (var item in items)
            _cache.Compare(item);
        return items;
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        Forget(path);
        await Inner.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        Forget(path);
    }

    /// <inheritdoc/>
    public async ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default)
    {
        Forget(target);
        await Inner.CopyAsync(source, target, cancellationToken).ConfigureAwait(false);
        Forget(target);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) => Inner.ExistsAsync(path, cancellationToken);

    internal byte[]? Find(string path, long length, long number)
    {
        var found = _cache.Find(path, length, number);
        if (found is not null)
            Interlocked.Increment(ref _hits);
        return found;
    }

    internal bool Contains(string path, long length, long number) => _cache.Find(path, length, number) is not null;

    internal void CountMisses(int count) => Interlocked.Add(ref _misses, count);

    internal bool IsCurrent(string path, long stamp) => _cache.StampOf(path) == stamp;

    internal void Add(string path, ObjectFacts facts, long stamp, long number, byte[] bytes) => _cache.Add(path, facts, stamp, number, bytes);

    internal void Forget(string? path)
    {
        if (path is not null)
            _cache.Remove(path);
    }

    sealed class Writer(CachingObjectStore owner, IObjectWriter inner) : IObjectWriter
    {
        public string Path => inner.Path;

        public long Position => inner.Position;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.WriteAsync(content, cancellationToken);

        public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
        {
            owner.Forget(Path);
            await inner.CompleteAsync(cancellationToken).ConfigureAwait(false);
            owner.Forget(Path);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
