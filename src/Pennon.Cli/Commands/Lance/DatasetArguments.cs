using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Lance;

namespace Pennon.Cli.Commands.Lance;

/// <summary>The dataset argument and the options that choose a version of it; every lance verb has them.</summary>
internal sealed class DatasetArguments
{
    readonly Argument<string> _dataset = new("dataset") { Description = "The folder of a Lance dataset (usually NAME.lance)." };
    readonly Option<long?> _version = new("--version") { Description = "The version to read; the newest unless given.", HelpName = "N" };
    readonly Option<string?> _tag = new("--tag") { Description = "The tag that names the version.", HelpName = "T" };
    readonly Option<string?> _branch = new("--branch") { Description = "The branch; with --version, a version of it.", HelpName = "B" };

    public void AddTo(Verb verb)
    {
        verb.Arguments.Add(_dataset);
        verb.Options.Add(_version);
        verb.Options.Add(_tag);
        verb.Options.Add(_branch);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(_tag) is not null && (result.GetValue(_version) is not null || result.GetValue(_branch) is not null))
            {
                result.AddError("--tag names a version and a branch already; give it alone.");
            }

            if (result.GetValue(_version) is < 1)
            {
                result.AddError("--version counts from 1.");
            }
        });
    }

    public string PathIn(ParseResult parsed) => parsed.GetRequiredValue(_dataset);

    /// <summary>The dataset's name as other Lance tools show it: its folder without <c>.lance</c>.</summary>
    public string NameIn(ParseResult parsed)
    {
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(PathIn(parsed))));
        return folder.EndsWith(".lance", StringComparison.Ordinal) ? folder[..^".lance".Length] : folder;
    }

    public ValueTask<LanceDataset> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = PathIn(parsed);
        if (!Directory.Exists(path))
        {
            throw new CliException($"There is no folder '{path}'.");
        }

        return LanceDataset.OpenAsync(
            path,
            new LanceOpenOptions { Version = parsed.GetValue(_version), Tag = parsed.GetValue(_tag), Branch = parsed.GetValue(_branch) },
            cancellationToken);
    }
}
