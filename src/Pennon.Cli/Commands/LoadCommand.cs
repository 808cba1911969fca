using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;
using Pennon.Graph;

namespace Pennon.Cli.Commands;

/// <summary><c>pennon load</c>: files into a graph, all or nothing.</summary>
internal static class LoadCommand
{
    const int ShownErrors = 20;

    public static Verb Create(Terminal terminal)
    {
        var database = CommonArguments.Database();
        var paths = new Argument<string[]>("path")
        {
            Description = "Files (.jsonl, .csv, each also .gz) or folders; a folder with a schema.json is read as that says.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<LoadFormat>("--format")
        {
            Description = "The form of the input; told from the file names unless given.",
            HelpName = "jsonl|csv",
            CustomParser = result => result.Tokens[0].Value.ToLowerInvariant() switch
            {
                "jsonl" => LoadFormat.JsonLines,
                "csv" => LoadFormat.Csv,
                var other => CommonArguments.Fail<LoadFormat>(result, $"--format is one of jsonl, csv, not '{other}'."),
            },
        };
        var schema = new Option<string?>("--schema") { Description = "A schema.json to use instead of the one in the folder.", HelpName = "FILE" };
        var mode = new Option<LoadMode>("--mode")
        {
            Description = "append: every key must be new. merge: existing keys are updated. overwrite: the input replaces the whole graph.",
            HelpName = "append|merge|overwrite",
            DefaultValueFactory = _ => LoadMode.Append,
            CustomParser = result => result.Tokens.Count == 1 ? ParseMode(result, result.Tokens[0].Value) : LoadMode.Append,
        };
        var keys = new Option<string[]>("--key")
        {
            Description = "The property that identifies the nodes of a type ('id' where nothing is said). May be repeated.",
            HelpName = "Type=prop",
            DefaultValueFactory = _ => [],
        };
        var command = new Verb(
            "load",
            "Loads files into a graph. The whole load becomes visible at once, or not at all; the database is created when it is not there.",
            new Example("pennon load social people.jsonl.gz knows.jsonl.gz --key Person=email", "JSON lines, one object a line, nodes before or after edges"),
            new Example("pennon load snb ./ldbc-sf01", "a folder of CSV files described by its schema.json"),
            new Example("pennon load social corrections.jsonl --mode merge", "update what is there, add what is not"))
        {
            database, paths, format, schema, mode, keys,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal,
            parsed.GetRequiredValue(database),
            new LoadRequest
            {
                Paths = parsed.GetRequiredValue(paths),
                Format = parsed.GetValue(format),
                SchemaFile = parsed.GetValue(schema),
                Mode = parsed.GetValue(mode),
                Keys = ParseKeys(parsed.GetValue(keys) ?? []),
                Author = Environment.UserName,
                Message = "pennon load",
            },
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(Terminal terminal, string path, LoadRequest request, CancellationToken cancellationToken)
    {
        LoadResult result;
        try
        {
            var database = await PennonDatabase.OpenAsync(path, new PennonOptions { CreateIfMissing = true }, cancellationToken).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                result = await ProgressDisplay.RunAsync(terminal, progress => database.LoadAsync(request, progress, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (LoadException e)
        {
            ReportErrors(terminal, e);
            return ExitCodes.Failed;
        }

        var rate = (result.Nodes + result.Edges) / Math.Max(result.Elapsed.TotalSeconds, 1e-9);
        terminal.Out.WriteLine(
            $"Loaded {Quantity.Count(result.Nodes, "node")} and {Quantity.Count(result.Edges, "edge")} in {Quantity.Time(result.Elapsed)} "
            + $"({Quantity.Count((long)rate, "row")} a second). The graph is at version {result.Version}.");
        if (request.Mode == LoadMode.Merge)
        {
            terminal.Out.WriteLine(
                $"{Quantity.Count(result.NodesUpdated, "node")} and {Quantity.Count(result.EdgesUpdated, "edge")} of them existed and were updated.");
        }

        return ExitCodes.Ok;
    }

    static void ReportErrors(Terminal terminal, LoadException e)
    {
        var headline = e.Message.Split('\n')[0].TrimEnd('.', ':') + ".";
        terminal.Error.WriteLine($"pennon: {headline}");
        foreach (var error in e.Errors.Take(ShownErrors).Where(error => error.Message.TrimEnd('.') + "." != headline))
        {
            terminal.Error.WriteLine($"  {error}");
        }

        if (e.ErrorCount > ShownErrors)
        {
            terminal.Error.WriteLine($"  … and {Quantity.Count(e.ErrorCount - ShownErrors)} more");
        }
    }

    static LoadMode ParseMode(System.CommandLine.Parsing.ArgumentResult result, string text) => text.ToLowerInvariant() switch
    {
        "append" => LoadMode.Append,
        "merge" => LoadMode.Merge,
        "overwrite" => LoadMode.Overwrite,
        _ => CommonArguments.Fail<LoadMode>(result, $"--mode is one of append, merge, overwrite, not '{text}'."),
    };

    static Dictionary<string, string> ParseKeys(string[] pairs)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs.SelectMany(text => text.Split(',')))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == pair.Length - 1)
            {
                throw new UsageException($"--key takes Type=property, not '{pair}'.");
            }

            if (!keys.TryAdd(pair[..at], pair[(at + 1)..]))
            {
                throw new UsageException($"--key names {pair[..at]} twice.");
            }
        }

        return keys;
    }
}
