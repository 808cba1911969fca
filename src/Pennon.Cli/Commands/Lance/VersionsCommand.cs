using System.Globalization;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands.Lance;

/// <summary><c>pennon lance versions</c>: the versions, tags and branches.</summary>
internal static class VersionsCommand
{
    public static Verb Create(Terminal terminal)
    {
        var dataset = new DatasetArguments();
        var verb = new Verb("versions", "Lists the versions with their times, tags and branches.", new Example("pennon lance versions people.lance", "all versions, oldest first"));
        dataset.AddTo(verb);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = await dataset.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            var tags = await opened.ListTagsAsync(cancellationToken).ConfigureAwait(false);
            var branches = await opened.ListBranchesAsync(cancellationToken).ConfigureAwait(false);
            var table = new TextTable(terminal.Out, ["version", "written", "tags", "branches from here"], terminal.Width);
            table.AlignRight(0);
            foreach (var version in await opened.ListVersionsAsync(cancellationToken).ConfigureAwait(false))
            {
                table.Add([
                    version.Version.ToString(CultureInfo.InvariantCulture),
                    version.Timestamp.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    string.Join(", ", tags.Where(tag => tag.Version == version.Version && tag.Branch == opened.Branch).Select(tag => tag.Name).Order(StringComparer.Ordinal)),
                    string.Join(", ", branches.Where(branch => branch.ParentVersion == version.Version && branch.ParentBranch == opened.Branch).Select(branch => branch.Name).Order(StringComparer.Ordinal)),
                ]);
            }

            table.Finish();
            return ExitCodes.Ok;
        });
        return verb;
    }
}
