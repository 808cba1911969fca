namespace Pennon.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything asked for was done.</summary>
    public const int Ok = 0;

    /// <summary>The data or the request was wrong: a bad query, a missing table, a refused load. One sentence on standard error says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong: an unknown verb, a missing argument.</summary>
    public const int Usage = 2;

    /// <summary>The user pressed Ctrl-C (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}
