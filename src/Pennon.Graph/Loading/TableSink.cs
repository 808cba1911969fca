using Pennon.Arrow;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>How a table being loaded relates to its version before.</summary>
enum SinkMode
{
    /// <summary>Rows are added behind those that are there.</summary>
    Append,

    /// <summary>The rows written are the whole table.</summary>
    Replace,
}

/// <summary>Takes the rows of one table into files that nobody sees until they are published.</summary>
abstract class TableSink : IAsyncDisposable
{
    /// <summary>Encodes and writes a batch; the caller disposes it.</summary>
    public abstract ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken);

    /// <summary>Completes the files.</summary>
    public abstract ValueTask<StagedWrite> FinishAsync(long rowCount, string statistics, CancellationToken cancellationToken);

    /// <summary>Abandons what was not finished.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Opens sinks for tables by kind and name.</summary>
abstract class TableSinks
{
    /// <summary>Gives a table its identity, so that tables come in the order in which the input names them, not in which they fill up.</summary>
    public abstract void Reserve(TableKind kind, string name);

    public abstract ValueTask<TableSink> OpenAsync(TableKind kind, string name, Schema schema, SinkMode mode, CancellationToken cancellationToken);
}
