using System.Numerics;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Tables;

/// <content>Union, intersection and difference, and ways to build a set from ordered numbers.</content>
sealed partial class RoaringBitmap
{
    const int ContainerWords = 1024;

    /// <summary>The numbers that are in either set.</summary>
    public RoaringBitmap Union(RoaringBitmap other)
    {
        if (other._containers.Length == 0)
            return this;
        if (_containers.Length == 0)
            return other;
        var containers = new List<Container>(Math.Max(_containers.Length, other._containers.Length));
        Span<ulong> words = stackalloc ulong[ContainerWords];
        int a = 0, b = 0;
        while (a < _containers.Length || b < other._containers.Length)
        {
            if (b == other._containers.Length || (a < _containers.Length && _containers[a].Key < other._containers[b].Key))
            {
                containers.Add(_containers[a++]);
            }
            else if (a == _containers.Length || other._containers[b].Key < _containers[a].Key)
            {
                containers.Add(other._containers[b++]);
            }
            else
            {
                words.Clear();
                Spread(_containers[a], words);
                Spread(other._containers[b++], words);
                Add(containers, _containers[a++].Key, words);
            }
        }
        return new RoaringBitmap([.. containers]);
    }

    /// <summary>The numbers that are in both sets.</summary>
    public RoaringBitmap Intersect(RoaringBitmap other)
    {
        if (_containers.Length == 0 || other._containers.Length == 0)
            return Empty;
        var containers = new List<Container>(Math.Min(_containers.Length, other._containers.Length));
        Span<ulong> left = stackalloc ulong[ContainerWords];
        Span<ulong> right = stackalloc ulong[ContainerWords];
        for (int a = 0, b = 0; a < _containers.Length && b < other._containers.Length;)
        {
            if (_containers[a].Key < other._containers[b].Key)
            {
                a++;
            }
            else if (other._containers[b].Key < _containers[a].Key)
            {
                b++;
            }
            else
            {
                var (x, y) = (_containers[a++], other._containers[b++]);
                if (x.Cardinality == 65536)
                {
                    containers.Add(y);
                    continue;
                }
                if (y.Cardinality == 65536)
                {
                    containers.Add(x);
                    continue;
                }
                left.Clear();
                Spread(x, left);
                if (y.Kind == Kind.Array)
                {
                    AddChosen(containers, y, left, wanted: true);
                    continue;
                }
                right.Clear();
                Spread(y, right);
                if (x.Kind == Kind.Array)
                {
                    AddChosen(containers, x, right, wanted: true);
                    continue;
                }
                for (var w = 0; w < ContainerWords; w++)
                    left[w] &= right[w];
                Add(containers, x.Key, left);
            }
        }
        return new RoaringBitmap([.. containers]);
    }

    /// <summary>The numbers that are in this set and not in the other.</summary>
    public RoaringBitmap Except(RoaringBitmap other)
    {
        if (_containers.Length == 0 || other._containers.Length == 0)
            return this;
        var containers = new List<Container>(_containers.Length);
        Span<ulong> left = stackalloc ulong[ContainerWords];
        Span<ulong> right = stackalloc ulong[ContainerWords];
        for (int a = 0, b = 0; a < _containers.Length; a++)
        {
            while (b < other._containers.Length && other._containers[b].Key < _containers[a].Key)
                b++;
            if (b == other._containers.Length || other._containers[b].Key != _containers[a].Key)
            {
                containers.Add(_containers[a]);
                continue;
            }
            right.Clear();
            Spread(other._containers[b], right);
            if (_containers[a].Kind == Kind.Array)
            {
                AddChosen(containers, _containers[a], right, wanted: false);
                continue;
            }
            left.Clear();
            Spread(_containers[a], left);
            for (var w = 0; w < ContainerWords; w++)
                left[w] &= ~right[w];
            Add(containers, _containers[a].Key, left);
        }
        return new RoaringBitmap([.. containers]);
    }

    /// <summary>Every number from 0 up to, but not including, a count.</summary>
    /// <param name="count">0 to 2^32.</param>
    public static RoaringBitmap Range(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1L << 32);
        var containers = new Container[(count + 65535) >> 16];
        for (var i = 0; i < containers.Length; i++)
        {
            var size = (int)Math.Min(65536, count - ((long)i << 16));
            // Short ranges are smaller as plain values, and the form of a set does not depend on how it came about.
            containers[i] = size <= 3
                ? new Container((ushort)i, Kind.Array, size, new ushort[] { 0, 1, 2 }[..size])
                : new Container((ushort)i, Kind.Runs, size, [0, (ushort)(size - 1)]);
        }
        return new RoaringBitmap(containers);
    }

    /// <summary>Builds a set from ranges, both ends included, that ascend and do not touch each other.</summary>
    public static RoaringBitmap OfRanges(IReadOnlyList<(uint First, uint Last)> ranges)
    {
        var containers = new List<Container>();
        Span<ulong> words = stackalloc ulong[ContainerWords];
        words.Clear();
        var open = -1;
        foreach (var (first, last) in ranges)
        {
            for (long at = first; at <= last;)
            {
                var key = (int)(at >> 16);
                if (key != open)
                {
                    if (open >= 0)
                        Add(containers, (ushort)open, words);
                    words.Clear();
                    open = key;
                }
                var end = Math.Min(last, (long)key << 16 | 0xFFFF);
                SetRange(words, (int)(at & 0xFFFF), (int)(end & 0xFFFF));
                at = end + 1;
            }
        }
        if (open >= 0)
            Add(containers, (ushort)open, words);
        return new RoaringBitmap([.. containers]);
    }

    /// <summary>Builds a set from strictly ascending numbers.</summary>
    public static RoaringBitmap OfAscending(ReadOnlySpan<uint> values)
    {
        if (values.IsEmpty)
            return Empty;
        var containers = new List<Container>();
        var lows = new List<ushort>();
        for (var i = 0; i < values.Length;)
        {
            var key = values[i] >> 16;
            lows.Clear();
            for (; i < values.Length && values[i] >> 16 == key; i++)
                lows.Add((ushort)values[i]);
            containers.Add(Pack((ushort)key, lows));
        }
        return new RoaringBitmap([.. containers]);
    }

    /// <summary>Writes the numbers in ascending order.</summary>
    /// <param name="target">Room for <see cref="Cardinality"/> numbers.</param>
    public void CopyTo(Span<uint> target)
    {
        var at = 0;
        foreach (var container in _containers)
        {
            var origin = (uint)container.Key << 16;
            var words = container.Words;
            switch (container.Kind)
            {
                case Kind.Array:
                    foreach (var low in words)
                        target[at++] = origin | low;
                    break;
                case Kind.Bits:
                    for (var w = 0; w < words.Length; w++)
                    {
                        for (uint rest = words[w]; rest != 0; rest &= rest - 1)
                            target[at++] = origin | (uint)((w << 4) + BitOperations.TrailingZeroCount(rest));
                    }
                    break;
                default:
                    for (var r = 0; r < words.Length; r += 2)
                    {
                        for (var i = 0; i <= words[r + 1]; i++)
                            target[at++] = origin + (uint)(words[r] + i);
                    }
                    break;
            }
        }
    }

    static void AddChosen(List<Container> containers, in Container array, ReadOnlySpan<ulong> words, bool wanted)
    {
        var lows = new List<ushort>(array.Cardinality);
        foreach (var low in array.Words)
        {
            if ((words[low >> 6] >> (low & 63) & 1) != 0 == wanted)
                lows.Add(low);
        }
        if (lows.Count > 0)
            containers.Add(Pack(array.Key, lows));
    }

    static void Add(List<Container> containers, ushort key, ReadOnlySpan<ulong> words)
    {
        int count = 0, runs = 0;
        var carry = 0UL;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
            // A run starts where a bit is set and the one before it is not.
            runs += BitOperations.PopCount(word & ~(word << 1 | carry));
            carry = word >> 63;
        }
        if (count == 0)
            return;
        if (count > 4096 && 2 + runs * 4 >= 8192)
        {
            containers.Add(new Container(key, Kind.Bits, count, MemoryMarshal.Cast<ulong, ushort>(words).ToArray()));
            return;
        }
        var lows = new List<ushort>(count);
        for (var w = 0; w < words.Length; w++)
        {
            for (var rest = words[w]; rest != 0; rest &= rest - 1)
                lows.Add((ushort)((w << 6) + BitOperations.TrailingZeroCount(rest)));
        }
        containers.Add(Pack(key, lows));
    }

    static void Spread(in Container container, Span<ulong> words)
    {
        var source = container.Words;
        switch (container.Kind)
        {
            case Kind.Array:
                foreach (var low in source)
                    words[low >> 6] |= 1UL << (low & 63);
                break;
            case Kind.Bits:
                var whole = MemoryMarshal.Cast<ushort, ulong>(source);
                for (var w = 0; w < whole.Length; w++)
                    words[w] |= whole[w];
                break;
            default:
                for (var r = 0; r < source.Length; r += 2)
                    SetRange(words, source[r], source[r] + source[r + 1]);
                break;
        }
    }

    static void SetRange(Span<ulong> words, int first, int last)
    {
        var head = ulong.MaxValue << (first & 63);
        var tail = ulong.MaxValue >> (63 - (last & 63));
        if (first >> 6 == last >> 6)
        {
            words[first >> 6] |= head & tail;
            return;
        }
        words[first >> 6] |= head;
        words[((first >> 6) + 1)..(last >> 6)].Fill(ulong.MaxValue);
        words[last >> 6] |= tail;
    }
}
