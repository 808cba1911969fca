using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pennon.Cli.Help;

/// <summary>The usual help text, followed by the verb's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand)
        {
            WriteRootNotes(output);
        }

        if (parseResult.CommandResult.Command is Verb { Examples.Count: > 0 } verb)
        {
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine($"  # {example.What}");
                output.WriteLine($"  {example.Line}");
                output.WriteLine();
            }
        }

        return exitCode;
    }

    static void WriteRootNotes(TextWriter output)
    {
        output.WriteLine("First steps:");
        output.WriteLine("  pennon quickstart                         a small real graph, three questions, their answers");
        output.WriteLine("  pennon <verb> --help                      what a verb does, with examples");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        output.WriteLine("  0 done   1 the data or the query was wrong   2 the command line was wrong   130 interrupted");
        output.WriteLine();
    }
}
