using Pennon.Lance.IO;

namespace Pennon.TestSupport.Stores;

/// <summary>The error an injected fault raises.</summary>
public sealed class InjectedFaultException(string message) : IOException(message);

/// <summary>When the fatal write itself takes effect.</summary>
public enum FaultTiming
{
    /// <summary>The write is lost, as in a crash just before it.</summary>
    Before,

    /// <summary>The write is stored but its caller sees an error, as in a crash or a lost reply just after it.</summary>
    After,
}

/// <summary>
/// Behaves like a process that dies at its n-th write: that operation and every later one fails. Every piece of a streamed
/// object, its completion, each put, copy and delete counts as one write. Safe for concurrent use.
/// </summary>
/// <param name="inner">Where the operations that still succeed go.</param>
/// <param name="failAtWrite">The number of the fatal write, counted from 1; <see cref="long.MaxValue"/> for never.</param>
/// <param name="timing">Whether the fatal write takes effect.</param>
public sealed class FaultyObjectStore(IObjectStore inner, long failAtWrite = long.MaxValue, FaultTiming timing = FaultTiming.Before)
    : IObjectStore
{
    long _writes;

    /// <summary>Writes tried so far; run once without a fault to learn how many kill points an operation has.</summary>
    public long Writes => Volatile.Read(ref _writes);

    /// <summary>Whether the fatal write was reached.</summary>
    public bool IsDead => Writes >= failAtWrite;

    /// <summary>Called before each read-side operation with its name and key; may throw to inject a read fault.</summary>
    public Action<string, string>? OnRead { get; init; }

    /// <inheritdoc/>
    public async ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        CheckAlive("open", path);
        return new Reader(this, await inner.OpenAsync(path, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await WriteAsync<object?>(path, async () =>
        {
            await inner.PutAsync(path, content, cancellationToken);
            return null;
        });

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        WriteAsync(path, () => inner.PutIfAbsentAsync(path, content, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        CheckAlive("create", path);
        return new Writer(this, await inner.CreateAsync(path, cancellationToken));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        CheckAlive("list", prefix);
        return inner.ListAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        await WriteAsync<object?>(path, async () =>
        {
            await inner.DeleteAsync(path, cancellationToken);
            return null;
        });

    /// <inheritdoc/>
    public async ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default) =>
        await WriteAsync<object?>(target, async () =>
        {
            await inner.CopyAsync(source, target, cancellationToken);
            return null;
        });

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        CheckAlive("exists", path);
        return inner.ExistsAsync(path, cancellationToken);
    }

    async ValueTask<T> WriteAsync<T>(string path, Func<ValueTask<T>> write)
    {
        var number = Interlocked.Increment(ref _writes);
        if (number < failAtWrite)
            return await write();
        if (number == failAtWrite && timing == FaultTiming.After)
            await write();
        throw new InjectedFaultException($"Injected fault at write {number} ('{path}').");
    }

    void CheckAlive(string operation, string path)
    {
        if (IsDead)
            throw new InjectedFaultException($"Injected fault: {operation} of '{path}' after the fatal write.");
        OnRead?.Invoke(operation, path);
    }

    sealed class Writer(FaultyObjectStore owner, IObjectWriter inner) : IObjectWriter
    {
        public string Path => inner.Path;

        public long Position => inner.Position;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
            await owner.WriteAsync<object?>(Path, async () =>
            {
                await inner.WriteAsync(content, cancellationToken);
                return null;
            });

        public async ValueTask CompleteAsync(CancellationToken cancellationToken = default) =>
            await owner.WriteAsync<object?>(Path, async () =>
            {
                await inner.CompleteAsync(cancellationToken);
                return null;
            });

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    sealed class Reader(FaultyObjectStore owner, IObjectReader inner) : IObjectReader
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public bool SupportsSynchronousReads => inner.SupportsSynchronousReads;

        public int Read(long offset, Span<byte> destination)
        {
            owner.CheckAlive("read", Path);
            return inner.Read(offset, destination);
        }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            owner.CheckAlive("read", Path);
            return inner.ReadAsync(offset, destination, cancellationToken);
        }

        public void Dispose() => inner.Dispose();
    }
}
