namespace Pennon.Graph;

/// <summary>
/// Runs of consecutive 64-bit ids, laid end to end: the dense position of an id is its place in that order. Maps between VID and local
/// id, EID and edge id, edge id and table row. Almost always one run, so a mapping is one addition.
/// </summary>
sealed class IdBlocks
{
    readonly ulong[] _starts;
    readonly int[] _positions;
    readonly int[] _byStart;

    public IdBlocks(IReadOnlyList<(ulong Start, int Count)> blocks)
    {
        _starts = new ulong[blocks.Count];
        _positions = new int[blocks.Count + 1];
        var sum = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            _starts[i] = blocks[i].Start;
            sum = checked(sum + blocks[i].Count);
            _positions[i + 1] = sum;
        }

        _byStart = new int[blocks.Count];
        for (var i = 0; i < _byStart.Length; i++)
        {
            _byStart[i] = i;
        }

        Array.Sort([.. _starts], _byStart);
    }

    public static IdBlocks Dense(int count) => new([(0UL, count)]);

    public int Count => _positions[^1];

    public int BlockCount => _starts.Length;

    public (ulong Start, int Count) this[int block] => (_starts[block], _positions[block + 1] - _positions[block]);

    public IEnumerable<(ulong Start, int Count)> Blocks
    {
        get
        {
            for (var i = 0; i < _starts.Length; i++)
            {
                yield return this[i];
            }
        }
    }

    public ulong IdAt(int position)
    {
        if ((uint)position >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(position), position, $"There are {Count} ids.");
        }

        if (_starts.Length == 1)
        {
            return _starts[0] + (ulong)position;
        }

        var block = Array.BinarySearch(_positions, position);
        block = block < 0 ? ~block - 1 : block;
        while (_positions[block + 1] == position)
        {
            block++;
        }

        return _starts[block] + (ulong)(position - _positions[block]);
    }

    public bool TryPositionOf(ulong id, out int position)
    {
        if (_starts.Length == 1)
        {
            var distance = id - _starts[0];
            position = (int)distance;
            return distance < (ulong)Count;
        }

        var low = 0;
        var high = _byStart.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var block = _byStart[middle];
            if (id < _starts[block])
            {
                high = middle - 1;
            }
            else if (id - _starts[block] >= (ulong)(_positions[block + 1] - _positions[block]))
            {
                low = middle + 1;
            }
            else
            {
                position = _positions[block] + (int)(id - _starts[block]);
                return true;
            }
        }

        position = -1;
        return false;
    }

    /// <summary>Maps many positions to ids.</summary>
    public void IdsAt(ReadOnlySpan<uint> positions, Span<ulong> ids)
    {
        if (_starts.Length == 1)
        {
            var start = _starts[0];
            for (var i = 0; i < positions.Length; i++)
            {
                ids[i] = start + positions[i];
            }

            return;
        }

        for (var i = 0; i < positions.Length; i++)
        {
            ids[i] = IdAt((int)positions[i]);
        }
    }

    /// <summary>Maps many ids to positions; gives the index of the first id that lies in no run, or -1.</summary>
    public int PositionsOf(ReadOnlySpan<ulong> ids, Span<uint> positions)
    {
        if (_starts.Length == 1)
        {
            var start = _starts[0];
            var count = (ulong)Count;
            var broken = false;
            for (var i = 0; i < ids.Length; i++)
            {
                var distance = ids[i] - start;
                broken |= distance >= count;
                positions[i] = (uint)distance;
            }

            return broken ? FirstOutside(ids) : -1;
        }

        for (var i = 0; i < ids.Length; i++)
        {
            if (!TryPositionOf(ids[i], out var position))
            {
                return i;
            }

            positions[i] = (uint)position;
        }

        return -1;
    }

    int FirstOutside(ReadOnlySpan<ulong> ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            if (!TryPositionOf(ids[i], out _))
            {
                return i;
            }
        }

        return -1;
    }
}
