using Pennon.Lance;

namespace Pennon.Storage;

/// <summary>
/// New content of one table, complete in the store but not to be seen: only a <see cref="GraphPublisher"/> commits it. Disposing it before deletes its files.
/// </summary>
public sealed class StagedWrite : IAsyncDisposable
{
    /// <summary>Wraps a staged table transaction.</summary>
    /// <param name="table">The table as it will be named; its version is filled in by the commit.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="buildsOnParent">Whether it adds to the version that the parent manifest names, rather than replacing the content.</param>
    public StagedWrite(GraphTable table, StagedTransaction transaction, bool buildsOnParent)
    {
        BuildsOnParent = buildsOnParent;
        Table = table;
        Transaction = transaction;
    }

    /// <summary>The table as it will be named; its version counts only after the commit.</summary>
    public GraphTable Table { get; }

    internal bool BuildsOnParent { get; }

    internal StagedTransaction Transaction { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}
