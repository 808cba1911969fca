namespace Pennon.Cypher;

/// <summary>How queries are run.</summary>
public sealed record CypherOptions
{
    /// <summary>The bytes one query may keep in memory at once for sorting, grouping, collecting and its result; 2 GiB unless set.</summary>
    public long MemoryLimit { get; init; } = 2L << 30;

    /// <summary>How many plans are kept for each version of a graph, so that a repeated text is not planned again; 256 unless set.</summary>
    public int PlanCacheSize { get; init; } = 256;

    /// <summary>The clock that <c>date()</c>, <c>datetime()</c> and their kin ask.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not positive.</exception>
    internal CypherOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PlanCacheSize);
        ArgumentNullException.ThrowIfNull(Clock);
        return this;
    }
}
