using Pennon.Lance.IO;

namespace Pennon.TestSupport.Stores;

/// <summary>Counts the requests a store receives and the bytes they move; safe for concurrent use.</summary>
public sealed class CountingObjectStore(IObjectStore inner) : IObjectStore
{
    long _opens, _reads, _bytesRead, _puts, _lists, _deletes, _gets, _probes;

    /// <summary>Objects opened.</summary>
    public long Opens => Volatile.Read(ref _opens);

    /// <summary>Ranged reads.</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>Bytes returned by reads.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Objects written, copied or started.</summary>
    public long Puts => Volatile.Read(ref _puts);

    /// <summary>Listings.</summary>
    public long Lists => Volatile.Read(ref _lists);

    /// <summary>Deletions.</summary>
    public long Deletes => Volatile.Read(ref _deletes);

    /// <summary>Whole objects read in one request.</summary>
    public long Gets => Volatile.Read(ref _gets);

    /// <summary>Questions whether an object exists.</summary>
    public long Probes => Volatile.Read(ref _probes);

    /// <summary>
    /// What a remote store would count: opening asks for the size, each ranged read, whole read, write, listing, deletion and question
    /// is one request, however many pages a listing has.
    /// </summary>
    public long Requests => Opens + Reads + Gets + Puts + Lists + Deletes + Probes;

    /// <summary>Sets every counter to zero.</summary>
    public void Reset()
    {
        _opens = _reads = _bytesRead = _puts = _lists = _deletes = _gets = _probes = 0;
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _opens);
        return new Reader(this, await inner.OpenAsync(path, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _puts);
        return inner.PutAsync(path, content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _puts);
        return inner.PutIfAbsentAsync(path, content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _puts);
        return inner.CreateAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _lists);
        return inner.ListAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ObjectInfo>> ListFirstAsync(string prefix, int count, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _lists);
        return inner.ListFirstAsync(prefix, count, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> GetAsync(string path, long maximumLength, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _gets);
        var bytes = await inner.GetAsync(path, maximumLength, cancellationToken);
        Interlocked.Add(ref _bytesRead, bytes.Length);
        return bytes;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _deletes);
        return inner.DeleteAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _puts);
        return inner.CopyAsync(source, target, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _probes);
        return inner.ExistsAsync(path, cancellationToken);
    }

    sealed class Reader(CountingObjectStore owner, IObjectReader inner) : IObjectReader
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public bool SupportsSynchronousReads => inner.SupportsSynchronousReads;

        public int Read(long offset, Span<byte> destination) => Count(inner.Read(offset, destination));

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(offset, destination, cancellationToken));

        public void Dispose() => inner.Dispose();

        int Count(int read)
        {
            Interlocked.Increment(ref owner._reads);
            Interlocked.Add(ref owner._bytesRead, read);
            return read;
        }
    }
}
