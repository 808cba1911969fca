using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>
/// Runs a scan: cuts the fragments into pieces, reads several pieces at once, and hands their batches out in order. With a
/// filter the columns it needs are read first, and of the others only what the surviving rows need.
/// </summary>
sealed partial class Scanner
{
    public const string RowAddressName = "_rowaddr";
    public const string RowIdName = "_rowid";
    public const string CreatedAtVersionName = "_row_created_at_version";
    public const string LastUpdatedAtVersionName = "_row_last_updated_at_version";

    // A piece is large enough to hide its fixed costs and small enough to stay in the caches' reach.
    const int TargetBytes = 4 << 20;
    const int MaximumRows = 128 << 10;
    const int MinimumRows = 1024;

    const int FilterDiscount = 8;

    // Reading row by row costs more per row than reading everything and dropping what is not wanted.
    const int SparseFactor = 8;

    readonly TableVersion _table;
    readonly IReadOnlyList<TableFragment> _fragments;
    readonly ScanOptions _options;
    readonly Projection _projection;
    readonly BoundFilter? _filter;
    readonly Projection? _late;
    readonly int[] _source;

    public Scanner(TableVersion table, ScanOptions options)
        : this(table, options, table.Fragments, new Projection(table.Schema, options.Columns))
    {
    }

    /// <summary>Prepares a scan of only some fragments, or of columns that are not chosen by name.</summary>
    public Scanner(TableVersion table, ScanOptions options, IReadOnlyList<TableFragment> fragments, Projection projection)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Offset, nameof(options));
        if (options.Limit is < 0)
            throw new ArgumentOutOfRangeException(nameof(options), "The limit of a scan cannot be negative.");
        if (options.BatchSize is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), "A batch has at least one row.");
        if (options.Parallelism is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), "A scan reads at least one piece at a time.");
        if ((options.WithCreatedAtVersion || options.WithLastUpdatedAtVersion) && !table.HasStableRowIds)
            throw new LanceNotSupportedException("versions of rows", $"Table '{table.MainRoot}' does not keep stable row ids, and so no record of which versions made and changed its rows.");
        _table = table;
        _fragments = fragments;
        _options = options;
        _projection = projection;
        if (FilterOf(options) is { } expression)
        {
            _filter = FilterBinder.Bind(expression, table.Schema);
            var early = _filter.Columns.Fields;
            _late = _projection.Only(f => !early.Contains(f, SameField.Instance));
        }
        _source = new int[_projection.Fields.Count];
        var next = 0;
        for (var i = 0; i < _source.Length; i++)
        {
            // Columns that the filter reads anyway are taken from there; the others follow in their own order.
            var early = _filter is null ? -1 : IndexOf(_filter.Columns.Fields, _projection.Fields[i]);
            _source[i] = early >= 0 ? ~early : next++;
        }
        Schema = WithRowColumns(_projection.Schema);
    }

    /// <summary>The schema of every batch.</summary>
    public Schema Schema { get; }

    /// <summary>Runs the scan.</summary>
    public async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var remaining = _options.Limit ?? long.MaxValue;
        var skip = _options.Offset;
        if (remaining == 0)
            yield break;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<RecordBatch?>>();
        var parallelism = _options.Parallelism ?? Environment.ProcessorCount;
        var pieces = PiecesAsync(skip, remaining, stop.Token).GetAsyncEnumerator(stop.Token);
        if (_filter is null)
            skip = 0;
        try
        {
            var more = true;
            while (true)
            {
                while (more && running.Count < parallelism)
                {
                    more = await pieces.MoveNextAsync().ConfigureAwait(false);
                    if (!more)
                        break;
                    var piece = pieces.Current;
                    running.Enqueue(parallelism == 1
                        ? ReadAsync(piece, stop.Token)
                        : Task.Run(() => ReadAsync(piece, stop.Token), stop.Token));
                }
                if (!running.TryDequeue(out var first))
                    yield break;
                var batch = await first.ConfigureAwait(false);
                if (batch is null)
                    continue;
                if (skip >= batch.Length)
                {
                    skip -= batch.Length;
                    batch.Dispose();
                    continue;
                }
                var from = (int)skip;
                skip = 0;
                var end = from + (int)Math.Min(batch.Length - from, remaining);
                remaining -= end - from;
                var size = _options.BatchSize ?? int.MaxValue;
                if (from == 0 && end == batch.Length && batch.Length <= size)
                {
                    yield return batch;
                }
                else
                {
                    for (var at = from; at < end;)
                    {
                        var count = Math.Min(end - at, size);
                        yield return batch.Slice(at, count);
                        at += count;
                    }
                    batch.Dispose();
                }
                if (remaining == 0)
                    yield break;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            while (running.TryDequeue(out var rest))
                await Discard(rest).ConfigureAwait(false);
            await pieces.DisposeAsync().ConfigureAwait(false);
        }
    }

    readonly record struct Piece(TableFragment Fragment, FragmentColumns? Early, FragmentColumns Columns, long Start, int Count, long[]? Offsets = null);

    async IAsyncEnumerable<Piece> PiecesAsync(long skip, long limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = RowsPerPiece();
        var answer = await AnswerAsync(cancellationToken).ConfigureAwait(false);
        foreach (var fragment in _fragments)
        {
            if (fragment.LiveRows == 0)
                continue;
            if (answer is not null && answer.Coverage.Contains(fragment.Id))
            {
                var chosen = await answer.LiveOffsetsAsync(fragment, cancellationToken).ConfigureAwait(false);
                if (chosen.Cardinality == 0)
                    continue;
                var recheck = answer.IsExact ? null : new FragmentColumns(fragment, _filter!.Columns.Fields);
                var rest = new FragmentColumns(fragment, answer.IsExact ? _projection.Fields : _late!.Fields);
                foreach (var chunk in Chunks(chosen, rows))
                    yield return new Piece(fragment, recheck, rest, chunk[0], chunk.Length, chunk);
                continue;
            }
            if (_filter is not null)
            {
                var early = new FragmentColumns(fragment, _filter.Columns.Fields);
                var late = new FragmentColumns(fragment, _late!.Fields);
                for (long at = 0; at < fragment.PhysicalRows; at += rows)
                    yield return new Piece(fragment, early, late, at, (int)Math.Min(rows, fragment.PhysicalRows - at));
                continue;
            }
            if (skip >= fragment.LiveRows)
            {
                skip -= fragment.LiveRows;
                continue;
            }
            // Without a filter offset and limit name rows of the files directly; nothing around them is read.
            var live = Math.Min(fragment.LiveRows - skip, limit);
            var deletions = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
            var start = LiveRows.Select(deletions, fragment.PhysicalRows, skip);
            var end = LiveRows.Select(deletions, fragment.PhysicalRows, skip + live - 1) + 1;
            var columns = new FragmentColumns(fragment, _projection.Fields);
            for (var at = start; at < end; at += rows)
                yield return new Piece(fragment, null, columns, at, (int)Math.Min(rows, end - at));
            skip = 0;
            limit -= live;
            if (limit == 0)
                yield break;
        }
    }

    async Task<RecordBatch?> ReadAsync(Piece piece, CancellationToken cancellationToken)
    {
        if (piece.Offsets is { } chosen)
            return await ReadSelectedAsync(piece, chosen, cancellationToken).ConfigureAwait(false);
        var deletions = await piece.Fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
        var mask = LiveRows.Mask(deletions, piece.Start, piece.Count);
        ArrowArray[] early = [];
        if (_filter is not null)
        {
            early = await piece.Early!.ReadAsync(piece.Start, piece.Count, cancellationToken).ConfigureAwait(false);
            var kept = _filter.Evaluate(early, piece.Count);
            mask = mask is null ? kept : BooleanLogic.And(kept, mask);
        }
        var selected = mask is null ? piece.Count : Filter.CountSelected(mask);
        if (selected == 0)
        {
            Release(early);
            return null;
        }
        var all = selected == piece.Count;
        ArrowArray[] late;
        if (_filter is not null && !all && _late!.Fields.Count > 0 && (long)selected * SparseFactor < piece.Count)
        {
            var positions = Filter.SelectedRows(mask!);
            var offsets = new long[positions.Length];
            for (var i = 0; i < offsets.Length; i++)
                offsets[i] = piece.Start + positions[i];
            late = await piece.Columns.TakeAsync(offsets, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            late = _filter is not null && _late!.Fields.Count == 0 ? []
                : await piece.Columns.ReadAsync(piece.Start, piece.Count, cancellationToken).ConfigureAwait(false);
            if (!all)
            {
                for (var i = 0; i < late.Length; i++)
                {
                    var whole = late[i];
                    late[i] = Filter.Apply(whole, mask!);
                    whole.Dispose();
                }
            }
        }
        var columns = new ArrowArray[Schema.Fields.Count];
        for (var i = 0; i < _source.Length; i++)
        {
            var source = _source[i];
            columns[i] = source >= 0 ? late[source] : all ? early[~source].Share() : Filter.Apply(early[~source], mask!);
        }
        AddRowColumns(columns, piece, all ? null : mask);
        Release(early);
        return new RecordBatch(Schema, columns, selected);
    }

    // Memory given back here serves the next piece; left to the collector it would be cleared and counted each time.
    static void Release(ArrowArray[] arrays)
    {
        foreach (var array in arrays)
            array.Dispose();
    }

    void AddRowColumns(ArrowArray[] columns, in Piece piece, BooleanArray? mask)
    {
        var at = _source.Length;
        if (_options.WithRowId)
        {
            if (_table.HasStableRowIds)
            {
                var buffer = ArrowAllocator.Default.Allocate(piece.Count * sizeof(ulong));
                piece.Fragment.RowIds.Fill(piece.Start, buffer.MutableAs<ulong>());
                columns[at++] = Chosen(buffer, piece.Count, mask);
            }
            else
            {
                columns[at++] = Addresses(piece, mask);
            }
        }
        if (_options.WithRowAddress)
            columns[at++] = Addresses(piece, mask);
        if (_options.WithCreatedAtVersion)
            columns[at++] = Versions(piece.Fragment.CreatedAt, piece, mask);
        if (_options.WithLastUpdatedAtVersion)
            columns[at] = Versions(piece.Fragment.LastUpdatedAt, piece, mask);
    }

    static ArrowArray Versions(RowVersions versions, in Piece piece, BooleanArray? mask)
    {
        var buffer = ArrowAllocator.Default.Allocate(piece.Count * sizeof(ulong));
        versions.Fill(piece.Start, buffer.MutableAs<ulong>());
        return Chosen(buffer, piece.Count, mask);
    }

    static ArrowArray Addresses(in Piece piece, BooleanArray? mask)
    {
        var buffer = ArrowAllocator.Default.Allocate(piece.Count * sizeof(ulong));
        var values = buffer.MutableAs<ulong>();
        var first = (ulong)piece.Fragment.Id << 32 | (ulong)piece.Start;
        for (var i = 0; i < values.Length; i++)
            values[i] = first + (ulong)i;
        return Chosen(buffer, piece.Count, mask);
    }

    static ArrowArray Chosen(ArrowBuffer buffer, int count, BooleanArray? mask)
    {
        var array = new PrimitiveArray<ulong>(ArrowType.UInt64, count, 0, 0, ArrowBuffer.Empty, buffer);
        return mask is null ? array : Filter.Apply(array, mask);
    }

    Schema WithRowColumns(Schema schema)
    {
        if (!_options.WithRowId && !_options.WithRowAddress && !_options.WithCreatedAtVersion && !_options.WithLastUpdatedAtVersion)
            return schema;
        var fields = new List<Field>(schema.Fields);
        if (_options.WithRowId)
            fields.Add(new Field(RowIdName, ArrowType.UInt64));
        if (_options.WithRowAddress)
            fields.Add(new Field(RowAddressName, ArrowType.UInt64));
        if (_options.WithCreatedAtVersion)
            fields.Add(new Field(CreatedAtVersionName, ArrowType.UInt64));
        if (_options.WithLastUpdatedAtVersion)
            fields.Add(new Field(LastUpdatedAtVersionName, ArrowType.UInt64));
        return new Schema(fields, schema.Metadata);
    }

    int RowsPerPiece()
    {
        if (_options.BatchSize is { } size && _filter is null)
            return size;
        long width = 0;
        foreach (var field in _projection.Fields)
            width += RowWidth.Of(field.Type);
        if (_filter is not null)
        {
            // Most filters keep few rows, so that only the columns they read count in full.
            width /= FilterDiscount;
            foreach (var field in _filter.Columns.Fields)
                width += RowWidth.Of(field.Type);
        }
        return (int)Math.Clamp(TargetBytes / Math.Max(width, 1), MinimumRows, MaximumRows);
    }

    static LanceExpression? FilterOf(ScanOptions options)
    {
        var parsed = options.Where is { } text ? LanceExpression.Parse(text) : null;
        return options.Filter is null ? parsed : parsed is null ? options.Filter : options.Filter.And(parsed);
    }

    static int IndexOf(IReadOnlyList<LanceField> fields, LanceField field)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (SameField.Instance.Equals(fields[i], field))
                return i;
        }
        return -1;
    }

    // What an abandoned piece ends in concerns nobody any more: the scan is over or has failed with an earlier error.
    static async Task Discard(Task<RecordBatch?> task)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully)
            task.Result?.Dispose();
    }

    sealed class SameField : IEqualityComparer<LanceField>
    {
        public static readonly SameField Instance = new();

        public bool Equals(LanceField? x, LanceField? y) => x!.Id == y!.Id && x.Type == y.Type;

        public int GetHashCode(LanceField field) => field.Id;
    }
}
