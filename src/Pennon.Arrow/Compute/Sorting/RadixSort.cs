namespace Pennon.Arrow.Compute.Sorting;

/// <summary>Stable sort of row positions by 64-bit keys: least significant byte first, bytes that are the same in every row skipped.</summary>
internal sealed class RadixSort
{
    ulong[] _keys = [];
    ulong[] _otherKeys = [];
    int[] _from = [];
    int[] _to = [];
    readonly int[] _counts = new int[8 * 256];

    /// <summary>Room for the keys of the next sort, in the order of the rows that it will be given.</summary>
    public Span<ulong> Keys(int length)
    {
        if (_keys.Length < length)
        {
            (_keys, _otherKeys) = (new ulong[length], new ulong[length]);
            (_from, _to) = (new int[length], new int[length]);
        }
        return _keys.AsSpan(0, length);
    }

    /// <summary>Sorts rows by the keys that <see cref="Keys"/> was filled with; afterwards it holds the sorted keys.</summary>
    public void Sort(Span<int> rows)
    {
        int length = rows.Length;
        rows.CopyTo(_from);
        _counts.AsSpan().Clear();
        for (int i = 0; i < length; i++)
        {
            ulong key = _keys[i];
            for (int digit = 0; digit < 8; digit++)
                _counts[digit * 256 + (byte)(key >> (digit * 8))]++;
        }
        for (int digit = 0; digit < 8; digit++)
        {
            Span<int> starts = _counts.AsSpan(digit * 256, 256);
            int shift = digit * 8;
            if (starts[(byte)(_keys[0] >> shift)] == length)
                continue;
            int sum = 0;
            foreach (ref int start in starts)
                (start, sum) = (sum, sum + start);
            for (int i = 0; i < length; i++)
            {
                int place = starts[(byte)(_keys[i] >> shift)]++;
                _otherKeys[place] = _keys[i];
                _to[place] = _from[i];
            }
            (_keys, _otherKeys) = (_otherKeys, _keys);
            (_from, _to) = (_to, _from);
        }
        _from.AsSpan(0, length).CopyTo(rows);
    }
}
