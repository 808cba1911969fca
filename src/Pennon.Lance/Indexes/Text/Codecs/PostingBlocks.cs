using System.Buffers.Binary;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Indexes.Text;

/// <summary>How the last, partial block of a list is stored.</summary>
enum PostingTail
{
    /// <summary>32-bit numbers, of old writers.</summary>
    Fixed,

    /// <summary>Variable-length differences.</summary>
    VarIntDelta,
}

/// <summary>Blocks of up to 128 documents with their frequencies (TABLE 17.4).</summary>
static class PostingBlocks
{
    public const int BlockSize = BitPacker4x.BlockSize;
    const int Header = sizeof(float);

    /// <summary>The largest size of an encoded block.</summary>
    public const int MaximumSize = Header + sizeof(uint) + 2 + 2 * sizeof(uint) * BlockSize + 2 * BlockSize;

    public static float MaximumScore(ReadOnlySpan<byte> block)
    {
        CorruptEncodingException.ThrowIf(block.Length < Header, "A posting block is shorter than its score");
        return BinaryPrimitives.ReadSingleLittleEndian(block);
    }

    /// <summary>Decodes the documents of a block.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="count">How many documents it has, 1 to 128.</param>
    /// <param name="tail">How a partial block is stored.</param>
    /// <param name="documents">Room for 128 numbers.</param>
    /// <returns>Where the frequencies begin.</returns>
    /// <exception cref="CorruptEncodingException">The block is damaged.</exception>
    public static int DecodeDocuments(ReadOnlySpan<byte> block, int count, PostingTail tail, Span<uint> documents)
    {
        if (count == BlockSize)
        {
            CorruptEncodingException.ThrowIf(block.Length < Header + sizeof(uint) + 1, "A posting block is cut off");
            var first = BinaryPrimitives.ReadUInt32LittleEndian(block[Header..]);
            var at = Header + sizeof(uint);
            var width = Width(block, ref at);
            BitPacker4x.UnpackSums(block[at..], width, first, documents);
            return at + BitPacker4x.SizeOf(width);
        }
        if (tail == PostingTail.Fixed)
        {
            CorruptEncodingException.ThrowIf(block.Length < Header + count * 2 * sizeof(uint), "A partial posting block is cut off");
            for (var i = 0; i < count; i++)
                documents[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(Header + i * sizeof(uint))..]);
            return Header + count * sizeof(uint);
        }
        var position = Header;
        uint document = 0;
        for (var i = 0; i < count; i++)
            documents[i] = document += VarInt.Read(block, ref position);
        return position;
    }

    /// <summary>Decodes the frequencies of a block.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="at">What <see cref="DecodeDocuments"/> gave.</param>
    /// <param name="count">How many documents it has, 1 to 128.</param>
    /// <param name="tail">How a partial block is stored.</param>
    /// <param name="frequencies">Room for 128 numbers.</param>
    /// <exception cref="CorruptEncodingException">The block is damaged.</exception>
    public static void DecodeFrequencies(ReadOnlySpan<byte> block, int at, int count, PostingTail tail, Span<uint> frequencies)
    {
        if (count == BlockSize)
        {
            var width = Width(block, ref at);
            BitPacker4x.Unpack(block[at..], width, frequencies);
        }
        else if (tail == PostingTail.Fixed)
        {
            CorruptEncodingException.ThrowIf(block.Length < at + count * sizeof(uint), "A partial posting block is cut off");
            for (var i = 0; i < count; i++)
                frequencies[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(at + i * sizeof(uint))..]);
        }
        else
        {
            for (var i = 0; i < count; i++)
                frequencies[i] = VarInt.Read(block, ref at);
        }
    }

    /// <summary>Encodes a block.</summary>
    /// <param name="maximumScore">The largest score of its documents.</param>
    /// <param name="documents">1 to 128 ascending numbers.</param>
    /// <param name="frequencies">As many frequencies, each at least 1.</param>
    /// <param name="block">Room for <see cref="MaximumSize"/> bytes.</param>
    /// <returns>The size of the block.</returns>
    public static int Encode(float maximumScore, ReadOnlySpan<uint> documents, ReadOnlySpan<uint> frequencies, Span<byte> block)
    {
        BinaryPrimitives.WriteSingleLittleEndian(block, maximumScore);
        var at = Header;
        if (documents.Length == BlockSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[at..], documents[0]);
            at += sizeof(uint);
            Span<uint> deltas = stackalloc uint[BlockSize];
            deltas[0] = 0;
            for (var i = 1; i < BlockSize; i++)
                deltas[i] = documents[i] - documents[i - 1];
            at = Pack(deltas, block, at);
            return Pack(frequencies, block, at);
        }
        uint previous = 0;
        foreach (var document in documents)
        {
            at = VarInt.Write(block, at, document - previous);
            previous = document;
        }
        foreach (var frequency in frequencies)
            at = VarInt.Write(block, at, frequency);
        return at;
    }

    /// <summary>Writes one byte of width and the packed values; gives the position after them.</summary>
    public static int Pack(ReadOnlySpan<uint> values, Span<byte> target, int at)
    {
        var width = BitPacker4x.WidthOf(values);
        target[at++] = (byte)width;
        BitPacker4x.Pack(values, width, target[at..]);
        return at + BitPacker4x.SizeOf(width);
    }

    /// <summary>Reads the width of packed values and makes sure that they are there.</summary>
    public static int Width(ReadOnlySpan<byte> bytes, ref int at)
    {
        CorruptEncodingException.ThrowIf((uint)at >= (uint)bytes.Length, "A packed block is cut off before its width");
        var width = bytes[at++];
        CorruptEncodingException.ThrowIf(width > 32, "A packed block claims more than 32 bits per number");
        CorruptEncodingException.ThrowIf(bytes.Length - at < BitPacker4x.SizeOf(width), "A packed block is cut off");
        return width;
    }
}
