using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands;

/// <summary><c>pennon info</c>: versions, tables, rows, bytes, schema.</summary>
internal static class InfoCommand
{
    public static Verb Create(Terminal terminal)
    {
        var database = CommonArguments.Database();
        var json = new Option<bool>("--json") { Description = "Write one JSON object instead of tables." };
        var command = new Verb(
            "info",
            "Shows what a database holds: labels, relationship types and their properties, the Lance tables with rows and bytes, the versions.",
            new Example("pennon info social", "as tables"),
            new Example("pennon info social --json", "for a script"))
        {
            database, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var opened = await PennonDatabase.OpenAsync(parsed.GetRequiredValue(database), null, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                var info = await opened.InfoAsync(cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(json))
                {
                    InfoPrinter.PrintJson(info, terminal);
                }
                else
                {
                    InfoPrinter.Print(info, terminal);
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
