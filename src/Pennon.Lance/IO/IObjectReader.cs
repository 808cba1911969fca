namespace Pennon.Lance.IO;

/// <summary>Positional reads of one immutable object; safe for concurrent use.</summary>
public interface IObjectReader : IDisposable
{
    /// <summary>The key of the object in its store.</summary>
    string Path { get; }

    /// <summary>The size in bytes.</summary>
    long Length { get; }

    /// <summary>Whether <see cref="Read"/> answers without waiting for a network, so that callers may prefer it.</summary>
    bool SupportsSynchronousReads { get; }

    /// <summary>Reads bytes at a position.</summary>
    /// <param name="offset">The byte position, 0 or more.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes read; fewer than asked for only at the end of the object.</returns>
    /// <exception cref="NotSupportedException"><see cref="SupportsSynchronousReads"/> is <see langword="false"/>.</exception>
    int Read(long offset, Span<byte> destination);

    /// <summary>Reads bytes at a position.</summary>
    /// <param name="offset">The byte position, 0 or more.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The number of bytes read; fewer than asked for only at the end of the object.</returns>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Gives a range without copying it, where the object lies in memory already.</summary>
    /// <param name="offset">The byte position, 0 or more.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="memory">The bytes; they stay valid after the reader is disposed.</param>
    /// <returns><see langword="false"/> if the bytes have to be read, or if the range is not inside the object.</returns>
    bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }
}
