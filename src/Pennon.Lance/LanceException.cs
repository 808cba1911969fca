namespace Pennon.Lance;

/// <summary>The base of every error this library raises about Lance files, tables and stores.</summary>
public class LanceException : Exception
{
    /// <summary>Creates an error with a sentence saying what went wrong.</summary>
    /// <param name="message">What happened, where, and what can be done.</param>
    public LanceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error caused by another one.</summary>
    /// <param name="message">What happened, where, and what can be done.</param>
    /// <param name="innerException">The cause.</param>
    public LanceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
