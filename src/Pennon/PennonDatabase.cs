using System.Diagnostics;
using Pennon.Cypher;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon;

/// <summary>
/// An open database: made once, shared by all threads, disposed once. Every query sees one version of the graph, the newest when it starts.
/// </summary>
public sealed class PennonDatabase : IAsyncDisposable
{
    const string LockFile = "_writer.lock";

    static readonly IReadOnlyDictionary<string, CypherValue> NoParameters = new Dictionary<string, CypherValue>();

    readonly GraphDatabase _graph;
    readonly PennonOptions _options;
    readonly CypherEngine _engine;

    PennonDatabase(string path, GraphDatabase graph, PennonOptions options)
    {
        Path = path;
        _graph = graph;
        _options = options;
        _engine = new CypherEngine(new CypherOptions { MemoryLimit = options.QueryMemoryLimit, MaxDegreeOfParallelism = options.MaxDegreeOfParallelism });
    }

    /// <summary>The folder, as it was given.</summary>
    public string Path { get; }

    /// <summary>Opens the database in a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to open it; <see cref="PennonOptions.Default"/> unless given.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="Lance.LanceNotFoundException">The folder holds no database and <see cref="PennonOptions.CreateIfMissing"/> is off.</exception>
    /// <exception cref="Lance.LanceException">The database cannot be read; the message says what and where.</exception>
    public static async Task<PennonDatabase> OpenAsync(string path, PennonOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var checkedOptions = (options ?? PennonOptions.Default).Validated();
        var graph = await GraphDatabase.OpenAsync(path, new GraphDatabaseOptions { CreateIfMissing = checkedOptions.CreateIfMissing }, cancellationToken).ConfigureAwait(false);
        return new PennonDatabase(path, graph, checkedOptions);
    }

    /// <summary>Creates an empty database in a folder that holds none.</summary>
    /// <param name="path">The folder; it is created when it is not there.</param>
    /// <param name="options">How to open it; <see cref="PennonOptions.CreateIfMissing"/> is implied.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="IOException">The folder is not empty.</exception>
    public static Task<PennonDatabase> CreateAsync(string path, PennonOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // A load that failed leaves the writers' lock file behind, and nothing else.
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) != LockFile))
        {
            throw new IOException($"'{path}' is not empty; open the database that is there, or name another folder.");
        }

        return OpenAsync(path, (options ?? PennonOptions.Default) with { CreateIfMissing = true }, cancellationToken);
    }

    /// <summary>Runs a query without parameters.</summary>
    /// <param name="text">The query, in Cypher.</param>
    /// <param name="cancellationToken">Stops the query, also while its rows are read.</param>
    /// <returns>The rows, read while the query runs.</returns>
    /// <exception cref="CypherSyntaxException">The text is not Cypher; the message names line and column.</exception>
    /// <exception cref="CypherException">The query cannot be bound, planned or run.</exception>
    public Task<QueryResult> QueryAsync(string text, CancellationToken cancellationToken = default) => QueryAsync(text, NoParameters, cancellationToken);

    /// <summary>Runs a query with parameters as pairs: <c>QueryAsync("RETURN $a", ("a", 1))</c>.</summary>
    /// <param name="text">The query, in Cypher.</param>
    /// <param name="parameters">Names without the dollar sign, and values.</param>
    /// <returns>The rows, read while the query runs.</returns>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    /// <exception cref="CypherException">The query cannot be parsed, bound, planned or run.</exception>
    public Task<QueryResult> QueryAsync(string text, params (string Name, CypherValue Value)[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var values = new Dictionary<string, CypherValue>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            if (!values.TryAdd(name, value))
            {
                throw new ArgumentException($"The parameter '{name}' is given twice.", nameof(parameters));
            }
        }

        return QueryAsync(text, values);
    }

    /// <summary>Runs a query with parameters.</summary>
    /// <param name="text">The query, in Cypher.</param>
    /// <param name="parameters">Values by name, without the dollar sign. They travel typed and never become part of the text.</param>
    /// <param name="cancellationToken">Stops the query, also while its rows are read.</param>
    /// <returns>The rows, read while the query runs.</returns>
    /// <exception cref="CypherException">The query cannot be parsed, bound, planned or run.</exception>
    public async Task<QueryResult> QueryAsync(string text, IReadOnlyDictionary<string, CypherValue> parameters, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var prepared = await PrepareAsync(text, parameters, cancellationToken).ConfigureAwait(false);
        var planned = Stopwatch.GetTimestamp();
        var result = await RunAsync(() => prepared.Execute(parameters, cancellationToken), cancellationToken).ConfigureAwait(false);
        return QueryResult.Of(result, Stopwatch.GetElapsedTime(started, planned), Stopwatch.GetElapsedTime(planned));
    }

    /// <summary>The plan of a query, one operator a line with the technique it uses and the rows it expects; the query is not run.</summary>
    /// <param name="text">The query, in Cypher.</param>
    /// <param name="parameters">Values by name, or null.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<string> ExplainAsync(string text, IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default) =>
        (await PrepareAsync(text, parameters ?? NoParameters, cancellationToken).ConfigureAwait(false)).Explain();

    /// <summary>Runs a query, drops its rows, and gives the plan with the true rows and the time of each operator.</summary>
    /// <param name="text">The query, in Cypher.</param>
    /// <param name="parameters">Values by name, or null.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<string> ProfileAsync(string text, IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default) =>
        await ProfileCoreAsync(text, parameters ?? NoParameters, cancellationToken).ConfigureAwait(false);

    /// <summary>Loads files or folders, telling their form from their names; keys are the property <c>id</c> unless a schema says otherwise.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="cancellationToken">Stops the load; the database is then as it was.</param>
    public Task<LoadResult> LoadAsync(string path, CancellationToken cancellationToken = default) =>
        LoadAsync(new LoadRequest { Paths = [path] }, null, cancellationToken);

    /// <summary>Loads files, all or nothing: the whole load becomes visible in one step, or the database is as it was.</summary>
    /// <param name="request">What to load and how.</param>
    /// <param name="progress">Told how far the load is, from several threads; may be null.</param>
    /// <param name="cancellationToken">Stops the load; the database is then as it was.</param>
    /// <exception cref="LoadException">The input has errors; the exception lists them with file and line.</exception>
    public async Task<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_options.Version is { } version)
        {
            throw new InvalidOperationException($"The database was opened at version {version} and can only be read.");
        }

        return await _graph.LoadAsync(request, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the database holds: schema, tables, rows, bytes, versions.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<DatabaseInfo> InfoAsync(CancellationToken cancellationToken = default)
    {
        var snapshot = await SnapshotAsync(cancellationToken).ConfigureAwait(false);
        return DatabaseInspection.Describe(Path, await _graph.GetInfoAsync(cancellationToken).ConfigureAwait(false), snapshot);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _graph.DisposeAsync();

    ValueTask<GraphSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        _options.Version is { } version ? _graph.SnapshotAsync(version, cancellationToken) : _graph.SnapshotAsync(cancellationToken);

    async ValueTask<PreparedQuery> PrepareAsync(string text, IReadOnlyDictionary<string, CypherValue> parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(parameters);
        var snapshot = await SnapshotAsync(cancellationToken).ConfigureAwait(false);
        return await _engine.PrepareAsync(snapshot, text, parameters, cancellationToken).ConfigureAwait(false);
    }

    async Task<string> ProfileCoreAsync(string text, IReadOnlyDictionary<string, CypherValue> parameters, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(text, parameters, cancellationToken).ConfigureAwait(false);
        return await RunAsync(() => prepared.Profile(parameters, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    // A query computes on the thread that runs it: a pool thread stays, any other (a user interface's, say) is not held up.
    static ValueTask<T> RunAsync<T>(Func<T> run, CancellationToken cancellationToken) =>
        Thread.CurrentThread.IsThreadPoolThread ? new ValueTask<T>(run()) : new ValueTask<T>(Task.Run(run, cancellationToken));
}
