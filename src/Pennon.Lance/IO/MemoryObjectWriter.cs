using System.Buffers;

namespace Pennon.Lance.IO;

/// <summary>Collects an object's bytes and publishes them at the end.</summary>
sealed class MemoryObjectWriter(string path, MemoryObjectStore store) : IObjectWriter
{
    ArrayBufferWriter<byte>? _content = new();

    public string Path { get; } = path;

    public long Position => _content?.WrittenCount ?? 0;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Content.Write(content.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        store.Publish(Path, Content.WrittenMemory.ToArray());
        _content = null;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _content = null;
        return ValueTask.CompletedTask;
    }

    ArrayBufferWriter<byte> Content =>
        _content ?? throw new InvalidOperationException($"The object '{Path}' is already complete or abandoned.");
}
