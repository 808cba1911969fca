namespace Pennon.Lance.IO;

/// <summary>
/// Writes one new object from start to end. Disposing without completing abandons it: nothing appears under its key.
/// Not safe for concurrent use.
/// </summary>
public interface IObjectWriter : IAsyncDisposable
{
    /// <summary>The key the object will have.</summary>
    string Path { get; }

    /// <summary>The number of bytes written so far.</summary>
    long Position { get; }

    /// <summary>Appends bytes.</summary>
    /// <param name="content">The bytes; may be reused by the caller when the call has returned.</param>
    /// <param name="cancellationToken">Stops the write; the writer can then only be disposed.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Makes the object durable and visible under its key, replacing one of the same key.</summary>
    /// <param name="cancellationToken">Stops the call; the object is then absent or complete.</param>
    ValueTask CompleteAsync(CancellationToken cancellationToken = default);
}
