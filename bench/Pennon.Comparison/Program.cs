using System.Diagnostics;
using Pennon.Comparison;

const string usage = """
    usage: dotnet run -c Release --project bench/Pennon.Comparison -- [options]
      --groups lsqb,ldbc,snap    which groups of tasks (all)
      --threads 1,2              thread counts, each a session of its own (1)
      --peers ladybug,duckdb     which peers (ladybug,kuzu,duckdb); 'none' measures Pennon alone
      --scripts FOLDER           a copy of the peers' scripts with 'npm install' done; without it peers are left out
      --scratch FOLDER           where databases are built (a temporary folder)
      --out FILE                 also write the tables to a file
           dotnet run -c Release --project bench/Pennon.Comparison -- lance-scan TABLE.lance [MEASUREMENT]    (see lance-scan/README.md)
    Data, answers and scripts are looked for in the folder 'shared' beside the repository, or where PENNON_SHARED says.
    """;
if (args is ["lance-scan", var table, .. { Length: <= 1 } prefix])
{
    return await LanceScan.RunAsync(table, prefix is [var names] ? names : "");
}

var options = Options.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

if (options.Engine is { } engine)
{
    await new EngineRun(engine, options.Scratch, Console.Out).RunAsync(stop.Token);
    return 0;
}

var report = new StringWriter();
var wrong = 0;
foreach (var threads in options.Threads)
{
    foreach (var group in options.Groups)
    {
        Console.Error.WriteLine($"{group}, threads {threads}");
        var byEngine = new Dictionary<string, IReadOnlyList<Measurement>>
        {
            ["pennon"] = await PeerRun.CollectAsync(OwnProcess(group, threads), $"pennon {group}", _ => true, stop.Token),
        };
        foreach (var peer in options.Peers)
        {
            byEngine[peer] = await PeerRun.RunAsync(options.Scripts!, peer, group, threads, options.Scratch, stop.Token);
        }

        wrong += byEngine["pennon"].Count(measurement => measurement.Right == false);
        report.WriteLine(Report.Of(group, threads, byEngine));
    }
}

Console.WriteLine(report.ToString());
if (options.Out is { } file)
{
    await File.WriteAllTextAsync(file, report.ToString(), stop.Token);
}

if (wrong > 0)
{
    Console.Error.WriteLine($"{wrong} of Pennon's answers are wrong or failed.");
}

return wrong == 0 ? 0 : 1;

ProcessStartInfo OwnProcess(string group, int threads)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
    foreach (var argument in (string[])["--engine", group, "--scratch", options.Scratch])
    {
        start.ArgumentList.Add(argument);
    }

    // The runtime then sees so many processors: loading and garbage collection use no more.
    start.Environment["DOTNET_PROCESSOR_COUNT"] = threads.ToString(System.Globalization.CultureInfo.InvariantCulture);

    return start;
}
