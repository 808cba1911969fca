using System.CommandLine;
using System.Globalization;
using Pennon.Arrow;
using Pennon.Cli.Help;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance take</c>: single rows by position, in the order asked for.</summary>
internal static class TakeCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var rows = new Option<string>("--rows") { Description = "Positions of rows, from 0, separated by commas; the order is kept and repeats are allowed.", HelpName = "5,0,17", Required = true };
        var columns = new Option<string?>("--columns") { Description = "The columns to read, separated by commas; all unless given.", HelpName = "a,b" };
        var verb = new Verb("take", "Writes single rows as JSON lines, in the order asked for.", new Example("pennon lance take people.lance --rows 5,0,17", "three rows by position"));
        dataset.AddTo(verb);
        verb.Options.Add(rows);
        verb.Options.Add(columns);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var positions = Positions(parsed.GetRequiredValue(rows));
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            using var batch = await opened.TakeAsync(positions, ColumnList.Parse(parsed.GetValue(columns)), cancellationToken).ConfigureAwait(false);
            await JsonRows.WriteAsync(terminal.RawOut, dataset.NameIn(parsed), opened, batch.Schema, One(batch), cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return verb;
    }

    static long[] Positions(string text)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var positions = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out positions[i]))
            {
                throw new UsageException($"--rows takes positions separated by commas, such as 5,0,17; '{parts[i]}' is none.");
            }
        }

        return positions;
    }

    static async IAsyncEnumerable<RecordBatch> One(RecordBatch batch)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return batch;
    }
}
