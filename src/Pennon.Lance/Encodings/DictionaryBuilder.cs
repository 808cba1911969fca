using System.Buffers;
using System.Numerics;

namespace Pennon.Lance.Encodings;

/// <summary>Finds the distinct values of a page where there are few enough for a dictionary to pay.</summary>
internal static class DictionaryBuilder
{
    public const int MinSlots = 256;

    const int MaxItems = 64 * 1024;
    const int SampleSize = 1024;

    /// <summary>A dictionary of 64-bit values, and the 32-bit index of each slot; null when it would not pay.</summary>
    public static (PageDictionary Items, ByteSink Indices)? TryBuild(ReadOnlySpan<ulong> values)
    {
        if (values.Length < MinSlots || !SampleRepeats(values)) return null;
        var limit = Math.Min(MaxItems, values.Length / 4);
        using var table = new Table(limit);
        var items = new ByteSink(4096);
        var indices = new ByteSink(values.Length * 4);
        var codes = indices.Extend<int>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            var hash = ValueHash.Of(value);
            for (var bucket = table.First(hash); ; bucket = table.Next(bucket))
            {
                var item = table[bucket];
                if (item < 0)
                {
                    if (table.Count == limit)
                    {
                        items.Dispose();
                        indices.Dispose();
                        return null;
                    }
                    item = table.Add(bucket);
                    items.AppendValue(value);
                }
                else if (items.As<ulong>()[item] != value) continue;
                codes[i] = item;
                break;
            }
        }
        return (new PageDictionary(table.Count, items, null, 64), indices);
    }

    /// <summary>A dictionary of variable-width values, and the 32-bit index of each slot; null when it would not pay.</summary>
    /// <param name="ends">One more than there are values.</param>
    /// <param name="bytes">The values.</param>
    /// <param name="missing">Nonzero where a slot has no value; empty when all have.</param>
    /// <param name="offsetBits">Width of the dictionary's offsets.</param>
    public static (PageDictionary Items, ByteSink Indices)? TryBuild(ReadOnlySpan<int> ends, ReadOnlySpan<byte> bytes, ReadOnlySpan<ushort> missing, int offsetBits)
    {
        var count = ends.Length - 1;
        if (count < MinSlots || !SampleRepeats(ends, bytes)) return null;
        var limit = Math.Min(MaxItems, count / 4);
        using var table = new Table(limit);
        var items = new ByteSink(4096);
        var itemEnds = new List<int> { 0 };
        var indices = new ByteSink(count * 4);
        var codes = indices.Extend<int>(count);
        for (var i = 0; i < count; i++)
        {
            if (!missing.IsEmpty && missing[i] != 0)
            {
                codes[i] = 0;
                continue;
            }
            var value = bytes[ends[i]..ends[i + 1]];
            var hash = ValueHash.Of(value);
            for (var bucket = table.First(hash); ; bucket = table.Next(bucket))
            {
                var item = table[bucket];
                if (item < 0)
                {
                    if (table.Count == limit || items.Length + value.Length > bytes.Length / 2)
                    {
                        items.Dispose();
                        indices.Dispose();
                        return null;
                    }
                    item = table.Add(bucket);
                    items.Append(value);
                    itemEnds.Add(items.Length);
                }
                else if (!items.Span[itemEnds[item]..itemEnds[item + 1]].SequenceEqual(value)) continue;
                codes[i] = item;
                break;
            }
        }
        return (new PageDictionary(table.Count, items, [.. itemEnds], offsetBits), indices);
    }

    static bool SampleRepeats(ReadOnlySpan<ulong> values)
    {
        var seen = new HashSet<ulong>();
        var sample = Math.Min(SampleSize, values.Length);
        for (var i = 0; i < sample; i++) seen.Add(values[(int)((long)i * values.Length / sample)]);
        return seen.Count <= sample / 2;
    }

    static bool SampleRepeats(ReadOnlySpan<int> ends, ReadOnlySpan<byte> bytes)
    {
        var seen = new HashSet<ulong>();
        var count = ends.Length - 1;
        var sample = Math.Min(SampleSize, count);
        for (var i = 0; i < sample; i++)
        {
            var slot = (int)((long)i * count / sample);
            seen.Add(ValueHash.Of(bytes[ends[slot]..ends[slot + 1]]));
        }
        return seen.Count <= sample / 2;
    }

    /// <summary>Open addressing over item numbers.</summary>
    sealed class Table : IDisposable
    {
        readonly int[] _items;
        readonly uint _mask;

        public Table(int limit)
        {
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)limit * 2 + 2);
            _items = ArrayPool<int>.Shared.Rent(size);
            _items.AsSpan(0, size).Fill(-1);
            _mask = (uint)size - 1;
        }

        public int Count { get; private set; }

        public int this[uint bucket] => _items[bucket];

        public uint First(ulong hash) => (uint)(hash >> 32) & _mask;

        public uint Next(uint bucket) => (bucket + 1) & _mask;

        public int Add(uint bucket)
        {
            _items[bucket] = Count;
            return Count++;
        }

        public void Dispose() => ArrayPool<int>.Shared.Return(_items);
    }
}
