namespace Pennon.Cli.Shell;

/// <summary>The user pressed Ctrl-C while editing: what was typed so far is dropped.</summary>
internal sealed class LineAbandonedException : Exception;
