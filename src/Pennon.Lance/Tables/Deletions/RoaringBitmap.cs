using System.Numerics;

namespace Pennon.Lance.Tables;

/// <summary>An immutable set of 32-bit numbers in compressed containers of 65,536 numbers each.</summary>
/// <remarks>Memory stays proportional to the stored bytes: runs are kept as runs, whatever they span.</remarks>
sealed partial class RoaringBitmap
{
    /// <summary>How one container keeps its numbers.</summary>
    internal enum Kind : byte
    {
        /// <summary>Sorted values.</summary>
        Array,

        /// <summary>65,536 bits in 4,096 16-bit words.</summary>
        Bits,

        /// <summary>Pairs of first value and number of further values.</summary>
        Runs,
    }

    internal readonly record struct Container(ushort Key, Kind Kind, int Cardinality, ushort[] Words);

    readonly Container[] _containers;

    internal RoaringBitmap(Container[] containers)
    {
        _containers = containers;
        foreach (var container in containers)
            Cardinality += container.Cardinality;
    }

    /// <summary>The empty set.</summary>
    public static RoaringBitmap Empty { get; } = new([]);

    /// <summary>How many numbers the set holds.</summary>
    public long Cardinality { get; }

    internal ReadOnlySpan<Container> Containers => _containers;

    /// <summary>The largest number of the set, or -1 if it is empty.</summary>
    public long Maximum
    {
        get
        {
            if (_containers.Length == 0)
                return -1;
            var last = _containers[^1];
            var low = last.Kind switch
            {
                Kind.Array => last.Words[^1],
                Kind.Runs => last.Words[^2] + last.Words[^1],
                _ => HighestBit(last.Words),
            };
            return ((long)last.Key << 16) + low;
        }
    }

    /// <summary>Builds a set from numbers in any order; duplicates count once.</summary>
    public static RoaringBitmap Of(ReadOnlySpan<uint> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var containers = new List<Container>();
        var lows = new List<ushort>();
        for (var i = 0; i < sorted.Length;)
        {
            var key = (ushort)(sorted[i] >> 16);
            lows.Clear();
            for (; i < sorted.Length && sorted[i] >> 16 == key; i++)
            {
                if (i == 0 || sorted[i] != sorted[i - 1])
                    lows.Add((ushort)sorted[i]);
            }
            containers.Add(Pack(key, lows));
        }
        return new RoaringBitmap([.. containers]);
    }

    public bool Contains(uint value)
    {
        var index = Find((ushort)(value >> 16));
        if (index < 0)
            return false;
        var container = _containers[index];
        var low = (ushort)value;
        switch (container.Kind)
        {
            case Kind.Array:
                return Array.BinarySearch(container.Words, low) >= 0;
            case Kind.Bits:
                return (container.Words[low >> 4] >> (low & 15) & 1) != 0;
            default:
                var words = container.Words;
                int from = 0, to = words.Length / 2 - 1;
                while (from <= to)
                {
                    var middle = (from + to) >> 1;
                    var first = words[2 * middle];
                    if (low < first)
                        to = middle - 1;
                    else if (low > first + words[2 * middle + 1])
                        from = middle + 1;
                    else
                        return true;
                }
                return false;
        }
    }

    /// <summary>Sets bit i of <paramref name="bits"/> for each number start + i that is in the set and i below <paramref name="count"/>.</summary>
    /// <param name="start">The number that bit 0 stands for.</param>
    /// <param name="count">How many numbers are looked at.</param>
    /// <param name="bits">At least (count + 63) / 64 words; other bits stay as they are.</param>
    public void SetBits(long start, int count, Span<ulong> bits)
    {
        var end = start + count;
        var index = Find((ushort)Math.Clamp(start >> 16, 0, ushort.MaxValue));
        for (index = index < 0 ? ~index : index; index < _containers.Length; index++)
        {
            var container = _containers[index];
            var origin = (long)container.Key << 16;
            if (origin >= end)
                return;
            var words = container.Words;
            switch (container.Kind)
            {
                case Kind.Array:
                    foreach (var low in words)
                    {
                        var at = origin + low - start;
                        if ((ulong)at < (ulong)count)
                            bits[(int)(at >> 6)] |= 1UL << (int)(at & 63);
                    }
                    break;
                case Kind.Bits:
                    for (var w = 0; w < words.Length; w++)
                    {
                        for (uint rest = words[w]; rest != 0; rest &= rest - 1)
                        {
                            var at = origin + (w << 4) + BitOperations.TrailingZeroCount(rest) - start;
                            if ((ulong)at < (ulong)count)
                                bits[(int)(at >> 6)] |= 1UL << (int)(at & 63);
                        }
                    }
                    break;
                default:
                    for (var r = 0; r < words.Length; r += 2)
                    {
                        var first = Math.Max(origin + words[r] - start, 0);
                        var last = Math.Min(origin + words[r] + words[r + 1] - start, count - 1);
                        for (var at = first; at <= last; at++)
                            bits[(int)(at >> 6)] |= 1UL << (int)(at & 63);
                    }
                    break;
            }
        }
    }

    /// <summary>Whether the set holds a number from start up to, but not including, start + count.</summary>
    public bool IntersectsRange(long start, long count) => CountRange(start, count) != 0;

    /// <summary>How many numbers of the set lie from start up to, but not including, start + count.</summary>
    public long CountRange(long start, long count)
    {
        var end = start + count;
        long total = 0;
        foreach (var container in _containers)
        {
            var origin = (long)container.Key << 16;
            if (origin >= end)
                break;
            if (origin + 65536 <= start)
                continue;
            if (origin >= start && origin + 65536 <= end)
            {
                total += container.Cardinality;
                continue;
            }
            var from = (int)Math.Clamp(start - origin, 0, 65536);
            var to = (int)Math.Clamp(end - origin, 0, 65536);
            total += CountBelow(container, to) - CountBelow(container, from);
        }
        return total;
    }

    /// <summary>The numbers in ascending order.</summary>
    public IEnumerable<uint> Values()
    {
        foreach (var container in _containers)
        {
            var origin = (uint)container.Key << 16;
            switch (container.Kind)
            {
                case Kind.Array:
                    foreach (var low in container.Words)
                        yield return origin | low;
                    break;
                case Kind.Bits:
                    for (var w = 0; w < container.Words.Length; w++)
                    {
                        for (uint rest = container.Words[w]; rest != 0; rest &= rest - 1)
                            yield return origin | (uint)((w << 4) + BitOperations.TrailingZeroCount(rest));
                    }
                    break;
                default:
                    for (var r = 0; r < container.Words.Length; r += 2)
                    {
                        for (var i = 0; i <= container.Words[r + 1]; i++)
                            yield return origin | (uint)(container.Words[r] + i);
                    }
                    break;
            }
        }
    }

    // The smallest of the three forms, so that equal sets have equal bytes however they came about.
    static Container Pack(ushort key, List<ushort> lows)
    {
        var runs = 1;
        for (var i = 1; i < lows.Count; i++)
        {
            if (lows[i] != lows[i - 1] + 1)
                runs++;
        }
        var plainBytes = Math.Min(lows.Count * 2, 8192);
        if (2 + runs * 4 < plainBytes)
        {
            var pairs = new ushort[runs * 2];
            var at = 0;
            for (var i = 0; i < lows.Count;)
            {
                var start = i++;
                while (i < lows.Count && lows[i] == lows[i - 1] + 1)
                    i++;
                pairs[at++] = lows[start];
                pairs[at++] = (ushort)(i - start - 1);
            }
            return new Container(key, Kind.Runs, lows.Count, pairs);
        }
        if (lows.Count <= 4096)
            return new Container(key, Kind.Array, lows.Count, [.. lows]);
        var words = new ushort[4096];
        foreach (var low in lows)
            words[low >> 4] |= (ushort)(1 << (low & 15));
        return new Container(key, Kind.Bits, lows.Count, words);
    }

    static int CountBelow(in Container container, int limit)
    {
        var words = container.Words;
        var total = 0;
        switch (container.Kind)
        {
            case Kind.Array:
                foreach (var low in words)
                {
                    if (low < limit)
                        total++;
                }
                return total;
            case Kind.Bits:
                for (var w = 0; w < words.Length && w << 4 < limit; w++)
                {
                    var left = limit - (w << 4);
                    total += BitOperations.PopCount(left >= 16 ? words[w] : (uint)(words[w] & ((1 << left) - 1)));
                }
                return total;
            default:
                for (var r = 0; r < words.Length; r += 2)
                    total += Math.Clamp(limit - words[r], 0, words[r + 1] + 1);
                return total;
        }
    }

    static int HighestBit(ushort[] words)
    {
        for (var w = words.Length - 1; w >= 0; w--)
        {
            if (words[w] != 0)
                return (w << 4) + BitOperations.Log2(words[w]);
        }
        return 0;
    }

    int Find(ushort key)
    {
        int from = 0, to = _containers.Length - 1;
        while (from <= to)
        {
            var middle = (from + to) >> 1;
            var found = _containers[middle].Key;
            if (found == key)
                return middle;
            if (found < key)
                from = middle + 1;
            else
                to = middle - 1;
        }
        return ~from;
    }
}
