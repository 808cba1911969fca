using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance.Files;

/// <summary>
/// Byte ranges wanted from one file, read together: neighbours are joined into few larger reads, and reads that must wait for
/// a network run side by side. Results stay until the plan is disposed.
/// </summary>
internal sealed class ReadPlan(IObjectReader reader) : IDisposable
{
    // Reading a small gap is cheaper than a second call; over a network a call costs milliseconds.
    const int LocalGap = 4 << 10;
    const int RemoteGap = 512 << 10;
    const int LargestJoined = 16 << 20;

    // Smaller reads share one buffer: a take makes thousands of them, and each buffer has a price of its own.
    const int SmallRead = 128 << 10;
    const int LargestSlab = 4 << 20;
    const int ConcurrentReads = 16;

    readonly List<Request> _requests = [];
    readonly List<ArrowBuffer> _buffers = [];
    int _done;

    struct Request
    {
        public long Offset;
        public int Length;
        public int Buffer;
        public int Start;
        public ReadOnlyMemory<byte> Memory;
    }

    public string File => reader.Path;

    public long FileLength => reader.Length;

    /// <summary>Whether there are ranges that were not read yet.</summary>
    public bool HasPending => _done < _requests.Count;

    /// <summary>Asks for a range and returns the handle of its bytes.</summary>
    public int Add(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > reader.Length || length > reader.Length - offset || length > ArrowAllocator.MaxLength)
        {
            throw new LanceFormatException($"A range of {length} bytes reaches past the end of the file of {reader.Length} bytes", reader.Path, offset);
        }
        _requests.Add(new Request { Offset = offset, Length = (int)length, Buffer = -1 });
        return _requests.Count - 1;
    }

    /// <summary>The bytes of a range that was read.</summary>
    public ReadOnlySpan<byte> Bytes(int handle)
    {
        var request = _requests[handle];
        return request.Buffer >= 0 ? _buffers[request.Buffer].Span.Slice(request.Start, request.Length) : request.Memory.Span;
    }

    /// <summary>The bytes of a range as a buffer that can be kept, if they are most of one and aligned well enough.</summary>
    public ArrowBuffer TryGetBuffer(int handle, int alignment)
    {
        var request = _requests[handle];
        // Keeping a small part would keep the whole buffer alive.
        return request.Buffer >= 0 && request.Start % alignment == 0 && request.Length >= _buffers[request.Buffer].Length / 2
            ? _buffers[request.Buffer].Slice(request.Start, request.Length)
            : ArrowBuffer.Empty;
    }

    readonly record struct JoinedRead(long Offset, int Buffer, int Start, int Length);

    Memory<byte> Target(JoinedRead read) => _buffers[read.Buffer].Memory.Slice(read.Start, read.Length);

    /// <summary>Reads everything that is pending.</summary>
    public ValueTask ExecuteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reads = Join();
        _done = _requests.Count;
        if (reads.Count == 0)
        {
            return ValueTask.CompletedTask;
        }
        if (reader.SupportsSynchronousReads)
        {
            foreach (var read in reads)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reader.ReadExactly(read.Offset, _buffers[read.Buffer].MutableSpan.Slice(read.Start, read.Length));
            }
            return ValueTask.CompletedTask;
        }
        return ReadConcurrentlyAsync(reads, cancellationToken);
    }

    async ValueTask ReadConcurrentlyAsync(List<JoinedRead> reads, CancellationToken cancellationToken)
    {
        if (reads.Count == 1)
        {
            await reader.ReadExactlyAsync(reads[0].Offset, Target(reads[0]), cancellationToken).ConfigureAwait(false);
            return;
        }
        var options = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(reads, options, (read, token) => reader.ReadExactlyAsync(read.Offset, Target(read), token)).ConfigureAwait(false);
    }

    List<JoinedRead> Join()
    {
        var requests = CollectionsMarshal.AsSpan(_requests);
        var order = new List<int>(requests.Length - _done);
        bool sorted = true;
        for (int i = _done; i < requests.Length; i++)
        {
            ref var request = ref requests[i];
            if (request.Length > 0 && !reader.TryGetMemory(request.Offset, request.Length, out request.Memory))
            {
                sorted &= order.Count == 0 || requests[order[^1]].Offset <= request.Offset;
                order.Add(i);
            }
        }
        if (!sorted)
        {
            order.Sort((a, b) => _requests[a].Offset.CompareTo(_requests[b].Offset));
        }
        var reads = new List<JoinedRead>();
        int gap = reader.SupportsSynchronousReads ? LocalGap : RemoteGap;
        int slab = 0;
        int slabStart = 0;
        for (int i = 0; i < order.Count;)
        {
            long start = requests[order[i]].Offset;
            long end = start + requests[order[i]].Length;
            int next = i + 1;
            while (next < order.Count)
            {
                ref var request = ref requests[order[next]];
                long joinedEnd = Math.Max(end, request.Offset + request.Length);
                if (request.Offset > end + gap || joinedEnd - start > LargestJoined)
                {
                    break;
                }
                end = joinedEnd;
                next++;
            }
            int length = (int)(end - start);
            bool small = length <= SmallRead;
            if (small && slab + length > LargestSlab)
            {
                FillSlab(reads, slabStart, slab);
                (slab, slabStart) = (0, reads.Count);
            }
            if (!small)
            {
                _buffers.Add(ArrowAllocator.Default.Allocate(length));
            }
            reads.Add(new JoinedRead(start, small ? -1 : _buffers.Count - 1, small ? slab : 0, length));
            for (; i < next; i++)
            {
                // The buffer of a small read comes last, so that requests hold the number of their read until then.
                ref var request = ref requests[order[i]];
                request.Buffer = reads.Count - 1;
                request.Start = (int)(request.Offset - start);
            }
            slab += small ? (length + 63) & ~63 : 0;
        }
        FillSlab(reads, slabStart, slab);
        foreach (int index in order)
        {
            ref var request = ref requests[index];
            var read = reads[request.Buffer];
            request.Buffer = read.Buffer;
            request.Start += read.Start;
        }
        return reads;
    }

    /// <summary>Allocates the common buffer of the small reads from <paramref name="first"/> on.</summary>
    void FillSlab(List<JoinedRead> reads, int first, int length)
    {
        if (length == 0)
        {
            return;
        }
        _buffers.Add(ArrowAllocator.Default.Allocate(length));
        for (int i = first; i < reads.Count; i++)
        {
            if (reads[i].Buffer < 0)
            {
                reads[i] = reads[i] with { Buffer = _buffers.Count - 1 };
            }
        }
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            buffer.Release();
        }
        _buffers.Clear();
        _requests.Clear();
        _done = 0;
    }
}
