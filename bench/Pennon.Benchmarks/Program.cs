using BenchmarkDotNet.Running;
using Pennon.Benchmarks.Lance;

// "scan FOLDER" times whole reads of an existing table's data files; anything else is BenchmarkDotNet's.
if (args is ["scan", var folder, ..])
{
    await ScanTimes.RunAsync(folder, args.Length > 2 ? args[2] : "");
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
