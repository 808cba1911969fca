using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Functions;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;
using ExecutionContext = Pennon.Cypher.Execution.ExecutionContext;

namespace Pennon.Cypher;

/// <summary>A query with its plan and everything it reads at hand. Can be run any number of times, by many threads at once.</summary>
public sealed class PreparedQuery
{
    static readonly Dictionary<string, CypherValue> NoParameters = [];

    readonly CypherEngine _engine;
    readonly GraphReader _reader;
    readonly StatementMode _mode;
    readonly Pipeline _pipeline;
    readonly int[] _columnSlots;
    readonly int _slots;
    readonly IReadOnlyList<ParameterExpr> _parameters;

    internal PreparedQuery(
        CypherEngine engine,
        GraphReader reader,
        string text,
        StatementMode mode,
        Pipeline pipeline,
        BoundQuery query,
        int slots,
        IReadOnlyList<ParameterExpr> parameters,
        IReadOnlyList<string> notifications)
    {
        _engine = engine;
        _reader = reader;
        _mode = mode;
        _pipeline = pipeline;
        _slots = slots;
        _parameters = parameters;
        _columnSlots = [.. query.Columns.Select(static column => column.Slot)];
        Text = text;
        Columns = query.Names;
        Notifications = notifications;
    }

    /// <summary>The query as it was given.</summary>
    public string Text { get; }

    /// <summary>The names of the result's columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is odd about the query but no error, such as a label that no node has.</summary>
    public IReadOnlyList<string> Notifications { get; }

    /// <summary>Runs the query on the calling thread, and on others as far as the engine's options let it. With EXPLAIN nothing is run; with PROFILE the result carries the measured plan.</summary>
    /// <param name="parameters">Values of the parameters; each must be of the kind it had when the query was prepared.</param>
    /// <param name="cancellationToken">Ends the query; checked for every batch.</param>
    /// <exception cref="CypherRuntimeException">A value does not allow an operation.</exception>
    /// <exception cref="CypherMemoryLimitException">The query would keep more memory than it may.</exception>
    /// <exception cref="ArgumentException">A parameter is missing or of another kind.</exception>
    /// <exception cref="OperationCanceledException">The query was cancelled.</exception>
    public CypherResult Execute(IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default)
    {
        if (_mode == StatementMode.Explain)
        {
            return new CypherResult(Columns, Notifications, [], null!, [], Explain());
        }
        var profile = _mode == StatementMode.Profile ? new QueryProfile() : null;
        return Run(parameters, profile, cancellationToken);
    }

    /// <summary>The plan with estimated rows: an operator a line, the last one first, each named for its technique.</summary>
    public string Explain() => PlanPrinter.Print(_pipeline, null);

    /// <summary>Runs the query and gives its plan with estimated and true rows and each operator's own time, measured on one thread.</summary>
    /// <param name="parameters">Values of the parameters.</param>
    /// <param name="cancellationToken">Ends the query; checked for every batch.</param>
    public string Profile(IReadOnlyDictionary<string, CypherValue>? parameters = null, CancellationToken cancellationToken = default) =>
        Run(parameters, new QueryProfile(), cancellationToken).Plan!;

    internal bool Fits(IReadOnlyDictionary<string, CypherValue> parameters)
    {
        foreach (var parameter in _parameters)
        {
            if (!parameters.TryGetValue(parameter.Name, out var value) || Broadcast.KindOf(value) != parameter.Kind)
            {
                return false;
            }
        }
        return true;
    }

    CypherResult Run(IReadOnlyDictionary<string, CypherValue>? parameters, QueryProfile? profile, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var context = new ExecutionContext(
            _reader, _slots, Values(parameters ?? NoParameters), new MemoryBudget(_engine.Options.MemoryLimit), cancellationToken)
        {
            Functions = new FunctionContext(_engine.Options.Clock, _reader.NodeById),
            Profile = profile,
            Threads = profile is null ? _engine.Options.MaxDegreeOfParallelism : 1,
        };
        var result = new CollectSink(context);
        if (!ParallelAggregation.TryRun(_pipeline, result, context, _engine.Options.LeastParallelCost))
        {
            var first = _pipeline.Open(result, context);
            first.Push(Batch.Unit(_slots));
            first.Finish();
        }
        string? plan = profile is null ? null : PlanPrinter.Print(_pipeline, profile);
        return new CypherResult(Columns, Notifications, result.Batches, context, _columnSlots, plan);
    }

    CypherValue[] Values(IReadOnlyDictionary<string, CypherValue> parameters)
    {
        if (_parameters.Count == 0)
        {
            return [];
        }
        var values = new CypherValue[_parameters.Count];
        foreach (var parameter in _parameters)
        {
            if (!parameters.TryGetValue(parameter.Name, out var value))
            {
                throw new ArgumentException($"The parameter ${parameter.Name} was not given a value.", nameof(parameters));
            }
            if (Broadcast.KindOf(value) != parameter.Kind)
            {
                throw new ArgumentException(
                    $"The parameter ${parameter.Name} was prepared with another kind of value than {value}; prepare the query again.", nameof(parameters));
            }
            values[parameter.Index] = value;
        }
        return values;
    }
}
