using Pennon.Cli.Commands;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;
using Pennon.Cypher.Values;

namespace Pennon.Cli.Shell;

/// <summary>
/// One run of the shell: reads statements and colon commands, from a person (who may err and go on) or from redirected input
/// (where the first error ends the run with exit code 1).
/// </summary>
internal sealed class ShellSession(Terminal terminal, PennonDatabase database, CancellationToken cancellationToken)
{
    static readonly IReadOnlyDictionary<string, CypherValue> NoParameters = new Dictionary<string, CypherValue>();

    readonly StatementSplitter _splitter = new();
    bool _timing;

    /// <summary>Reads lines until the input ends.</summary>
    /// <param name="lines">Gives the next line for a prompt, or null at the end; throws <see cref="LineAbandonedException"/> when the user drops it.</param>
    /// <param name="history">Where whole statements are remembered, or null.</param>
    public async Task<int> RunAsync(Func<string, string?> lines, History? history)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            string? line;
            try
            {
                line = lines(_splitter.IsEmpty ? "pennon> " : "   ...> ");
            }
            catch (LineAbandonedException)
            {
                _splitter.TakeRest();
                continue;
            }

            if (line is null)
            {
                return await FinishAsync().ConfigureAwait(false);
            }

            if (_splitter.IsEmpty && line.TrimStart().StartsWith(':'))
            {
                history?.Add(line);
                switch (await RunGuardedAsync(() => CommandAsync(line.Trim().TrimEnd(';'))).ConfigureAwait(false))
                {
                    case Outcome.Quit:
                        return ExitCodes.Ok;
                    case Outcome.Failed when !terminal.IsInteractive:
                        return ExitCodes.Failed;
                }

                continue;
            }

            foreach (var statement in _splitter.Add(line))
            {
                history?.Add(statement + ";");
                if (await RunGuardedAsync(() => QueryAsync(statement)).ConfigureAwait(false) == Outcome.Failed && !terminal.IsInteractive)
                {
                    return ExitCodes.Failed;
                }
            }
        }

        return ExitCodes.Cancelled;
    }

    enum Outcome
    {
        Done,
        Failed,
        Quit,
    }

    async Task<int> FinishAsync()
    {
        var rest = _splitter.TakeRest();
        if (rest is null || terminal.IsInteractive)
        {
            return ExitCodes.Ok;
        }

        return await RunGuardedAsync(() => QueryAsync(rest)).ConfigureAwait(false) == Outcome.Failed ? ExitCodes.Failed : ExitCodes.Ok;
    }

    // Ctrl-C while a query runs stops that query only; the shell goes on.
    async Task<Outcome> RunGuardedAsync(Func<Task<Outcome>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            terminal.Error.WriteLine("stopped");
            return Outcome.Failed;
        }
        catch (Exception e) when (PennonApp.IsExpected(e))
        {
            await terminal.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            terminal.Error.WriteLine(PennonApp.MessageOf(e));
            return Outcome.Failed;
        }
    }

    async Task<Outcome> QueryAsync(string statement)
    {
        using var stop = StopOnControlC();
        await QueryCommand.RunAsync(terminal, database, statement, NoParameters, OutputFormat.Table, _timing, stop.Token).ConfigureAwait(false);
        await terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        return Outcome.Done;
    }

    async Task<Outcome> CommandAsync(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var name = space < 0 ? line : line[..space];
        var rest = space < 0 ? "" : line[(space + 1)..].Trim();
        using var stop = StopOnControlC();
        switch (name)
        {
            case ":quit" or ":exit" or ":q":
                return Outcome.Quit;
            case ":help":
                terminal.Out.WriteLine(ShellCommands.Help);
                break;
            case ":schema":
                var info = await database.InfoAsync(stop.Token).ConfigureAwait(false);
                InfoPrinter.PrintSchema(info, terminal);
                break;
            case ":timing":
                _timing = rest switch { "" => !_timing, "on" => true, "off" => false, _ => throw new CliException($":timing takes on or off, not '{rest}'.") };
                terminal.Out.WriteLine($"timing is {(_timing ? "on" : "off")}");
                break;
            case ":explain" when rest.Length > 0:
                terminal.Out.WriteLine(await database.ExplainAsync(rest, NoParameters, stop.Token).ConfigureAwait(false));
                break;
            case ":profile" when rest.Length > 0:
                terminal.Out.WriteLine(await database.ProfileAsync(rest, NoParameters, stop.Token).ConfigureAwait(false));
                break;
            case ":explain" or ":profile":
                throw new CliException($"{name} takes a query on the same line.");
            default:
                throw new CliException($"There is no command {name}; :help lists those there are.");
        }

        await terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        return Outcome.Done;
    }

    ControlC StopOnControlC() => new(terminal.IsInteractive, cancellationToken);

    sealed class ControlC : IDisposable
    {
        readonly CancellationTokenSource _source;
        readonly bool _listens;

        public ControlC(bool listens, CancellationToken outer)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
            _listens = listens;
            if (listens)
            {
                Console.CancelKeyPress += Stop;
            }
        }

        public CancellationToken Token => _source.Token;

        public void Dispose()
        {
            if (_listens)
            {
                Console.CancelKeyPress -= Stop;
            }

            _source.Dispose();
        }

        void Stop(object? sender, ConsoleCancelEventArgs e)
        {
            e.Cancel = true;
            _source.Cancel();
        }
    }
}
