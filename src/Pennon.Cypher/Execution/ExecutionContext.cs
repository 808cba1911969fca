using Pennon.Cypher.Functions;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution;

/// <summary>What one run of a plan shares among its operators.</summary>
internal sealed class ExecutionContext(GraphReader graph, int slots, CypherValue[] parameters, MemoryBudget memory, CancellationToken cancellation)
{
    public GraphReader Graph => graph;

    /// <summary>The number of columns of every batch.</summary>
    public int Slots => slots;

    public CypherValue[] Parameters => parameters;

    public MemoryBudget Memory => memory;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The clock, chance and graph access of functions.</summary>
    public FunctionContext Functions { get; init; } = FunctionContext.WithoutGraph();

    /// <summary>Where PROFILE keeps its counts; null in an ordinary run.</summary>
    public QueryProfile? Profile { get; init; }
}
