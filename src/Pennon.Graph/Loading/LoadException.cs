namespace Pennon.Graph;

/// <summary>One thing that is wrong with the input of a load.</summary>
/// <param name="File">The file, as it was given or found.</param>
/// <param name="Line">The line, counted from 1; 0 when the error belongs to no line.</param>
/// <param name="Message">What is wrong.</param>
public sealed record LoadError(string File, long Line, string Message)
{
    /// <summary>The error as <c>file:line: message</c>.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Message}" : $"{File}: {Message}";
}

/// <summary>A load that changed nothing because its input is wrong.</summary>
public sealed class LoadException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="errors">The errors that were kept.</param>
    /// <param name="errorCount">The number of errors found, which may be more than were kept.</param>
    /// <param name="innerException">The cause, or null.</param>
    public LoadException(string message, IReadOnlyList<LoadError> errors, long errorCount, Exception? innerException = null)
        : base(message, innerException)
    {
        Errors = errors;
        ErrorCount = errorCount;
    }

    /// <summary>The first errors that were met, by file and line; at most <see cref="LoadRequest.MaxErrors"/>.</summary>
    public IReadOnlyList<LoadError> Errors { get; }

    /// <summary>The number of errors found before the load gave up.</summary>
    public long ErrorCount { get; }
}
