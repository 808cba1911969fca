using System.Buffers;
using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Cli.Commands.Lance;

/// <summary>Rows of a dataset as JSON lines on a stream, after a line that describes the table.</summary>
internal static class JsonRows
{
    const int FlushBytes = 1 << 16;
    const int RowsAtOnce = 1024;

    public static async Task WriteAsync(
        Stream output, string table, LanceDataset dataset, Schema schema, IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var rows = await dataset.CountRowsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var buffer = new ArrayBufferWriter<byte>(2 * FlushBytes);
        JsonRowWriter? writer = null;
        await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                if (writer is null && batch.Length > 0)
                {
                    writer = new JsonRowWriter(schema);
                    writer.WriteHeader(buffer, table, dataset.Version, rows);
                }

                for (var from = 0; from < batch.Length; from += RowsAtOnce)
                {
                    writer!.WriteRows(buffer, batch.Slice(from, Math.Min(RowsAtOnce, batch.Length - from)));
                    if (buffer.WrittenCount >= FlushBytes)
                    {
                        await output.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
                        buffer.ResetWrittenCount();
                    }
                }
            }
        }

        // The reference tool learns the columns from the first rows, so an answer without rows names none; `lance schema` does.
        if (writer is null)
        {
            new JsonRowWriter(new Schema([])).WriteHeader(buffer, table, dataset.Version, rows);
        }

        await output.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
