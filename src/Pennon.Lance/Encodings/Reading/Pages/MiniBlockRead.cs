using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pennon.Lance.Files;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>One read of a mini-block page: the chunk table, then the chunks that hold the rows.</summary>
internal sealed class MiniBlockRead(MiniBlockPage page, IReadOnlyList<RowRange> ranges, ValueSink sink) : PageRead
{
    readonly List<ChunkSpan> _spans = [];
    readonly List<SlotRange> _slots = [];
    int _stage;
    int _words = -1;
    int _index = -1;
    int _dictionary = -1;
    int _cursor;
    FixedSink? _indices;

    readonly record struct ChunkSpan(int First, int Last, int Handle);

    public override bool Plan(ReadPlan plan)
    {
        if (_stage == 0)
        {
            _stage = 1;
            if (page.Chunks is null)
            {
                _words = page.Location.RequestAll(plan, 0);
                _index = page.Nesting.HasLists ? page.Location.RequestAll(plan, page.RepetitionIndexBuffer) : -1;
            }
            if (page.Dictionary is not null && page.DecodedDictionary is null)
            {
                _dictionary = page.Location.RequestAll(plan, 2);
            }
            if (_words >= 0 || _dictionary >= 0)
            {
                return true;
            }
        }
        if (_stage == 1)
        {
            _stage = 2;
            if (_words >= 0)
            {
                page.Chunks = ChunkTable.Read(page, plan.Bytes(_words), _index >= 0 ? plan.Bytes(_index) : []);
            }
            RequestChunks(plan, page.Chunks!);
            return true;
        }
        return false;
    }

    void RequestChunks(ReadPlan plan, ChunkTable chunks)
    {
        int first = -1;
        int last = -1;
        foreach (var range in ranges)
        {
            int from = page.Nesting.HasLists ? chunks.ChunkOfStart(range.Start) : chunks.ChunkOf(range.Start);
            int to = chunks.ChunkOf(range.End - 1);
            if (first >= 0 && from <= last + 1)
            {
                last = Math.Max(last, to);
                continue;
            }
            Request(plan, chunks, first, last);
            (first, last) = (from, to);
        }
        Request(plan, chunks, first, last);
    }

    void Request(ReadPlan plan, ChunkTable chunks, int first, int last)
    {
        if (first >= 0)
        {
            long start = chunks.ByteStart(first);
            _spans.Add(new ChunkSpan(first, last, page.Location.Request(plan, 1, start, chunks.ByteStart(last + 1) - start)));
        }
    }

    ReadOnlySpan<byte> ChunkBytes(ReadPlan plan, ChunkTable chunks, int chunk)
    {
        while (_spans[_cursor].Last < chunk)
        {
            _cursor++;
        }
        var span = _spans[_cursor];
        long start = chunks.ByteStart(chunk);
        return plan.Bytes(span.Handle).Slice((int)(start - chunks.ByteStart(span.First)), (int)(chunks.ByteStart(chunk + 1) - start));
    }

    public override void Decode(ReadPlan plan, LevelStore levels)
    {
        if (page.Dictionary is { } dictionary && page.DecodedDictionary is null)
        {
            var items = sink.CreateForItems();
            dictionary.Append(plan.Bytes(_dictionary), page.DictionaryItems, items);
            page.DecodedDictionary = items;
        }
        if (sink is VariableSink variable && page.Dictionary is null)
        {
            ReserveData(plan, variable);
        }
        if (page.Nesting.HasLists)
        {
            DecodeLists(plan, page.Chunks!, levels);
        }
        else
        {
            DecodeFlat(plan, page.Chunks!, levels);
        }
        _indices?.Release();
        _indices = null;
    }

    /// <summary>Makes room for the bytes of whole chunks at once, so that the buffer does not grow chunk by chunk.</summary>
    void ReserveData(ReadPlan plan, VariableSink target)
    {
        long stored = 0;
        foreach (var span in _spans)
        {
            stored += plan.Bytes(span.Handle).Length;
        }
        target.EnsureData(stored);
    }

    /// <summary>Rows are slots: every chunk contributes the slots that the ranges cover.</summary>
    void DecodeFlat(ReadPlan plan, ChunkTable chunks, LevelStore levels)
    {
        int current = -1;
        foreach (var range in ranges)
        {
            int chunk = current >= 0 && range.Start < chunks.SlotStart(current + 1) ? current : chunks.ChunkOf(range.Start);
            for (long row = range.Start; row < range.End; chunk++)
            {
                if (chunk != current)
                {
                    FlushFlat(plan, chunks, current, levels);
                    current = chunk;
                }
                long end = Math.Min(range.End, chunks.SlotStart(chunk + 1));
                if (end > row)
                {
                    _slots.Add(new SlotRange((int)(row - chunks.SlotStart(chunk)), (int)(end - row)));
                    row = end;
                }
            }
        }
        FlushFlat(plan, chunks, current, levels);
    }

    void FlushFlat(ReadPlan plan, ChunkTable chunks, int chunk, LevelStore levels)
    {
        if (_slots.Count == 0)
        {
            return;
        }
        var pending = CollectionsMarshal.AsSpan(_slots);
        int slots = chunks.Slots(chunk);
        Span<int> bounds = stackalloc int[2 * (2 + page.ValueBuffers)];
        var bytes = ChunkBytes(plan, chunks, chunk);
        int entries = ReadHeader(bytes, bounds);
        if (page.Definition is null)
        {
            foreach (var range in pending)
            {
                levels.Append(page.Nesting, [], [], range.Count);
            }
            DecodeValues(bytes, bounds, slots, pending, []);
        }
        else
        {
            CorruptEncodingException.ThrowIf(entries != slots, "a chunk has another number of levels than values");
            using var definition = new Scratch<ushort>(entries);
            page.Definition.DecodeLevels(bytes.Slice(bounds[2], bounds[3]), definition.Span);
            foreach (var range in pending)
            {
                levels.Append(page.Nesting, [], definition.Span.Slice(range.Start, range.Count), range.Count);
            }
            DecodeValues(bytes, bounds, slots, pending, definition.Span);
        }
        _slots.Clear();
    }

    /// <summary>Rows are runs of entries that start at the largest repetition level, and may span chunks.</summary>
    void DecodeLists(ReadPlan plan, ChunkTable chunks, LevelStore levels)
    {
        Span<int> bounds = stackalloc int[2 * (2 + page.ValueBuffers)];
        ushort[] repetition = ArrayPool<ushort>.Shared.Rent(ushort.MaxValue);
        ushort[] definition = ArrayPool<ushort>.Shared.Rent(ushort.MaxValue);
        try
        {
            int loaded = -1;
            int entries = 0;
            foreach (var range in ranges)
            {
                int chunk = chunks.ChunkOfStart(range.Start);
                int last = chunks.ChunkOf(range.End - 1);
                bool inside = false;
                for (; chunk <= last; chunk++)
                {
                    if (chunk != loaded)
                    {
                        FlushLists(plan, chunks, loaded, bounds, definition.AsSpan(0, entries));
                        entries = LoadLevels(ChunkBytes(plan, chunks, chunk), chunks.Slots(chunk), bounds, repetition, definition);
                        loaded = chunk;
                    }
                    inside = TakeEntries(range, chunks.FirstRowStarting(chunk), inside, repetition.AsSpan(0, entries), definition.AsSpan(0, entries), levels);
                }
            }
            FlushLists(plan, chunks, loaded, bounds, definition.AsSpan(0, entries));
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(repetition);
            ArrayPool<ushort>.Shared.Return(definition);
        }
    }

    int LoadLevels(ReadOnlySpan<byte> bytes, int slots, Span<int> bounds, ushort[] repetition, ushort[] definition)
    {
        int entries = ReadHeader(bytes, bounds);
        page.Repetition!.DecodeLevels(bytes.Slice(bounds[0], bounds[1]), repetition.AsSpan(0, entries));
        if (page.Definition is null)
        {
            definition.AsSpan(0, entries).Clear();
        }
        else
        {
            page.Definition.DecodeLevels(bytes.Slice(bounds[2], bounds[3]), definition.AsSpan(0, entries));
        }
        CorruptEncodingException.ThrowIf(Levels.CountUpTo(definition.AsSpan(0, entries), page.Nesting.MaxVisible) != slots, "a chunk has another number of visible levels than values");
        return entries;
    }

    /// <summary>Appends the levels of the chunk that belong to the range, notes their slots, and tells whether the range
    /// goes on in the next chunk.</summary>
    bool TakeEntries(RowRange range, long firstRow, bool inside, ReadOnlySpan<ushort> repetition, ReadOnlySpan<ushort> definition, LevelStore levels)
    {
        var rowStart = (ushort)page.Nesting.MaxRepetition;
        int from = 0;
        if (!inside)
        {
            from = Levels.IndexOfNth(repetition, rowStart, range.Start - firstRow);
            CorruptEncodingException.ThrowIf(from == repetition.Length, "the repetition index does not match the repetition levels");
        }
        int to = Levels.IndexOfNth(repetition, rowStart, range.End - firstRow);
        CorruptEncodingException.ThrowIf(to < from, "the repetition index does not match the repetition levels");
        levels.Append(page.Nesting, repetition[from..to], page.Definition is null ? [] : definition[from..to], to - from);
        int firstSlot = Levels.CountUpTo(definition[..from], page.Nesting.MaxVisible);
        int slots = Levels.CountUpTo(definition[from..to], page.Nesting.MaxVisible);
        if (slots > 0)
        {
            _slots.Add(new SlotRange(firstSlot, slots));
        }
        return true;
    }

    void FlushLists(ReadPlan plan, ChunkTable chunks, int chunk, Span<int> bounds, ReadOnlySpan<ushort> definition)
    {
        if (_slots.Count > 0)
        {
            DecodeValues(ChunkBytes(plan, chunks, chunk), bounds, chunks.Slots(chunk), CollectionsMarshal.AsSpan(_slots), definition);
            _slots.Clear();
        }
    }

    /// <summary>Finds the buffers of a chunk: repetition, definition, then values; returns the number of level entries.</summary>
    int ReadHeader(ReadOnlySpan<byte> bytes, Span<int> bounds)
    {
        const string CutOff = "a chunk is shorter than its header says";
        int sizeBytes = page.HasLargeChunks ? 4 : 2;
        int header = 2 + (page.Repetition is null ? 0 : 2) + (page.Definition is null ? 0 : 2) + sizeBytes * page.ValueBuffers;
        CorruptEncodingException.ThrowIf(bytes.Length < header, CutOff);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        int at = 2;
        long position = Align(header);
        for (int i = 0; i < 2 + page.ValueBuffers; i++)
        {
            long size = 0;
            if (i >= 2)
            {
                size = sizeBytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
                at += sizeBytes;
            }
            else if ((i == 0 ? page.Repetition : page.Definition) is not null)
            {
                size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
                at += 2;
            }
            CorruptEncodingException.ThrowIf(position + size > bytes.Length && size > 0, CutOff);
            bounds[2 * i] = (int)Math.Min(position, bytes.Length);
            bounds[2 * i + 1] = (int)size;
            position = Align(position + size);
        }
        return entries;
    }

    static long Align(long position) => (position + 7) & ~7L;

    void DecodeValues(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> bounds, int slots, ReadOnlySpan<SlotRange> pending, ReadOnlySpan<ushort> definition)
    {
        var buffers = new ChunkBuffers(bytes, bounds[4..]);
        if (page.DecodedDictionary is null)
        {
            page.Values.Decode(in buffers, slots, pending, sink);
            return;
        }
        int total = 0;
        foreach (var range in pending)
        {
            total += range.Count;
        }
        var stored = _indices ??= new FixedSink(page.IndexBits / 8, total);
        try
        {
            page.Values.Decode(in buffers, slots, pending, stored);
            using var indices = new Scratch<int>(total);
            bool inRange = DictionaryIndices.Widen(stored.Values, page.IndexBits, page.DecodedDictionary.Count, indices.Span);
            if (!inRange)
            {
                DictionaryIndices.ClearHidden(indices.Span, page.DecodedDictionary.Count, pending, definition, page.Nesting.MaxVisible);
                if (page.DecodedDictionary.Count == 0)
                {
                    sink.AppendEmpty(total);
                    return;
                }
            }
            if (sink is DictionarySink dictionary)
            {
                dictionary.Append(page, page.DecodedDictionary, indices.Span);
            }
            else
            {
                sink.AppendItems(page.DecodedDictionary, indices.Span);
            }
        }
        finally
        {
            stored.Retract(stored.Count);
        }
    }
}
