using System.Numerics;

namespace Pennon.Lance.IO;

/// <summary>
/// Reads one object through the cache in blocks; what is missing is read from the store with one request for each stretch of missing blocks. The object itself
/// is opened only when something is missing.
/// </summary>
sealed class CachingObjectReader(CachingObjectStore owner, string path, ObjectFacts facts, long stamp, IObjectReader? opened) : IObjectReader
{
    readonly SemaphoreSlim _opening = new(1, 1);
    readonly int _blockBytes = owner.Options.BlockBytes;
    readonly int _shift = BitOperations.Log2((uint)owner.Options.BlockBytes);
    IObjectReader? _inner = opened;
    bool _disposed;

    public string Path => path;

    public long Length => facts.Length;

    // Without an open object a miss has to open it, which may wait.
    public bool SupportsSynchronousReads => facts.IsSynchronous && Volatile.Read(ref _inner) is not null;

    public int Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!SupportsSynchronousReads)
            throw new NotSupportedException($"'{path}' is read asynchronously.");
        var count = CheckedCount(offset, destination.Length);
        if (GoesPast(count))
            return _inner!.Read(offset, destination);
        for (var done = 0; done < count;)
        {
            var block = (offset + done) >> _shift;
            if (owner.Find(path, Length, block) is { } kept)
            {
                done += CopyFrom(kept, block, offset + done, destination[done..count]);
                continue;
            }
            var blocks = MissingFrom(block, offset + count);
            var bytes = GC.AllocateUninitializedArray<byte>(BytesOf(block, blocks));
            _inner!.ReadExactly(block << _shift, bytes);
            Keep(block, bytes);
            done += CopyFrom(bytes, block, offset + done, destination[done..count]);
        }
        return count;
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var count = CheckedCount(offset, destination.Length);
        if (GoesPast(count))
            return await (await OpenAsync(cancellationToken).ConfigureAwait(false)).ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
        for (var done = 0; done < count;)
        {
            var block = (offset + done) >> _shift;
            if (owner.Find(path, Length, block) is { } kept)
            {
                done += CopyFrom(kept, block, offset + done, destination.Span[done..count]);
                continue;
            }
            var blocks = MissingFrom(block, offset + count);
            var bytes = GC.AllocateUninitializedArray<byte>(BytesOf(block, blocks));
            var inner = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await inner.ReadExactlyAsync(block << _shift, bytes, cancellationToken).ConfigureAwait(false);
            Keep(block, bytes);
            done += CopyFrom(bytes, block, offset + done, destination.Span[done..count]);
        }
        return count;
    }

    public bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        if (Volatile.Read(ref _inner) is { } inner)
            return inner.TryGetMemory(offset, length, out memory);
        memory = default;
        return false;
    }

    public void Dispose()
    {
        _disposed = true;
        _inner?.Dispose();
        _opening.Dispose();
    }

    async ValueTask<IObjectReader> OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _inner) is { } open)
            return open;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_inner is not null)
                return _inner;
            var inner = await owner.Inner.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            if (inner.Length != Length)
            {
                var length = inner.Length;
                inner.Dispose();
                owner.Forget(path);
                throw new LanceFormatException($"The object had {Length} bytes and now has {length}, although objects of such a name never change", path, -1);
            }
            Volatile.Write(ref _inner, inner);
            return inner;
        }
        finally
        {
            _opening.Release();
        }
    }

    // Also when the object was replaced meanwhile: what is kept by then may be of the new one, and this reader stays with the old.
    bool GoesPast(int count) => count > owner.Options.LargestCachedRead || !owner.IsCurrent(path, stamp);

    int CheckedCount(long offset, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return (int)Math.Clamp(Length - offset, 0, wanted);
    }

    // The stretch of blocks from the first that none of is kept, up to the end of the read.
    int MissingFrom(long first, long end)
    {
        var count = 1;
        while ((first + count) << _shift < end && !owner.Contains(path, Length, first + count))
            count++;
        owner.CountMisses(count);
        return count;
    }

    int BytesOf(long block, int count) => (int)Math.Min((long)count << _shift, Length - (block << _shift));

    int CopyFrom(byte[] bytes, long block, long offset, Span<byte> destination)
    {
        var from = (int)(offset - (block << _shift));
        var count = Math.Min(bytes.Length - from, destination.Length);
        bytes.AsSpan(from, count).CopyTo(destination);
        return count;
    }

    void Keep(long block, byte[] bytes)
    {
        if (bytes.Length <= _blockBytes)
        {
            owner.Add(path, facts, stamp, block, bytes);
            return;
        }
        for (var at = 0; at < bytes.Length; at += _blockBytes)
            owner.Add(path, facts, stamp, block++, bytes.AsSpan(at, Math.Min(_blockBytes, bytes.Length - at)).ToArray());
    }
}
