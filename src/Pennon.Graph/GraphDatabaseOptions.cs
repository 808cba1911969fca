using Pennon.Lance;

namespace Pennon.Graph;

/// <summary>How a database is opened.</summary>
public sealed record GraphDatabaseOptions
{
    /// <summary>Whether a folder or prefix without a database becomes an empty one; otherwise opening it is an error.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>Bytes that loaded columns, key indexes and adjacency may hold; the least recently used go first. At least 0.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>How tables are written.</summary>
    public LanceWriteOptions TableWriting { get; init; } = new() { PageBytes = 2 << 20 };

    /// <summary>
    /// For a database in a local folder: whether a publish is on the disk, not only handed to the operating system, before it counts as made. Without it loads of
    /// few rows are faster, and the latest can be lost, or the database be left damaged, when the machine (not just the process) stops.
    /// </summary>
    public bool FlushToDisk { get; init; } = true;

    /// <summary>The clock that versions are dated by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
