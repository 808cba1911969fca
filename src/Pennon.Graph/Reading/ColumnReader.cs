using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>Reads columns of one table version, in runs of rows.</summary>
sealed class ColumnReader(IObjectStore store, GraphTable table)
{
    const int ChunkRows = 1 << PropertyColumn.DefaultChunkShift;

    public GraphTable Table => table;

    public ValueTask<LanceDataset> OpenAsync(CancellationToken cancellationToken) =>
        LanceDataset.OpenAsync(store, table.Path, new LanceOpenOptions { Version = table.Version, Branch = table.Branch }, cancellationToken);

    /// <summary>The batches of some columns over one run of rows.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        LanceDataset dataset, IReadOnlyList<string>? columns, ulong start, int count, int batchRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            yield break;
        }

        long rows = 0;
        var options = new ScanOptions { Columns = columns, Offset = (long)start, Limit = count, BatchSize = batchRows };
        await foreach (var batch in dataset.ScanAsync(options, cancellationToken).ConfigureAwait(false))
        {
            rows += batch.Length;
            yield return batch;
        }

        if (rows != count)
        {
            throw new LanceFormatException($"Table version {table.Version} has {rows} of the {count} rows from row {start} on that the graph names.", table.Path, -1);
        }
    }

    /// <summary>Whole columns over runs of rows, each as chunks of 2^20 rows.</summary>
    public async ValueTask<ArrowArray[][]> ReadColumnsAsync(IReadOnlyList<string> columns, IdBlocks rows, CancellationToken cancellationToken)
    {
        using var dataset = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var chunks = new List<ArrowArray>[columns.Count];
        var pending = new List<ArrowArray>[columns.Count];
        for (var c = 0; c < columns.Count; c++)
        {
            chunks[c] = [];
            pending[c] = [];
        }

        var pendingRows = 0;
        foreach (var (start, count) in rows.Blocks)
        {
            await foreach (var batch in ReadAsync(dataset, columns, start, count, ChunkRows, cancellationToken).ConfigureAwait(false))
            {
                for (var at = 0; at < batch.Length;)
                {
                    var take = Math.Min(batch.Length - at, ChunkRows - pendingRows);
                    for (var c = 0; c < columns.Count; c++)
                    {
                        var column = batch.Column(columns[c]);
                        pending[c].Add(take == batch.Length ? column : column.Slice(at, take));
                    }

                    at += take;
                    pendingRows += take;
                    if (pendingRows == ChunkRows)
                    {
                        Close();
                    }
                }
            }
        }

        if (pendingRows > 0)
        {
            Close();
        }

        for (var c = 0; c < columns.Count; c++)
        {
            if (chunks[c].Count == 0)
            {
                chunks[c].Add(ArrayBuilder.Create(dataset.Schema.Field(columns[c]).Type).Build());
            }
        }

        return Array.ConvertAll(chunks, static c => c.ToArray());

        void Close()
        {
            for (var c = 0; c < columns.Count; c++)
            {
                chunks[c].Add(pending[c].Count == 1 ? pending[c][0] : Concat.Apply(pending[c].ToArray()));
                pending[c].Clear();
            }

            pendingRows = 0;
        }
    }

    /// <summary>Loads a property: its typed column, its values in the overflow, or both joined.</summary>
    public async ValueTask<(PropertyColumn Column, long Bytes)> ReadPropertyAsync(StoredProperty property, IdBlocks rows, CancellationToken cancellationToken)
    {
        var info = property.Info;
        string[] columns = (property.Column, property.OverflowKinds) switch
        {
            ({ } column, 0) => [column],
            ({ } column, _) => [column, ColumnNames.Overflow],
            _ => [ColumnNames.Overflow],
        };
        var read = await ReadColumnsAsync(columns, rows, cancellationToken).ConfigureAwait(false);
        if (property.Column is not null && read[0][0].Type != property.Type)
        {
            throw new LanceFormatException($"Column '{property.Column}' is of type {read[0][0].Type}, not {property.Type} as the graph says.", table.Path, -1);
        }

        var chunks = read[0];
        if (property.OverflowKinds != 0)
        {
            chunks = new ArrowArray[read[0].Length];
            for (var i = 0; i < chunks.Length; i++)
            {
                chunks[i] = OverflowReader.Join(property, info, property.Column is null ? null : read[0][i], read[^1][i], table.Path);
            }
        }

        var result = new PropertyColumn(info.Type, chunks, info.IsMixed);
        return (result, chunks.Sum(BytesOf));
    }

    static long BytesOf(ArrowArray array) => array.Buffers.Sum(static b => (long)b.Length) + array.StoredChildren.Sum(BytesOf) + 64;
}
