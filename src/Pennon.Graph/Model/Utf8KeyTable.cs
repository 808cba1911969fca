using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Graph;

/// <summary>
/// An open-addressing map from UTF-8 keys to the order in which they were added. A slot is 32 bits of the hash and the id, so that
/// most probes never look at the key's bytes; those lie end to end in large chunks.
/// </summary>
sealed class Utf8KeyTable
{
    const int ChunkShift = 20;
    const int ChunkSize = 1 << ChunkShift;

    List<byte[]> _chunks = [];
    ulong[] _slots;
    Entry[] _entries = new Entry[16];
    int _mask;
    int _count;
    int _chunkUsed = ChunkSize;

    public Utf8KeyTable(int expected = 0)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(expected, 1 << 29) * 3L / 2));
        _slots = new ulong[capacity];
        _mask = capacity - 1;
    }

    public int Count => _count;

    /// <summary>A copy that more keys can be added to; full chunks are shared, since they never change.</summary>
    public Utf8KeyTable Clone()
    {
        var copy = (Utf8KeyTable)MemberwiseClone();
        copy._slots = [.. _slots];
        copy._entries = [.. _entries];
        copy._chunks = [.. _chunks];
        copy._chunkUsed = ChunkSize;
        return copy;
    }

    public long ByteSize => (8L * _slots.Length) + (Unsafe.SizeOf<Entry>() * (long)_entries.Length) + _chunks.Sum(static c => (long)c.Length);

    /// <summary>Adds a key under the next id; false, with the id it has, when the key is there already.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, out int id)
    {
        if (_count >= _slots.Length - (_slots.Length >> 2))
        {
            Grow();
        }

        var hash = Hash(key);
        var at = (int)(hash & (uint)_mask);
        while (true)
        {
            var slot = _slots[at];
            if (slot == 0)
            {
                id = _count;
                Store(key, hash);
                _slots[at] = ((ulong)hash << 32) | (uint)(id + 1);
                return true;
            }

            if ((uint)(slot >> 32) == hash && KeyAt((int)(uint)slot - 1).SequenceEqual(key))
            {
                id = (int)(uint)slot - 1;
                return false;
            }

            at = (at + 1) & _mask;
        }
    }

    public bool TryFind(ReadOnlySpan<byte> key, out int id)
    {
        var hash = Hash(key);
        var at = (int)(hash & (uint)_mask);
        while (true)
        {
            var slot = _slots[at];
            if (slot == 0)
            {
                id = -1;
                return false;
            }

            if ((uint)(slot >> 32) == hash && KeyAt((int)(uint)slot - 1).SequenceEqual(key))
            {
                id = (int)(uint)slot - 1;
                return true;
            }

            at = (at + 1) & _mask;
        }
    }

    public ReadOnlySpan<byte> KeyAt(int id)
    {
        ref var entry = ref _entries[id];
        return _chunks[entry.Chunk].AsSpan(entry.Offset, entry.Length);
    }

    void Store(ReadOnlySpan<byte> key, uint hash)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, checked(_entries.Length * 2));
        }

        // A key longer than a chunk gets a chunk of its own.
        if (key.Length > ChunkSize - _chunkUsed)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(ChunkSize, key.Length)));
            _chunkUsed = 0;
        }

        key.CopyTo(_chunks[^1].AsSpan(_chunkUsed));
        _entries[_count++] = new Entry { Chunk = _chunks.Count - 1, Offset = _chunkUsed, Length = key.Length, Hash = hash };
        _chunkUsed = Math.Min(_chunkUsed + key.Length, ChunkSize);
    }

    void Grow()
    {
        if (_slots.Length >= 1 << 30)
        {
            throw new InvalidOperationException($"A node table holds at most {1 << 29} keys.");
        }

        _slots = new ulong[_slots.Length * 2];
        _mask = _slots.Length - 1;
        for (var id = 0; id < _count; id++)
        {
            var hash = _entries[id].Hash;
            var at = (int)(hash & (uint)_mask);
            while (_slots[at] != 0)
            {
                at = (at + 1) & _mask;
            }

            _slots[at] = ((ulong)hash << 32) | (uint)(id + 1);
        }
    }

    // Two multiply-folds over 8-byte words; the constants are odd numbers with well-spread bits. Only in-memory, so never a format.
    static uint Hash(ReadOnlySpan<byte> key)
    {
        const ulong first = 0xA0761D6478BD642FUL;
        const ulong second = 0xE7037ED1A0B428DBUL;
        var state = (ulong)key.Length * first;
        while (key.Length >= 8)
        {
            state = Fold(state ^ MemoryMarshal.Read<ulong>(key), second);
            key = key[8..];
        }

        if (key.Length > 0)
        {
            ulong tail = 0;
            for (var i = 0; i < key.Length; i++)
            {
                tail |= (ulong)key[i] << (8 * i);
            }

            state = Fold(state ^ tail, second);
        }

        state = Fold(state, first);
        return (uint)(state ^ (state >> 32));
    }

    static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    struct Entry
    {
        public int Chunk;
        public int Offset;
        public int Length;
        public uint Hash;
    }
}
