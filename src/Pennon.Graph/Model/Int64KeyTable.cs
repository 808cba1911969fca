using System.Numerics;

namespace Pennon.Graph;

/// <summary>
/// An open-addressing map from integer keys to the order in which they were added. A slot is 16 bytes, so that a probe costs one
/// cache line; deletions do not exist, which keeps probing to a plain linear walk.
/// </summary>
sealed class Int64KeyTable
{
    Slot[] _slots;
    int _shift;
    int _count;

    public Int64KeyTable(int expected = 0)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Math.Min(expected, 1 << 29) * 3L / 2));
        _slots = new Slot[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
    }

    public int Count => _count;

    public Int64KeyTable Clone()
    {
        var copy = (Int64KeyTable)MemberwiseClone();
        copy._slots = [.. _slots];
        return copy;
    }

    public long ByteSize => 16L * _slots.Length;

    /// <summary>Adds a key under the next id; false, with the id it has, when the key is there already.</summary>
    public bool TryAdd(long key, out int id)
    {
        if (_count >= _slots.Length - (_slots.Length >> 2))
        {
            Grow();
        }

        var slots = _slots;
        var mask = slots.Length - 1;
        var at = Home(key);
        while (true)
        {
            ref var slot = ref slots[at];
            if (slot.IdPlusOne == 0)
            {
                id = _count++;
                slot.Key = key;
                slot.IdPlusOne = id + 1;
                return true;
            }

            if (slot.Key == key)
            {
                id = slot.IdPlusOne - 1;
                return false;
            }

            at = (at + 1) & mask;
        }
    }

    public bool TryFind(long key, out int id)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var at = Home(key);
        while (true)
        {
            ref var slot = ref slots[at];
            if (slot.IdPlusOne == 0)
            {
                id = -1;
                return false;
            }

            if (slot.Key == key)
            {
                id = slot.IdPlusOne - 1;
                return true;
            }

            at = (at + 1) & mask;
        }
    }

    // A multiplicative hash alone leaves runs of ids that differ in high bits colliding; folding the high half in spreads them.
    int Home(long key)
    {
        var mixed = (ulong)key ^ ((ulong)key >> 32);
        return (int)((mixed * 0x9E3779B97F4A7C15UL) >> _shift);
    }

    void Grow()
    {
        var old = _slots;
        if (old.Length >= 1 << 30)
        {
            throw new InvalidOperationException($"A node table holds at most {1 << 29} keys.");
        }

        _slots = new Slot[old.Length * 2];
        _shift--;
        var mask = _slots.Length - 1;
        foreach (ref var slot in old.AsSpan())
        {
            if (slot.IdPlusOne == 0)
            {
                continue;
            }

            var at = Home(slot.Key);
            while (_slots[at].IdPlusOne != 0)
            {
                at = (at + 1) & mask;
            }

            _slots[at] = slot;
        }
    }

    struct Slot
    {
        public long Key;
        public int IdPlusOne;
    }
}
