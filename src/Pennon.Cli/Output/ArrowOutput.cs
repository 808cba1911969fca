using Pennon.Arrow;
using Pennon.Arrow.Ipc;

namespace Pennon.Cli.Output;

/// <summary>Batches as an Arrow IPC stream.</summary>
internal static class ArrowOutput
{
    public static async Task WriteStreamAsync(Stream output, IReadOnlyList<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var writer = new ArrowStreamWriter(output, batches[0].Schema, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var batch in batches)
            {
                await writer.WriteAsync(batch, null, cancellationToken).ConfigureAwait(false);
            }

            await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        }

        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
