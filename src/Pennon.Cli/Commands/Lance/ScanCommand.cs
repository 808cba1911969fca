using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Terminals;
using Pennon.Lance;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance scan</c>: rows as JSON lines after a line that describes them.</summary>
internal static class ScanCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var columns = new Option<string?>("--columns") { Description = "The columns to read, separated by commas; all unless given.", HelpName = "a,b" };
        var filter = new Option<string?>("--filter") { Description = "Give only the rows for which this SQL expression is true.", HelpName = "SQL" };
        var limit = new Option<long?>("--limit") { Description = "At most so many rows.", HelpName = "N" };
        var offset = new Option<long?>("--offset") { Description = "Pass over so many rows first.", HelpName = "N" };
        var verb = new Verb(
            "scan",
            "Writes rows as JSON lines; the first line holds table, version, rows and schema. 64-bit integers, decimals and times are strings of the stored integer, binary is base64.",
            new Example("pennon lance scan people.lance --columns name,age --limit 10", "some columns of the first rows"),
            new Example("pennon lance scan people.lance --filter \"age BETWEEN 20 AND 29 AND name IS NOT NULL\"", "the rows that pass a filter"),
            new Example("pennon lance scan people.lance --version 3", "an older version"));
        dataset.AddTo(verb);
        verb.Options.Add(columns);
        verb.Options.Add(filter);
        verb.Options.Add(limit);
        verb.Options.Add(offset);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(limit) is < 0 || result.GetValue(offset) is < 0)
            {
                result.AddError("--limit and --offset are not negative.");
            }
        });
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            var options = new ScanOptions
            {
                Columns = ColumnList.Parse(parsed.GetValue(columns)),
                Where = parsed.GetValue(filter),
                Limit = parsed.GetValue(limit),
                Offset = parsed.GetValue(offset) ?? 0,
            };
            await JsonRows.WriteAsync(
                terminal.RawOut, dataset.NameIn(parsed), opened, opened.SchemaOf(options), opened.ScanAsync(options, cancellationToken), cancellationToken).ConfigureAwait(false);
            return ExitCodes.Ok;
        });
        return verb;
    }
}
