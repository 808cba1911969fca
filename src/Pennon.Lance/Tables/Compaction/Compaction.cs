using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Rewritten fragments on their way into a version.</summary>
sealed class Compaction
{
    readonly LanceCompactionOptions _options;
    readonly IProgress<LanceProgress>? _progress;
    readonly List<CompactedGroup> _groups;
    bool _hasIds;

    Compaction(List<CompactedGroup> groups, LanceCompactionOptions options, IProgress<LanceProgress>? progress)
    {
        _groups = groups;
        _options = options;
        _progress = progress;
    }

    /// <summary>What was rewritten and is not dropped.</summary>
    public IReadOnlyList<CompactedGroup> Groups => _groups;

    /// <summary>Plans and writes the new data files of a version.</summary>
    /// <exception cref="LanceNotSupportedException">The table's files cannot be written again.</exception>
    public static async ValueTask<Compaction> WriteAsync(
        TableVersion table, LanceCompactionOptions options, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = CompactionPlan.Make(table, options);
        var groups = new List<CompactedGroup>(plan.Count);
        if (plan.Count > 0)
        {
            new TableHistory(table.Store, new TablePaths(table.MainRoot, table.Root)).RequireWritable(StoredVersion.Of(table));
            LanceTableWriter.RequireFileVersion(table.Manifest, table.MainRoot);
        }
        var total = plan.Sum(static g => g.Sum(static f => f.LiveRows));
        long done = 0;
        try
        {
            foreach (var group in plan)
            {
                groups.Add(await CompactedGroup.WriteAsync(table, group, options, rows =>
                {
                    done += rows;
                    progress?.Report(new LanceProgress("rewrite", done, total));
                }, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            await new StagedFiles(table.Store).DeleteAsync(groups.SelectMany(static g => g.Keys)).ConfigureAwait(false);
            throw;
        }
        return new Compaction(groups, options, progress);
    }

    /// <summary>Gives up the groups whose fragments a newer version has no longer, or has changed; their files are deleted.</summary>
    public async ValueTask KeepIntactAsync(TableVersion newer)
    {
        var lost = _groups.Where(g => !g.IsIntactIn(newer)).ToArray();
        foreach (var group in lost)
            _groups.Remove(group);
        await new StagedFiles(newer.Store).DeleteAsync(lost.SelectMany(static g => g.Keys)).ConfigureAwait(false);
    }

    /// <summary>Deletes every file that was written.</summary>
    public ValueTask AbandonAsync(TableVersion table) => new StagedFiles(table.Store).DeleteAsync(_groups.SelectMany(static g => g.Keys));

    /// <summary>Stages the groups on a version that has them intact, and remaps its indexes.</summary>
    /// <param name="table">The version.</param>
    /// <param name="ownsData">Whether the data files go when the transaction is abandoned; those of remapped indexes always do.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <remarks>
    /// Remapped index files name the new fragments by id, so the ids are reserved by a commit of their own first (TABLE 20.2). Without such files the ids are
    /// given when the transaction is committed, and one commit is enough.
    /// </remarks>
    public async ValueTask<(StagedTransaction Staged, IndexRemap Indexes)> StageAsync(TableVersion table, bool ownsData, CancellationToken cancellationToken)
    {
        if (!_hasIds && IndexRemap.IsNeeded(table, _groups))
        {
            GiveIds(await ReserveAsync(table, cancellationToken).ConfigureAwait(false));
            _hasIds = true;
        }
        else if (!_hasIds)
        {
            GiveIds(NextVersion.NextFragmentId(table.Manifest));
        }
        var indexes = await IndexRemap.RunAsync(table, _groups, _progress, cancellationToken).ConfigureAwait(false);
        var rewrite = new Transaction.Types.Rewrite();
        foreach (var group in _groups)
        {
            var message = new Transaction.Types.Rewrite.Types.RewriteGroup();
            message.OldFragments.Add(group.Old.Select(static f => f.Message));
            message.NewFragments.Add(group.New.Select(static f => f.Clone()));
            rewrite.Groups.Add(message);
        }
        rewrite.RewrittenIndices.Add(indexes.Rewritten);
        var keys = ownsData ? _groups.SelectMany(static g => g.Keys).Concat(indexes.Keys) : indexes.Keys;
        var staged = StagedTransaction.For(
            table, new Transaction { Rewrite = rewrite }, [.. keys], _groups.Sum(static g => g.Rows), _options.Write, _hasIds ? null : new Renumbering(rewrite));
        return (staged, indexes);
    }

    async ValueTask<ulong> ReserveAsync(TableVersion table, CancellationToken cancellationToken)
    {
        var count = (uint)_groups.Sum(static g => g.New.Count);
        if (count == 0)
            return 0;
        var staged = StagedTransaction.For(
            table, new Transaction { ReserveFragments = new Transaction.Types.ReserveFragments { NumFragments = count } }, [], 0, _options.Write);
        await using (staged.ConfigureAwait(false))
        {
            var version = await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
            // A commit whose reply was lost is found in the history; what it reserved is read from there.
            var manifest = staged.Result?.Manifest
                ?? (await new TableHistory(table.Store, new TablePaths(table.MainRoot, table.Root)).ReadAsync(version, table.Location.Naming, cancellationToken).ConfigureAwait(false)).Manifest;
            return NextVersion.NextFragmentId(manifest) - count;
        }
    }

    void GiveIds(ulong first)
    {
        foreach (var fragment in _groups.SelectMany(static g => g.New))
            fragment.Id = first++;
    }

    /// <summary>Gives new fragments ids that are still free in the version they go on top of.</summary>
    sealed class Renumbering(Transaction.Types.Rewrite rewrite) : ICommitRebase
    {
        public ValueTask<IReadOnlyList<string>> RebaseAsync(StoredVersion newer, bool deletionsMeet, CancellationToken cancellationToken)
        {
            if (deletionsMeet)
                throw new ConflictException("Other writers deleted rows of fragments that were being rewritten; run the compaction again.", isRetryable: true);
            var next = NextVersion.NextFragmentId(newer.Manifest);
            foreach (var fragment in rewrite.Groups.SelectMany(static g => g.NewFragments))
                fragment.Id = next++;
            return ValueTask.FromResult<IReadOnlyList<string>>([]);
        }
    }
}
