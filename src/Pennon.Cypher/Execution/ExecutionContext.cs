using System.Collections.Concurrent;
using Pennon.Cypher.Execution.Operators;
using Pennon.Cypher.Functions;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution;

/// <summary>What one run of a plan shares among its operators, and among the threads that work on it.</summary>
internal sealed class ExecutionContext(GraphReader graph, int slots, CypherValue[] parameters, MemoryBudget memory, CancellationToken cancellation)
{
    readonly ConcurrentDictionary<(CountTree Tree, bool Sparse), TreeCounts> _counts = new();
    readonly ConcurrentDictionary<NodeMask, Lazy<ulong[]?[]>> _masks = new();

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

    /// <summary>How many threads may work on the run at once, the calling one among them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The counts of a tree, the same for all sinks of the run.</summary>
    public TreeCounts Counts(CountTree tree, bool sparse) =>
        _counts.GetOrAdd((tree, sparse), static (key, context) => new TreeCounts(key.Tree, key.Sparse, context), this);

    /// <summary>The bits of a mask, evaluated when first asked for, once in the run.</summary>
    public ulong[]?[] Bits(NodeMask mask) => _masks.GetOrAdd(mask, static (key, context) => new Lazy<ulong[]?[]>(() => key.Evaluate(context)), this).Value;
}
