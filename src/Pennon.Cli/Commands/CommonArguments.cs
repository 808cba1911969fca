using System.CommandLine;
using Pennon.Cli.Output;

namespace Pennon.Cli.Commands;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class CommonArguments
{
    public static Argument<string> Database() => new("db") { Description = "The folder of the database." };

    public static Option<OutputFormat> Format() => new("--format", "-f")
    {
        Description = "How rows are written: a table that fits the terminal, JSON, JSON lines, CSV, or an Arrow IPC stream.",
        HelpName = "table|json|jsonl|csv|arrow",
        DefaultValueFactory = _ => OutputFormat.Table,
        CustomParser = result => result.Tokens.Count == 1 && Enum.TryParse<OutputFormat>(result.Tokens[0].Value, ignoreCase: true, out var format) && !char.IsDigit(result.Tokens[0].Value[0])
            ? format
            : Fail<OutputFormat>(result, $"--format is one of table, json, jsonl, csv, arrow, not '{(result.Tokens.Count > 0 ? result.Tokens[0].Value : "")}'."),
    };

    public static Option<bool> Timing() => new("--timing") { Description = "Write to standard error how long planning and running took." };

    /// <summary>Refuses an option's value with a sentence of its own.</summary>
    public static T Fail<T>(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return default!;
    }
}
