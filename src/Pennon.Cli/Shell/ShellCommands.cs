namespace Pennon.Cli.Shell;

/// <summary>The commands of the shell itself; they begin with a colon and need no semicolon.</summary>
internal static class ShellCommands
{
    public const string Help = """
        Type a query over as many lines as you like and end it with a semicolon.

          :schema             labels, relationship types and their properties
          :explain <query>    the plan, without running it
          :profile <query>    the plan with the rows and the time of every step
          :timing [on|off]    show how long each query took
          :help               this text
          :quit               leave (so does Ctrl-D)

        Tab completes, the arrow keys recall earlier queries, Ctrl-C stops a query or drops the line.
        """;

    public static readonly string[] Names = [":explain", ":help", ":profile", ":quit", ":schema", ":timing"];
}
