namespace Pennon.Lance;

/// <summary>What the options of product quantisation have in common.</summary>
static class ProductOptions
{
    public static void Check(int? parts, int bits)
    {
        if (parts is { } count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(LanceIvfPqIndex.SubVectors));
        if (bits is not (4 or 8))
            throw new ArgumentOutOfRangeException(nameof(LanceIvfPqIndex.Bits), bits, "Product quantisation takes 4 or 8 bits.");
    }

    /// <summary>The parts a vector is cut into if nothing is said (TABLE 18.10).</summary>
    public static int DefaultParts(int dimension, int bits)
    {
        var parts = dimension % 16 == 0 ? dimension / 16 : dimension % 8 == 0 ? dimension / 8 : 1;
        // 4 bits fill bytes in pairs.
        return bits == 4 && parts % 2 != 0 && dimension % (2 * parts) == 0 ? 2 * parts : parts;
    }
}
