using System.Threading.Channels;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Encodes and writes batches on a task of its own, in the order in which they are handed over, so that parsing goes on meanwhile. A few batches may
/// wait; then handing over waits too, which bounds the memory.
/// </summary>
sealed class WriteBehind : IAsyncDisposable
{
    const int Waiting = 4;

    readonly Channel<(TableSink Sink, RecordBatch Batch)> _queue = Channel.CreateBounded<(TableSink Sink, RecordBatch Batch)>(
        new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });
    readonly CancellationToken _cancellation;
    readonly Task _task;

    public WriteBehind(CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _task = Task.Run(WriteAllAsync, CancellationToken.None);
    }

    /// <summary>Hands a batch over, which is disposed when it is written.</summary>
    public async ValueTask WriteAsync(TableSink sink, RecordBatch batch)
    {
        while (!_queue.Writer.TryWrite((sink, batch)))
        {
            if (!await _queue.Writer.WaitToWriteAsync(_cancellation).ConfigureAwait(false))
            {
                // Writing failed; its error says why.
                await _task.ConfigureAwait(false);
                throw new InvalidOperationException("The load was finished already.");
            }
        }
    }

    /// <summary>Waits until everything handed over is written.</summary>
    public async ValueTask FinishAsync()
    {
        _queue.Writer.TryComplete();
        await _task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task WriteAllAsync()
    {
        try
        {
            await foreach (var (sink, batch) in _queue.Reader.ReadAllAsync(_cancellation).ConfigureAwait(false))
            {
                using (batch)
                {
                    await sink.WriteAsync(batch, _cancellation).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            _queue.Writer.TryComplete();
            throw;
        }
    }
}
