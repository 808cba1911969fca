using System.Globalization;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance info</c>: what a version of a dataset consists of.</summary>
internal static class DatasetInfoCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var verb = new Verb("info", "Shows what a version consists of: rows, fragments, files, format, writer, indices.", new Example("pennon lance info people.lance", "the newest version"));
        dataset.AddTo(verb);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            var info = opened.Info;
            var table = new TextTable(terminal.Out, ["what", "value"], terminal.Width);
            table.Add(["version", info.Version.ToString(CultureInfo.InvariantCulture)]);
            table.Add(["branch", info.Branch ?? "main"]);
            table.Add(["written", info.Timestamp.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)]);
            table.Add(["written by", info.Writer]);
            table.Add(["file format", info.FileVersion]);
            table.Add(["rows", Quantity.Count(info.RowCount)]);
            table.Add(["deleted rows", Quantity.Count(info.DeletedRowCount)]);
            table.Add(["fragments", Quantity.Count(info.FragmentCount)]);
            table.Add(["data files", $"{Quantity.Count(info.DataFileCount)} ({Quantity.Bytes(info.DataFileBytes)})"]);
            table.Add(["stable row ids", info.HasStableRowIds ? "yes" : "no"]);
            foreach (var index in info.Indices)
            {
                table.Add([$"index {index.Name}", $"{index.DetailsType} on {string.Join(", ", index.Columns)}"]);
            }

            foreach (var pair in info.Config.Concat(info.Metadata).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                table.Add([pair.Key, pair.Value]);
            }

            table.Finish();
            return ExitCodes.Ok;
        });
        return verb;
    }
}
