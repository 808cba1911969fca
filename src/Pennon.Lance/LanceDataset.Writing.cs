using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance;

public sealed partial class LanceDataset
{
    /// <summary>Makes a new table and opens it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table, for example <c>people.lance</c>.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="batches">The rows; each batch is disposed once it is written. Null for a table without rows.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the write, which then leaves nothing behind.</param>
    /// <returns>The first version, which the caller disposes.</returns>
    /// <exception cref="ConflictException">The table exists.</exception>
    /// <exception cref="ArgumentException">The schema has duplicate or reserved column names, or a batch does not fit it.</exception>
    /// <exception cref="LanceNotSupportedException">A column's type cannot be stored.</exception>
    public static async ValueTask<LanceDataset> CreateAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch>? batches = null, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await CommitAndOpenAsync(
            store, await StageCreateAsync(store, path, schema, batches, options, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Adds rows to a table and opens the version that has them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="schema">The columns of the batches: all of the table's, where nullable ones may be left out.</param>
    /// <param name="batches">The rows; each batch is disposed once it is written.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the write, which then leaves nothing behind.</param>
    /// <returns>The new version, which the caller disposes.</returns>
    /// <exception cref="LanceNotFoundException">There is no such table.</exception>
    /// <exception cref="ConflictException">The table was replaced meanwhile.</exception>
    /// <exception cref="ArgumentException">The columns or a batch do not fit the table.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features, or a file version, that this library does not write.</exception>
    public static async ValueTask<LanceDataset> AppendAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch> batches, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await CommitAndOpenAsync(
            store, await StageAppendAsync(store, path, schema, batches, options, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Replaces rows and columns of a table, or makes it, and opens the new version. Old versions stay readable.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="batches">The rows; each batch is disposed once it is written. Null for a table without rows.</param>
    /// <param name="options">Sizes and settings.</param>
    /// <param name="cancellationToken">Stops the write, which then leaves nothing behind.</param>
    /// <returns>The new version, which the caller disposes.</returns>
    /// <exception cref="ConflictException">Another writer replaced the table meanwhile.</exception>
    /// <exception cref="ArgumentException">The schema has duplicate or reserved column names, or a batch does not fit it.</exception>
    /// <exception cref="LanceNotSupportedException">A column's type cannot be stored, or the table has features this library does not write.</exception>
    public static async ValueTask<LanceDataset> OverwriteAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch>? batches = null, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await CommitAndOpenAsync(
            store, await StageOverwriteAsync(store, path, schema, batches, options, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes the rows of a new table without making them visible.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    public static async ValueTask<StagedTransaction> StageCreateAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch>? batches = null, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await StageAsync(await LanceTableWriter.CreateAsync(store, path, schema, options, cancellationToken).ConfigureAwait(false), batches, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes rows to be added to a table without making them visible.</summary>
    /// <inheritdoc cref="AppendAsync"/>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    public static async ValueTask<StagedTransaction> StageAppendAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch> batches, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await StageAsync(await LanceTableWriter.AppendAsync(store, path, schema, options, cancellationToken).ConfigureAwait(false), batches, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes the new content of a table without making it visible.</summary>
    /// <inheritdoc cref="OverwriteAsync"/>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    public static async ValueTask<StagedTransaction> StageOverwriteAsync(
        IObjectStore store, string path, Schema schema, IAsyncEnumerable<RecordBatch>? batches = null, LanceWriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        await StageAsync(await LanceTableWriter.OverwriteAsync(store, path, schema, options, cancellationToken).ConfigureAwait(false), batches, cancellationToken)
            .ConfigureAwait(false);

    static async ValueTask<StagedTransaction> StageAsync(LanceTableWriter writer, IAsyncEnumerable<RecordBatch>? batches, CancellationToken cancellationToken)
    {
        await using (writer.ConfigureAwait(false))
        {
            if (batches is not null)
            {
                await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    using (batch) await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                }
            }
            return await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    static async ValueTask<LanceDataset> CommitAndOpenAsync(IObjectStore store, StagedTransaction staged, CancellationToken cancellationToken)
    {
        await using (staged.ConfigureAwait(false))
        {
            var version = await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
            return await OpenAsync(store, staged.Table, new LanceOpenOptions { Version = version }, cancellationToken).ConfigureAwait(false);
        }
    }
}
