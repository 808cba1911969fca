using Pennon.Arrow;
using Pennon.Cypher;
using Pennon.Cypher.Values;

namespace Pennon;

/// <summary>
/// The rows of one query, read once, in order. The text of a query that begins with EXPLAIN or PROFILE gives its plan instead, a line a row.
/// </summary>
public sealed class QueryResult : IAsyncEnumerable<QueryRecord>
{
    const int RowsPerBatch = 8192;

    readonly ResultColumns _columns;
    readonly IAsyncEnumerable<CypherValue[]> _rows;
    readonly TimeSpan _before;
    readonly System.Diagnostics.Stopwatch _clock = new();
    int _started;

    internal QueryResult(
        IReadOnlyList<string> columns, IAsyncEnumerable<CypherValue[]> rows, TimeSpan planning = default, TimeSpan execution = default, IReadOnlyList<string>? notifications = null)
    {
        _columns = new ResultColumns(columns);
        _rows = rows;
        _before = execution;
        PlanningTime = planning;
        Notifications = notifications ?? [];
    }

    internal static QueryResult Of(CypherResult result, TimeSpan planning, TimeSpan execution) => result.Plan is { } plan
        ? new QueryResult(["plan"], PlanLines(plan), planning, execution, result.Notifications)
        : new QueryResult(result.Columns, Rows(result), planning, execution, result.Notifications);

    /// <summary>The names of the columns, in the order of RETURN; empty for a statement without RETURN.</summary>
    public IReadOnlyList<string> Columns => _columns.Names;

    /// <summary>How long reading the text, binding and planning took.</summary>
    public TimeSpan PlanningTime { get; }

    /// <summary>How long running took so far, reading the rows included.</summary>
    public TimeSpan ExecutionTime => _before + _clock.Elapsed;

    /// <summary>What is odd about the query but no error, such as a label that no node has.</summary>
    public IReadOnlyList<string> Notifications { get; }

    /// <summary>Rows given out so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Reads the rows. A result can be read once.</summary>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="InvalidOperationException">The result was read before.</exception>
    public async IAsyncEnumerator<QueryRecord> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("A result can be read once; use ToListAsync to keep its rows.");
        }

        var rows = _rows.GetAsyncEnumerator(cancellationToken);
        await using (rows.ConfigureAwait(false))
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _clock.Start();
                bool more;
                try
                {
                    more = await rows.MoveNextAsync().ConfigureAwait(false);
                }
                finally
                {
                    _clock.Stop();
                }

                if (!more)
                {
                    yield break;
                }

                RowCount++;
                yield return new QueryRecord(_columns, rows.Current);
            }
        }
    }

    /// <summary>Reads all rows into a list.</summary>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<List<QueryRecord>> ToListAsync(CancellationToken cancellationToken = default)
    {
        var list = new List<QueryRecord>();
        await foreach (var record in this.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            list.Add(record);
        }

        return list;
    }

    /// <summary>Reads the only row.</summary>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="InvalidOperationException">There is no row, or more than one.</exception>
    public async Task<QueryRecord> SingleAsync(CancellationToken cancellationToken = default)
    {
        QueryRecord? found = null;
        await foreach (var record in this.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            found = found is null ? record : throw new InvalidOperationException("The query gave more than one row where one was asked for.");
        }

        return found ?? throw new InvalidOperationException("The query gave no row where one was asked for.");
    }

    /// <summary>Reads the first column of the only row.</summary>
    /// <typeparam name="T">A type that <see cref="QueryRecord.Get{T}(string)"/> takes.</typeparam>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="InvalidOperationException">There is no row, or more than one.</exception>
    /// <exception cref="InvalidCastException">The value is of another type.</exception>
    public async Task<T> ScalarAsync<T>(CancellationToken cancellationToken = default) =>
        (await SingleAsync(cancellationToken).ConfigureAwait(false)).Get<T>(0);

    /// <summary>
    /// Reads all rows as Arrow batches of up to 8,192 rows. Column types follow from the values, so all rows are held in memory; a column with values of
    /// several kinds, and nodes, relationships, paths and maps, come as JSON text marked by the field metadata <c>pennon.encoding = json</c>.
    /// </summary>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>At least one batch, which may be empty.</returns>
    public async Task<IReadOnlyList<RecordBatch>> ToBatchesAsync(CancellationToken cancellationToken = default)
    {
        var rows = await ToListAsync(cancellationToken).ConfigureAwait(false);
        var schema = ResultBatches.SchemaOf(Columns, rows);
        var batches = new List<RecordBatch>();
        for (var from = 0; from < rows.Count || batches.Count == 0; from += RowsPerBatch)
        {
            batches.Add(ResultBatches.Build(schema, rows, from, Math.Min(RowsPerBatch, rows.Count - from)));
        }

        return batches;
    }

    static async IAsyncEnumerable<CypherValue[]> Rows(CypherResult result)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var row in result.Rows())
        {
            yield return row;
        }
    }

    static async IAsyncEnumerable<CypherValue[]> PlanLines(string plan)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var line in plan.TrimEnd().Split('\n'))
        {
            yield return [line];
        }
    }
}
