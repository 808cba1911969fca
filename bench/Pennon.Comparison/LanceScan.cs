using System.Diagnostics;
using System.Globalization;
using Pennon.Lance;

namespace Pennon.Comparison;

/// <summary>Times scans and takes of the table that lance-scan/make-table.mjs writes; lance-scan/lancedb.mjs times the same work with LanceDB.</summary>
static class LanceScan
{
    const int Takes = 20;

    /// <summary>Runs the measurements whose names begin with <paramref name="prefix"/>.</summary>
    public static async Task<int> RunAsync(string folder, string prefix = "")
    {
        async Task TimeAsync(string name, Func<Task<long>> work, int operations = 1)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                await MeasureAsync(name, work, operations);
        }

        using var dataset = await LanceDataset.OpenAsync(folder);
        var total = await dataset.CountRowsAsync();
        await TimeAsync("full", () => DrainAsync(dataset, new ScanOptions()));
        foreach (var column in new[] { "id", "x", "s", "v" })
            await TimeAsync($"project {column}", () => DrainAsync(dataset, new ScanOptions { Columns = [column] }));
        foreach (var (where, columns) in new (string, string[]?)[]
            { ("x < 1", null), ("x < 500", ["id", "x"]), ("id = 7654321", null), ("s like '%-976'", ["id"]) })
        {
            await TimeAsync($"filter {where}", () => DrainAsync(dataset, new ScanOptions { Where = where, Columns = columns }));
        }
        await TimeAsync("count x < 1", async () => await dataset.CountRowsAsync(LanceExpression.Parse("x < 1")));
        var random = new Random(1);
        await TimeAsync("take 1", async () =>
        {
            for (var i = 0; i < Takes; i++)
                (await dataset.TakeAsync(new[] { random.NextInt64(total) })).Dispose();
            return 1;
        }, Takes);
        await TimeAsync("take 1000", async () =>
        {
            using var batch = await dataset.TakeAsync(Enumerable.Range(0, 1000).Select(_ => random.NextInt64(total)).ToArray());
            return batch.Length;
        });
        return 0;
    }

    static async Task<long> DrainAsync(LanceDataset dataset, ScanOptions options)
    {
        long rows = 0;
        await foreach (var batch in dataset.ScanAsync(options))
        {
            rows += batch.Length;
            batch.Dispose();
        }
        return rows;
    }

    // A second of runs warms up; of the others the fastest is shown, with the mean of the processor time and of the bytes allocated.
    static async Task MeasureAsync(string name, Func<Task<long>> work, int operations)
    {
        const int repeats = 10;
        var warming = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warming).TotalSeconds < 1)
            await work();
        var best = double.MaxValue;
        long rows = 0;
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var processor = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            rows = await work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        process.Refresh();
        var used = (process.TotalProcessorTime - processor).TotalMilliseconds / repeats;
        var bytes = (GC.GetTotalAllocatedBytes() - allocated) / (repeats * operations) / 1024;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-24} {best / operations,10:F3} ms {used / operations,10:F3} ms processor {rows,10} rows {bytes,10} KiB allocated"));
    }
}
