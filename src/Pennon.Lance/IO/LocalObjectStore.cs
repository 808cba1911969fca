using System.Runtime.CompilerServices;

namespace Pennon.Lance.IO;

/// <summary>Objects are files below one folder. Writes go to a temporary name first and are flushed to the disk before they appear.</summary>
public sealed class LocalObjectStore : IObjectStore
{
    readonly bool _flush;

    /// <summary>Uses a folder, which need not exist yet.</summary>
    /// <param name="rootFolder">The folder; a relative path is resolved against the current directory now.</param>
    /// <param name="flushToDisk">
    /// Whether completed writes survive a power cut (file and folder are flushed). Turn it off only for data that can be rebuilt.
    /// </param>
    public LocalObjectStore(string rootFolder, bool flushToDisk = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootFolder);
        RootFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(rootFolder));
        _flush = flushToDisk;
    }

    /// <summary>The absolute path of the folder.</summary>
    public string RootFolder { get; }

    /// <inheritdoc/>
    public ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IObjectReader>(LocalObjectReader.Open(path, FileOf(path)));
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var writer = new LocalObjectWriter(path, FileOf(path), RootFolder, _flush);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var file = FileOf(path);
        if (File.Exists(file))
            return false;
        var writer = new LocalObjectWriter(path, file, RootFolder, _flush);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            return writer.CompleteIfAbsent(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IObjectWriter>(new LocalObjectWriter(path, FileOf(path), RootFolder, _flush));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        var slash = prefix.LastIndexOf('/');
        var keyFolder = slash < 0 ? "" : prefix[..slash];
        var folder = slash < 0 ? RootFolder : Path.Combine(RootFolder, keyFolder);
        if (!Directory.Exists(folder))
            yield break;
        var found = new List<ObjectInfo>();
        Collect(new DirectoryInfo(folder), keyFolder, prefix, found, cancellationToken);
        found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        foreach (var item in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Names in one folder are compared without asking for the size and time of each file.</remarks>
    public async ValueTask<IReadOnlyList<ObjectInfo>> ListFirstAsync(string prefix, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ObjectKey.CheckPrefix(prefix);
        cancellationToken.ThrowIfCancellationRequested();
        var slash = prefix.LastIndexOf('/');
        if (count > 1 || slash < 0) return await ListAllFirstAsync(prefix, count, cancellationToken).ConfigureAwait(false);
        var folder = Path.Combine(RootFolder, prefix[..slash]);
        var start = prefix[(slash + 1)..];
        string? first = null;
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                var name = Path.GetFileName(entry);
                if (!name.StartsWith(start, StringComparison.Ordinal) || name.StartsWith(ObjectKey.TemporaryPrefix, StringComparison.Ordinal)) continue;
                if (first is null || string.CompareOrdinal(name, first) < 0) first = name;
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        if (first is null) return [];
        var file = new FileInfo(Path.Combine(folder, first));
        // A folder may hold what comes first, and a file may have gone since; both are rare.
        return file.Exists
            ? [new ObjectInfo(ObjectKey.Combine(prefix[..slash], first), file.Length, file.LastWriteTimeUtc)]
            : await ListAllFirstAsync(prefix, count, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(path);
        try
        {
            File.Delete(file);
        }
        catch (DirectoryNotFoundException)
        {
            // An object in a folder that never existed is as absent as one that was deleted.
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Removes a folder that has nothing in it any more; nothing happens to any other folder.</summary>
    internal void RemoveEmptyFolder(string key)
    {
        try
        {
            Directory.Delete(FileOf(key), recursive: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has content again, or is gone. An empty folder is as good as none.
        }
    }

    /// <inheritdoc/>
    public async ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default)
    {
        var file = FileOf(target);
        using var reader = await OpenAsync(source, cancellationToken).ConfigureAwait(false);
        var writer = new LocalObjectWriter(target, file, RootFolder, _flush);
        await using (writer.ConfigureAwait(false))
        {
            var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Math.Max(reader.Length, 1), 1 << 20));
            for (long offset = 0; offset < reader.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = reader.Read(offset, buffer);
                if (read == 0)
                    throw new LanceException($"The object '{source}' shrank while it was copied.");
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                offset += read;
            }
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(File.Exists(FileOf(path)));
    }

    /// <summary>Deletes files that writers which never came to their end left under temporary names. No writer may be at work.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How many files were deleted, and their bytes.</returns>
    public (int Files, long Bytes) DeleteTemporaryFiles(CancellationToken cancellationToken = default)
    {
        var files = 0;
        var bytes = 0L;
        if (!Directory.Exists(RootFolder))
            return default;
        foreach (var file in new DirectoryInfo(RootFolder).EnumerateFiles(ObjectKey.TemporaryPrefix + "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += file.Length;
            files++;
            file.Delete();
        }
        return (files, bytes);
    }

    async ValueTask<IReadOnlyList<ObjectInfo>> ListAllFirstAsync(string prefix, int count, CancellationToken cancellationToken)
    {
        var found = new List<ObjectInfo>();
        await foreach (var item in ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            found.Add(item);
            if (found.Count == count) break;
        }
        return found;
    }

    string FileOf(string path)
    {
        ObjectKey.Check(path);
        return Path.Combine(RootFolder, path);
    }

    static void Collect(DirectoryInfo folder, string key, string prefix, List<ObjectInfo> found, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        foreach (var entry in entries)
        {
            if (entry.Name.StartsWith(ObjectKey.TemporaryPrefix, StringComparison.Ordinal))
                continue;
            var name = ObjectKey.Combine(key, entry.Name);
            if (entry is DirectoryInfo inner)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(name + "/", StringComparison.Ordinal))
                    Collect(inner, name, prefix, found, cancellationToken);
            }
            else if (entry is FileInfo { Exists: true } file && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                found.Add(new ObjectInfo(name, file.Length, file.LastWriteTimeUtc));
            }
        }
    }
}
