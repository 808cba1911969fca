using System.Diagnostics;

namespace Pennon.Comparison;

/// <summary>Runs a peer's script on one group of tasks, in a process of its own, and collects its lines.</summary>
static class PeerRun
{
    public static IReadOnlyList<string> Known { get; } = ["ladybug", "kuzu", "duckdb"];

    /// <summary>The script's arguments for a group, or null when the peer has none of it.</summary>
    public static string[]? ArgumentsFor(string peer, string group) => peer switch
    {
        "duckdb" => group == "lsqb" ? ["duckdb-lsqb.mjs", "lsqb-ldbc01"] : null,
        _ => ["kuzu-bench.mjs", peer, group],
    };

    public static async Task<IReadOnlyList<Measurement>> RunAsync(string scripts, string peer, string group, int threads, string scratch, CancellationToken cancellationToken)
    {
        if (ArgumentsFor(peer, group) is not { } arguments)
        {
            return [];
        }

        var start = new ProcessStartInfo("node") { WorkingDirectory = scripts, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PEERS_DATA"] = SharedFolder.Data();
        start.Environment["PEERS_TMP"] = scratch;
        start.Environment["PEERS_THREADS"] = threads.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PEERS_SKIP_GENERIC"] = "1";
        return await CollectAsync(start, $"{peer} {group}", measurement => IsOfThreads(measurement, threads), cancellationToken);
    }

    /// <summary>Runs a process that prints measurements; what it says on standard error is passed on.</summary>
    public static async Task<IReadOnlyList<Measurement>> CollectAsync(
        ProcessStartInfo start, string name, Func<Measurement, bool> keep, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' did not start.");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var lines = new List<Measurement>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Measurement.FromLine(line) is { } measurement && keep(measurement))
            {
                lines.Add(measurement);
                Console.Error.WriteLine($"  {name}: {measurement.Task} {measurement.Milliseconds:0.###} ms{(measurement.Right == false ? " WRONG " + measurement.Error : "")}");
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        foreach (var line in (await errors).Split('\n').Where(text => text.Contains("WRONG", StringComparison.Ordinal) || (process.ExitCode != 0 && text.Length > 0)))
        {
            Console.Error.WriteLine($"  {name}: {line}");
        }

        return lines;
    }

    // The Ladybug script measures LSQB with two threads too when it is asked for one.
    static bool IsOfThreads(Measurement measurement, int threads) =>
        measurement.Note is not { } note || !note.Contains("threads=", StringComparison.Ordinal) || note.Contains($"threads={threads}", StringComparison.Ordinal);
}
