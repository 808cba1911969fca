using System.Diagnostics;
using Pennon.Arrow;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>What the parts of one load share: the tables being filled, the way to their sinks, errors and progress.</summary>
sealed class LoadState(
    LoadRequest request, BaseGraph before, TableSinks sinks, WriteBehind writes, LoadErrors errors, IdAllocator ids, IProgress<LoadProgress>? progress)
{
    static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    readonly List<NodeTableLoad> _nodeTables = [];
    readonly List<EdgeTypeLoad> _edgeTypes = [];
    readonly Dictionary<string, NodeTableLoad> _nodesByName = new(StringComparer.Ordinal);
    readonly Dictionary<string, EdgeTypeLoad> _edgesByName = new(StringComparer.Ordinal);
    long _lastReport;

    public LoadRequest Request { get; } = request;

    public BaseGraph Before { get; } = before;

    public LoadErrors Errors { get; } = errors;

    public IdAllocator Ids { get; } = ids;

    public GraphSchema Schema { get; set; } = new();

    public IReadOnlyList<NodeTableLoad> NodeTables => _nodeTables;

    public IReadOnlyList<EdgeTypeLoad> EdgeTypes => _edgeTypes;

    public long Nodes { get; set; }

    public long Edges { get; set; }

    public long NodesUpdated { get; set; }

    public long EdgesUpdated { get; set; }

    /// <summary>Every sink that was opened.</summary>
    public List<TableSink> OpenSinks { get; } = [];

    public long BytesBefore { get; set; }

    public long TotalBytes { get; set; }

    public bool TryGetNodes(string name, out NodeTableLoad table) => _nodesByName.TryGetValue(name, out table!);

    /// <summary>The table of a label, begun with what was there before and what is declared; not fixed yet.</summary>
    public async ValueTask<NodeTableLoad> NodesAsync(string name, string? key, CancellationToken cancellationToken)
    {
        if (_nodesByName.TryGetValue(name, out var known))
        {
            return known;
        }

        var declared = Schema.Nodes.FirstOrDefault(n => n.Name == name);
        var (statistics, keys) = await Before.NodesAsync(name, cancellationToken).ConfigureAwait(false);
        key ??= Request.Keys.GetValueOrDefault(name) ?? declared?.Key ?? statistics?.Key ?? "id";
        if (statistics is not null && statistics.Key != key)
        {
            throw InputPlanner.Refused("", $"The key of '{name}' is '{statistics.Key}' in the graph; it cannot become '{key}'.");
        }

        var table = new NodeTableLoad(name, key, statistics, keys, Request.Mode == LoadMode.Merge);
        _nodesByName.Add(name, table);
        sinks.Reserve(TableKind.Nodes, name);
        _nodeTables.Add(table);
        if (declared is not null)
        {
            Declare(table, declared.Properties, statistics is not null);
        }

        return table;
    }

    /// <summary>Begins every node table of the graph as it was, so that edges find their nodes.</summary>
    public async ValueTask BeginAllNodesAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Before.NodeTableNames)
        {
            await NodesAsync(name, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The edges of a type, begun with what was there before and what is declared; not fixed yet.</summary>
    public async ValueTask<EdgeTypeLoad> EdgesAsync(string name, CancellationToken cancellationToken)
    {
        if (_edgesByName.TryGetValue(name, out var known))
        {
            return known;
        }

        var statistics = Before.Edges(name, out var rows);
        var type = new EdgeTypeLoad(name, statistics, rows, Request.Mode == LoadMode.Merge);
        _edgesByName.Add(name, type);
        sinks.Reserve(TableKind.Edges, name);
        _edgeTypes.Add(type);
        foreach (var pair in statistics?.Pairs ?? [])
        {
            var source = await NodesAsync(Before.NameOf(pair.SourceTable), null, cancellationToken).ConfigureAwait(false);
            var target = await NodesAsync(Before.NameOf(pair.TargetTable), null, cancellationToken).ConfigureAwait(false);
            var outgoing = type.Merges ? await Before.OutgoingAsync(name, pair, cancellationToken).ConfigureAwait(false) : null;
            type.Pair(source, target).BeginWith(pair, outgoing);
        }

        foreach (var declared in Schema.Edges.Where(e => e.Name == name))
        {
            Declare(type, declared.Properties, statistics is not null);
        }

        return type;
    }

    public bool TryGetEdges(string name, out EdgeTypeLoad type) => _edgesByName.TryGetValue(name, out type!);

    static void Declare(TableLoad table, IEnumerable<PropertySchema> properties, bool isNew)
    {
        foreach (var property in properties)
        {
            if (table.Declare(property, isNew) is { } problem)
            {
                throw InputPlanner.Refused("", problem);
            }
        }
    }

    /// <summary>Fixes a node table's columns; an error is the input's.</summary>
    public void Fix(NodeTableLoad table)
    {
        if (!table.IsFixed && table.Fix() is { } problem)
        {
            throw InputPlanner.Refused("", problem);
        }
    }

    public async ValueTask FlushAsync(NodeTableLoad table, CancellationToken cancellationToken)
    {
        if (table.PendingRows == 0)
        {
            return;
        }

        if (Errors.Any)
        {
            // Nothing will be published any more; the rest is read only to find more errors.
            table.Discard();
            return;
        }

        await EnsureSinkAsync(table, cancellationToken).ConfigureAwait(false);
        await writes.WriteAsync(table.Sink!, table.TakeBatch(Ids)).ConfigureAwait(false);
    }

    public async ValueTask EnsureSinkAsync(NodeTableLoad table, CancellationToken cancellationToken) =>
        table.Sink ??= await OpenAsync(TableKind.Nodes, table, table.HasBase, table.Updates is not null, cancellationToken).ConfigureAwait(false);

    public async ValueTask EnsureSinkAsync(EdgeTypeLoad type, CancellationToken cancellationToken) =>
        type.Sink ??= await OpenAsync(TableKind.Edges, type, type.HasBase, type.Merges, cancellationToken).ConfigureAwait(false);

    public async ValueTask FlushAsync(EdgePairLoad pair, CancellationToken cancellationToken)
    {
        if (pair.PendingRows == 0)
        {
            return;
        }

        if (Errors.Any)
        {
            pair.Discard();
            return;
        }

        await EnsureSinkAsync(pair.Type, cancellationToken).ConfigureAwait(false);
        await writes.WriteAsync(pair.Type.Sink!, pair.TakeBatch(Ids)).ConfigureAwait(false);
    }

    public async ValueTask<TableSink> OpenAdjacencyAsync(TableKind kind, string name, Schema schema, CancellationToken cancellationToken)
    {
        var sink = await sinks.OpenAsync(kind, name, schema, SinkMode.Replace, cancellationToken).ConfigureAwait(false);
        OpenSinks.Add(sink);
        return sink;
    }

    public ValueTask WriteAsync(TableSink sink, RecordBatch batch) => writes.WriteAsync(sink, batch);

    async ValueTask<TableSink> OpenAsync(TableKind kind, TableLoad table, bool hasBase, bool merges, CancellationToken cancellationToken)
    {
        var append = hasBase && !merges && !table.HasNewColumns && await Before.CanAppendAsync(kind, table.Name, cancellationToken).ConfigureAwait(false);
        var sink = await sinks.OpenAsync(kind, table.Name, table.Schema, append ? SinkMode.Append : SinkMode.Replace, cancellationToken).ConfigureAwait(false);
        OpenSinks.Add(sink);
        if (hasBase && !append && !merges)
        {
            // Rows keep their numbers, because they go first and in order.
            await foreach (var batch in Before.RowsAsync(kind, table.Name, table.Schema, cancellationToken).ConfigureAwait(false))
            {
                await writes.WriteAsync(sink, batch).ConfigureAwait(false);
            }
        }

        return sink;
    }

    /// <summary>Writes the rows that were there before a merge behind the new ones, with their new values.</summary>
    public async ValueTask RewriteAsync(NodeTableLoad table, CancellationToken cancellationToken)
    {
        var updates = table.Updates!;
        updates.Seal(table.BaseCount);
        var rows = table.BaseRows;
        NodesUpdated += updates.Count;
        await RewriteAsync(TableKind.Nodes, table, 1, row => rows.TryPositionOf(row, out var id) ? (updates, id) : null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the rows that were there before a merge behind the new ones, with their new values.</summary>
    public async ValueTask RewriteAsync(EdgeTypeLoad type, CancellationToken cancellationToken)
    {
        var pairs = type.Pairs.Where(static p => p.Updates is not null).Select(static p => (p.Updates!, new IdBlocks(p.Entry!.Rows))).ToArray();
        foreach (var (updates, rows) in pairs)
        {
            updates.Seal(rows.Count);
            EdgesUpdated += updates.Count;
        }

        await RewriteAsync(TableKind.Edges, type, 3, row =>
        {
            foreach (var (updates, rows) in pairs)
            {
                if (rows.TryPositionOf(row, out var id))
                {
                    return (updates, id);
                }
            }

            return null;
        }, cancellationToken).ConfigureAwait(false);
        type.RowCount += type.BaseRows;
    }

    async ValueTask RewriteAsync(
        TableKind kind, TableLoad table, int idColumns, Func<ulong, (UpdateSet Updates, int Id)?> find, CancellationToken cancellationToken)
    {
        ulong row = 0;
        await foreach (var batch in Before.RowsAsync(kind, table.Name, table.Schema, cancellationToken).ConfigureAwait(false))
        {
            var patched = RowPatch.Apply(batch, table, idColumns, row, find);
            row += (ulong)batch.Length;
            table.NoteNulls(patched.Columns.Skip(idColumns).ToArray());
            await writes.WriteAsync(table.Sink!, patched).ConfigureAwait(false);
        }
    }

    public void Report(LoadPhase phase, string? current, long bytesRead, bool force = false)
    {
        if (progress is null)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        if (force || Stopwatch.GetElapsedTime(_lastReport, now) >= ProgressInterval)
        {
            _lastReport = now;
            progress.Report(new LoadProgress(phase, Nodes, Edges, Math.Min(BytesBefore + bytesRead, TotalBytes), TotalBytes, current));
        }
    }
}
