using System.Diagnostics;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>One load from its files to its publish. Whatever happens before the publish leaves the graph as it was.</summary>
sealed class LoadSession(
    IObjectStore store, GraphManifest parent, GraphCatalog catalog, BaseGraph before, GraphPublisher publisher, GraphDatabaseOptions options, IProgress<LoadProgress>? progress)
{
    /// <summary>Runs the load; also gives the adjacency it built, so that a snapshot need not read it back.</summary>
    public async ValueTask<(LoadResult Result, GraphManifest Manifest, IReadOnlyList<BuiltPair> Built)> RunAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var plan = await InputPlanner.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        var errors = new LoadErrors(request.MaxErrors);
        var sinks = new LanceTableSinks(store, parent, options.TableWriting);
        var ids = new IdAllocator(catalog.NextVid, catalog.NextEid);
        var writes = new WriteBehind(cancellationToken);
        LoadState? state = null;
        var commit = new StagedCommit(parent) { DropsOthers = request.Mode == LoadMode.Overwrite, Author = request.Author, Message = request.Message };
        try
        {
            state = new LoadState(request, before, sinks, writes, errors, ids, progress)
            {
                Schema = plan.Schema,
                TotalBytes = plan.Files.Sum(static f => new FileInfo(f).Length),
            };
            await ReadAsync(plan, state, cancellationToken).ConfigureAwait(false);
            errors.ThrowIfAny();
            var built = await WriteTablesAsync(state, sinks, writes, commit, cancellationToken).ConfigureAwait(false);
            commit.Catalog = new GraphCatalog(ids.NextVid, ids.NextEid).ToJson();
            commit.NextTableId = sinks.NextTableId;
            state.Report(LoadPhase.Publishing, null, state.TotalBytes, force: true);
            var manifest = await publisher.PublishAsync(commit, cancellationToken).ConfigureAwait(false);
            state.Report(LoadPhase.Done, null, state.TotalBytes, force: true);
            var result = new LoadResult(manifest.Version, state.Nodes, state.Edges, state.NodesUpdated, state.EdgesUpdated, Stopwatch.GetElapsedTime(started));
            return (result, manifest, built);
        }
        finally
        {
            await writes.DisposeAsync().ConfigureAwait(false);
            foreach (var sink in state?.OpenSinks ?? [])
            {
                await sink.DisposeAsync().ConfigureAwait(false);
            }

            await commit.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async ValueTask ReadAsync(InputPlan plan, LoadState state, CancellationToken cancellationToken)
    {
        var feeds = new FeedQueue(plan.Files, cancellationToken);
        await using var _ = feeds.ConfigureAwait(false);
        var csv = new CsvLoader(state);
        using var json = new JsonLineLoader(state);
        foreach (var input in plan.CsvNodes)
        {
            await ReadFileAsync(feeds, state, feed => csv.LoadNodesAsync(input, feed, cancellationToken)).ConfigureAwait(false);
        }

        if (plan.JsonLines.Count > 0)
        {
            foreach (var _2 in plan.JsonLines)
            {
                await ReadFileAsync(feeds, state, feed => json.LoadAsync(feed, cancellationToken)).ConfigureAwait(false);
            }

            await json.FlushNodeSamplesAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var input in plan.CsvEdges)
        {
            await ReadFileAsync(feeds, state, feed => csv.LoadEdgesAsync(input, feed, cancellationToken)).ConfigureAwait(false);
        }

        if (plan.JsonLines.Count > 0)
        {
            await json.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    static async ValueTask ReadFileAsync(FeedQueue feeds, LoadState state, Func<RowFeed, ValueTask> read)
    {
        var feed = feeds.Next();
        await using var _ = feed.ConfigureAwait(false);
        try
        {
            await read(feed).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FileNotFoundException or UnauthorizedAccessException)
        {
            state.Errors.Add(feed.Path, feed.Line, $"The file cannot be read: {error.Message}");
        }

        state.BytesBefore += new FileInfo(feed.Path).Length;
    }

    static async ValueTask<IReadOnlyList<BuiltPair>> WriteTablesAsync(
        LoadState state, LanceTableSinks sinks, WriteBehind writes, StagedCommit commit, CancellationToken cancellationToken)
    {
        foreach (var table in state.NodeTables)
        {
            // A type without a single node still gets its table, so that queries know it.
            await state.FlushAsync(table, cancellationToken).ConfigureAwait(false);
            if (table.IsFixed && !table.HasBase)
            {
                await state.EnsureSinkAsync(table, cancellationToken).ConfigureAwait(false);
            }
            else if (table.Sink is not null && table.Updates is not null)
            {
                await state.RewriteAsync(table, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var type in state.EdgeTypes)
        {
            foreach (var pair in type.Pairs)
            {
                await state.FlushAsync(pair, cancellationToken).ConfigureAwait(false);
            }

            if (type.IsFixed && !type.HasBase)
            {
                await state.EnsureSinkAsync(type, cancellationToken).ConfigureAwait(false);
            }
            else if (type.Sink is not null && type.Merges)
            {
                await state.RewriteAsync(type, cancellationToken).ConfigureAwait(false);
            }
        }

        state.Report(LoadPhase.Indexing, null, state.TotalBytes, force: true);
        var adjacency = new AdjacencyWriter(state);
        var finished = new List<(TableSink Sink, long Rows, string Statistics)>();
        var built = new List<BuiltPair>();
        foreach (var table in state.NodeTables)
        {
            if (table.Sink is { } sink)
            {
                var statistics = new NodeTableStatistics([table.Name], table.Key, table.VidBlocks, table.RowRuns, table.Stored());
                finished.Add((sink, table.Count, statistics.ToJson()));
            }
        }

        foreach (var type in state.EdgeTypes)
        {
            if (type.Sink is not { } sink)
            {
                continue;
            }

            var outgoing = await state.OpenAdjacencyAsync(TableKind.AdjacencyOut, type.Name, AdjacencyWriter.Schema, cancellationToken).ConfigureAwait(false);
            var incoming = await state.OpenAdjacencyAsync(TableKind.AdjacencyIn, type.Name, AdjacencyWriter.Schema, cancellationToken).ConfigureAwait(false);
            var pairs = await adjacency.WriteAsync(type, outgoing, incoming, cancellationToken).ConfigureAwait(false);
            built.AddRange(pairs);
            var entries = pairs.Select(p => new EdgePairEntry(
                sinks.TableOf(TableKind.Nodes, p.Pair.Source.Name).Id,
                sinks.TableOf(TableKind.Nodes, p.Pair.Target.Name).Id,
                p.Pair.Eids.Blocks,
                p.Pair.RowRuns,
                p.OutRows,
                p.InRows,
                p.Degrees));
            finished.Add((sink, type.RowCount, new EdgeTableStatistics(type.Stored(), [.. entries]).ToJson()));
            finished.Add((outgoing, pairs.Sum(static p => (long)p.OutRows.Count), "{}"));
            finished.Add((incoming, pairs.Sum(static p => (long)p.InRows.Count), "{}"));
        }

        await writes.FinishAsync().ConfigureAwait(false);
        state.Report(LoadPhase.Publishing, null, state.TotalBytes, force: true);
        var staged = new StagedWrite[finished.Count];
        await Parallel.ForAsync(0, staged.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = 4 }, async (i, token) =>
        {
            staged[i] = await finished[i].Sink.FinishAsync(finished[i].Rows, finished[i].Statistics, token).ConfigureAwait(false);
            lock (commit)
            {
                // Owned from here on, whatever happens to the others.
                commit.Add(staged[i]);
            }
        }).ConfigureAwait(false);
        commit.Sort();
        return built;
    }
}
