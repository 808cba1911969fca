using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using Pennon.Cli.Help;
using Pennon.Cli.Terminals;
using Pennon.Cypher;
using Pennon.Graph;
using Pennon.Lance;

namespace Pennon.Cli;

/// <summary>The <c>pennon</c> command: parses the command line, runs the verb, and turns every failure into one sentence and an exit code.</summary>
internal static class PennonApp
{
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = BuildRoot(terminal);
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var asksForHelp = parsed.Action is HelpWithExamples || parsed.Action is { ClearsParseErrors: true };
        if (parsed.Errors.Count > 0 && !asksForHelp)
        {
            return ReportUsage(terminal, parsed);
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var exitCode = await RunGuardedAsync(terminal, () => parsed.InvokeAsync(configuration, cancellationToken), cancellationToken).ConfigureAwait(false);
        try
        {
            await terminal.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException) when (exitCode == ExitCodes.Ok)
        {
            // The reader of the pipe (head, less) has seen enough and left.
        }

        return exitCode;
    }

    static RootCommand BuildRoot(Terminal terminal)
    {
        var root = new RootCommand("Pennon, an embedded graph database whose tables are plain Lance datasets.");
        foreach (var verb in Verbs.All(terminal))
        {
            root.Subcommands.Add(verb);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.SetAction(_ =>
        {
            root.Parse("--help").Invoke(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error });
            return ExitCodes.Usage;
        });
        return root;
    }

    static int ReportUsage(Terminal terminal, ParseResult parsed)
    {
        foreach (var error in parsed.Errors.DistinctBy(error => error.Message))
        {
            terminal.Error.WriteLine($"pennon: {error.Message}");
        }

        terminal.Error.WriteLine($"Try 'pennon{PathOf(parsed)} --help'.");
        return ExitCodes.Usage;
    }

    static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (System.CommandLine.Parsing.CommandResult)result.Parent!)
        {
            names.Insert(0, " " + result.Command.Name);
        }

        return string.Concat(names);
    }

    static async Task<int> RunGuardedAsync(Terminal terminal, Func<Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Error.WriteLine("pennon: interrupted");
            return ExitCodes.Cancelled;
        }
        catch (UsageException e)
        {
            terminal.Error.WriteLine($"pennon: {e.Message}");
            return ExitCodes.Usage;
        }
        catch (Exception e) when (IsExpected(e))
        {
            terminal.Error.WriteLine($"pennon: {MessageOf(e)}");
            return ExitCodes.Failed;
        }
        catch (Exception e)
        {
            // A fault of the program: the whole trace, so that it can be reported, and never a success.
            terminal.Error.WriteLine($"pennon: an unexpected fault. Please report it with the lines below.\n{e}");
            return ExitCodes.Failed;
        }
    }

    /// <summary>What the user reads of a failure; .NET appends the name of a parameter of ours to some messages.</summary>
    internal static string MessageOf(Exception e)
    {
        var at = e is ArgumentException ? e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return at < 0 ? e.Message : e.Message[..at];
    }

    /// <summary>Failures whose message is written for the user.</summary>
    internal static bool IsExpected(Exception e) =>
        e is CliException or LanceException or CypherException or LoadException or ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException or JsonException or NotSupportedException;
}
