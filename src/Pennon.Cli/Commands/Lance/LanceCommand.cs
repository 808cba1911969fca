using Pennon.Cli.Help;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance</c>: looks into any Lance dataset, ours or not.</summary>
internal static class LanceCommand
{
    public static Verb Create(Terminal terminal)
    {
        var command = new Verb(
            "lance",
            "Looks into any Lance dataset, written by Pennon or by anything else. Nothing is changed.",
            new Example("pennon lance info people.lance", "rows, fragments, format version, indices"),
            new Example("pennon lance scan people.lance --filter \"age >= 18 AND name LIKE 'A%'\" --columns name,age --limit 10", "rows as JSON lines"));
        command.Subcommands.Add(SchemaCommand.Create(terminal));
        command.Subcommands.Add(VersionsCommand.Create(terminal));
        command.Subcommands.Add(DatasetInfoCommand.Create(terminal));
        command.Subcommands.Add(CountCommand.Create(terminal));
        command.Subcommands.Add(ScanCommand.Create(terminal));
        command.Subcommands.Add(TakeCommand.Create(terminal));
        return command;
    }
}
