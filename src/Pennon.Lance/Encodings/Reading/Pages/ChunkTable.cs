using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Where the chunks of a mini-block page begin, in bytes, slots and rows.</summary>
internal sealed class ChunkTable
{
    readonly long[] _bytes;
    readonly long[] _slots;
    readonly long[] _rows;
    readonly bool[] _continues;

    ChunkTable(int count, bool lists)
    {
        _bytes = new long[count + 1];
        _slots = new long[count + 1];
        _rows = lists ? new long[count + 1] : _slots;
        _continues = lists ? new bool[count + 1] : [];
    }

    public int Count => _bytes.Length - 1;

    public long ByteStart(int chunk) => _bytes[chunk];

    public long SlotStart(int chunk) => _slots[chunk];

    public int Slots(int chunk) => (int)(_slots[chunk + 1] - _slots[chunk]);

    /// <summary>The row of the first entry that begins a row in <paramref name="chunk"/> or after it.</summary>
    public long FirstRowStarting(int chunk) => _rows[chunk] + (_continues[chunk] ? 1 : 0);

    /// <summary>The chunk in which a row ends (and, without lists, lies).</summary>
    public int ChunkOf(long row)
    {
        int at = Array.BinarySearch(_rows, row);
        if (at < 0)
        {
            return ~at - 1;
        }
        // Chunks that end no row share their start with the next; the row belongs to the last of them.
        while (at + 1 < _rows.Length - 1 && _rows[at + 1] == row)
        {
            at++;
        }
        return at;
    }

    /// <summary>The chunk in which a row begins.</summary>
    public int ChunkOfStart(long row)
    {
        int chunk = ChunkOf(row);
        while (chunk > 0 && _rows[chunk] == row && _continues[chunk])
        {
            chunk--;
        }
        return chunk;
    }

    public static ChunkTable Read(MiniBlockPage page, ReadOnlySpan<byte> words, ReadOnlySpan<byte> repetitionIndex)
    {
        int wordBytes = page.HasLargeChunks ? 4 : 2;
        int count = words.Length / wordBytes;
        CorruptEncodingException.ThrowIf(words.Length % wordBytes != 0 || (count == 0 && page.Items != 0), "the chunk table is empty or cut off");
        bool lists = page.Nesting.HasLists;
        var table = new ChunkTable(count, lists);
        long dataSize = page.Location.Size(1);
        for (int i = 0; i < count; i++)
        {
            uint word = wordBytes == 4
                ? BinaryPrimitives.ReadUInt32LittleEndian(words[(4 * i)..])
                : BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..]);
            table._bytes[i + 1] = table._bytes[i] + ((word >> 4) + 1L) * 8;
            long left = page.Items - table._slots[i];
            long slots = i == count - 1 ? left : 1L << (int)(word & 15);
            CorruptEncodingException.ThrowIf(slots > left || slots > int.MaxValue / 2, "the chunks hold more values than the page");
            table._slots[i + 1] = table._slots[i] + slots;
        }
        CorruptEncodingException.ThrowIf(table._bytes[count] > dataSize, "the chunks are longer than their page buffer");
        if (lists)
        {
            table.ReadRows(repetitionIndex, page.Location.Rows);
        }
        return table;
    }

    void ReadRows(ReadOnlySpan<byte> repetitionIndex, long rows)
    {
        CorruptEncodingException.ThrowIf(repetitionIndex.Length != Count * 16L, "the repetition index has another number of chunks than the page");
        var pairs = MemoryMarshal.Cast<byte, ulong>(repetitionIndex);
        for (int i = 0; i < Count; i++)
        {
            ulong ended = pairs[2 * i];
            CorruptEncodingException.ThrowIf(ended > (ulong)(rows - _rows[i]), "the repetition index counts more rows than the page has");
            _rows[i + 1] = _rows[i] + (long)ended;
            _continues[i + 1] = pairs[2 * i + 1] != 0;
        }
        CorruptEncodingException.ThrowIf(_rows[Count] != rows, "the repetition index counts fewer rows than the page has");
    }
}
