namespace Pennon.Lance.Indexes;

/// <summary>A value in a form whose order is that of its type: a number, or bytes.</summary>
readonly struct IndexKey : IComparable<IndexKey>, IEquatable<IndexKey>
{
    public IndexKey(long number) => Number = number;

    public IndexKey(byte[] bytes) => Bytes = bytes;

    public long Number { get; }

    /// <summary>Null for types that are ordered as numbers.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The first bytes that follow every text starting with this one; null if there are none.</summary>
    public static byte[]? AfterPrefix(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
            length--;
        if (length == 0)
            return null;
        var next = prefix[..length].ToArray();
        next[^1]++;
        return next;
    }

    public int CompareTo(IndexKey other) =>
        Bytes is null ? Number.CompareTo(other.Number) : Bytes.AsSpan().SequenceCompareTo(other.Bytes);

    public bool Equals(IndexKey other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is IndexKey other && Equals(other);

    public override int GetHashCode() => Bytes is null ? Number.GetHashCode() : Bytes.Length;
}

/// <summary>A list of keys of one type without nulls.</summary>
sealed class KeyList
{
    readonly long[]? _numbers;
    readonly byte[] _data;
    readonly int[] _offsets;

    public KeyList(long[] numbers)
    {
        _numbers = numbers;
        _data = [];
        _offsets = [];
        Count = numbers.Length;
    }

    /// <param name="data">The bytes of all keys, one after the other.</param>
    /// <param name="offsets">Where each key starts, and where the last ends.</param>
    public KeyList(byte[] data, int[] offsets)
    {
        _data = data;
        _offsets = offsets;
        Count = offsets.Length - 1;
    }

    /// <summary>A list of single keys, which are all numbers or all bytes.</summary>
    public static KeyList Of(IReadOnlyList<IndexKey> keys, bool numeric)
    {
        if (numeric)
            return new KeyList([.. keys.Select(static k => k.Number)]);
        var offsets = new int[keys.Count + 1];
        for (var i = 0; i < keys.Count; i++)
            offsets[i + 1] = checked(offsets[i] + keys[i].Bytes!.Length);
        var data = new byte[offsets[^1]];
        for (var i = 0; i < keys.Count; i++)
            keys[i].Bytes!.CopyTo(data.AsSpan(offsets[i]));
        return new KeyList(data, offsets);
    }

    public int Count { get; }

    /// <summary>Bytes of memory.</summary>
    public long Size => (_numbers?.Length ?? 0) * 8L + _data.Length + _offsets.Length * 4L;

    public bool IsNumeric => _numbers is not null;

    public ReadOnlySpan<long> Numbers => _numbers;

    public ReadOnlySpan<byte> Bytes(int index) => _data.AsSpan(_offsets[index].._offsets[index + 1]);

    public IndexKey this[int index] => _numbers is not null ? new IndexKey(_numbers[index]) : new IndexKey(Bytes(index).ToArray());

    /// <summary>Compares an entry with a key.</summary>
    public int Compare(int index, in IndexKey key) =>
        _numbers is not null ? _numbers[index].CompareTo(key.Number) : Bytes(index).SequenceCompareTo(key.Bytes);

    /// <summary>Compares two entries.</summary>
    public int Compare(int index, KeyList other, int otherIndex) =>
        _numbers is not null ? _numbers[index].CompareTo(other._numbers![otherIndex]) : Bytes(index).SequenceCompareTo(other.Bytes(otherIndex));

    /// <summary>The first entry of a sorted list that is not below a key, or, if asked, the first above it; the count if there is none.</summary>
    public int LowerBound(in IndexKey key, bool above = false)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = Compare(middle, key);
            if (order < 0 || (above && order == 0))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Whether the entries ascend; equal neighbours are fine unless they must differ.</summary>
    public bool IsSorted(bool strictly = false)
    {
        for (var i = 1; i < Count; i++)
        {
            var order = Compare(i - 1, this, i);
            if (order > 0 || (strictly && order == 0))
                return false;
        }
        return true;
    }

    /// <summary>The entries in another order.</summary>
    public KeyList Take(ReadOnlySpan<int> positions)
    {
        if (_numbers is not null)
        {
            var numbers = new long[positions.Length];
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = _numbers[positions[i]];
            return new KeyList(numbers);
        }
        var offsets = new int[positions.Length + 1];
        for (var i = 0; i < positions.Length; i++)
            offsets[i + 1] = checked(offsets[i] + Bytes(positions[i]).Length);
        var data = new byte[offsets[^1]];
        for (var i = 0; i < positions.Length; i++)
            Bytes(positions[i]).CopyTo(data.AsSpan(offsets[i]));
        return new KeyList(data, offsets);
    }
}
