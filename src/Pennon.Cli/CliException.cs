namespace Pennon.Cli;

/// <summary>Something the user asked for cannot be done; the message is the whole sentence to show.</summary>
internal sealed class CliException(string message) : Exception(message);
