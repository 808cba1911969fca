namespace Pennon.Lance.IO;

/// <summary>Reads of bytes that are in memory already.</summary>
sealed class MemoryObjectReader(string path, ReadOnlyMemory<byte> content) : IObjectReader
{
    public string Path { get; } = path;

    public long Length => content.Length;

    public bool SupportsSynchronousReads => true;

    public int Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= content.Length)
            return 0;
        var length = (int)Math.Min(destination.Length, content.Length - offset);
        content.Span.Slice((int)offset, length).CopyTo(destination);
        return length;
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(offset, destination.Span));
    }

    public bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        if (offset < 0 || length < 0 || offset > content.Length - (long)length)
        {
            memory = default;
            return false;
        }
        memory = content.Slice((int)offset, length);
        return true;
    }

    public void Dispose()
    {
    }
}
