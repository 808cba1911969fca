namespace Pennon.Cli.Output;

/// <summary>How the rows of a query are written.</summary>
internal enum OutputFormat
{
    /// <summary>A boxed table that fits the terminal.</summary>
    Table,

    /// <summary>One JSON array of objects.</summary>
    Json,

    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>Comma-separated values with a header line.</summary>
    Csv,

    /// <summary>An Arrow IPC stream.</summary>
    Arrow,
}
