using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pennon.Comparison;

/// <summary>One measured task, in the form that the peers' scripts write too: a JSON object a line.</summary>
sealed record Measurement
{
    [JsonPropertyName("peer")]
    public string Peer { get; init; } = "pennon";

    [JsonPropertyName("task")]
    public required string Task { get; init; }

    [JsonPropertyName("runs")]
    public int Runs { get; init; }

    [JsonPropertyName("p50_ms")]
    public double? Median { get; init; }

    [JsonPropertyName("p95_ms")]
    public double? NinetyFifth { get; init; }

    [JsonPropertyName("seconds")]
    public double? Seconds { get; init; }

    [JsonPropertyName("rows_per_s")]
    public double? RowsPerSecond { get; init; }

    [JsonPropertyName("ok")]
    public bool? Right { get; init; }

    [JsonPropertyName("peak_rss_mb")]
    public double PeakMemory { get; init; }

    [JsonPropertyName("note")]
    public string? Note { get; init; }

    [JsonPropertyName("technique")]
    public string? Technique { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    public double? Milliseconds => Median ?? Seconds * 1000;

    public string ToLine() => JsonSerializer.Serialize(this);

    public static Measurement? FromLine(string line) =>
        line.StartsWith('{') ? JsonSerializer.Deserialize<Measurement>(line) : null;
}
