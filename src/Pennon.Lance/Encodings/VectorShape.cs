using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>The shape of a fixed-size list value: lengths of its levels, outermost first, around items of some bits.</summary>
internal sealed class VectorShape(int[] dimensions, int itemBits)
{
    public int[] Dimensions { get; } = dimensions;

    /// <summary>1 for booleans, otherwise a multiple of 8.</summary>
    public int ItemBits { get; } = itemBits;

    public int ItemsPerValue { get; } = Product(dimensions);

    public long BitsPerValue => (long)ItemsPerValue * ItemBits;

    /// <summary>Bytes a value takes while it is collected: booleans are kept as one byte each.</summary>
    public int BytesPerValue => checked(ItemsPerValue * (ItemBits == 1 ? 1 : ItemBits / 8));

    /// <summary>The encoding of values of this shape, with a bitmap at each level that has flags.</summary>
    public CompressiveEncoding Describe(ByteSink?[] validity)
    {
        var encoding = Descriptions.Flat(ItemBits);
        for (var level = Dimensions.Length - 1; level >= 0; level--) encoding = Descriptions.List(Dimensions[level], validity[level] is not null, encoding);
        return encoding;
    }

    static int Product(int[] dimensions)
    {
        var product = 1;
        foreach (var dimension in dimensions) product = checked(product * dimension);
        return product;
    }
}
