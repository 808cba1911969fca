using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>
/// A property graph in a folder or object store, kept as plain Lance datasets. One handle serves any number of threads; readers see the version they
/// pinned, writers take turns.
/// </summary>
public sealed class GraphDatabase : IAsyncDisposable
{
    readonly IObjectStore _store;
    readonly string? _folder;
    readonly GraphDatabaseOptions _options;
    readonly GraphPublisher _publisher;
    readonly GraphCache _cache;
    readonly SemaphoreSlim _writing = new(1, 1);
    State _current;

    GraphDatabase(IObjectStore store, string? folder, GraphDatabaseOptions options, GraphPublisher publisher, GraphManifest manifest)
    {
        _store = store;
        _folder = folder;
        _options = options;
        _publisher = publisher;
        _cache = new GraphCache(options.CacheBytes);
        _current = new State(manifest, SnapshotFactory.Create(store, manifest, _cache));
    }

    /// <summary>Opens the database in a local folder.</summary>
    /// <param name="folder">The folder; without a database in it, it becomes an empty one with the first write, unless the options forbid that.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no database, and the options ask for one.</exception>
    /// <exception cref="LanceNotSupportedException">The database was written by a newer library.</exception>
    /// <exception cref="LanceFormatException">Its manifest is damaged.</exception>
    public static ValueTask<GraphDatabase> OpenAsync(string folder, GraphDatabaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var full = Path.GetFullPath(folder);
        return OpenAsync(new LocalObjectStore(full, options?.FlushToDisk ?? true), full, options, cancellationToken);
    }

    /// <summary>Opens the database in an object store.</summary>
    /// <param name="store">The store, whose keys are all the database's.</param>
    /// <param name="options">How it is opened.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no database, and the options ask for one.</exception>
    /// <exception cref="LanceNotSupportedException">The database was written by a newer library.</exception>
    /// <exception cref="LanceFormatException">Its manifest is damaged.</exception>
    public static ValueTask<GraphDatabase> OpenAsync(IObjectStore store, GraphDatabaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return OpenAsync(store, null, options, cancellationToken);
    }

    static async ValueTask<GraphDatabase> OpenAsync(IObjectStore store, string? folder, GraphDatabaseOptions? options, CancellationToken cancellationToken)
    {
        options ??= new GraphDatabaseOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.CacheBytes, nameof(options));
        var publisher = new GraphPublisher(store, options.Time);
        var manifest = await publisher.CurrentAsync(cancellationToken).ConfigureAwait(false);
        if (manifest.Version == 0 && !options.CreateIfMissing)
        {
            throw new LanceNotFoundException(folder is null ? "The store holds no graph database." : $"There is no graph database in '{folder}'.");
        }

        return new GraphDatabase(store, folder, options, publisher, manifest);
    }

    /// <summary>The newest graph version that this handle knows of; 0 while nothing was written.</summary>
    public long Version => Volatile.Read(ref _current).Manifest.Version;

    /// <summary>
    /// The graph as of the newest version that this handle knows of: what it published itself, or found when it was opened or refreshed. Costs nothing.
    /// </summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public ValueTask<GraphSnapshot> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<GraphSnapshot>(Volatile.Read(ref _current).Snapshot);
    }

    /// <summary>The graph as of an earlier version.</summary>
    /// <param name="version">A version from 1 to <see cref="Version"/>.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such version.</exception>
    public async ValueTask<GraphSnapshot> SnapshotAsync(long version, CancellationToken cancellationToken = default)
    {
        var current = Volatile.Read(ref _current);
        if (version == current.Manifest.Version)
        {
            return current.Snapshot;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return SnapshotFactory.Create(_store, await _publisher.ReadAsync(version, cancellationToken).ConfigureAwait(false), _cache);
    }

    /// <summary>Looks for versions that others published, and gives the newest.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<GraphSnapshot> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var manifest = await _publisher.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var known = Volatile.Read(ref _current);
        if (manifest.Version <= known.Manifest.Version)
        {
            return known.Snapshot;
        }

        return Advance(manifest).Snapshot;
    }

    /// <summary>
    /// Loads files into the graph in one atomic step, whatever their size: it either publishes a version with all of the input or leaves everything as it was.
    /// </summary>
    /// <param name="request">What to load and how.</param>
    /// <param name="progress">Told how far the load is, about ten times a second; or null.</param>
    /// <param name="cancellationToken">Abandons the load.</param>
    /// <returns>The published version and counts.</returns>
    /// <exception cref="LoadException">The input is wrong; lists where and why.</exception>
    /// <exception cref="ConflictException">Another writer is at work or published first.</exception>
    public async ValueTask<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var writer = WriterLock.Take(_folder);
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
            var (parent, snapshot) = Volatile.Read(ref _current);
            var before = parent.Version == 0 || request.Mode == LoadMode.Overwrite ? BaseGraph.Nothing : new StoredGraph(_store, parent, snapshot);
            var session = new LoadSession(_store, parent, GraphCatalog.Parse(parent.Catalog), before, _publisher, _options, progress);
            var (result, manifest, built) = await session.RunAsync(request, cancellationToken).ConfigureAwait(false);
            Seed(manifest, built);
            Advance(manifest);
            return result;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Describes the current version: tables, rows, bytes, schema, history.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public ValueTask<GraphInfo> GetInfoAsync(CancellationToken cancellationToken = default)
    {
        var (manifest, snapshot) = Volatile.Read(ref _current);
        return GraphInfoReader.ReadAsync(_store, _publisher, manifest, snapshot, cancellationToken);
    }

    /// <summary>Deletes what crashed or failed writes left behind: files that no version of the graph refers to.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How many files were deleted, and their bytes.</returns>
    /// <exception cref="ConflictException">Another writer is at work.</exception>
    public async ValueTask<LanceCleanupResult> CleanupAsync(CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var writer = WriterLock.Take(_folder);
            return await new GraphCleaner(_store, _publisher).CleanAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the handle. Snapshots taken from it can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        _writing.Dispose();
        return ValueTask.CompletedTask;
    }

    State Advance(GraphManifest manifest)
    {
        var next = new State(manifest, SnapshotFactory.Create(_store, manifest, _cache));
        while (true)
        {
            var known = Volatile.Read(ref _current);
            if (known.Manifest.Version >= manifest.Version || Interlocked.CompareExchange(ref _current, next, known) == known)
            {
                return known.Manifest.Version >= manifest.Version ? known : next;
            }
        }
    }

    // What was just built need not be read back from the disk.
    void Seed(GraphManifest manifest, IReadOnlyList<BuiltPair> built)
    {
        foreach (var pair in built)
        {
            var type = pair.Pair.Type.Name;
            var statistics = EdgeTableStatistics.Parse(manifest.Find(TableKind.Edges, type)!.Statistics, type);
            var source = manifest.Find(TableKind.Nodes, pair.Pair.Source.Name)!.Id;
            var target = manifest.Find(TableKind.Nodes, pair.Pair.Target.Name)!.Id;
            var entry = statistics.Pairs.First(p => p.SourceTable == source && p.TargetTable == target);
            var (sources, targets) = (pair.Out.NodeCount, pair.In.NodeCount);
            _cache.Put(StoredEdges.AdjacencyKey(manifest.Find(TableKind.AdjacencyOut, type)!, entry, sources, targets), pair.Out, pair.Out.ByteSize);
            _cache.Put(StoredEdges.AdjacencyKey(manifest.Find(TableKind.AdjacencyIn, type)!, entry, sources, targets), pair.In, pair.In.ByteSize);
        }
    }

    sealed record State(GraphManifest Manifest, GraphSnapshot Snapshot);
}
