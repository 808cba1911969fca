using Pennon.Lance.IO;

namespace Pennon.TestSupport.Stores;

/// <summary>Answers like a store behind a network: its readers cannot be read without waiting, and give no memory away.</summary>
public sealed class AsynchronousObjectStore(IObjectStore inner) : IObjectStore
{
    /// <inheritdoc/>
    public async ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default) => new Reader(await inner.OpenAsync(path, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<byte[]> GetAsync(string path, long maximumLength, CancellationToken cancellationToken = default) => inner.GetAsync(path, maximumLength, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.PutIfAbsentAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default) => inner.CreateAsync(path, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ObjectInfo>> ListFirstAsync(string prefix, int count, CancellationToken cancellationToken = default) =>
        inner.ListFirstAsync(prefix, count, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    /// <inheritdoc/>
    public ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default) => inner.CopyAsync(source, target, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) => inner.ExistsAsync(path, cancellationToken);

    sealed class Reader(IObjectReader inner) : IObjectReader
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public bool SupportsSynchronousReads => false;

        public int Read(long offset, Span<byte> destination) => throw new NotSupportedException("This store answers asynchronously.");

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await inner.ReadAsync(offset, destination, cancellationToken);
        }

        public void Dispose() => inner.Dispose();
    }
}
