namespace Pennon.Lance;

/// <summary>A table, version, tag, branch, column or object does not exist.</summary>
public sealed class LanceNotFoundException : LanceException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was looked for and where.</param>
    public LanceNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="message">What was looked for and where.</param>
    /// <param name="innerException">The cause.</param>
    public LanceNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
