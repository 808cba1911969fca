namespace Pennon.Lance.IO;

/// <summary>
/// A flat collection of immutable objects under '/'-separated relative keys: a folder, a bucket, or memory.
/// Implementations are safe for concurrent use.
/// </summary>
/// <remarks>
/// A key consists of non-empty segments; see <see cref="ObjectKey"/> for what is refused. Every method throws
/// <see cref="ArgumentException"/> for a key that breaks the rules.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Opens an object for positional reads.</summary>
    /// <param name="path">The key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>A reader that the caller disposes.</returns>
    /// <exception cref="LanceNotFoundException">There is no such object.</exception>
    ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Writes a whole object, replacing one of the same key. Readers see the old or the new content, never a mixture.</summary>
    /// <param name="path">The key.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Stops the call; the object is then unchanged or complete.</param>
    ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Writes a whole object if its key is free. Of several concurrent callers exactly one succeeds.</summary>
    /// <param name="path">The key.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Stops the call; the object is then absent or complete.</param>
    /// <returns><see langword="false"/> if an object of that key exists already.</returns>
    ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Starts writing an object piece by piece. It appears under its key when the writer is completed.</summary>
    /// <param name="path">The key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>A writer that the caller completes and disposes.</returns>
    ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Lists every object whose key starts with a prefix, in ordinal key order, at any depth.</summary>
    /// <param name="prefix">The start of the keys, for example <c>table.lance/_versions/</c>; empty lists everything.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The objects; none if nothing matches.</returns>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Lists the first objects, in ordinal key order, whose key starts with a prefix: one request where the store can stop early.</summary>
    /// <param name="prefix">The start of the keys; empty for any.</param>
    /// <param name="count">How many objects are wanted at most; at least 1.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The objects; none if nothing matches.</returns>
    async ValueTask<IReadOnlyList<ObjectInfo>> ListFirstAsync(string prefix, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var found = new List<ObjectInfo>();
        await foreach (var item in ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            found.Add(item);
            if (found.Count == count) break;
        }
        return found;
    }

    /// <summary>Reads a whole object of bounded size in one request.</summary>
    /// <param name="path">The key.</param>
    /// <param name="maximumLength">The largest size accepted, in bytes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="LanceNotFoundException">There is no such object.</exception>
    /// <exception cref="LanceFormatException">The object is larger than accepted.</exception>
    ValueTask<byte[]> GetAsync(string path, long maximumLength, CancellationToken cancellationToken = default) => this.ReadAllAsync(path, maximumLength, cancellationToken);

    /// <summary>Deletes an object. Deleting an object that does not exist is no error.</summary>
    /// <param name="path">The key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Copies an object inside the store, replacing the target.</summary>
    /// <param name="source">The key of the existing object.</param>
    /// <param name="target">The key of the copy.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">The source does not exist.</exception>
    ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default);

    /// <summary>Tells whether an object exists.</summary>
    /// <param name="path">The key.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default);
}
