using Microsoft.Win32.SafeHandles;

namespace Pennon.Lance.IO;

/// <summary>Writes one file under a temporary name beside its final one, then renames it.</summary>
sealed class LocalObjectWriter : IObjectWriter
{
    readonly string _file;
    readonly string _temporary;
    readonly string _root;
    readonly bool _flush;
    SafeFileHandle? _handle;

    public LocalObjectWriter(string path, string file, string root, bool flush)
    {
        Path = path;
        _file = file;
        _root = root;
        _flush = flush;
        var folder = System.IO.Path.GetDirectoryName(file)!;
        CreateFolder(folder);
        _temporary = System.IO.Path.Combine(folder, ObjectKey.TemporaryPrefix + Guid.NewGuid().ToString("N"));
        _handle = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    public string Path { get; }

    public long Position { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RandomAccess.Write(Handle, content.Span, Position);
        Position += content.Length;
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Seal();
        File.Move(_temporary, _file, overwrite: true);
        SyncFolder();
        return ValueTask.CompletedTask;
    }

    /// <summary>Publishes the file unless its name is taken; the rename itself decides, so concurrent callers cannot both win.</summary>
    public bool CompleteIfAbsent(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Seal();
        if (!ExclusiveRename.TryMove(_temporary, _file))
            return false;
        SyncFolder();
        return true;
    }

    public ValueTask DisposeAsync()
    {
        if (_handle is not null)
        {
            _handle.Dispose();
            _handle = null;
        }
        File.Delete(_temporary);
        return ValueTask.CompletedTask;
    }

    SafeFileHandle Handle => _handle ?? throw new InvalidOperationException($"The object '{Path}' is already complete or abandoned.");

    void Seal()
    {
        var handle = Handle;
        if (_flush)
            RandomAccess.FlushToDisk(handle);
        handle.Dispose();
        _handle = null;
    }

    void SyncFolder()
    {
        if (_flush)
            FolderSync.Flush(System.IO.Path.GetDirectoryName(_file)!);
    }

    // A new folder is itself an entry of its parent, so durability needs every new level flushed.
    void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        var parent = System.IO.Path.GetDirectoryName(folder);
        if (parent is not null && folder.Length > _root.Length)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);
        if (_flush && parent is not null)
            FolderSync.Flush(parent);
    }
}
