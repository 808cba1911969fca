using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>A version of the graph in a store, as a load builds on it.</summary>
sealed class StoredGraph(IObjectStore store, GraphManifest manifest, GraphSnapshot snapshot) : BaseGraph
{
    const int CopyRows = 65_536;

    public override IEnumerable<string> NodeTableNames => snapshot.NodeTables.Select(static t => t.Name);

    public override async ValueTask<(NodeTableStatistics? Statistics, KeyIndex? Keys)> NodesAsync(string name, CancellationToken cancellationToken)
    {
        if (manifest.Find(TableKind.Nodes, name) is not { } table)
        {
            return default;
        }

        var keys = await snapshot.FindNodeTable(name)!.LoadKeyIndexAsync(cancellationToken).ConfigureAwait(false);
        return (NodeTableStatistics.Parse(table.Statistics, name), keys);
    }

    public override EdgeTableStatistics? Edges(string name, out long rows)
    {
        var table = manifest.Find(TableKind.Edges, name);
        rows = table?.RowCount ?? 0;
        return table is null ? null : EdgeTableStatistics.Parse(table.Statistics, name);
    }

    public override string NameOf(long tableId) => manifest.Tables.First(t => t.Id == tableId).Name;

    public override async ValueTask<bool> CanAppendAsync(TableKind kind, string name, CancellationToken cancellationToken)
    {
        var table = manifest.Find(kind, name)!;
        using var newest = await LanceDataset.OpenAsync(store, table.Path, null, cancellationToken).ConfigureAwait(false);
        return newest.Version == table.Version;
    }

    public override async IAsyncEnumerable<RecordBatch> RowsAsync(
        TableKind kind, string name, Schema schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new ColumnReader(store, manifest.Find(kind, name)!);
        using var dataset = await reader.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = checked((int)reader.Table.RowCount);
        await foreach (var batch in reader.ReadAsync(dataset, null, 0, rows, CopyRows, cancellationToken).ConfigureAwait(false))
        {
            var columns = new ArrowArray[schema.Fields.Count];
            for (var i = 0; i < columns.Length; i++)
            {
                var index = batch.Schema.IndexOf(schema.Fields[i].Name);
                columns[i] = index >= 0 ? batch.Column(index) : Nulls(schema.Fields[i].Type, batch.Length);
            }

            yield return new RecordBatch(schema, columns, batch.Length);
        }
    }

    public override ValueTask<CsrIndex> OutgoingAsync(string edgeType, EdgePairEntry pair, CancellationToken cancellationToken)
    {
        foreach (var candidate in snapshot.FindEdgeType(edgeType)!.Pairs)
        {
            if (candidate.Source.Name == NameOf(pair.SourceTable) && candidate.Target.Name == NameOf(pair.TargetTable))
            {
                return candidate.LoadOutAsync(cancellationToken);
            }
        }

        throw new InvalidOperationException($"The graph has no such pair of edge type '{edgeType}'.");
    }

    static ArrowArray Nulls(ArrowType type, int rows)
    {
        var column = ValueColumn.Create(type);
        column.AppendNulls(rows);
        return column.Build();
    }
}
