using Pennon.Cli.Commands;
using Pennon.Cli.Commands.Lance;
using Pennon.Cli.Help;
using Pennon.Cli.Terminals;

namespace Pennon.Cli;

/// <summary>The verbs in the order in which the help lists them.</summary>
internal static class Verbs
{
    public static IEnumerable<Verb> All(Terminal terminal) =>
    [
        QuickstartCommand.Create(terminal),
        LoadCommand.Create(terminal),
        QueryCommand.Create(terminal),
        ShellCommand.Create(terminal),
        InfoCommand.Create(terminal),
        LanceCommand.Create(terminal),
    ];
}
