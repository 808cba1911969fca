using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Storage;

/// <summary>
/// The one door for visibility: commits staged table versions, which nobody looks at, and then the graph manifest that names them, which is a single
/// put-if-absent. Before that step nothing has changed, after it everything has.
/// </summary>
public sealed class GraphPublisher
{
    static readonly LanceWriteOptions ManifestOptions = new() { Parallelism = 0 };

    readonly IObjectStore _store;
    readonly TimeProvider _time;

    /// <summary>Publishes to a store.</summary>
    /// <param name="store">The database.</param>
    /// <param name="time">The clock; the system's unless given.</param>
    public GraphPublisher(IObjectStore store, TimeProvider? time = null)
    {
        _store = store;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Reads the newest manifest; <see cref="GraphManifest.Empty"/> when nothing was published yet.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceFormatException">The manifest is damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The database was written by a newer library.</exception>
    public async ValueTask<GraphManifest> CurrentAsync(CancellationToken cancellationToken = default)
    {
        LanceDataset dataset;
        try
        {
            dataset = await LanceDataset.OpenAsync(_store, GraphManifest.DatasetPath, null, cancellationToken).ConfigureAwait(false);
        }
        catch (LanceNotFoundException)
        {
            return GraphManifest.Empty;
        }

        using (dataset)
        {
            return await ReadAsync(dataset, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the manifest of a version.</summary>
    /// <param name="version">A graph version, 1 or more.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such version.</exception>
    public async ValueTask<GraphManifest> ReadAsync(long version, CancellationToken cancellationToken = default)
    {
        using var dataset = await LanceDataset.OpenAsync(_store, GraphManifest.DatasetPath, new LanceOpenOptions { Version = version }, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(dataset, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The graph versions that exist, oldest first.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<IReadOnlyList<long>> ListVersionsAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            using var dataset = await LanceDataset.OpenAsync(_store, GraphManifest.DatasetPath, null, cancellationToken).ConfigureAwait(false);
            var versions = await dataset.ListVersionsAsync(cancellationToken).ConfigureAwait(false);
            return [.. versions.Select(static v => v.Version).Order()];
        }
        catch (LanceNotFoundException)
        {
            return [];
        }
    }

    static async ValueTask<GraphManifest> ReadAsync(LanceDataset dataset, CancellationToken cancellationToken)
    {
        var batches = new List<RecordBatch>();
        await foreach (var batch in dataset.ScanAsync(null, cancellationToken).ConfigureAwait(false))
        {
            batches.Add(batch);
        }

        var whole = batches.Count == 1 ? batches[0] : Concat.Apply(batches.ToArray());
        return GraphManifestCodec.Decode(whole, dataset.Version);
    }

    /// <summary>Makes a commit visible.</summary>
    /// <param name="commit">The commit; its writes are committed or, on an error, left to the caller to dispose.</param>
    /// <param name="cancellationToken">Stops the call; the graph is then as before.</param>
    /// <returns>The new manifest.</returns>
    /// <exception cref="ConflictException">Another publish came first; the whole operation may be tried again.</exception>
    public async ValueTask<GraphManifest> PublishAsync(StagedCommit commit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commit);
        var versions = await CommitTablesAsync(commit, cancellationToken).ConfigureAwait(false);
        var manifest = Compose(commit, versions);
        var writer = await OpenAsync(commit.Parent, cancellationToken).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        using (var batch = GraphManifestCodec.Encode(manifest))
        {
            await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        var staged = await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = staged.ConfigureAwait(false);
        var version = await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
        return manifest with { Version = version };
    }

    // Commits wait for the disk more than they compute.
    static async ValueTask<long[]> CommitTablesAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        var versions = new long[commit.Writes.Count];
        await Parallel.ForAsync(0, versions.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            var write = commit.Writes[i];
            long version;
            try
            {
                version = await write.Transaction.CommitAsync(token).ConfigureAwait(false);
            }
            catch (ConflictException error)
            {
                throw new ConflictException($"Another writer changed table '{write.Table.Path}' meanwhile. Run the operation again. {error.Message}", isRetryable: true);
            }

            // Rows appended on top of a version that no graph version names would bring that version's rows along.
            if (write.BuildsOnParent && version != write.Transaction.ReadVersion + 1)
            {
                throw new ConflictException($"Another writer changed table '{write.Table.Path}' meanwhile. Run the operation again.", isRetryable: true);
            }

            versions[i] = version;
        }).ConfigureAwait(false);
        return versions;
    }

    GraphManifest Compose(StagedCommit commit, long[] versions)
    {
        var written = new Dictionary<long, GraphTable>();
        for (var i = 0; i < versions.Length; i++)
        {
            written.Add(commit.Writes[i].Table.Id, commit.Writes[i].Table with { Version = versions[i] });
        }

        var tables = new List<GraphTable>();
        foreach (var table in commit.Parent.Tables)
        {
            if (written.Remove(table.Id, out var replaced))
            {
                tables.Add(replaced);
            }
            else if (!commit.DropsOthers)
            {
                tables.Add(table);
            }
        }

        tables.AddRange(commit.Writes.Where(w => written.ContainsKey(w.Table.Id)).Select(w => written[w.Table.Id]));
        return new GraphManifest
        {
            Parent = commit.Parent.Version,
            CreatedAt = _time.GetUtcNow(),
            Author = commit.Author,
            Message = commit.Message,
            Catalog = commit.Catalog,
            NextTableId = Math.Max(commit.NextTableId, commit.Parent.NextTableId),
            Tables = tables,
        };
    }

    async ValueTask<LanceTableWriter> OpenAsync(GraphManifest parent, CancellationToken cancellationToken)
    {
        try
        {
            return parent.Version == 0
                ? await LanceTableWriter.CreateAsync(_store, GraphManifest.DatasetPath, GraphManifestCodec.Schema, ManifestOptions, cancellationToken).ConfigureAwait(false)
                : await LanceTableWriter.OverwriteAsync(
                    _store, GraphManifest.DatasetPath, GraphManifestCodec.Schema, ManifestOptions with { ReadVersion = parent.Version }, cancellationToken).ConfigureAwait(false);
        }
        catch (ConflictException error)
        {
            throw new ConflictException($"Another publish came first: {error.Message} Run the operation again.", isRetryable: true);
        }
    }
}
