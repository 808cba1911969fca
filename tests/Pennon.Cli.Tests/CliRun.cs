using Pennon.Cli.Terminals;

namespace Pennon.Cli.Tests;

/// <summary>One run of the command inside the test process.</summary>
sealed record CliRun(int ExitCode, string Output, string Error, byte[] Raw)
{
    public static async Task<CliRun> OfAsync(string[] arguments, string input = "", int? width = null, CancellationToken cancellationToken = default)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        using var raw = new MemoryStream();
        using var terminal = new Terminal(new StringReader(input), output, error, raw, width);
        var exitCode = await PennonApp.RunAsync(arguments, terminal, cancellationToken);
        return new CliRun(exitCode, output.ToString(), error.ToString(), raw.ToArray());
    }

    public static Task<CliRun> OfAsync(params string[] arguments) => OfAsync(arguments, "");
}
