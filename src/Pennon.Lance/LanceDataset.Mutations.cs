using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <content>
/// Changes of rows. Methods named Stage build on exactly this version and leave the commit to the caller; the others work on the latest version of the
/// line this dataset was opened on, commit, and run again when another writer changed what they read.
/// </content>
public sealed partial class LanceDataset
{
    /// <summary>Writes rows to be added to this line of versions without making them visible.</summary>
    /// <param name="schema">The columns of the batches: all of the table's, where nullable ones may be left out.</param>
    /// <param name="batches">The rows; each batch is disposed once it is written.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the write, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The columns or a batch do not fit the table.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features, or a file version, that this library does not write.</exception>
    public ValueTask<StagedTransaction> StageAppendAsync(
        Schema schema, IAsyncEnumerable<RecordBatch> batches, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        StageAsync(LanceTableWriter.Append(this, schema, options), batches, cancellationToken);

    /// <summary>Writes new content for this line of versions without making it visible.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="batches">The rows; each batch is disposed once it is written. Null for none.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the write, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The schema has duplicate or reserved column names, or a batch does not fit it.</exception>
    /// <exception cref="LanceNotSupportedException">A column's type cannot be stored, or the table has features this library does not write.</exception>
    public ValueTask<StagedTransaction> StageOverwriteAsync(
        Schema schema, IAsyncEnumerable<RecordBatch>? batches, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        StageAsync(LanceTableWriter.Overwrite(this, schema, options), batches, cancellationToken);

    /// <summary>Stages the deletion of rows for which a condition is true.</summary>
    /// <param name="where">The condition.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller; its rows are those deleted.</returns>
    /// <exception cref="LanceFilterException">The condition does not fit the table.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features this library does not write.</exception>
    public ValueTask<StagedTransaction> StageDeleteAsync(LanceExpression where, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(where);
        return DeleteOperation.StageAsync(_table, where, "", options, cancellationToken);
    }

    /// <summary>Stages the deletion of rows for which SQL text is true.</summary>
    /// <param name="where">The condition, for example <c>age &lt; 18</c>; it is kept with the version.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <inheritdoc cref="StageDeleteAsync(LanceExpression, LanceWriteOptions?, CancellationToken)"/>
    public ValueTask<StagedTransaction> StageDeleteAsync(string where, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        DeleteOperation.StageAsync(_table, LanceExpression.Parse(where), where, options, cancellationToken);

    /// <summary>Stages the deletion of rows by address.</summary>
    /// <param name="addresses">Addresses as <see cref="ScanOptions.WithRowAddress"/> gives them, in any order; rows deleted before make no difference.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller; its rows are those deleted.</returns>
    /// <exception cref="LanceNotFoundException">An address names no row of this version.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features this library does not write.</exception>
    public ValueTask<StagedTransaction> StageDeleteRowsAsync(ReadOnlyMemory<ulong> addresses, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        DeleteOperation.StageAsync(_table, addresses, options, cancellationToken);

    /// <summary>Stages new values for columns of some rows.</summary>
    /// <param name="where">Which rows; null for all.</param>
    /// <param name="values">The new value of each column, computed from the old row.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller; its rows are those updated.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">An expression does not fit the table.</exception>
    /// <exception cref="ArgumentException">No column is given, or a value is null where the column has none.</exception>
    /// <exception cref="LanceNotSupportedException">The table has blob columns, or features or a file version this library does not write.</exception>
    public ValueTask<StagedTransaction> StageUpdateAsync(
        LanceExpression? where, IReadOnlyDictionary<string, LanceExpression> values, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return UpdateOperation.StageAsync(_table, where, values, options, cancellationToken);
    }

    /// <summary>Stages a merge of source rows into the table: updates, inserts and deletes in one version.</summary>
    /// <param name="batches">The source, which is held in memory; each batch is disposed. Columns may be fewer than the table's.</param>
    /// <param name="merge">The key and the clauses.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller, and its figures.</returns>
    /// <exception cref="ArgumentException">The source does not fit the table, or several source rows match one target row.</exception>
    /// <exception cref="LanceFilterException">A condition does not fit.</exception>
    /// <exception cref="LanceNotSupportedException">The table has blob columns, or features or a file version this library does not write.</exception>
    public async ValueTask<StagedMerge> StageMergeInsertAsync(
        IAsyncEnumerable<RecordBatch> batches, LanceMergeOptions merge, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(merge);
        var source = await CollectAsync(batches, cancellationToken).ConfigureAwait(false);
        try
        {
            return await MergeOperation.StageAsync(_table, source, merge, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var batch in source) batch.Dispose();
        }
    }

    /// <summary>Deletes the rows of the latest version for which SQL text is true.</summary>
    /// <param name="where">The condition.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version and the number of rows deleted.</returns>
    /// <exception cref="LanceFilterException">The condition does not fit the table.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the same rows, or replaced the table.</exception>
    public ValueTask<LanceMutationResult> DeleteAsync(string where, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, token) => latest.StageDeleteAsync(where, options, token), options, cancellationToken);

    /// <summary>Deletes the rows of the latest version for which a condition is true.</summary>
    /// <inheritdoc cref="DeleteAsync(string, LanceWriteOptions?, CancellationToken)"/>
    public ValueTask<LanceMutationResult> DeleteAsync(LanceExpression where, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, token) => latest.StageDeleteAsync(where, options, token), options, cancellationToken);

    /// <summary>Gives columns of some rows of the latest version new values.</summary>
    /// <param name="where">Which rows, as SQL text; null for all.</param>
    /// <param name="values">The new value of each column as SQL text over the old row, for example <c>price * 1.1</c>.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version and the number of rows updated.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">An expression does not fit the table.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the same rows, or replaced the table.</exception>
    public ValueTask<LanceMutationResult> UpdateAsync(
        string? where, IReadOnlyDictionary<string, string> values, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return UpdateAsync(where is null ? null : LanceExpression.Parse(where), values.ToDictionary(static v => v.Key, static v => LanceExpression.Parse(v.Value)), options, cancellationToken);
    }

    /// <summary>Gives columns of some rows of the latest version new values.</summary>
    /// <inheritdoc cref="UpdateAsync(string?, IReadOnlyDictionary{string, string}, LanceWriteOptions?, CancellationToken)"/>
    public ValueTask<LanceMutationResult> UpdateAsync(
        LanceExpression? where, IReadOnlyDictionary<string, LanceExpression> values, LanceWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync((latest, token) => latest.StageUpdateAsync(where, values, options, token), options, cancellationToken);

    /// <summary>Merges source rows into the latest version: updates, inserts and deletes in one version.</summary>
    /// <param name="batches">The source, which is held in memory; each batch is disposed. Columns may be fewer than the table's.</param>
    /// <param name="merge">The key and the clauses.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or has the new version.</param>
    /// <returns>The new version and what was done.</returns>
    /// <exception cref="ArgumentException">The source does not fit the table, or several source rows match one target row.</exception>
    /// <exception cref="LanceFilterException">A condition does not fit.</exception>
    /// <exception cref="ConflictException">Other writers kept changing the same rows, or replaced the table.</exception>
    public async ValueTask<LanceMergeResult> MergeInsertAsync(
        IAsyncEnumerable<RecordBatch> batches, LanceMergeOptions merge, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(merge);
        var source = await CollectAsync(batches, cancellationToken).ConfigureAwait(false);
        try
        {
            StagedMerge? done = null;
            var result = await RunAsync(StageAsync, options, cancellationToken).ConfigureAwait(false);
            return new LanceMergeResult(result.Version, done!.Inserted, done.Updated, done.Deleted, result.Attempts);

            async ValueTask<StagedTransaction> StageAsync(LanceDataset latest, CancellationToken token)
            {
                done = await MergeOperation.StageAsync(latest._table, source, merge, options, token).ConfigureAwait(false);
                return done.Transaction;
            }
        }
        finally
        {
            foreach (var batch in source) batch.Dispose();
        }
    }

    static async ValueTask<List<RecordBatch>> CollectAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var all = new List<RecordBatch>();
        await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false)) all.Add(batch);
        return all;
    }

    /// <summary>Runs an operation on the latest version until it can be committed.</summary>
    internal async ValueTask<LanceMutationResult> RunAsync(
        Func<LanceDataset, CancellationToken, ValueTask<StagedTransaction>> stage, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var attempts = (options ?? new LanceWriteOptions()).OperationAttempts;
        for (var attempt = 1; ; attempt++)
        {
            var latest = await RefreshAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var staged = await stage(latest, cancellationToken).ConfigureAwait(false);
                await using (staged.ConfigureAwait(false))
                {
                    var version = await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
                    return new LanceMutationResult(version, staged.Rows, attempt);
                }
            }
            catch (ConflictException conflict) when (conflict.IsRetryable && attempt < attempts)
            {
                await Task.Delay(Random.Shared.Next(1, 5 << Math.Min(attempt, 6)), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (!ReferenceEquals(latest, this)) latest.Dispose();
            }
        }
    }
}
