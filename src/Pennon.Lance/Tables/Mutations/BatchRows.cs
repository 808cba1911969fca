using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Tables;

/// <summary>Takes rows from a stream of batches in pieces of any size.</summary>
sealed class BatchRows(IAsyncEnumerable<RecordBatch> batches, Schema schema, TableVersion table, CancellationToken cancellationToken) : IAsyncDisposable
{
    readonly IAsyncEnumerator<RecordBatch> _batches = batches.GetAsyncEnumerator(cancellationToken);
    RecordBatch? _current;
    int _at;
    long _taken;

    /// <summary>The next rows, exactly as many as asked for.</summary>
    /// <exception cref="ArgumentException">The stream ends before, or a batch has other columns.</exception>
    public async ValueTask<ArrowArray[]> NextAsync(int count)
    {
        var parts = new List<RecordBatch>();
        var missing = count;
        while (missing > 0)
        {
            if (!await AdvanceAsync().ConfigureAwait(false))
                throw new ArgumentException($"The batches have {_taken} rows, and table '{table.MainRoot}' has {table.LiveRows}; give one row for each.", nameof(batches));
            var taken = Math.Min(missing, _current!.Length - _at);
            parts.Add(_current.Slice(_at, taken));
            _at += taken;
            _taken += taken;
            missing -= taken;
        }
        var columns = new ArrowArray[schema.Fields.Count];
        for (var c = 0; c < columns.Length; c++) columns[c] = parts.Count == 1 ? parts[0].Column(c).Share() : Concat.Apply([.. parts.Select(p => p.Column(c))]);
        foreach (var part in parts) part.Dispose();
        return columns;
    }

    /// <summary>The row that comes next, or the last one, repeated; no row is used up.</summary>
    public async ValueTask<ArrowArray[]> RepeatAsync(int count)
    {
        var hasNext = await AdvanceAsync().ConfigureAwait(false);
        if (_current is null) throw new ArgumentException($"The batches have no rows, and table '{table.MainRoot}' has {table.LiveRows}.", nameof(batches));
        var row = hasNext ? _at : _current.Length - 1;
        var indices = new int[count];
        indices.AsSpan().Fill(row);
        return [.. _current.Columns.Select(c => Take.Apply(c, indices))];
    }

    /// <exception cref="ArgumentException">There are rows left.</exception>
    public async ValueTask EndAsync()
    {
        if (await AdvanceAsync().ConfigureAwait(false))
            throw new ArgumentException($"The batches have more rows than the {table.LiveRows} of table '{table.MainRoot}'; give one row for each.", nameof(batches));
    }

    public async ValueTask DisposeAsync()
    {
        _current?.Dispose();
        await _batches.DisposeAsync().ConfigureAwait(false);
    }

    async ValueTask<bool> AdvanceAsync()
    {
        while (_current is null || _at == _current.Length)
        {
            if (!await _batches.MoveNextAsync().ConfigureAwait(false)) return false;
            var next = _batches.Current;
            if (next.Length == 0)
            {
                next.Dispose();
                continue;
            }
            _current?.Dispose();
            _current = next;
            BatchCheck.Require(_current, schema);
            _at = 0;
        }
        return true;
    }
}
