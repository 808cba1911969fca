namespace Pennon.Lance;

/// <summary>A filter cannot be understood or applied: its text breaks the grammar, names an unknown column, or mixes types that do not fit.</summary>
public sealed class LanceFilterException : LanceException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="position">The character position in the filter's text, from 0; -1 if the filter was not given as text.</param>
    public LanceFilterException(string message, int position)
        : base(position < 0 ? message : $"{message} (at character {position + 1} of the filter)") => Position = position;

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="position">The character position in the filter's text, from 0; -1 if the filter was not given as text.</param>
    /// <param name="innerException">The cause.</param>
    public LanceFilterException(string message, int position, Exception innerException)
        : base(position < 0 ? message : $"{message} (at character {position + 1} of the filter)", innerException) => Position = position;

    /// <summary>The character position in the filter's text, from 0; -1 if unknown.</summary>
    public int Position { get; }
}
