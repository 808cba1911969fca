namespace Pennon.Lance.Files;

/// <summary>How a data file is cut into pages and how many are encoded at a time.</summary>
internal sealed record LanceFileWriterOptions
{
    public const int Major = 2;
    public const int Minor = 2;

    /// <summary>A page is written when a leaf has collected this many bytes.</summary>
    public long PageBytes { get; init; } = 8 << 20;

    /// <summary>Pages that may be waiting or being encoded beside the caller; 0 encodes on the caller's thread.</summary>
    public int PagesInFlight { get; init; } = Math.Min(8, Environment.ProcessorCount);
}

/// <summary>A finished data file.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="FieldIds">The field id of each of its columns, in column order.</param>
internal sealed record LanceFileSummary(long Rows, long Bytes, int[] FieldIds);
