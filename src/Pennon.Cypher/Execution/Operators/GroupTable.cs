using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Numbers the distinct combinations of key columns in the order in which they first come. Open addressing over 64-bit words; a single key
/// column has a loop of its own.
/// </summary>
internal sealed class GroupTable
{
    const int BytesPerSlot = 4;
    const int MaxNullMarks = 63;
    const ulong Spread = 0x9E3779B97F4A7C15;

    readonly KeyEncoder[] _encoders;
    readonly ExecutionContext _context;
    readonly string _resource;
    readonly int _width;
    readonly bool _hasMarks;
    GroupIndex? _index;
    int[] _slots = new int[16];
    long[] _keys = [];
    long[] _codes = [];

    public GroupTable(IReadOnlyList<ValueKind> kinds, ExecutionContext context, string resource)
    {
        // A null mark is a bit of one word; a longer key numbers its values, null among them.
        _encoders = [.. kinds.Select(kind => kinds.Count > MaxNullMarks ? KeyEncoder.Numbered(kind) : KeyEncoder.For(kind))];
        // One word for each key, and one for the null marks of all where codes cannot tell nulls.
        _hasMarks = kinds.Contains(ValueKind.Int64) && kinds.Count <= MaxNullMarks;
        _width = _encoders.Length + (_hasMarks ? 1 : 0);
        _context = context;
        _resource = resource;
        _index = GroupIndex.Takes(kinds) ? new GroupIndex(kinds.Count) : null;
    }

    public int Count { get; private set; }

    /// <summary>Writes the group number of each row; numbers from the former <see cref="Count"/> on are new.</summary>
    public void Find(ReadOnlySpan<Vector> keys, int rows, Span<int> groups)
    {
        if (_codes.Length < rows * _width)
        {
            _codes = new long[rows * _width];
        }
        var nullMarks = _hasMarks ? _codes.AsSpan(_encoders.Length * rows, rows) : default;
        nullMarks.Clear();
        for (int k = 0; k < _encoders.Length; k++)
        {
            var nulls = _encoders[k].Encode(keys[k], _codes.AsSpan(k * rows, rows), _context);
            for (int i = 0; nulls is not null && i < rows; i++)
            {
                nullMarks[i] |= nulls[i] ? 1L << k : 0;
            }
        }
        if (_index is not null && TryFindByIndex(rows, groups))
        {
            return;
        }
        Reserve(rows);
        if (_width == 1)
        {
            FindPlain(rows, groups);
        }
        else if (_encoders.Length == 1)
        {
            FindSingle(rows, groups);
        }
        else
        {
            FindWide(rows, groups);
        }
    }

    /// <summary>The key columns of all groups, by group number.</summary>
    [MethodImpl(Hot.Loop)]
    public Vector[] Keys()
    {
        var columns = new Vector[_encoders.Length];
        var codes = new long[Count];
        for (int k = 0; k < columns.Length; k++)
        {
            bool[]? nulls = null;
            for (int g = 0; g < Count; g++)
            {
                codes[g] = _keys[(g * _width) + k];
                if (_hasMarks && (_keys[(g * _width) + _width - 1] >> k & 1) != 0)
                {
                    (nulls ??= new bool[Count])[g] = true;
                }
            }
            columns[k] = _encoders[k].Decode(codes, nulls, _context);
        }
        return columns;
    }

    // Small integers, booleans and nodes of a small range are places in an array; false, and never again, once they are not.
    [MethodImpl(Hot.Loop)]
    bool TryFindByIndex(int rows, Span<int> groups)
    {
        int marksAt = _encoders.Length * rows;
        bool isDense = !_hasMarks || !_codes.AsSpan(marksAt, rows).ContainsAnyExcept(0L);
        if (!isDense || !_index!.TryLocate(_codes, rows, _keys, _width, Count, groups, _context, _resource))
        {
            _index = null;
            // Too small for any batch, so that the groups there are get their slots.
            _slots = new int[1];
            return false;
        }
        var places = _index.Groups;
        for (int i = 0; i < groups.Length; i++)
        {
            ref int place = ref places[groups[i]];
            if (place == 0)
            {
                int group = NewGroup();
                place = group + 1;
                for (int k = 0; k < _encoders.Length; k++)
                {
                    _keys[(group * _width) + k] = _codes[(k * rows) + i];
                }
            }
            groups[i] = place - 1;
        }
        return true;
    }

    // One key whose codes say everything: nodes, texts.
    [MethodImpl(Hot.Loop)]
    void FindPlain(int rows, Span<int> groups)
    {
        var codes = _codes.AsSpan(0, rows);
        int mask = _slots.Length - 1;
        for (int i = 0; i < rows; i++)
        {
            long code = codes[i];
            int slot = (int)Mix((ulong)code) & mask, group;
            while ((group = _slots[slot] - 1) >= 0 && _keys[group] != code)
            {
                slot = (slot + 1) & mask;
            }
            if (group < 0)
            {
                group = Add(slot);
                _keys[group] = code;
            }
            groups[i] = group;
        }
    }

    [MethodImpl(Hot.Loop)]
    void FindSingle(int rows, Span<int> groups)
    {
        var codes = _codes.AsSpan(0, rows);
        var marks = _codes.AsSpan(rows, rows);
        for (int i = 0; i < rows; i++)
        {
            long code = codes[i];
            uint hash = Mix((ulong)code);
            int mask = _slots.Length - 1, slot = (int)hash & mask;
            while (true)
            {
                int group = _slots[slot] - 1;
                if (group < 0)
                {
                    groups[i] = Add(slot);
                    _keys[2 * groups[i]] = code;
                    _keys[(2 * groups[i]) + 1] = marks[i];
                    break;
                }
                if (_keys[2 * group] == code && _keys[(2 * group) + 1] == marks[i])
                {
                    groups[i] = group;
                    break;
                }
                slot = (slot + 1) & mask;
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    void FindWide(int rows, Span<int> groups)
    {
        for (int i = 0; i < rows; i++)
        {
            ulong mixed = 0;
            for (int k = 0; k < _width; k++)
            {
                mixed = (mixed * Spread) + (ulong)_codes[(k * rows) + i];
            }
            int mask = _slots.Length - 1, slot = (int)Mix(mixed) & mask;
            while (true)
            {
                int group = _slots[slot] - 1;
                if (group < 0)
                {
                    groups[i] = Add(slot);
                    for (int k = 0; k < _width; k++)
                    {
                        _keys[(groups[i] * _width) + k] = _codes[(k * rows) + i];
                    }
                    break;
                }
                if (Same(group, i, rows))
                {
                    groups[i] = group;
                    break;
                }
                slot = (slot + 1) & mask;
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    bool Same(int group, int row, int rows)
    {
        for (int k = 0; k < _width; k++)
        {
            if (_keys[(group * _width) + k] != _codes[(k * rows) + row])
            {
                return false;
            }
        }
        return true;
    }

    int Add(int slot)
    {
        int group = NewGroup();
        _slots[slot] = group + 1;
        return group;
    }

    int NewGroup()
    {
        int group = Count++;
        if (_keys.Length < Count * _width)
        {
            int size = Math.Max(16 * _width, 2 * _keys.Length);
            _context.Memory.Charge(_resource, 8L * (size - _keys.Length));
            Array.Resize(ref _keys, size);
        }
        return group;
    }

    // Called before a batch, so that no probe sequence changes while rows are being placed.
    [MethodImpl(Hot.Loop)]
    void Reserve(int more)
    {
        int size = _slots.Length;
        while (size < 2L * (Count + more))
        {
            size = checked(2 * size);
        }
        if (size == _slots.Length)
        {
            return;
        }
        _context.Memory.Charge(_resource, BytesPerSlot * (long)(size - _slots.Length));
        _slots = new int[size];
        for (int group = 0; group < Count; group++)
        {
            int slot = (int)(_encoders.Length == 1 ? Mix((ulong)_keys[_width * group]) : Hash(group)) & (size - 1);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (size - 1);
            }
            _slots[slot] = group + 1;
        }
    }

    [MethodImpl(Hot.Loop)]
    uint Hash(int group)
    {
        ulong mixed = 0;
        for (int k = 0; k < _width; k++)
        {
            mixed = (mixed * Spread) + (ulong)_keys[(group * _width) + k];
        }
        return Mix(mixed);
    }

    static uint Mix(ulong value)
    {
        value ^= value >> 32;
        value *= 0xD6E8FEB86659FD93;
        value ^= value >> 32;
        return (uint)value;
    }
}
