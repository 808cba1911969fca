namespace Pennon.Lance;

/// <summary>What a merge of source rows into a table does with rows that have a partner, and with those that have none.</summary>
/// <remarks>
/// Source and target rows are partners when all key columns are equal; a null key has no partner. At least one of the three clauses must be on.
/// </remarks>
public sealed record LanceMergeOptions
{
    /// <summary>The key columns, which the source must have; empty for the table's declared primary key.</summary>
    public IReadOnlyList<string> On { get; init; } = [];

    /// <summary>Whether a target row with a partner takes the source's values. Columns that the source does not have keep theirs.</summary>
    public bool WhenMatchedUpdate { get; init; }

    /// <summary>The columns that an update takes from the source; null for all that the source has.</summary>
    public IReadOnlyList<string>? UpdateColumns { get; init; }

    /// <summary>Updates only pairs for which this is true; its columns are written <c>source.name</c> and <c>target.name</c>. Null updates all.</summary>
    public LanceExpression? WhenMatchedCondition { get; init; }

    /// <summary>Whether source rows without a partner are inserted. Columns that the source does not have are null.</summary>
    public bool WhenNotMatchedInsert { get; init; }

    /// <summary>Whether target rows without a partner are deleted.</summary>
    public bool WhenNotMatchedBySourceDelete { get; init; }

    /// <summary>Deletes only target rows for which this is true; it names the table's columns. Null deletes all without a partner.</summary>
    public LanceExpression? WhenNotMatchedBySourceCondition { get; init; }

    /// <summary>Updates every pair and inserts the rest: an "upsert".</summary>
    /// <param name="on">The key columns.</param>
    public static LanceMergeOptions Upsert(params string[] on) => new() { On = on, WhenMatchedUpdate = true, WhenNotMatchedInsert = true };
}

/// <summary>What a merge did.</summary>
/// <param name="Version">The version it became.</param>
/// <param name="Inserted">Source rows inserted.</param>
/// <param name="Updated">Target rows that took values of the source.</param>
/// <param name="Deleted">Target rows deleted for lack of a partner.</param>
/// <param name="Attempts">How often it was run until it could be committed.</param>
public readonly record struct LanceMergeResult(long Version, long Inserted, long Updated, long Deleted, int Attempts);

/// <summary>What a change of rows or columns did.</summary>
/// <param name="Version">The version it became.</param>
/// <param name="Rows">Rows deleted, updated or written.</param>
/// <param name="Attempts">How often it was run until it could be committed.</param>
public readonly record struct LanceMutationResult(long Version, long Rows, int Attempts);

/// <summary>A merge that is staged, and what it will do.</summary>
public sealed class StagedMerge : IAsyncDisposable
{
    internal StagedMerge(StagedTransaction transaction, long inserted, long updated, long deleted)
    {
        Transaction = transaction;
        Inserted = inserted;
        Updated = updated;
        Deleted = deleted;
    }

    /// <summary>The write, to be committed.</summary>
    public StagedTransaction Transaction { get; }

    /// <summary>Source rows inserted.</summary>
    public long Inserted { get; }

    /// <summary>Target rows that take values of the source.</summary>
    public long Updated { get; }

    /// <summary>Target rows deleted for lack of a partner.</summary>
    public long Deleted { get; }

    /// <summary>Makes the merge visible.</summary>
    /// <inheritdoc cref="StagedTransaction.CommitAsync"/>
    public ValueTask<long> CommitAsync(CancellationToken cancellationToken = default) => Transaction.CommitAsync(cancellationToken);

    /// <summary>Deletes the staged files unless they were committed.</summary>
    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}
