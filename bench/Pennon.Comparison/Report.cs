using System.Globalization;
using System.Text;

namespace Pennon.Comparison;

/// <summary>The measurements of one session as Markdown tables: medians, and ours divided by the best peer's.</summary>
static class Report
{
    public static string Of(string group, int threads, IReadOnlyDictionary<string, IReadOnlyList<Measurement>> byEngine)
    {
        var ours = byEngine["pennon"];
        var peers = byEngine.Keys.Where(name => name != "pennon").ToList();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"### {group}, {threads} {(threads == 1 ? "thread" : "threads")}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| task | Pennon ms | {string.Join(" | ", peers.Select(peer => peer + " ms"))} | ours / best | technique |");
        text.AppendLine("| --- | " + string.Concat(Enumerable.Repeat("--- | ", peers.Count + 3)));
        var ratios = new List<double>();
        foreach (var measurement in ours)
        {
            var others = peers.Select(peer => byEngine[peer].FirstOrDefault(other => SameTask(other.Task, measurement.Task))).ToList();
            var best = others.Where(other => other?.Milliseconds is not null && other.Right != false).Select(other => other!.Milliseconds!.Value).DefaultIfEmpty(double.NaN).Min();
            var ratio = measurement.Milliseconds is { } own && measurement.Right != false ? own / best : double.NaN;
            if (!double.IsNaN(ratio))
            {
                ratios.Add(ratio);
            }

            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {measurement.Task} | {Cell(measurement)} | {string.Join(" | ", others.Select(Cell))} | {(double.IsNaN(ratio) ? "" : ratio.ToString("0.00", CultureInfo.InvariantCulture))} | {(measurement.Error ?? measurement.Technique ?? measurement.Note ?? "").Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        text.AppendLine();
        if (ratios.Count > 0)
        {
            var mean = Math.Exp(ratios.Average(Math.Log));
            text.AppendLine(CultureInfo.InvariantCulture, $"Geometric mean of the ratios: {mean:0.00}; slower than the best peer in {ratios.Count(ratio => ratio > 1)} of {ratios.Count}.");
        }

        foreach (var load in ours.Where(measurement => measurement.RowsPerSecond is not null))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{load.Task}: {load.RowsPerSecond:N0} rows a second.");
        }

        text.AppendLine(
            "Peak memory, MB: " + string.Join(", ", byEngine.Where(pair => pair.Value.Count > 0)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value.Max(measurement => measurement.PeakMemory):0}"))) + ".");
        return text.ToString();
    }

    // The peers' load tasks end in the layout they were made for.
    static bool SameTask(string peer, string ours) => peer == ours || peer == ours + ".split";

    static string Cell(Measurement? measurement) => measurement switch
    {
        null => "",
        { Error: not null } => "failed",
        { Right: false } => "WRONG",
        _ => Number(measurement.Milliseconds),
    };

    static string Number(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 1 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
