using System.CommandLine;

namespace Pennon.Cli.Help;

/// <summary>One line a reader can paste, and what it does.</summary>
internal sealed record Example(string Line, string What);

/// <summary>A verb of the command line together with the examples that its help shows.</summary>
internal sealed class Verb(string name, string description, params Example[] examples) : Command(name, description)
{
    public IReadOnlyList<Example> Examples { get; } = examples;
}
