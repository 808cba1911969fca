namespace Pennon.Lance;

/// <summary>How rows are written to a table and committed.</summary>
public sealed record LanceWriteOptions
{
    /// <summary>A data file ends when it has this many rows; each file becomes a fragment. 1 to 2,147,483,647.</summary>
    public int MaxRowsPerFile { get; init; } = 1024 * 1024;

    /// <summary>A data file ends, at the next batch, when it has grown beyond this many bytes.</summary>
    public long MaxBytesPerFile { get; init; } = 90L << 30;

    /// <summary>A column's page is written when it has collected this many bytes; with the number of columns this bounds the memory of a writer. At least 4,096.</summary>
    public int PageBytes { get; init; } = 8 << 20;

    /// <summary>Pages encoded beside the thread that brings the rows; 0 encodes on that thread. The bytes written are the same whatever the number.</summary>
    public int Parallelism { get; init; } = Math.Min(8, Environment.ProcessorCount);

    /// <summary>Whether rows of a new table keep an id when they move. Existing tables keep what they have.</summary>
    public bool StableRowIds { get; init; }

    /// <summary>Configuration entries of a new table; an overwrite adds them to the existing ones.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; init; }

    /// <summary>Free entries kept with a new table.</summary>
    public IReadOnlyDictionary<string, string>? TableMetadata { get; init; }

    /// <summary>Properties stored with the transaction, for example why it was made.</summary>
    public IReadOnlyDictionary<string, string>? TransactionProperties { get; init; }

    /// <summary>How often a commit is tried again when other writers keep committing first. At least 1.</summary>
    public int CommitAttempts { get; init; } = 20;

    /// <summary>How often an operation in one call is run as a whole when other writers change what it read. At least 1.</summary>
    public int OperationAttempts { get; init; } = 10;

    /// <summary>The version an append or overwrite builds on; null for the latest. Later versions are checked for conflicts at the commit.</summary>
    public long? ReadVersion { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRowsPerFile, 1, nameof(MaxRowsPerFile));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytesPerFile, 1, nameof(MaxBytesPerFile));
        ArgumentOutOfRangeException.ThrowIfLessThan(PageBytes, 4096, nameof(PageBytes));
        ArgumentOutOfRangeException.ThrowIfNegative(Parallelism, nameof(Parallelism));
        ArgumentOutOfRangeException.ThrowIfLessThan(CommitAttempts, 1, nameof(CommitAttempts));
        ArgumentOutOfRangeException.ThrowIfLessThan(OperationAttempts, 1, nameof(OperationAttempts));
        if (ReadVersion is { } version) ArgumentOutOfRangeException.ThrowIfLessThan(version, 1, nameof(ReadVersion));
    }
}
