namespace Pennon.Lance;

/// <summary>What a scan reads and how.</summary>
public sealed class ScanOptions
{
    /// <summary>
    /// The columns to read, in this order; null for all. A name with dots reaches into structs (<c>address.city</c>) and gives the
    /// struct with only the fields asked for. An empty list reads no columns, only the number of rows.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Keeps only the rows for which this SQL text is true, for example <c>age >= 18 AND name LIKE 'A%'</c>; null keeps all.</summary>
    public string? Where { get; init; }

    /// <summary>Keeps only the rows for which this expression is true; null keeps all. With <see cref="Where"/> both must be true.</summary>
    public LanceExpression? Filter { get; init; }

    /// <summary>Whether the filter may be answered from indexes of the table; the rows are the same either way.</summary>
    public bool UseIndexes { get; init; } = true;

    /// <summary>The largest number of rows to return; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>How many rows, of those the filter keeps, are skipped first.</summary>
    public long Offset { get; init; }

    /// <summary>The largest number of rows in a batch; null chooses by the width of the rows.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Appends a column <c>_rowaddr</c> of type uint64: the fragment's id in the high half, the row's offset in it in the low half.</summary>
    public bool WithRowAddress { get; init; }

    /// <summary>Appends a column <c>_rowid</c> of type uint64: the stable id where the table keeps them, the row address otherwise.</summary>
    public bool WithRowId { get; init; }

    /// <summary>Appends a column <c>_row_created_at_version</c> of type uint64: the version that inserted the row. Only for tables with stable row ids.</summary>
    public bool WithCreatedAtVersion { get; init; }

    /// <summary>Appends a column <c>_row_last_updated_at_version</c> of type uint64: the version that changed the row last. Only for tables with stable row ids.</summary>
    public bool WithLastUpdatedAtVersion { get; init; }

    /// <summary>How many pieces of the table are read at once; null for the number of processors. The order of rows does not depend on it.</summary>
    public int? Parallelism { get; init; }
}
