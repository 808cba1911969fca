using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance schema</c>: the columns and their types.</summary>
internal static class SchemaCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var verb = new Verb("schema", "Shows the columns with their types.", new Example("pennon lance schema people.lance", "the newest version"));
        dataset.AddTo(verb);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            var table = new TextTable(terminal.Out, ["column", "type", "nullable", "metadata"], terminal.Width);
            foreach (var field in opened.Schema.Fields)
            {
                table.Add([
                    field.Name,
                    field.Type.ToString()!,
                    field.Nullable ? "yes" : "no",
                    string.Join(", ", field.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")),
                ]);
            }

            table.Finish();
            return ExitCodes.Ok;
        });
        return verb;
    }
}
