using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>Writes tables as Lance datasets, each under the path that its kind and name ask for.</summary>
sealed class LanceTableSinks : TableSinks
{
    readonly IObjectStore _store;
    readonly GraphManifest _parent;
    readonly HashSet<string> _paths;
    readonly LanceWriteOptions _options;
    readonly Dictionary<(TableKind, string), GraphTable> _tables = [];

    public LanceTableSinks(IObjectStore store, GraphManifest parent, LanceWriteOptions options)
    {
        _store = store;
        _parent = parent;
        _options = options;
        NextTableId = parent.NextTableId;
        _paths = [.. parent.Tables.Select(static t => t.Path.ToUpperInvariant())];
    }

    public long NextTableId { get; private set; }

    /// <summary>The table of a kind and name as it will be named: the one that is there, or a new one.</summary>
    public GraphTable TableOf(TableKind kind, string name)
    {
        if (_tables.TryGetValue((kind, name), out var table))
        {
            return table;
        }

        table = _parent.Find(kind, name) ?? new GraphTable(NextTableId++, 0, kind, name, NewPath(kind, name), null, 0, 0, "{}");
        _tables.Add((kind, name), table);
        return table;
    }

    public override void Reserve(TableKind kind, string name) => TableOf(kind, name);

    public override async ValueTask<TableSink> OpenAsync(TableKind kind, string name, Schema schema, SinkMode mode, CancellationToken cancellationToken)
    {
        var table = TableOf(kind, name);
        var writer = mode == SinkMode.Append
            ? await LanceTableWriter.AppendAsync(_store, table.Path, schema, _options with { ReadVersion = table.Version }, cancellationToken).ConfigureAwait(false)
            : await LanceTableWriter.OverwriteAsync(_store, table.Path, schema, _options, cancellationToken).ConfigureAwait(false);
        return new LanceTableSink(table, writer, mode);
    }

    string NewPath(TableKind kind, string name)
    {
        var file = ColumnNames.FileName(name);
        for (var i = 1; ; i++)
        {
            var unique = i == 1 ? file : $"{file}-{i}";
            var path = kind switch
            {
                TableKind.Nodes => $"nodes/{unique}.lance",
                TableKind.Edges => $"edges/{unique}.lance",
                TableKind.AdjacencyOut => $"adjacency/{unique}.out.lance",
                _ => $"adjacency/{unique}.in.lance",
            };

            // Two names that differ in letter case only would meet in one folder on some file systems.
            if (_paths.Add(path.ToUpperInvariant()))
            {
                return path;
            }
        }
    }

    sealed class LanceTableSink(GraphTable table, LanceTableWriter writer, SinkMode mode) : TableSink
    {
        public override ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken) => writer.WriteAsync(batch, cancellationToken);

        public override async ValueTask<StagedWrite> FinishAsync(long rowCount, string statistics, CancellationToken cancellationToken)
        {
            var staged = await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
            return new StagedWrite(
                table with { Incarnation = mode == SinkMode.Replace ? table.Incarnation + 1 : table.Incarnation, RowCount = rowCount, Statistics = statistics },
                staged,
                mode == SinkMode.Append);
        }

        public override ValueTask DisposeAsync() => writer.DisposeAsync();
    }
}
