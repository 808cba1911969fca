namespace Pennon.Lance;

/// <summary>A commit lost against another writer's commit.</summary>
public sealed class ConflictException : LanceException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which operations met, and at which version.</param>
    /// <param name="isRetryable">Whether running the whole operation again on the new version can succeed.</param>
    public ConflictException(string message, bool isRetryable)
        : base(message) => IsRetryable = isRetryable;

    /// <summary>Whether running the whole operation again on the new version can succeed.</summary>
    public bool IsRetryable { get; }
}
