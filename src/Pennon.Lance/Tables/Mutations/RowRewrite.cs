using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Rows that leave their fragments, some of which are written again, changed, in new ones: what updates and merges commit (TABLE 21).</summary>
sealed class RowRewrite : IAsyncDisposable
{
    readonly TableVersion _table;
    readonly FragmentWriter _writer;
    readonly MovedRows? _moved;
    bool _handedOver;

    public RowRewrite(TableVersion table, LanceWriteOptions options)
    {
        _table = table;
        _writer = new FragmentWriter(table.Store, new TablePaths(table.MainRoot, table.Root), table.Schema.Arrow, MutationFields.ForRewriting(table), options);
        _moved = table.HasStableRowIds ? new MovedRows(table) : null;
    }

    /// <summary>The rows that leave: those written again, and those that are deleted.</summary>
    public RowSelection Leaving { get; } = new();

    /// <summary>Takes the new content of rows, or new rows; new ones come after all that moved.</summary>
    public FragmentWriter Writer => _writer;

    /// <summary>Says which row the next one written is the new content of.</summary>
    public void Move(ulong address)
    {
        Leaving.Add(address);
        _moved?.Add(address);
    }

    /// <summary>Completes the files and stages the operation.</summary>
    /// <param name="changed">The columns whose values may differ; an index on other columns stays valid for moved rows (TABLE 10.3).</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="check">A check of versions committed meanwhile; null for none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async ValueTask<StagedTransaction> FinishAsync(
        IReadOnlyCollection<int> changed, LanceWriteOptions options, Func<StoredVersion, CancellationToken, ValueTask>? check, CancellationToken cancellationToken)
    {
        await _writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        var deletions = await StagedDeletions.StageAsync(_table, Leaving, cancellationToken).ConfigureAwait(false);
        var update = new Transaction.Types.Update { UpdateMode = Transaction.Types.Update.Types.Mode.RewriteRows };
        update.RemovedFragmentIds.Add(deletions.Removed);
        update.UpdatedFragments.Add(deletions.Updated);
        _moved?.Assign(_writer.Fragments);
        update.NewFragments.Add(_writer.Fragments);
        update.FieldsForPreservingFragBitmap.Add(changed.Order().Select(static id => (uint)id));
        var message = new Transaction { ReadVersion = _table.Manifest.Version, Update = update };
        var staged = StagedTransaction.For(
            _table, message, [.. _writer.StagedKeys, .. deletions.StagedKeys], _writer.RowsWritten, options, new DeletionRebase(_table, message, deletions.Touched, check));
        _handedOver = true;
        return staged;
    }

    /// <summary>Deletes what was written unless it was handed over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        if (_handedOver) return;
        _handedOver = true;
        await new StagedFiles(_table.Store).DeleteAsync(_writer.StagedKeys).ConfigureAwait(false);
    }
}
