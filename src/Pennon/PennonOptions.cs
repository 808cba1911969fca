namespace Pennon;

/// <summary>How a database is opened. Immutable; change a copy with <c>with</c>.</summary>
public sealed record PennonOptions
{
    /// <summary>The options used when none are given.</summary>
    public static PennonOptions Default { get; } = new();

    /// <summary>Creates an empty database when the folder holds none; otherwise that is an error.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>The graph version to read, or null for the newest. A database opened at a version cannot be loaded into.</summary>
    public long? Version { get; init; }

    /// <summary>Bytes that one query may hold in memory before it is refused; at least 1 MiB.</summary>
    public long QueryMemoryLimit { get; init; } = 4L << 30;

    /// <summary>How many threads may work on one query at once; at least 1, the number of processors unless set. Answers do not depend on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = Environment.ProcessorCount;

    internal PennonOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(QueryMemoryLimit, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDegreeOfParallelism, 1);
        if (Version is { } version)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(version, 1, nameof(Version));
            if (CreateIfMissing)
            {
                throw new ArgumentException("A database that is to be created has no version to open.", nameof(CreateIfMissing));
            }
        }

        return this;
    }
}
