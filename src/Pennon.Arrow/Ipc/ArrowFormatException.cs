namespace Pennon.Arrow.Ipc;

/// <summary>An Arrow IPC stream or file whose bytes break the format. Nothing else is thrown for malformed input.</summary>
public sealed class ArrowFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, with the value seen and the values allowed.</param>
    /// <param name="offset">Byte offset from the start of the stream or file at which the problem was noticed.</param>
    public ArrowFormatException(string message, long offset)
        : base($"{message} (at byte {offset})") => Offset = offset;

    /// <summary>Creates the exception with the failure that revealed the problem.</summary>
    /// <param name="message">What is wrong, with the value seen and the values allowed.</param>
    /// <param name="offset">Byte offset from the start of the stream or file at which the problem was noticed.</param>
    /// <param name="innerException">The failure that revealed the problem.</param>
    public ArrowFormatException(string message, long offset, Exception innerException)
        : base($"{message} (at byte {offset})", innerException) => Offset = offset;

    /// <summary>Byte offset from the start of the stream or file at which the problem was noticed.</summary>
    public long Offset { get; }
}
