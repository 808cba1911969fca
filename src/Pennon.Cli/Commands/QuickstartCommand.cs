using System.CommandLine;
using Pennon.Cli.Help;
using Pennon.Cli.Output;
using Pennon.Cli.Sample;
using Pennon.Cli.Terminals;

namespace Pennon.Cli.Commands;

/// <summary><c>pennon quickstart</c>: a small real graph, three questions, their answers, and how to go on.</summary>
internal static class QuickstartCommand
{
    public static Verb Create(Terminal terminal)
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "Where to build the graph; a new temporary folder unless given.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Verb(
            "quickstart",
            "Builds a small real graph (programming languages and who influenced whom), asks three questions and shows how to go on.",
            new Example("pennon quickstart", "in a new temporary folder"),
            new Example("pennon quickstart ./languages", "in a folder to keep"))
        {
            folder,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(terminal, parsed.GetValue(folder), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(Terminal terminal, string? folder, CancellationToken cancellationToken)
    {
        var root = folder ?? Directory.CreateTempSubdirectory("pennon-quickstart-").FullName;
        var path = Path.Combine(root, "languages.pennon");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new CliException($"'{path}' exists already; name another folder, or delete it first.");
        }

        var file = await SampleGraph.WriteAsync(root, cancellationToken).ConfigureAwait(false);
        var output = terminal.Out;
        output.WriteLine("Pennon keeps a property graph in plain Lance tables and answers Cypher.");
        output.WriteLine();
        var database = await PennonDatabase.OpenAsync(path, new PennonOptions { CreateIfMissing = true }, cancellationToken).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var loaded = await database.LoadAsync(SampleGraph.RequestFor(file), null, cancellationToken).ConfigureAwait(false);
            output.WriteLine(
                $"Loaded {Quantity.Count(loaded.Nodes, "node")} and {Quantity.Count(loaded.Edges, "relationship")} about programming languages in {Quantity.Time(loaded.Elapsed)}.");
            for (var i = 0; i < SampleGraph.Questions.Count; i++)
            {
                var question = SampleGraph.Questions[i];
                output.WriteLine();
                output.WriteLine($"{i + 1}. {question.Words}");
                output.WriteLine();
                foreach (var line in question.Cypher.Split('\n'))
                {
                    output.WriteLine("   " + line);
                }

                output.WriteLine();
                await AnswerAsync(terminal, database, question.Cypher, cancellationToken).ConfigureAwait(false);
            }
        }

        WriteWaysOn(output, path);
        return ExitCodes.Ok;
    }

    static async Task AnswerAsync(Terminal terminal, PennonDatabase database, string cypher, CancellationToken cancellationToken)
    {
        var result = await database.QueryAsync(cypher, cancellationToken).ConfigureAwait(false);
        await ResultPrinter.PrintAsync(result, OutputFormat.Table, terminal, cancellationToken).ConfigureAwait(false);
        terminal.Out.WriteLine($"planned in {Quantity.Time(result.PlanningTime)}, ran in {Quantity.Time(result.ExecutionTime)} (a first run, so the code was compiled too)");
    }

    static void WriteWaysOn(TextWriter output, string path)
    {
        output.WriteLine();
        output.WriteLine("Go on with:");
        output.WriteLine($"  pennon shell {path}");
        output.WriteLine($"  pennon query {path} \"MATCH (p:Person)-[:DESIGNED]->(l:Language) RETURN p.name, count(l) AS n ORDER BY n DESC LIMIT 5\"");
        output.WriteLine($"  pennon info {path}");
        output.WriteLine($"  pennon lance scan {Path.Combine(path, "nodes", "Language.lance")} --limit 3");
        output.WriteLine("  pennon load mygraph people.jsonl          your own data: pennon load --help");
        output.WriteLine();
        output.WriteLine("From a clone, 'pennon' is: dotnet run --project src/Pennon.Cli -c Release --");
    }
}
