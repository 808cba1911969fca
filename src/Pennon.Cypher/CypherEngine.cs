using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher;

/// <summary>
/// Runs openCypher queries against graph snapshots. Safe for use by many threads; plans are kept and shared, and go away with their
/// snapshot.
/// </summary>
/// <param name="options">How queries are run; the defaults when left out.</param>
public sealed class CypherEngine(CypherOptions? options = null)
{
    static readonly Dictionary<string, CypherValue> NoParameters = [];

    readonly ConditionalWeakTable<GraphSnapshot, PlanCache> _caches = [];

    /// <summary>How this engine runs queries.</summary>
    public CypherOptions Options { get; } = (options ?? new CypherOptions()).Checked();

    /// <summary>Parses, binds and plans a query, and loads what it reads. A text that was prepared before for the snapshot is not planned again.</summary>
    /// <param name="snapshot">The version of the graph to query.</param>
    /// <param name="text">One openCypher statement, which may begin with EXPLAIN or PROFILE.</param>
    /// <param name="parameters">Values of the parameters, by name without the dollar sign; their kinds take part in planning.</param>
    /// <param name="cancellationToken">Ends the wait for storage.</param>
    /// <exception cref="CypherSyntaxException">The text is not Cypher.</exception>
    /// <exception cref="CypherSemanticException">The query has no meaning, or a parameter is missing.</exception>
    /// <exception cref="CypherNotSupportedException">The query needs something that is not executed yet.</exception>
    public async ValueTask<PreparedQuery> PrepareAsync(
        GraphSnapshot snapshot, string text, IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(text);
        parameters ??= NoParameters;
        var cache = _caches.GetValue(snapshot, created => new PlanCache(new GraphReader(created), Options.PlanCacheSize));
        if (cache.Find(text, parameters) is { } known)
        {
            return known;
        }
        var prepared = Plan(cache.Reader, text, parameters, out var resources);
        foreach (var resource in resources)
        {
            await resource.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        cache.Add(prepared);
        return prepared;
    }

    /// <summary>Prepares a query and runs it.</summary>
    /// <param name="snapshot">The version of the graph to query.</param>
    /// <param name="text">One openCypher statement, which may begin with EXPLAIN or PROFILE.</param>
    /// <param name="parameters">Values of the parameters, by name without the dollar sign.</param>
    /// <param name="cancellationToken">Ends the query; checked for every batch.</param>
    /// <exception cref="CypherException">The query cannot be understood or run; see <see cref="PrepareAsync"/> and <see cref="PreparedQuery.Execute"/>.</exception>
    public async ValueTask<CypherResult> ExecuteAsync(
        GraphSnapshot snapshot, string text, IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default)
    {
        var prepared = await PrepareAsync(snapshot, text, parameters, cancellationToken).ConfigureAwait(false);
        return prepared.Execute(parameters, cancellationToken);
    }

    PreparedQuery Plan(GraphReader reader, string text, IReadOnlyDictionary<string, CypherValue> parameters, out HashSet<IResource> resources)
    {
        var statement = CypherParser.Parse(text);
        var binder = new Binder(text, reader, parameters);
        var bound = binder.Bind(statement.Query);
        var pipeline = new Planner(reader, binder.NewVariable).Plan(bound);
        resources = [];
        pipeline.AddResources(resources);
        foreach (var column in bound.Columns)
        {
            resources.UnionWith(binder.PropertiesOf(column));
        }
        return new PreparedQuery(this, reader, text, statement.Mode, pipeline, bound, binder.Slots, binder.Parameters, binder.Notifications);
    }
}
