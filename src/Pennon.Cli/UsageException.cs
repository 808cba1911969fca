namespace Pennon.Cli;

/// <summary>The options contradict each other in a way the parser cannot see; the message is the whole sentence to show.</summary>
internal sealed class UsageException(string message) : Exception(message);
