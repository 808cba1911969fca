using Pennon.Lance.Wire.Encodings21;
using Kind = Pennon.Lance.Wire.Encodings21.CompressiveEncoding.CompressionOneofCase;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>The nesting of fixed-size lists down to plain items, outermost first.</summary>
internal sealed record FixedListShape(int[] Dimensions, bool[] HasValidity, int ItemBits)
{
    public static FixedListShape Create(CompressiveEncoding encoding)
    {
        var dimensions = new List<int>();
        var validity = new List<bool>();
        long items = 1;
        while (encoding?.CompressionCase == Kind.FixedSizeList)
        {
            var list = encoding.FixedSizeList;
            CorruptEncodingException.ThrowIf(list.ItemsPerValue > int.MaxValue / 8, "a fixed-size list has an impossible number of items");
            items *= (long)list.ItemsPerValue;
            CorruptEncodingException.ThrowIf(items > int.MaxValue / 8 || dimensions.Count >= 8, "nested fixed-size lists have an impossible number of items");
            dimensions.Add((int)list.ItemsPerValue);
            validity.Add(list.HasValidity);
            encoding = list.Values;
        }
        int bits = EncodingNames.FlatBits(encoding, "list items");
        CorruptEncodingException.ThrowIf(bits == 0 || (bits != 1 && bits % 8 != 0) || items * bits > int.MaxValue, "list items have an impossible width");
        return new FixedListShape([.. dimensions], [.. validity], bits);
    }

    /// <summary>Items of one value at the innermost level.</summary>
    public int ItemsPerValue
    {
        get
        {
            int items = 1;
            foreach (int dimension in Dimensions)
            {
                items *= dimension;
            }
            return items;
        }
    }

    public bool HasAnyValidity => HasValidity.AsSpan().Contains(true);

    /// <summary>The sink at nesting <paramref name="level"/>, checked against the shape.</summary>
    public FixedListSink ListAt(ValueSink sink, int level)
    {
        var list = sink.As<FixedListSink>();
        for (int i = 0; i <= level; i++)
        {
            CorruptEncodingException.ThrowIf(list.Dimension != Dimensions[i], $"the page stores lists of {Dimensions[i]} items where the schema has {list.Dimension}");
            if (i < level)
            {
                list = list.Items.As<FixedListSink>();
            }
        }
        return list;
    }

    /// <summary>Counts values whose items were appended, innermost first so that validity can be completed.</summary>
    public void Advance(ValueSink sink, int count)
    {
        for (int level = Dimensions.Length - 1; level >= 0; level--)
        {
            int lists = count;
            for (int i = 0; i < level; i++)
            {
                lists *= Dimensions[i];
            }
            ListAt(sink, level).Advance(lists);
        }
    }
}

/// <summary>Vectors and other fixed-size lists: validity bitmaps of the nested levels, then the items.</summary>
internal sealed class FixedListMiniBlock(FixedListShape shape) : MiniBlockDecoder
{
    public override void Decode(scoped in ChunkBuffers buffers, int slots, ReadOnlySpan<SlotRange> ranges, ValueSink sink)
    {
        int buffer = 0;
        long perSlot = 1;
        for (int level = 0; level < shape.Dimensions.Length; level++)
        {
            perSlot *= shape.Dimensions[level];
            var list = shape.ListAt(sink, level);
            if (shape.HasValidity[level])
            {
                var bitmap = buffers[buffer++];
                foreach (var range in ranges)
                {
                    list.ItemValidity.Append(bitmap, range.Start * perSlot, checked((int)(range.Count * perSlot)));
                }
            }
        }
        var values = buffers[buffer];
        CorruptEncodingException.ThrowIf(slots * perSlot * shape.ItemBits > values.Length * 8L, "a chunk is shorter than its values");
        var items = shape.ListAt(sink, shape.Dimensions.Length - 1).Items;
        foreach (var range in ranges)
        {
            int count = checked((int)(range.Count * perSlot));
            if (shape.ItemBits == 1)
            {
                items.As<BitSink>().Append(values, range.Start * perSlot, count);
            }
            else
            {
                int width = shape.ItemBits / 8;
                values.Slice((int)(range.Start * perSlot * width), count * width).CopyTo(items.AsFixed(width).Reserve(count));
            }
            shape.Advance(sink, range.Count);
        }
    }
}
