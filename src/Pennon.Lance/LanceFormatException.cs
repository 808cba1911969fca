namespace Pennon.Lance;

/// <summary>Stored bytes break the Lance format: truncated, corrupted, or written by something else.</summary>
public sealed class LanceFormatException : LanceException
{
    /// <summary>Creates an error about the bytes of one file.</summary>
    /// <param name="message">What is wrong with the bytes.</param>
    /// <param name="file">The key of the file in its store.</param>
    /// <param name="offset">The byte position the problem was met at, or -1 if no single position can be named.</param>
    public LanceFormatException(string message, string file, long offset)
        : base(Describe(message, file, offset))
    {
        File = file;
        Offset = offset;
    }

    /// <summary>Creates an error about the bytes of one file, found by a lower layer.</summary>
    /// <param name="message">What is wrong with the bytes.</param>
    /// <param name="file">The key of the file in its store.</param>
    /// <param name="offset">The byte position the problem was met at, or -1 if no single position can be named.</param>
    /// <param name="innerException">The cause.</param>
    public LanceFormatException(string message, string file, long offset, Exception innerException)
        : base(Describe(message, file, offset), innerException)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>The key of the file in its store.</summary>
    public string File { get; }

    /// <summary>The byte position the problem was met at, or -1 if no single position can be named.</summary>
    public long Offset { get; }

    static string Describe(string message, string file, long offset) =>
        offset < 0 ? $"{message} (file '{file}')" : $"{message} (file '{file}', offset {offset})";
}
