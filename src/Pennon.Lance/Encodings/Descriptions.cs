using Google.Protobuf;
using Pennon.Lance.Wire.Encodings21;

namespace Pennon.Lance.Encodings;

/// <summary>The encoding messages that come up again and again.</summary>
internal static class Descriptions
{
    public static CompressiveEncoding Flat(int bits) => new() { Flat = new Flat { BitsPerValue = (ulong)bits } };

    public static CompressiveEncoding Variable(int offsetBits) => new() { Variable = new Variable { Offsets = Flat(offsetBits) } };

    public static CompressiveEncoding InlineBitpacking(int bits) => new() { InlineBitpacking = new InlineBitpacking { UncompressedBitsPerValue = (ulong)bits } };

    public static CompressiveEncoding Runs(int bits) => new() { Rle = new Rle { Values = Flat(bits), RunLengths = Flat(8) } };

    public static CompressiveEncoding Fsst(ReadOnlySpan<byte> table, int offsetBits) =>
        new() { Fsst = new Wire.Encodings21.Fsst { SymbolTable = ByteString.CopyFrom(table), Values = Variable(offsetBits) } };

    public static CompressiveEncoding List(int items, bool hasValidity, CompressiveEncoding inner) =>
        new() { FixedSizeList = new FixedSizeList { ItemsPerValue = (ulong)items, HasValidity = hasValidity, Values = inner } };
}
