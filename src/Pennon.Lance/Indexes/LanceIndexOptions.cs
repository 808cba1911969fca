namespace Pennon.Lance;

/// <summary>What kind of index is built, and how. See the derived types.</summary>
public abstract record LanceIndexOptions
{
    private protected LanceIndexOptions()
    {
    }

    /// <summary>Bytes of memory that sorting may take before it goes on in temporary files. At least 1 MiB.</summary>
    public long SortMemory { get; init; } = 256L << 20;

    internal virtual void Check() => ArgumentOutOfRangeException.ThrowIfLessThan(SortMemory, 1L << 20, nameof(SortMemory));
}

/// <summary>A sorted index for comparisons, ranges, lists of values and prefixes of text; for columns of many different values.</summary>
public sealed record LanceBTreeIndex : LanceIndexOptions
{
    /// <summary>The values in a page, which is read as a whole. 1 to 1,048,576.</summary>
    public int PageRows { get; init; } = 4096;

    internal override void Check()
    {
        base.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(PageRows, 1, nameof(PageRows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageRows, 1 << 20, nameof(PageRows));
    }
}

/// <summary>An index with a set of rows for each value; for columns of few different values, booleans included.</summary>
public sealed record LanceBitmapIndex : LanceIndexOptions;

/// <summary>An index of the elements of lists, for <c>array_has</c>, <c>array_has_any</c> and <c>array_has_all</c>.</summary>
public sealed record LanceLabelListIndex : LanceIndexOptions;

/// <summary>The smallest and largest value of each stretch of rows; small, and useful where values grow with the position in the table.</summary>
public sealed record LanceZoneMapIndex : LanceIndexOptions
{
    /// <summary>The rows of a stretch. 1 to 1,048,576.</summary>
    public int ZoneRows { get; init; } = 8192;

    internal override void Check()
    {
        base.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(ZoneRows, 1, nameof(ZoneRows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ZoneRows, 1 << 20, nameof(ZoneRows));
    }
}

/// <summary>A Bloom filter of the values of each stretch of rows, for equality and lists of values.</summary>
public sealed record LanceBloomFilterIndex : LanceIndexOptions
{
    /// <summary>The rows of a stretch, which is also the number of values a filter is made for. 1 to 1,048,576.</summary>
    public int ZoneRows { get; init; } = 8192;

    /// <summary>The share of wrong hits accepted, above 0 and below 1.</summary>
    public double Probability { get; init; } = 0.00057;

    internal override void Check()
    {
        base.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(ZoneRows, 1, nameof(ZoneRows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ZoneRows, 1 << 20, nameof(ZoneRows));
        if (!(Probability > 0 && Probability < 1))
            throw new ArgumentOutOfRangeException(nameof(Probability), Probability, "A probability lies between 0 and 1.");
    }
}

/// <summary>An index of the three-letter parts of text, for <c>contains</c>.</summary>
public sealed record LanceNGramIndex : LanceIndexOptions;
