using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Terminals;
using Pennon.Lance;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance count</c>: how many rows, or how many that pass a filter.</summary>
internal static class CountCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var filter = new Option<string?>("--filter") { Description = "Count only the rows for which this SQL expression is true.", HelpName = "SQL" };
        var verb = new Verb("count", "Counts the rows.", new Example("pennon lance count people.lance --filter \"age IS NULL\"", "the rows that pass a filter"));
        dataset.AddTo(verb);
        verb.Options.Add(filter);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            long count = 0;
            if (parsed.GetValue(filter) is { } where)
            {
                await foreach (var batch in opened.ScanAsync(new ScanOptions { Columns = [], Where = where }, cancellationToken).ConfigureAwait(false))
                {
                    count += batch.Length;
                }
            }
            else
            {
                count = await opened.CountRowsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            terminal.Out.WriteLine(count);
            return ExitCodes.Ok;
        });
        return verb;
    }
}
