using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Terminals;
using Pennon.Cypher.Values;

namespace Pennon.Cli.Commands;

/// <summary><c>pennon query</c>: one query, its rows in the format asked for.</summary>
internal static class QueryCommand
{
    public static Verb Create(Terminal terminal)
    {
        var database = CommonArguments.Database();
        var text = new Argument<string>("cypher") { Description = "The query; '-' reads it from standard input." };
        var parameters = new Option<string?>("--params") { Description = "Values for $names as a JSON object, or @FILE to read them from a file.", HelpName = "JSON" };
        var format = CommonArguments.Format();
        var explain = new Option<bool>("--explain") { Description = "Show the plan and the technique of every step; do not run the query." };
        var profile = new Option<bool>("--profile") { Description = "Run the query and show the plan with true rows and times instead of the answer." };
        var timing = CommonArguments.Timing();
        var command = new Verb(
            "query",
            "Runs one Cypher query and writes its rows to standard output.",
            new Example("pennon query social \"MATCH (p:Person) RETURN p.name ORDER BY p.name LIMIT 10\"", "a table that fits the terminal"),
            new Example("pennon query social 'MATCH (p:Person {email: $e})-[:KNOWS*1..2]-(f) RETURN DISTINCT f.name' --params '{\"e\":\"ada@example.org\"}'", "values travel as parameters, never inside the text"),
            new Example("pennon query social 'MATCH (p:Person) RETURN p.name, p.born' --format arrow > people.arrow", "an Arrow IPC stream for any Arrow library"),
            new Example("pennon query social 'MATCH (:Person)-[:KNOWS]->(:Person)-[:KNOWS]->(x) RETURN count(*)' --explain", "what would run, and by which technique"))
        {
            database, text, parameters, format, explain, profile, timing,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(explain) && result.GetValue(profile))
            {
                result.AddError("--explain and --profile exclude each other: the first does not run the query, the second does.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var query = parsed.GetRequiredValue(text);
            if (query == "-")
            {
                query = await terminal.In.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            }

            var values = QueryParameters.Parse(parsed.GetValue(parameters));
            var opened = await PennonDatabase.OpenAsync(parsed.GetRequiredValue(database), null, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                if (parsed.GetValue(explain))
                {
                    terminal.Out.WriteLine(await opened.ExplainAsync(query, values, cancellationToken).ConfigureAwait(false));
                }
                else if (parsed.GetValue(profile))
                {
                    terminal.Out.WriteLine(await opened.ProfileAsync(query, values, cancellationToken).ConfigureAwait(false));
                }
                else
                {
                    await RunAsync(terminal, opened, query, values, parsed.GetValue(format), parsed.GetValue(timing), cancellationToken).ConfigureAwait(false);
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    public static async Task RunAsync(
        Terminal terminal,
        PennonDatabase database,
        string query,
        IReadOnlyDictionary<string, CypherValue> parameters,
        OutputFormat format,
        bool timing,
        CancellationToken cancellationToken)
    {
        var result = await database.QueryAsync(query, parameters, cancellationToken).ConfigureAwait(false);
        await ResultPrinter.PrintAsync(result, format, terminal, cancellationToken).ConfigureAwait(false);
        await terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        foreach (var notification in result.Notifications)
        {
            terminal.Error.WriteLine($"note: {notification}");
        }

        if (timing)
        {
            terminal.Error.WriteLine(
                $"{Quantity.Count(result.RowCount, "row")}; planned in {Quantity.Time(result.PlanningTime)}, ran in {Quantity.Time(result.ExecutionTime)}");
        }
    }
}
