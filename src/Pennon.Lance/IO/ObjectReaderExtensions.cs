namespace Pennon.Lance.IO;

/// <summary>Reads that must not fall short.</summary>
public static class ObjectReaderExtensions
{
    /// <summary>Fills the destination or fails.</summary>
    /// <param name="reader">The object.</param>
    /// <param name="offset">The byte position.</param>
    /// <param name="destination">Receives exactly its own length of bytes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="LanceFormatException">The range reaches beyond the end of the object.</exception>
    public static ValueTask ReadExactlyAsync(
        this IObjectReader reader, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        CheckRange(reader, offset, destination.Length);
        if (reader.SupportsSynchronousReads)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = reader.Read(offset, destination.Span);
            if (read != destination.Length)
                throw Short(reader, offset, destination.Length, read);
            return ValueTask.CompletedTask;
        }
        return AwaitAsync(reader, offset, destination, cancellationToken);
    }

    /// <summary>Fills the destination or fails, without waiting for a network.</summary>
    /// <param name="reader">An object that supports synchronous reads.</param>
    /// <param name="offset">The byte position.</param>
    /// <param name="destination">Receives exactly its own length of bytes.</param>
    /// <exception cref="LanceFormatException">The range reaches beyond the end of the object.</exception>
    public static void ReadExactly(this IObjectReader reader, long offset, Span<byte> destination)
    {
        CheckRange(reader, offset, destination.Length);
        var read = reader.Read(offset, destination);
        if (read != destination.Length)
            throw Short(reader, offset, destination.Length, read);
    }

    /// <summary>Reads a whole object of bounded size.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key.</param>
    /// <param name="maximumLength">The largest size accepted, in bytes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="LanceNotFoundException">There is no such object.</exception>
    /// <exception cref="LanceFormatException">The object is larger than accepted.</exception>
    public static async ValueTask<byte[]> ReadAllAsync(
        this IObjectStore store, string path, long maximumLength = int.MaxValue - 64, CancellationToken cancellationToken = default)
    {
        using var reader = await store.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        if (reader.Length > maximumLength)
            throw new LanceFormatException($"The object has {reader.Length} bytes where at most {maximumLength} are expected", path, -1);
        var bytes = GC.AllocateUninitializedArray<byte>((int)reader.Length);
        await reader.ReadExactlyAsync(0, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    static async ValueTask AwaitAsync(IObjectReader reader, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
        if (read != destination.Length)
            throw Short(reader, offset, destination.Length, read);
    }

    static void CheckRange(IObjectReader reader, long offset, int length)
    {
        if (offset < 0 || offset > reader.Length - length)
            throw Short(reader, offset, length, (int)Math.Clamp(reader.Length - Math.Max(offset, 0), 0, length));
    }

    static LanceFormatException Short(IObjectReader reader, long offset, int wanted, int got) =>
        new($"{wanted} bytes are needed but only {got} of the file's {reader.Length} bytes lie there", reader.Path, offset);
}
