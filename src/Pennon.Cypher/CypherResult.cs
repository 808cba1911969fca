using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution;
using Pennon.Cypher.Values;
using ExecutionContext = Pennon.Cypher.Execution.ExecutionContext;

namespace Pennon.Cypher;

/// <summary>The rows of a finished query, in batches of columns. Can be read any number of times.</summary>
public sealed class CypherResult
{
    readonly CypherBatch[] _batches;

    internal CypherResult(
        IReadOnlyList<string> columns, IReadOnlyList<string> notifications, IReadOnlyList<Batch> batches, ExecutionContext context, int[] slots, string? plan)
    {
        Columns = columns;
        Notifications = notifications;
        Plan = plan;
        _batches = new CypherBatch[batches.Count];
        for (int i = 0; i < _batches.Length; i++)
        {
            _batches[i] = new CypherBatch(batches[i], slots, context);
            RowCount += batches[i].Count;
        }
    }

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is odd about the query but no error.</summary>
    public IReadOnlyList<string> Notifications { get; }

    /// <summary>The number of rows in all batches.</summary>
    public long RowCount { get; }

    /// <summary>The plan of a query that began with EXPLAIN or PROFILE, otherwise null.</summary>
    public string? Plan { get; }

    /// <summary>The batches in order.</summary>
    public IReadOnlyList<CypherBatch> Batches => _batches;

    /// <summary>The batches in order, for callers that stream them on.</summary>
    /// <param name="cancellationToken">Checked before every batch.</param>
    public async IAsyncEnumerable<CypherBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var batch in _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ValueTask.CompletedTask.ConfigureAwait(false);
            yield return batch;
        }
    }

    /// <summary>All rows, each as its values in the order of <see cref="Columns"/>.</summary>
    public IEnumerable<CypherValue[]> Rows()
    {
        foreach (var batch in _batches)
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                var values = new CypherValue[Columns.Count];
                for (int column = 0; column < values.Length; column++)
                {
                    values[column] = batch[row, column];
                }
                yield return values;
            }
        }
    }
}

/// <summary>Some rows of a result.</summary>
public sealed class CypherBatch
{
    readonly Batch _batch;
    readonly int[] _slots;
    readonly ExecutionContext _context;

    internal CypherBatch(Batch batch, int[] slots, ExecutionContext context)
    {
        _batch = batch;
        _slots = slots;
        _context = context;
    }

    /// <summary>The number of rows.</summary>
    public int RowCount => _batch.Count;

    /// <summary>The number of columns.</summary>
    public int ColumnCount => _slots.Length;

    /// <summary>One value; entities and texts are made when they are asked for.</summary>
    /// <param name="row">From 0 to <see cref="RowCount"/> - 1.</param>
    /// <param name="column">From 0 to <see cref="ColumnCount"/> - 1.</param>
    public CypherValue this[int row, int column] => _batch.Column(_slots[column]).Value(row, _context);
}
