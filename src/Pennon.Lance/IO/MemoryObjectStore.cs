using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Pennon.Lance.IO;

/// <summary>Objects live in memory: for tests, scratch databases and caches.</summary>
public sealed class MemoryObjectStore : IObjectStore
{
    readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    sealed record Entry(ReadOnlyMemory<byte> Content, DateTimeOffset Written);

    /// <summary>The number of objects.</summary>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        return _entries.TryGetValue(path, out var entry)
            ? ValueTask.FromResult<IObjectReader>(new MemoryObjectReader(path, entry.Content))
            : throw NotFound(path);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        Publish(path, content.ToArray());
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        return ValueTask.FromResult(_entries.TryAdd(path, new Entry(content.ToArray(), DateTimeOffset.UtcNow)));
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        return ValueTask.FromResult<IObjectWriter>(new MemoryObjectWriter(path, this));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        var found = new List<ObjectInfo>();
        foreach (var (key, entry) in _entries)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                found.Add(new ObjectInfo(key, entry.Content.Length, entry.Written));
        }
        found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        foreach (var item in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        _entries.TryRemove(path, out _);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(source);
        ObjectKey.Check(target);
        if (!_entries.TryGetValue(source, out var entry))
            throw NotFound(source);
        Publish(target, entry.Content);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Check(path);
        return ValueTask.FromResult(_entries.ContainsKey(path));
    }

    internal void Publish(string path, ReadOnlyMemory<byte> content) => _entries[path] = new Entry(content, DateTimeOffset.UtcNow);

    static LanceNotFoundException NotFound(string path) => new($"There is no object '{path}' in memory.");
}
