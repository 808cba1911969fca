namespace Pennon.Lance;

/// <summary>A table or file uses a feature of the format that this library refuses rather than guesses.</summary>
public sealed class LanceNotSupportedException : LanceException
{
    /// <summary>Creates the error.</summary>
    /// <param name="feature">The short name of the feature, for example <c>data overlay files</c>.</param>
    /// <param name="message">What was met, where, and what can be done.</param>
    public LanceNotSupportedException(string feature, string message)
        : base(message) => Feature = feature;

    /// <summary>The short name of the feature.</summary>
    public string Feature { get; }
}
