using BenchmarkDotNet.Running;
using Pennon.Benchmarks.Lance;

// "scan FOLDER" times the data files of an existing table, "table FOLDER COLUMNS FILTER" the table, "distances" the kernels of
// vector search; anything else is BenchmarkDotNet's.
if (args is ["scan", var folder, ..])
{
    await ScanTimes.RunAsync(folder, args.Length > 2 ? args[2] : "");
    return;
}
if (args is ["table", var table, var columns, var where])
{
    await TableTimes.RunAsync(table, columns, where);
    return;
}
if (args is ["distances"])
{
    DistanceTimes.Run();
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
