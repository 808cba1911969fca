using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes;

/// <summary>
/// Sorts any number of pairs of value and row id in bounded memory: what does not fit goes to temporary files, which are merged at the
/// end. Nulls are kept aside. Not safe for concurrent use.
/// </summary>
sealed class PairSorter : IAsyncDisposable
{
    const int BatchRows = 32 << 10;

    // A pair is held once as it came and once more while it is sorted.
    const int WorkFactor = 3;

    readonly long _memory;
    readonly bool _numeric;
    readonly List<PairBatch> _pending = [];
    readonly List<ulong> _nulls = [];
    readonly List<PairRun> _runs = [];
    readonly List<IAsyncEnumerable<PairBatch>> _sorted = [];
    long _pendingBytes;

    public PairSorter(ArrowType type, long memory)
    {
        _memory = memory;
        _numeric = IndexKeys.IsNumeric(type);
    }

    /// <summary>Pairs taken in, nulls not counted.</summary>
    public long Count { get; private set; }

    /// <summary>The ids of the rows without a value, ascending.</summary>
    public ulong[] Nulls()
    {
        _nulls.Sort();
        return [.. _nulls];
    }

    /// <summary>Takes in values and the ids of their rows.</summary>
    public async ValueTask AddAsync(ArrowArray values, ReadOnlyMemory<ulong> ids, CancellationToken cancellationToken)
    {
        var present = ids;
        if (values.HasNulls)
        {
            var kept = new ulong[values.Length - values.NullCount];
            var at = 0;
            for (var i = 0; i < values.Length; i++)
            {
                if (values.IsValid(i))
                    kept[at++] = ids.Span[i];
                else
                    _nulls.Add(ids.Span[i]);
            }
            present = kept;
        }
        await AddAsync(new PairBatch(IndexKeys.Of(values, forSearch: false), present.ToArray()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes in pairs.</summary>
    public async ValueTask AddAsync(PairBatch pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0)
            return;
        _pending.Add(pairs);
        Count += pairs.Count;
        _pendingBytes += (pairs.Keys.Size + 8L * pairs.Count) * WorkFactor;
        if (_pendingBytes < _memory && PendingData() < int.MaxValue / 2)
            return;
        _runs.Add(await PairRun.WriteAsync(SortPending(), BatchRows, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Takes in the id of a row without a value.</summary>
    public void AddNull(ulong id) => _nulls.Add(id);

    /// <summary>Takes in pairs that are sorted already; they are read when the result is.</summary>
    public void AddSorted(IAsyncEnumerable<PairBatch> pairs) => _sorted.Add(pairs);

    /// <summary>Every pair in order of value, then of id. Can be read once.</summary>
    public async IAsyncEnumerable<PairBatch> SortedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = _pending.Count == 0 ? null : SortPending();
        var sources = new List<IAsyncEnumerable<PairBatch>>(_sorted);
        sources.AddRange(_runs.Select(run => run.ReadAsync(CancellationToken.None)));
        if (sources.Count == 0)
        {
            if (last is not null)
                yield return last;
            yield break;
        }
        if (last is not null)
            sources.Add(new[] { last }.ToAsyncEnumerable());
        await foreach (var batch in PairMerge.RunAsync(sources, _numeric, BatchRows, cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    /// <summary>Deletes the temporary files.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync().ConfigureAwait(false);
        _runs.Clear();
    }

    long PendingData() => _numeric ? 0 : _pendingBytes / WorkFactor;

    PairBatch SortPending()
    {
        var count = 0;
        foreach (var part in _pending)
            count = checked(count + part.Count);
        var ids = new ulong[count];
        KeyList keys;
        var at = 0;
        if (_numeric)
        {
            var numbers = new long[count];
            foreach (var part in _pending)
            {
                part.Keys.Numbers.CopyTo(numbers.AsSpan(at));
                part.Ids.CopyTo(ids, at);
                at += part.Count;
            }
            keys = new KeyList(numbers);
        }
        else
        {
            var offsets = new int[count + 1];
            foreach (var part in _pending)
            {
                for (var i = 0; i < part.Count; i++)
                    offsets[at + i + 1] = checked(offsets[at + i] + part.Keys.Bytes(i).Length);
                part.Ids.CopyTo(ids, at);
                at += part.Count;
            }
            var data = new byte[offsets[^1]];
            at = 0;
            foreach (var part in _pending)
            {
                for (var i = 0; i < part.Count; i++)
                    part.Keys.Bytes(i).CopyTo(data.AsSpan(offsets[at + i]));
                at += part.Count;
            }
            keys = new KeyList(data, offsets);
        }
        _pending.Clear();
        _pendingBytes = 0;
        return PairBatch.Sort(keys, ids);
    }
}

/// <summary>Sorted pairs in a temporary file that goes when it is closed.</summary>
sealed class PairRun : IAsyncDisposable
{
    readonly FileStream _file;
    readonly bool _numeric;

    PairRun(FileStream file, bool numeric)
    {
        _file = file;
        _numeric = numeric;
    }

    public static async ValueTask<PairRun> WriteAsync(PairBatch sorted, int batchRows, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"pennon-sort-{Guid.NewGuid():N}.tmp");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 1 << 20,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            for (var at = 0; at < sorted.Count; at += batchRows)
            {
                var count = Math.Min(batchRows, sorted.Count - at);
                await WriteAsync(file, MemoryMarshal.AsBytes<int>([count]).ToArray(), cancellationToken).ConfigureAwait(false);
                await WriteAsync(file, MemoryMarshal.AsBytes(sorted.Ids.AsSpan(at, count)).ToArray(), cancellationToken).ConfigureAwait(false);
                if (sorted.Keys.IsNumeric)
                {
                    await WriteAsync(file, MemoryMarshal.AsBytes(sorted.Keys.Numbers.Slice(at, count)).ToArray(), cancellationToken).ConfigureAwait(false);
                    continue;
                }
                var offsets = new int[count + 1];
                for (var i = 0; i < count; i++)
                    offsets[i + 1] = offsets[i] + sorted.Keys.Bytes(at + i).Length;
                var data = new byte[offsets[^1]];
                for (var i = 0; i < count; i++)
                    sorted.Keys.Bytes(at + i).CopyTo(data.AsSpan(offsets[i]));
                await WriteAsync(file, MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray(), cancellationToken).ConfigureAwait(false);
                await WriteAsync(file, data, cancellationToken).ConfigureAwait(false);
            }
            return new PairRun(file, sorted.Keys.IsNumeric);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async IAsyncEnumerable<PairBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Position = 0;
        while (_file.Position < _file.Length)
        {
            var count = MemoryMarshal.Read<int>(await ReadAsync(4, cancellationToken).ConfigureAwait(false));
            var ids = MemoryMarshal.Cast<byte, ulong>(await ReadAsync(8 * count, cancellationToken).ConfigureAwait(false)).ToArray();
            if (_numeric)
            {
                var numbers = MemoryMarshal.Cast<byte, long>(await ReadAsync(8 * count, cancellationToken).ConfigureAwait(false)).ToArray();
                yield return new PairBatch(new KeyList(numbers), ids);
                continue;
            }
            var offsets = MemoryMarshal.Cast<byte, int>(await ReadAsync(4 * (count + 1), cancellationToken).ConfigureAwait(false)).ToArray();
            yield return new PairBatch(new KeyList(await ReadAsync(offsets[^1], cancellationToken).ConfigureAwait(false), offsets), ids);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    static ValueTask WriteAsync(FileStream file, byte[] bytes, CancellationToken cancellationToken) => file.WriteAsync(bytes, cancellationToken);

    async ValueTask<byte[]> ReadAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        await _file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}

/// <summary>Merges sorted pairs.</summary>
static class PairMerge
{
    public static async IAsyncEnumerable<PairBatch> RunAsync(
        IReadOnlyList<IAsyncEnumerable<PairBatch>> sources, bool numeric, int batchRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursors = new List<Cursor>();
        try
        {
            var heap = new List<Cursor>();
            foreach (var source in sources)
            {
                var cursor = new Cursor(source.GetAsyncEnumerator(cancellationToken));
                cursors.Add(cursor);
                if (await cursor.NextBatchAsync().ConfigureAwait(false))
                    heap.Add(cursor);
            }
            for (var i = heap.Count / 2 - 1; i >= 0; i--)
                Sink(heap, i);
            var output = new Output(numeric, batchRows);
            while (heap.Count > 0)
            {
                var top = heap[0];
                output.Add(top);
                if (!top.Step() && !await top.NextBatchAsync().ConfigureAwait(false))
                {
                    heap[0] = heap[^1];
                    heap.RemoveAt(heap.Count - 1);
                }
                Sink(heap, 0);
                if (output.IsFull)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return output.Take();
                }
            }
            if (output.Count > 0)
                yield return output.Take();
        }
        finally
        {
            foreach (var cursor in cursors)
                await cursor.DisposeAsync().ConfigureAwait(false);
        }
    }

    static void Sink(List<Cursor> heap, int at)
    {
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= heap.Count)
                return;
            if (child + 1 < heap.Count && heap[child + 1].CompareTo(heap[child]) < 0)
                child++;
            if (heap[at].CompareTo(heap[child]) <= 0)
                return;
            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    sealed class Cursor(IAsyncEnumerator<PairBatch> source) : IAsyncDisposable
    {
        public PairBatch Batch { get; private set; } = null!;

        public int Row { get; private set; }

        public bool Step() => ++Row < Batch.Count;

        public async ValueTask<bool> NextBatchAsync()
        {
            do
            {
                if (!await source.MoveNextAsync().ConfigureAwait(false))
                    return false;
                Batch = source.Current;
                Row = 0;
            }
            while (Batch.Count == 0);
            return true;
        }

        public int CompareTo(Cursor other)
        {
            var byKey = Batch.Keys.Compare(Row, other.Batch.Keys, other.Row);
            return byKey != 0 ? byKey : Batch.Ids[Row].CompareTo(other.Batch.Ids[other.Row]);
        }

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }

    sealed class Output(bool numeric, int capacity)
    {
        const int MostBytes = 16 << 20;

        readonly ulong[] _ids = new ulong[capacity];
        readonly long[] _numbers = new long[numeric ? capacity : 0];
        readonly List<int> _offsets = [0];
        readonly BufferBuilder<byte> _data = new();

        public int Count { get; private set; }

        public bool IsFull => Count == capacity || _data.Length >= MostBytes;

        public void Add(Cursor cursor)
        {
            _ids[Count] = cursor.Batch.Ids[cursor.Row];
            if (numeric)
            {
                _numbers[Count] = cursor.Batch.Keys.Numbers[cursor.Row];
            }
            else
            {
                _data.Append(cursor.Batch.Keys.Bytes(cursor.Row));
                _offsets.Add(_data.Length);
            }
            Count++;
        }

        public PairBatch Take()
        {
            var keys = numeric ? new KeyList(_numbers[..Count]) : new KeyList(_data.Span.ToArray(), [.. _offsets]);
            var batch = new PairBatch(keys, _ids[..Count]);
            Count = 0;
            _data.Truncate(0);
            _offsets.Clear();
            _offsets.Add(0);
            return batch;
        }
    }
}
