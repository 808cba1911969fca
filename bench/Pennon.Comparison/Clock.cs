using System.Diagnostics;
using System.Globalization;

namespace Pennon.Comparison;

/// <summary>The warm-up and repetition rules of the peers' scripts, so that both sides are measured alike.</summary>
static class Clock
{
    const int WarmUpOperations = 50;

    /// <summary>Median of <paramref name="runs"/> runs after one warm-up; stops after three once <paramref name="capSeconds"/> are spent.</summary>
    public static async Task<(double Median, double NinetyFifth, int Runs, T Last)> MedianAsync<T>(Func<Task<T>> run, int runs, double capSeconds)
    {
        var started = Stopwatch.GetTimestamp();
        var last = await run();
        var times = new List<double>();
        while (times.Count < runs)
        {
            var from = Stopwatch.GetTimestamp();
            last = await run();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (times.Count >= 3 && Stopwatch.GetElapsedTime(started).TotalSeconds > capSeconds)
            {
                break;
            }
        }

        return (At(times, 0.5), At(times, 0.95), times.Count, last);
    }

    /// <summary>Latencies of many single operations after 50 that are not counted; both passes begin at operation 0.</summary>
    public static async Task<(double Median, double NinetyFifth)> LatencyAsync(int count, Func<int, bool, Task> operation)
    {
        for (var i = 0; i < Math.Min(WarmUpOperations, count); i++)
        {
            await operation(i, true);
        }

        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await operation(i, false);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        return (At(times, 0.5), At(times, 0.95));
    }

    /// <summary>The process's memory high-water mark in MB (10^6 bytes on neither side: kilobytes / 1024, as the peers' scripts count).</summary>
    public static double PeakMemory()
    {
        const string status = "/proc/self/status";
        if (File.Exists(status))
        {
            var line = File.ReadLines(status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line is not null)
            {
                return double.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Any, CultureInfo.InvariantCulture) / 1024;
            }
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }

    static double At(List<double> times, double share)
    {
        times.Sort();
        return times[Math.Min(times.Count - 1, (int)(share * times.Count))];
    }
}
