namespace Pennon.Arrow.Ipc;

/// <summary>How the buffers of an Arrow IPC body are compressed.</summary>
public enum ArrowCompression
{
    /// <summary>LZ4 in its frame format.</summary>
    Lz4Frame = 0,

    /// <summary>Zstandard.</summary>
    Zstd = 1,
}

/// <summary>
/// A decoder for compressed Arrow IPC bodies. The library brings none of its own: a reader that meets a compressed body without a
/// matching codec refuses it by name.
/// </summary>
/// <remarks>
/// Requirements on an implementation: it must be safe to call from several threads, must never write outside
/// <c>destination</c>, and must report malformed input by returning a length other than that of <c>destination</c> or by throwing.
/// </remarks>
public interface IArrowCompressionCodec
{
    /// <summary>The compression this codec decodes.</summary>
    ArrowCompression Kind { get; }

    /// <summary>Decompresses one buffer.</summary>
    /// <param name="source">The compressed bytes, without Arrow's 8-byte length prefix.</param>
    /// <param name="destination">Room for exactly the uncompressed bytes.</param>
    /// <returns>The number of bytes written; anything but <c>destination.Length</c> counts as malformed input.</returns>
    int Decompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
