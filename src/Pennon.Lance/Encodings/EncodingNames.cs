using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>Refusals that name the encoding that was met.</summary>
internal static class EncodingNames
{
    public static LanceNotSupportedException Unsupported(CompressiveEncoding? encoding, string place)
    {
        string name = encoding is null ? "absent" : encoding.CompressionCase.ToString();
        return new LanceNotSupportedException($"encoding {name}", $"The encoding '{name}' of {place} is not supported; rewrite the table in file version 2.2 to read it.");
    }

    /// <summary>The bits per value of a plain Flat encoding, which is all that may stand in this place.</summary>
    public static int FlatBits(CompressiveEncoding? encoding, string place)
    {
        if (encoding?.CompressionCase != CompressiveEncoding.CompressionOneofCase.Flat || encoding.Flat.Data is not null)
        {
            throw Unsupported(encoding, place);
        }
        return CheckedBits(encoding.Flat.BitsPerValue, place);
    }

    public static int CheckedBits(ulong bits, string place)
    {
        CorruptEncodingException.ThrowIf(bits > int.MaxValue / 8, $"the width of {place} is impossible");
        return (int)bits;
    }

    /// <summary>The word width of a bit packing: 8, 16, 32 or 64.</summary>
    public static int WordBits(ulong bits)
    {
        CorruptEncodingException.ThrowIf(bits is not (8 or 16 or 32 or 64), "bit packing is defined for words of 8, 16, 32 and 64 bits only");
        return (int)bits;
    }
}
