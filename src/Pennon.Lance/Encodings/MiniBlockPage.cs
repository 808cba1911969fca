using System.Numerics;
using System.Runtime.InteropServices;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Assembles mini-block pages: chunks of levels and values, the words that locate them, and the repetition index.</summary>
internal static class MiniBlockPage
{
    // Keeps a chunk's levels below the 65,535 bytes of a 16-bit size in every form they can take.
    const int MaxChunkEntries = 16 * 1024;

    /// <summary>Encodes a page of at least one slot, or returns null when too many missing lists stand between two values.</summary>
    public static EncodedPage? TryEncode(PageLevels levels, MiniBlockValues values, long rows, PageDictionary? dictionary = null)
    {
        var words = new ByteSink(256);
        var chunks = new ByteSink(Math.Max(4096, values.BufferCount * 64));
        var index = levels.HasRepetition ? new List<(ulong Rows, ulong Left)>() : null;
        var repetition = levels.HasRepetition ? levels.Repetition.Span : default;
        var definition = levels.HasDefinition ? levels.Definition.Span : default;
        var estimatedChunks = Math.Max(1, levels.Slots / values.ChunkSlots(0));
        var repetitionCodec = levels.HasRepetition ? LevelCodec.Choose(repetition, estimatedChunks, levels.MaxRepetition) : LevelCodec.Plain;
        var definitionCodec = levels.HasDefinition ? LevelCodec.Choose(definition, estimatedChunks, levels.MaxDefinition) : LevelCodec.Plain;
        Span<int> sizes = stackalloc int[values.BufferCount];
        var headerSize = 2 + (levels.HasRepetition ? 2 : 0) + (levels.HasDefinition ? 2 : 0) + 4 * values.BufferCount;
        var sparse = levels.HasRepetition && levels.Entries != levels.Slots;
        var slot = 0;
        var entry = 0;
        while (slot < levels.Slots)
        {
            var remaining = levels.Slots - slot;
            var count = Math.Min(values.ChunkSlots(slot), remaining);
            int end;
            while (true)
            {
                end = count == remaining ? levels.Entries : sparse ? EndOfChunk(definition, entry, count, levels.MaxVisible) : entry + count;
                if (!levels.HasLevels || end - entry <= MaxChunkEntries) break;
                if (count <= MiniBlockValues.MinChunkSlots)
                {
                    words.Dispose();
                    chunks.Dispose();
                    return null;
                }
                count = 1 << BitOperations.Log2((uint)(count - 1));
            }
            var isLast = count == remaining;
            var start = chunks.Length;
            chunks.Extend(headerSize);
            chunks.Pad(8);
            var repetitionSize = 0;
            var definitionSize = 0;
            if (levels.HasRepetition)
            {
                repetitionSize = WriteLevels(repetitionCodec, repetition[entry..end], chunks);
                Index(index!, repetition[entry..end], levels.MaxRepetition, isLast);
            }
            if (levels.HasDefinition) definitionSize = WriteLevels(definitionCodec, definition[entry..end], chunks);
            values.Write(slot, count, chunks, sizes);
            WriteHeader(chunks.Span.Slice(start, headerSize), levels, end - entry, repetitionSize, definitionSize, sizes);
            var units = (uint)((chunks.Length - start) / 8) - 1;
            words.AppendValue(units << 4 | (isLast ? 0u : (uint)BitOperations.Log2((uint)count)));
            slot += count;
            entry = end;
        }
        var layout = new MiniBlockLayout
        {
            ValueCompression = values.Describe(),
            NumBuffers = (ulong)values.BufferCount,
            NumItems = (ulong)levels.Slots,
            HasLargeChunk = true,
        };
        if (levels.HasRepetition)
        {
            layout.RepCompression = repetitionCodec.Describe();
            layout.RepetitionIndexDepth = 1;
        }
        if (levels.HasDefinition) layout.DefCompression = definitionCodec.Describe();
        layout.Layers.Add(levels.Layers);
        if (dictionary is not null)
        {
            layout.Dictionary = dictionary.Describe();
            layout.NumDictionaryItems = (ulong)dictionary.Count;
        }
        var page = new EncodedPage(new PageLayout { MiniBlockLayout = layout }, rows).Add(words).Add(chunks);
        if (dictionary is not null) page.Add(dictionary.Encode());
        if (index is not null)
        {
            var bytes = new ByteSink(index.Count * 16);
            foreach (var (finished, left) in index)
            {
                bytes.AppendValue(finished);
                bytes.AppendValue(left);
            }
            page.Add(bytes);
        }
        return page;
    }

    static int WriteLevels(LevelCodec codec, ReadOnlySpan<ushort> levels, ByteSink chunks)
    {
        var before = chunks.Length;
        codec.Write(levels, chunks);
        var size = chunks.Length - before;
        chunks.Pad(8);
        return size;
    }

    static void WriteHeader(Span<byte> header, PageLevels levels, int entries, int repetitionSize, int definitionSize, ReadOnlySpan<int> sizes)
    {
        MemoryMarshal.Write(header, (ushort)(levels.HasLevels ? entries : 0));
        header = header[2..];
        if (levels.HasRepetition)
        {
            MemoryMarshal.Write(header, checked((ushort)repetitionSize));
            header = header[2..];
        }
        if (levels.HasDefinition)
        {
            MemoryMarshal.Write(header, checked((ushort)definitionSize));
            header = header[2..];
        }
        foreach (var size in sizes)
        {
            MemoryMarshal.Write(header, size);
            header = header[4..];
        }
    }

    /// <summary>The position after the entry that supplies the <paramref name="slots"/>-th value from <paramref name="entry"/> on.</summary>
    static int EndOfChunk(ReadOnlySpan<ushort> definition, int entry, int slots, ushort maxVisible)
    {
        if (definition.IsEmpty) return entry + slots;
        while (slots > 0)
            if (definition[entry++] <= maxVisible) slots--;
        return entry;
    }

    /// <summary>Adds what a chunk contributes: rows that finish in it, and entries after the last finished row.</summary>
    static void Index(List<(ulong Rows, ulong Left)> index, ReadOnlySpan<ushort> repetition, ushort max, bool isLast)
    {
        if (index.Count > 0 && repetition[0] == max)
        {
            var (previousRows, previousLeft) = index[^1];
            if (previousLeft != 0) index[^1] = (previousRows + 1, 0);
        }
        var rows = (ulong)repetition[1..].Count(max);
        var left = 0;
        if (isLast) rows++;
        else
        {
            var lastStart = repetition.LastIndexOf(max);
            left = lastStart < 0 ? repetition.Length : repetition.Length - lastStart;
        }
        index.Add((rows, (ulong)left));
    }
}
