using Pennon.Lance.Tables;

namespace Pennon.Lance;

public sealed partial class LanceDataset
{
    /// <summary>
    /// Stages the rewriting of small fragments, and of fragments with many deleted rows, into fewer and larger ones. Rows keep their order, stable ids and
    /// versions; indexes go on covering them, except those of kinds that cannot be rewritten, which lose the moved rows until they are updated.
    /// </summary>
    /// <param name="options">What is rewritten.</param>
    /// <param name="progress">Told of rows and index segments done.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The write, to be committed or disposed by the caller; null if there is nothing to do. Rows are streamed: memory does not grow with the table.</returns>
    /// <remarks>
    /// Where index files have to be rewritten, the ids of the new fragments are reserved at once by a version of its own, which changes no row. The commit fails if
    /// another writer changed one of the fragments meanwhile; <see cref="CompactAsync"/> then does the affected ones again.
    /// </remarks>
    /// <exception cref="LanceNotSupportedException">The table's files are older than those that are written, or have columns that cannot be written.</exception>
    public async ValueTask<StagedTransaction?> StageCompactionAsync(
        LanceCompactionOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var settings = options ?? new LanceCompactionOptions();
        settings.Check();
        var compaction = await Compaction.WriteAsync(_table, settings, progress, cancellationToken).ConfigureAwait(false);
        if (compaction.Groups.Count == 0)
            return null;
        try
        {
            return (await compaction.StageAsync(_table, ownsData: true, cancellationToken).ConfigureAwait(false)).Staged;
        }
        catch
        {
            await compaction.AbandonAsync(_table).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Compacts the latest version of this line; see <see cref="StageCompactionAsync"/>. Other writers may go on: what they change meanwhile is compacted again,
    /// the rest is kept.
    /// </summary>
    /// <param name="options">What is rewritten, and how often it starts over.</param>
    /// <param name="progress">Told of rows and index segments done; starts again with each round.</param>
    /// <param name="cancellationToken">Stops the work; the table is then as before or compacted.</param>
    /// <exception cref="ConflictException">Other writers kept changing the same fragments.</exception>
    /// <exception cref="LanceNotSupportedException">The table's files are older than those that are written, or have columns that cannot be written.</exception>
    public async ValueTask<LanceCompactionResult> CompactAsync(
        LanceCompactionOptions? options = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var settings = options ?? new LanceCompactionOptions();
        settings.Check();
        var result = new LanceCompactionResult(0, 0, 0, 0, 0, []);
        for (var round = 1; ; round++)
        {
            using var latest = await LatestAsync(cancellationToken).ConfigureAwait(false);
            result = result with { Version = latest.Version };
            var compaction = await Compaction.WriteAsync(latest._table, settings, progress, cancellationToken).ConfigureAwait(false);
            if (compaction.Groups.Count == 0)
                return result;
            var planned = compaction.Groups.Count;
            result = result with { RowsWritten = result.RowsWritten + compaction.Groups.Sum(static g => g.Rows) };
            result = await CommitAsync(latest, compaction, result, settings, cancellationToken).ConfigureAwait(false);
            if (compaction.Groups.Count == planned)
                return result;
            if (round >= settings.Rounds)
                throw new ConflictException($"Other writers changed fragments of table '{Path}' while they were compacted, {round} times in a row; try again.", isRetryable: true);
        }
    }

    /// <summary>Commits as many groups as other writers leave intact.</summary>
    async ValueTask<LanceCompactionResult> CommitAsync(
        LanceDataset read, Compaction compaction, LanceCompactionResult result, LanceCompactionOptions settings, CancellationToken cancellationToken)
    {
        var current = read;
        var mayBeCommitted = false;
        try
        {
            for (var attempt = 1; compaction.Groups.Count > 0; attempt++)
            {
                mayBeCommitted = false;
                try
                {
                    var (staged, indexes) = await compaction.StageAsync(current._table, ownsData: false, cancellationToken).ConfigureAwait(false);
                    await using (staged.ConfigureAwait(false))
                    {
                        mayBeCommitted = true;
                        var version = await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
                        return result with
                        {
                            Version = version,
                            FragmentsRemoved = result.FragmentsRemoved + compaction.Groups.Sum(static g => g.Old.Count),
                            FragmentsAdded = result.FragmentsAdded + compaction.Groups.Sum(static g => g.New.Count),
                            IndexesRemapped = result.IndexesRemapped + indexes.Rewritten.Count,
                            IndexesUncovered = [.. result.IndexesUncovered.Union(indexes.Uncovered, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                        };
                    }
                }
                catch (ConflictException) when (attempt < settings.Write.CommitAttempts)
                {
                    mayBeCommitted = false;
                    var next = await LatestAsync(cancellationToken).ConfigureAwait(false);
                    if (!ReferenceEquals(current, read))
                        current.Dispose();
                    current = next;
                    await compaction.KeepIntactAsync(current._table).ConfigureAwait(false);
                }
            }
            return result;
        }
        catch (Exception error)
        {
            // A commit that broke off may have been made, and its files belong to a version then.
            if (!mayBeCommitted || error is ConflictException)
                await compaction.AbandonAsync(read._table).ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (!ReferenceEquals(current, read))
                current.Dispose();
        }
    }

    async ValueTask<LanceDataset> LatestAsync(CancellationToken cancellationToken)
    {
        var latest = await VersionFolder.FindLatestAsync(Store, _table.Root, cancellationToken).ConfigureAwait(false) ?? throw NotFound(Path, Branch, null);
        var table = await TableVersion.LoadAsync(Store, Path, _table.Root, latest, _options.ResolveBasePath, cancellationToken).ConfigureAwait(false);
        return new LanceDataset(table, _options);
    }
}
