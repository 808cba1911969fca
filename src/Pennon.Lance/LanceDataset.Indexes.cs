using Pennon.Lance.Indexes;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance;

public sealed partial class LanceDataset
{
    const int IndexAttempts = 5;

    /// <summary>The indexes of the version, in order of name.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceFormatException">The index section is damaged.</exception>
    public ValueTask<IReadOnlyList<LanceIndexDescription>> ListIndexesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<LanceIndexDescription>>(
            [.. IndexChanges.ByName(_table).Select(g => IndexChanges.Describe(_table, g)).OrderBy(static d => d.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Figures about each segment of an index.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    /// <exception cref="LanceNotSupportedException">The kind of the index is not known here.</exception>
    public async ValueTask<IReadOnlyList<LanceIndexStatistics>> IndexStatisticsAsync(string name, CancellationToken cancellationToken = default)
    {
        var statistics = new List<LanceIndexStatistics>();
        foreach (var segment in IndexChanges.Named(_table, name))
            statistics.Add(await IndexChanges.KindOf(segment).StatisticsAsync(segment, cancellationToken).ConfigureAwait(false));
        return statistics;
    }

    /// <summary>Reads all of an index and checks it against itself.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    /// <exception cref="LanceNotSupportedException">The kind of the index is not known here.</exception>
    /// <exception cref="LanceFormatException">The files are damaged or contradict each other.</exception>
    public async ValueTask VerifyIndexAsync(string name, CancellationToken cancellationToken = default)
    {
        foreach (var segment in IndexChanges.Named(_table, name))
            await IndexChanges.KindOf(segment).VerifyAsync(segment, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Builds an index of this version's rows without making it visible.</summary>
    /// <param name="column">The column; a field inside a struct is written with dots.</param>
    /// <param name="options">The kind of index, and how it is built.</param>
    /// <param name="name">Its name; null for the column's name followed by <c>_idx</c>.</param>
    /// <param name="replace">Whether an index of that name goes when this one comes.</param>
    /// <param name="progress">Told how far the work has come.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The index, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The options are out of range, or an index of the name exists and is not to be replaced.</exception>
    /// <exception cref="LanceNotSupportedException">The column's type cannot have such an index, or the table cannot be written to.</exception>
    public async ValueTask<StagedTransaction> StageCreateIndexAsync(
        string column, LanceIndexOptions options, string? name = null, bool replace = true, IProgress<LanceProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var path = IndexChanges.PathOf(_table.Schema, column);
        var kind = IndexKinds.For(options);
        kind.CheckField(path[^1], options);
        name ??= $"{column}_idx";
        var old = _table.Indexes.Where(i => i.Name == name).ToList();
        if (old.Count > 0 && !replace)
            throw new ArgumentException($"The table '{Path}' has an index '{name}' already.", nameof(name));
        var build = new IndexBuild(_table, name, path, _table.Fragments, options, progress);
        return await IndexChanges.StageAsync(_table, build.Rows, async changes =>
        {
            changes.Watch(build);
            changes.Add(await kind.BuildAsync(build, cancellationToken).ConfigureAwait(false));
            changes.Remove(old);
        }).ConfigureAwait(false);
    }

    /// <summary>Prepares the removal of an index. Its files stay until they are cleaned up.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The change, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    public async ValueTask<StagedTransaction> StageDropIndexAsync(string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await IndexChanges.StageAsync(_table, 0, changes =>
        {
            changes.Remove(IndexChanges.Named(_table, name));
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
    }

    /// <summary>Brings indexes up to the rows that they do not cover yet, and merges their segments, without making that visible.</summary>
    /// <param name="names">The indexes; null for all whose kind is known here.</param>
    /// <param name="progress">Told how far the work has come.</param>
    /// <param name="cancellationToken">Stops the work, which then leaves nothing behind.</param>
    /// <returns>The change, to be committed or disposed by the caller; null if there is nothing to do.</returns>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    /// <exception cref="LanceNotSupportedException">An index that was named is of a kind not known here.</exception>
    public async ValueTask<StagedTransaction?> StageOptimizeIndexesAsync(
        IReadOnlyList<string>? names = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var groups = names is null
            ? IndexChanges.ByName(_table).Where(static g => g.All(static s => s.Kind is { } kind && s.Version <= kind.Version)).ToList()
            : [.. names.Distinct().Select(n => IndexChanges.Named(_table, n))];
        var staged = await IndexChanges.StageAsync(_table, 0, async changes =>
        {
            foreach (var segments in groups)
            {
                var kind = IndexChanges.KindOf(segments[0]);
                if (IndexChanges.FieldOf(_table, segments[0]) is not { } path)
                    continue;
                var build = new IndexBuild(_table, segments[0].Name, path, IndexChanges.Uncovered(_table, segments), kind.OptionsOf(segments[0]), progress);
                changes.Watch(build);
                foreach (var built in await kind.UpdateAsync(build, segments, cancellationToken).ConfigureAwait(false))
                {
                    changes.Add(built);
                    changes.Remove(segments.Where(s => built.Replaces.Contains(s.Uuid)));
                }
            }
        }).ConfigureAwait(false);
        if (!IndexChanges.IsEmpty(staged))
            return staged;
        await staged.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Builds an index and commits it; built anew if another writer's commit does not go with it.</summary>
    /// <inheritdoc cref="StageCreateIndexAsync"/>
    /// <returns>The version that has the index.</returns>
    /// <exception cref="ConflictException">Other writers kept committing what does not go with it.</exception>
    public ValueTask<long> CreateIndexAsync(
        string column, LanceIndexOptions options, string? name = null, bool replace = true, IProgress<LanceProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        CommitIndexesAsync(async t => await t.StageCreateIndexAsync(column, options, name, replace, progress, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Removes an index. Its files stay until they are cleaned up.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The version without the index.</returns>
    /// <exception cref="LanceNotFoundException">There is no such index.</exception>
    public ValueTask<long> DropIndexAsync(string name, CancellationToken cancellationToken = default) =>
        CommitIndexesAsync(async t => await t.StageDropIndexAsync(name, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Brings indexes up to the rows that they do not cover yet, and merges their segments.</summary>
    /// <inheritdoc cref="StageOptimizeIndexesAsync"/>
    /// <returns>The version that has them; this version's number if there was nothing to do.</returns>
    /// <exception cref="ConflictException">Other writers kept committing what does not go with it.</exception>
    public ValueTask<long> OptimizeIndexesAsync(
        IReadOnlyList<string>? names = null, IProgress<LanceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        CommitIndexesAsync(t => t.StageOptimizeIndexesAsync(names, progress, cancellationToken), cancellationToken);

    async ValueTask<long> CommitIndexesAsync(Func<LanceDataset, ValueTask<StagedTransaction?>> stage, CancellationToken cancellationToken)
    {
        var table = this;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var staged = await stage(table).ConfigureAwait(false);
                if (staged is null)
                    return table.Version;
                await using (staged.ConfigureAwait(false))
                {
                    try
                    {
                        return await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch (ConflictException error) when (error.IsRetryable && attempt < IndexAttempts)
                    {
                        // The rows changed under the index; it is built again from those there are now.
                    }
                }
                var latest = await OpenAsync(Store, Path, new LanceOpenOptions { Branch = Branch, ResolveBasePath = _options.ResolveBasePath }, cancellationToken).ConfigureAwait(false);
                if (table != this)
                    table.Dispose();
                table = latest;
            }
        }
        finally
        {
            if (table != this)
                table.Dispose();
        }
    }
}
