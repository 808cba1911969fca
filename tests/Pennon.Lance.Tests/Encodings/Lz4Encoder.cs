using System.Buffers.Binary;

namespace Pennon.Lance.Tests.Encodings;

/// <summary>A plain greedy LZ4 encoder, the other half of what the decoder's tests need on every machine.</summary>
internal static class Lz4Encoder
{
    const int MinMatch = 4;
    const int LastLiterals = 5;
    const int MatchSearchLimit = 12;
    const int HashBits = 14;
    const int MaxOffset = ushort.MaxValue;

    /// <summary>The largest encoded size of <paramref name="length"/> bytes.</summary>
    static int MaxEncodedLength(int length) => checked(length + length / 255 + 16);

    /// <summary>Encodes one block.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> source)
    {
        byte[] destination = new byte[MaxEncodedLength(source.Length)];
        int written = 0;
        int anchor = 0;
        if (source.Length > MatchSearchLimit)
        {
            Span<int> table = new int[1 << HashBits];
            table.Fill(-1);
            int searchEnd = source.Length - MatchSearchLimit;
            int matchEnd = source.Length - LastLiterals;
            int position = 0;
            int misses = 0;
            while (position <= searchEnd)
            {
                uint value = BinaryPrimitives.ReadUInt32LittleEndian(source[position..]);
                ref int slot = ref table[(int)((value * 2654435761u) >> (32 - HashBits))];
                int candidate = slot;
                slot = position;
                if (candidate < 0 || position - candidate > MaxOffset
                    || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != value)
                {
                    position += 1 + (misses++ >> 6);
                    continue;
                }
                misses = 0;
                while (position > anchor && candidate > 0 && source[position - 1] == source[candidate - 1])
                {
                    position--;
                    candidate--;
                }
                int length = MinMatch + source[(position + MinMatch)..matchEnd].CommonPrefixLength(source[(candidate + MinMatch)..]);
                written = WriteSequence(source[anchor..position], position - candidate, length, destination, written);
                position += length;
                anchor = position;
            }
        }
        return destination[..WriteSequence(source[anchor..], 0, 0, destination, written)];
    }

    static int WriteSequence(ReadOnlySpan<byte> literals, int offset, int matchLength, Span<byte> destination, int written)
    {
        int tokenAt = written++;
        int token = Math.Min(literals.Length, 15) << 4;
        if (literals.Length >= 15)
        {
            written = WriteLength(literals.Length - 15, destination, written);
        }
        literals.CopyTo(destination[written..]);
        written += literals.Length;
        if (offset != 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[written..], (ushort)offset);
            written += 2;
            int extra = matchLength - MinMatch;
            token |= Math.Min(extra, 15);
            if (extra >= 15)
            {
                written = WriteLength(extra - 15, destination, written);
            }
        }
        destination[tokenAt] = (byte)token;
        return written;
    }

    static int WriteLength(int rest, Span<byte> destination, int written)
    {
        for (; rest >= 255; rest -= 255)
        {
            destination[written++] = 255;
        }
        destination[written++] = (byte)rest;
        return written;
    }
}
