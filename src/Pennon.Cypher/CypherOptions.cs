namespace Pennon.Cypher;

/// <summary>How queries are run.</summary>
public sealed record CypherOptions
{
    /// <summary>The bytes one query may keep in memory at once for sorting, grouping, collecting and its result; 2 GiB unless set.</summary>
    public long MemoryLimit { get; init; } = 2L << 30;

    /// <summary>How many plans are kept for each version of a graph, so that a repeated text is not planned again; 256 unless set.</summary>
    public int PlanCacheSize { get; init; } = 256;

    /// <summary>
    /// How many threads may work on one query at once, the calling one among them; the number of processors unless set. Scans that end in counts and
    /// other aggregates whose outcome does not depend on the order of rows are shared among threads when they are large; the answer is the same
    /// for every number.
    /// </summary>
    public int MaxDegreeOfParallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>The estimated rows and edges from which a query is worth more than one thread.</summary>
    internal double LeastParallelCost { get; init; } = 40_000;

    /// <summary>The clock that <c>date()</c>, <c>datetime()</c> and their kin ask.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    internal CypherOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PlanCacheSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDegreeOfParallelism);
        ArgumentNullException.ThrowIfNull(Clock);
        return this;
    }
}
