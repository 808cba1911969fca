using Pennon.Arrow;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>The graph as it is before a load, as far as the load builds on it; nothing for an overwrite or a new database.</summary>
abstract class BaseGraph
{
    public abstract IEnumerable<string> NodeTableNames { get; }

    public abstract ValueTask<(NodeTableStatistics? Statistics, KeyIndex? Keys)> NodesAsync(string name, CancellationToken cancellationToken);

    public abstract EdgeTableStatistics? Edges(string name, out long rows);

    /// <summary>The label of a node table given its id.</summary>
    public abstract string NameOf(long tableId);

    /// <summary>Whether the newest version of the dataset is the one that the graph names, so that rows can simply be added to it.</summary>
    public abstract ValueTask<bool> CanAppendAsync(TableKind kind, string name, CancellationToken cancellationToken);

    /// <summary>All rows of a table in order, in the form of a wider schema.</summary>
    public abstract IAsyncEnumerable<RecordBatch> RowsAsync(TableKind kind, string name, Schema schema, CancellationToken cancellationToken);

    /// <summary>The adjacency of a label pair.</summary>
    public abstract ValueTask<CsrIndex> OutgoingAsync(string edgeType, EdgePairEntry pair, CancellationToken cancellationToken);

    /// <summary>A graph without anything.</summary>
    public static BaseGraph Nothing { get; } = new NoGraph();

    sealed class NoGraph : BaseGraph
    {
        public override IEnumerable<string> NodeTableNames => [];

        public override ValueTask<(NodeTableStatistics? Statistics, KeyIndex? Keys)> NodesAsync(string name, CancellationToken cancellationToken) => default;

        public override EdgeTableStatistics? Edges(string name, out long rows)
        {
            rows = 0;
            return null;
        }

        public override string NameOf(long tableId) => throw new InvalidOperationException("The graph is empty.");

        public override ValueTask<bool> CanAppendAsync(TableKind kind, string name, CancellationToken cancellationToken) => new(false);

        public override IAsyncEnumerable<RecordBatch> RowsAsync(TableKind kind, string name, Schema schema, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The graph is empty.");

        public override ValueTask<CsrIndex> OutgoingAsync(string edgeType, EdgePairEntry pair, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The graph is empty.");
    }
}
