using System.Diagnostics;
using Pennon.Lance;

namespace Pennon.Benchmarks.Lance;

/// <summary>Times scans and takes of an existing table: everything, some columns, a filter, single rows.</summary>
internal static class TableTimes
{
    const int Rounds = 5;

    /// <param name="folder">The table.</param>
    /// <param name="narrow">Columns of the projected scan, comma-separated.</param>
    /// <param name="where">The filter of the filtered scan.</param>
    public static async Task RunAsync(string folder, string narrow, string where)
    {
        using var table = await LanceDataset.OpenAsync(folder);
        string[] columns = narrow.Split(',');
        await ScanAsync(table, "everything", new ScanOptions());
        await ScanAsync(table, narrow, new ScanOptions { Columns = columns });
        await ScanAsync(table, $"{columns[0]} where {where}", new ScanOptions { Columns = [columns[0]], Where = where });
        long rows = await table.CountRowsAsync();
        var random = new Random(5);
        foreach (int count in new[] { 1, 1000 })
        {
            double best = double.MaxValue;
            for (int round = 0; round < 40; round++)
            {
                long[] taken = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(rows))];
                var watch = Stopwatch.StartNew();
                using var batch = await table.TakeAsync(taken);
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            }
            Console.WriteLine($"take {count} rows: {best:F3} ms");
        }
    }

    static async Task ScanAsync(LanceDataset table, string what, ScanOptions options)
    {
        double best = double.MaxValue;
        long rows = 0;
        for (int round = 0; round < Rounds; round++)
        {
            rows = 0;
            var watch = Stopwatch.StartNew();
            await foreach (var batch in table.ScanAsync(options))
            {
                rows += batch.Length;
                batch.Dispose();
            }
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }
        Console.WriteLine($"scan {what}: {rows} rows, {best:F1} ms");
    }
}
