namespace Pennon.Lance.Indexes;

/// <summary>Keys, each with the id of a row that has it; sorted by key, then by id, where it comes out of a sort.</summary>
sealed class PairBatch(KeyList keys, ulong[] ids)
{
    public KeyList Keys { get; } = keys;

    public ulong[] Ids { get; } = ids;

    public int Count => Ids.Length;

    /// <summary>The entries in order of key, then of id.</summary>
    public static PairBatch Sort(KeyList keys, ulong[] ids)
    {
        var ascending = true;
        for (var i = 1; i < ids.Length && ascending; i++)
            ascending = ids[i] >= ids[i - 1];
        if (keys.IsNumeric)
        {
            var numbers = keys.Numbers.ToArray();
            if (!ascending)
                Radix(ids, numbers);
            // With the sign bit turned, the order of the bits is the order of the numbers.
            var bits = new ulong[numbers.Length];
            for (var i = 0; i < bits.Length; i++)
                bits[i] = (ulong)numbers[i] ^ 1UL << 63;
            Radix(bits, ids);
            for (var i = 0; i < bits.Length; i++)
                numbers[i] = (long)(bits[i] ^ 1UL << 63);
            return new PairBatch(new KeyList(numbers), ids);
        }
        return SortBytes(keys, ids);
    }

    static PairBatch SortBytes(KeyList keys, ulong[] ids)
    {
        var order = new int[keys.Count];
        var prefixes = new ulong[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            prefixes[i] = Prefix(keys.Bytes(i));
        }
        Radix(prefixes, order);
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && prefixes[end] == prefixes[start])
                end++;
            if (end - start > 1)
            {
                order.AsSpan(start, end - start).Sort((a, b) =>
                {
                    var byKey = keys.Compare(a, keys, b);
                    return byKey != 0 ? byKey : ids[a].CompareTo(ids[b]);
                });
            }
            start = end;
        }
        var sorted = new ulong[ids.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = ids[order[i]];
        return new PairBatch(keys.Take(order), sorted);
    }

    static ulong Prefix(ReadOnlySpan<byte> bytes)
    {
        Span<byte> first = stackalloc byte[8];
        bytes[..Math.Min(bytes.Length, 8)].CopyTo(first);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(first);
    }

    // Least significant byte first; stable; bytes that are the same everywhere cost one look.
    static void Radix<T>(ulong[] keys, T[] values)
        where T : unmanaged
    {
        if (keys.Length < 2)
            return;
        ulong all = ulong.MaxValue, any = 0;
        foreach (var key in keys)
        {
            all &= key;
            any |= key;
        }
        var varying = all ^ any;
        if (varying == 0)
            return;
        var (fromKeys, fromValues) = (keys, values);
        var (toKeys, toValues) = (new ulong[keys.Length], new T[values.Length]);
        Span<int> starts = stackalloc int[256];
        for (var shift = 0; shift < 64; shift += 8)
        {
            if ((varying >> shift & 0xFF) == 0)
                continue;
            starts.Clear();
            foreach (var key in fromKeys)
                starts[(int)(key >> shift & 0xFF)]++;
            var sum = 0;
            foreach (ref var start in starts)
                (start, sum) = (sum, sum + start);
            for (var i = 0; i < fromKeys.Length; i++)
            {
                var to = starts[(int)(fromKeys[i] >> shift & 0xFF)]++;
                toKeys[to] = fromKeys[i];
                toValues[to] = fromValues[i];
            }
            (fromKeys, toKeys) = (toKeys, fromKeys);
            (fromValues, toValues) = (toValues, fromValues);
        }
        if (!ReferenceEquals(fromKeys, keys))
        {
            fromKeys.CopyTo(keys);
            fromValues.CopyTo(values);
        }
    }
}
