using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Shell;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands;

/// <summary><c>pennon shell</c>: queries one after the other, by a person or from a file.</summary>
internal static class ShellCommand
{
    public static Verb Create(Terminal terminal)
    {
        var database = CommonArguments.Database();
        var command = new Verb(
            "shell",
            "Opens a prompt for queries: history, several lines up to a semicolon, completion of keywords and of the graph's own names.\n\n" + ShellCommands.Help,
            new Example("pennon shell social", "at a terminal"),
            new Example("pennon shell social < questions.cypher", "statements from a file; the first error ends the run with exit code 1"))
        {
            database,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var opened = await PennonDatabase.OpenAsync(parsed.GetRequiredValue(database), null, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                var session = new ShellSession(terminal, opened, terminal.IsInteractive ? CancellationToken.None : cancellationToken);
                return terminal.IsInteractive
                    ? await RunInteractiveAsync(terminal, opened, session, cancellationToken).ConfigureAwait(false)
                    : await session.RunAsync(_ => terminal.In.ReadLine(), null).ConfigureAwait(false);
            }
        });
        return command;
    }

    static async Task<int> RunInteractiveAsync(Terminal terminal, PennonDatabase database, ShellSession session, CancellationToken cancellationToken)
    {
        var info = await database.InfoAsync(cancellationToken).ConfigureAwait(false);
        var history = new History(History.DefaultFile());
        var completer = new Completer(InfoPrinter.WordsOf(info));
        var editor = new LineEditor(new ConsoleKeyboard(terminal.Out), history, completer.Complete);
        terminal.Out.WriteLine($"{InfoPrinter.Headline(info)}\nEnd a query with a semicolon; :help tells the rest.");
        if (history.Problem is { } problem)
        {
            terminal.Error.WriteLine($"The history of earlier sessions is not available: {problem}");
        }

        return await session.RunAsync(editor.ReadLine, history).ConfigureAwait(false);
    }
}
