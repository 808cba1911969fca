namespace Pennon.TestSupport;

/// <summary>Runs Node scripts for the checks that need another implementation; those checks skip on a machine without it.</summary>
public static class Node
{
    static readonly Lazy<string?> Found = new(Find);

    /// <summary>The full path of the <c>node</c> program, or null.</summary>
    public static string? Program => Found.Value;

    /// <summary>Skips the running test, saying why, when there is no Node on the path or the package folder is not installed.</summary>
    /// <param name="packageFolder">A folder whose <c>node_modules</c> must exist, relative to the repository root (for example <c>interop</c>), or null.</param>
    public static void SkipUnlessPresent(string? packageFolder = null)
    {
        if (Program is null)
        {
            Assert.Skip("Needs Node.js ('node' on the path), which this machine does not have.");
        }

        if (packageFolder is not null && !Directory.Exists(RepositoryFolder.Path(packageFolder, "node_modules")))
        {
            Assert.Skip($"Needs the Node packages of '{packageFolder}': run 'npm install' there.");
        }
    }

    /// <summary>Runs a script to its end; the caller looks at the exit code. Skips the test when there is no Node.</summary>
    public static Task<ProcessOutcome> RunAsync(
        string script,
        IEnumerable<string> arguments,
        string? workingFolder = null,
        string? input = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        SkipUnlessPresent();
        return ProcessRunner.RunAsync(Program!, [script, .. arguments], workingFolder, input, null, timeout, cancellationToken);
    }

    /// <summary>Runs a script and gives its standard output; fails the test with both of its streams when the exit code is not 0.</summary>
    public static async Task<string> OutputOfAsync(
        string script,
        IEnumerable<string> arguments,
        string? workingFolder = null,
        string? input = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var outcome = await RunAsync(script, arguments, workingFolder, input, timeout, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode != 0)
        {
            Assert.Fail($"node {script} ended with {outcome.ExitCode}.\n{outcome.Output}\n{outcome.Error}");
        }

        return outcome.Output;
    }

    static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
