using Pennon.Arrow;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors;

/// <summary>One search: chooses between index and exact scan, applies the filter before or after, and reads the columns of the rows found.</summary>
sealed class VectorSearch
{
    public const string DistanceName = "_distance";
    public const string QueryIndexName = "query_index";

    readonly TableVersion _table;
    readonly LanceVectorQuery _query;
    readonly VectorColumn _column;
    readonly Projection _projection;
    readonly LanceExpression? _filter;
    readonly BoundFilter? _bound;
    readonly int _parallelism;

    public VectorSearch(TableVersion table, LanceVectorQuery query, IndexCache cache)
    {
        query.Check();
        _table = table;
        _query = query;
        _column = VectorColumn.Find(table, query.Column, cache);
        _projection = new Projection(table.Schema, query.Columns);
        _filter = Filter(query);
        _bound = _filter is null ? null : FilterBinder.Bind(_filter, table.Schema);
        _parallelism = query.Parallelism ?? Environment.ProcessorCount;
    }

    public async ValueTask<RecordBatch> RunAsync(CancellationToken cancellationToken)
    {
        var metric = _query.Metric ?? _column.DefaultMetric;
        var queries = new QueryVectors(_column, metric, _query.Vectors);
        var results = new NearestRows[_column.IsMulti ? 1 : queries.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = new NearestRows((int)Math.Min(_query.K, Math.Max(1, _table.LiveRows)), _query.LowerBound, _query.UpperBound);
        var selection = _filter is not null && _query.PreFilter
            ? await SelectAsync(_filter, cancellationToken).ConfigureAwait(false)
            : null;
        if (selection is not { IsEmpty: true })
        {
            var scan = new ExactScan(_table, _column, queries, selection);
            await scan.RunAsync(_table.Fragments, results, _parallelism, cancellationToken).ConfigureAwait(false);
        }
        var rows = Array.ConvertAll(results, static r => r.ToSorted());
        if (_bound is not null && !_query.PreFilter)
            await KeepPassingAsync(rows, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(rows, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<RowAddressSet> SelectAsync(LanceExpression filter, CancellationToken cancellationToken)
    {
        var addresses = new List<ulong>();
        var scanner = new Scanner(_table, new ScanOptions { Columns = [], Filter = filter, WithRowAddress = true });
        await foreach (var batch in scanner.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            addresses.AddRange(((PrimitiveArray<ulong>)batch.Column(0)).Values);
            batch.Dispose();
        }
        return RowAddressSet.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(addresses));
    }

    async ValueTask KeepPassingAsync(FoundRow[][] rows, CancellationToken cancellationToken)
    {
        for (var q = 0; q < rows.Length; q++)
        {
            using var values = await new RowTaker(_table, _bound!.Columns)
                .ReadAsync(Array.ConvertAll(rows[q], static r => r.Address), cancellationToken).ConfigureAwait(false);
            var passes = _bound.Evaluate([.. values.Columns], values.Length);
            rows[q] = [.. rows[q].Where((_, i) => passes.IsValid(i) && passes.GetValue(i))];
        }
    }

    async ValueTask<RecordBatch> ReadAsync(FoundRow[][] rows, CancellationToken cancellationToken)
    {
        var total = rows.Sum(static r => r.Length);
        var addresses = ArrowAllocator.Default.Allocate(total * sizeof(ulong));
        var distances = ArrowAllocator.Default.Allocate(total * sizeof(float));
        var ids = ArrowAllocator.Default.Allocate(total * sizeof(ulong));
        var numbers = ArrowAllocator.Default.Allocate(total * sizeof(int));
        var at = 0;
        for (var q = 0; q < rows.Length; q++)
        {
            foreach (var row in rows[q])
            {
                addresses.MutableAs<ulong>()[at] = row.Address;
                distances.MutableAs<float>()[at] = row.Distance;
                ids.MutableAs<ulong>()[at] = row.Id;
                numbers.MutableAs<int>()[at++] = q;
            }
        }
        var taken = await new RowTaker(_table, _projection).ReadAsync(addresses.As<ulong>().ToArray(), cancellationToken).ConfigureAwait(false);
        var fields = new List<Field>();
        var columns = new List<ArrowArray>();
        if (rows.Length > 1)
            Add(QueryIndexName, new PrimitiveArray<int>(ArrowType.Int32, total, 0, 0, ArrowBuffer.Empty, numbers));
        for (var i = 0; i < taken.Columns.Count; i++)
        {
            fields.Add(taken.Schema.Fields[i]);
            columns.Add(taken.Column(i));
        }
        Add(DistanceName, new PrimitiveArray<float>(ArrowType.Float32, total, 0, 0, ArrowBuffer.Empty, distances));
        if (_query.WithRowId)
            Add(Scanner.RowIdName, new PrimitiveArray<ulong>(ArrowType.UInt64, total, 0, 0, ArrowBuffer.Empty, ids));
        if (_query.WithRowAddress)
            Add(Scanner.RowAddressName, new PrimitiveArray<ulong>(ArrowType.UInt64, total, 0, 0, ArrowBuffer.Empty, addresses));
        return new RecordBatch(new Schema(fields, taken.Schema.Metadata), columns, total);

        void Add(string name, ArrowArray values)
        {
            fields.Add(new Field(name, values.Type));
            columns.Add(values);
        }
    }

    static LanceExpression? Filter(LanceVectorQuery query)
    {
        var parsed = query.Where is { } text ? LanceExpression.Parse(text) : null;
        return query.Filter is null ? parsed : parsed is null ? query.Filter : query.Filter.And(parsed);
    }
}
