namespace Pennon.Lance;

/// <summary>Which fragments a compaction rewrites and how.</summary>
public sealed record LanceCompactionOptions
{
    /// <summary>Fragments with fewer rows are joined with their neighbours, up to about this many rows. 1 to 2,147,483,647.</summary>
    public int TargetRowsPerFragment { get; init; } = 1024 * 1024;

    /// <summary>A fragment of which more than this share of rows is deleted is rewritten whatever its size. 0 to 1.</summary>
    public double DeletedShare { get; init; } = 0.1;

    /// <summary>A new data file ends, at the next batch, when it has grown beyond this many bytes.</summary>
    public long MaxBytesPerFile { get; init; } = 90L << 30;

    /// <summary>
    /// How often <see cref="LanceDataset.CompactAsync"/> starts over with the fragments that other writers changed while they were rewritten. At least 1.
    /// </summary>
    public int Rounds { get; init; } = 10;

    /// <summary>How rows are written and the result committed.</summary>
    public LanceWriteOptions Write { get; init; } = new();

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(TargetRowsPerFragment, 1, nameof(TargetRowsPerFragment));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytesPerFile, 1, nameof(MaxBytesPerFile));
        ArgumentOutOfRangeException.ThrowIfLessThan(Rounds, 1, nameof(Rounds));
        if (!(DeletedShare >= 0 && DeletedShare <= 1))
            throw new ArgumentOutOfRangeException(nameof(DeletedShare), DeletedShare, "A share lies between 0 and 1.");
        ArgumentNullException.ThrowIfNull(Write);
        Write.Check();
    }
}

/// <summary>What a compaction did.</summary>
/// <param name="Version">The version it made; the version it found if there was nothing to do.</param>
/// <param name="FragmentsRemoved">Fragments that were replaced.</param>
/// <param name="FragmentsAdded">Fragments that hold their rows now.</param>
/// <param name="RowsWritten">Live rows that were rewritten, those of rounds that were lost included.</param>
/// <param name="IndexesRemapped">Segments of indexes that were written again for the moved rows.</param>
/// <param name="IndexesUncovered">Names of indexes that no longer cover the rewritten rows and want an update.</param>
public sealed record LanceCompactionResult(
    long Version, int FragmentsRemoved, int FragmentsAdded, long RowsWritten, int IndexesRemapped, IReadOnlyList<string> IndexesUncovered);
