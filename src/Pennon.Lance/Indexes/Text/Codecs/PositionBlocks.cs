using Pennon.Lance.Encodings;

namespace Pennon.Lance.Indexes.Text;

/// <summary>
/// The positions of a word in the documents of one posting block: per document the first position and then differences, all in a
/// row, cut into packed groups of 128 and a rest of variable-length numbers (TABLE 17.7).
/// </summary>
static class PositionBlocks
{
    const int Group = BitPacker4x.BlockSize;

    /// <summary>Decodes all numbers of a block; the differences are not added up.</summary>
    /// <param name="bytes">The bytes of the block.</param>
    /// <param name="values">Room for as many numbers as the block's frequencies add up to, rounded up to a multiple of 128.</param>
    /// <param name="count">The sum of the block's frequencies.</param>
    /// <exception cref="CorruptEncodingException">The block is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, Span<uint> values, int count)
    {
        var at = 0;
        var done = 0;
        for (; done + Group <= count; done += Group)
        {
            var width = PostingBlocks.Width(bytes, ref at);
            BitPacker4x.Unpack(bytes[at..], width, values[done..]);
            at += BitPacker4x.SizeOf(width);
        }
        for (; done < count; done++)
            values[done] = VarInt.Read(bytes, ref at);
    }

    /// <summary>The largest size of so many encoded numbers.</summary>
    public static int MaximumSize(int count) => count / Group * (1 + BitPacker4x.SizeOf(32)) + count % Group * VarInt.MaximumSize;

    /// <summary>Encodes the numbers of a block.</summary>
    /// <returns>The size in bytes.</returns>
    public static int Encode(ReadOnlySpan<uint> values, Span<byte> bytes)
    {
        var at = 0;
        for (; values.Length >= Group; values = values[Group..])
            at = PostingBlocks.Pack(values[..Group], bytes, at);
        foreach (var value in values)
            at = VarInt.Write(bytes, at, value);
        return at;
    }
}
