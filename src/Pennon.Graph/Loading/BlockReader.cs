using System.Collections.Concurrent;
using System.IO.Compression;
using System.Threading.Channels;

namespace Pennon.Graph;

/// <summary>
/// Reads a file, inflating it when its first bytes say gzip, on a task of its own that stays a few blocks ahead of the consumer.
/// </summary>
sealed class BlockReader : IAsyncDisposable
{
    /// <summary>Free bytes before the data of a block, so that the unread tail of the block before it can be put there.</summary>
    public const int Headroom = 64 << 10;

    /// <summary>Free bytes after the data of a block, so that vector loads may run past the end.</summary>
    public const int Slack = 64;

    const int BlockSize = 384 << 10;
    const int Ahead = 6;

    static readonly ConcurrentBag<byte[]> Pool = [];

    readonly Channel<(byte[] Buffer, int Length)> _blocks = Channel.CreateBounded<(byte[] Buffer, int Length)>(
        new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
    readonly CancellationTokenSource _stop;
    readonly Task _task;
    readonly string _path;
    long _bytesRead;

    public BlockReader(string path, CancellationToken cancellationToken)
    {
        _path = path;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _task = Task.Run(ReadAsync, CancellationToken.None);
    }

    /// <summary>Bytes of the file read so far, before inflating.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The next block, whose data lies at <see cref="Headroom"/>; a length of 0 means the end.</summary>
    public async ValueTask<(byte[] Buffer, int Length)> NextAsync(CancellationToken cancellationToken)
    {
        if (_blocks.Reader.TryRead(out var block))
        {
            return block;
        }

        while (await _blocks.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_blocks.Reader.TryRead(out block))
            {
                return block;
            }
        }

        return ([], 0);
    }

    public static void Return(byte[] buffer)
    {
        if (buffer.Length == Headroom + BlockSize + Slack && Pool.Count < 32)
        {
            Pool.Add(buffer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _task.ConfigureAwait(false);
        while (_blocks.Reader.TryRead(out var block))
        {
            Return(block.Buffer);
        }

        _stop.Dispose();
    }

    async Task ReadAsync()
    {
        try
        {
            var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
            await using var _ = file.ConfigureAwait(false);
            var magic = new byte[2];
            var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            file.Position = 0;
            Stream input = isGzip ? new GZipStream(new BufferedStream(file, 64 << 10), CompressionMode.Decompress, leaveOpen: true) : file;
            await using var __ = input.ConfigureAwait(false);
            long inflated = 0;
            while (true)
            {
                var buffer = Pool.TryTake(out var pooled) ? pooled : GC.AllocateUninitializedArray<byte>(Headroom + BlockSize + Slack);
                var length = input.ReadAtLeast(buffer.AsSpan(Headroom, BlockSize), BlockSize, throwOnEndOfStream: false);
                Volatile.Write(ref _bytesRead, file.Position);
                inflated += length;
                if (length == 0)
                {
                    Return(buffer);
                    if (isGzip)
                    {
                        GzipEnd.Check(file, inflated);
                    }

                    _blocks.Writer.TryComplete();
                    return;
                }

                await _blocks.Writer.WriteAsync((buffer, length), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // Whatever stopped the reading reaches the consumer with its next call.
            _blocks.Writer.TryComplete(error);
        }
    }
}
