using System.Buffers.Binary;

namespace Pennon.Lance.Encodings;

/// <summary>Values of 1 to 64 bits stored back to back from the least significant bit, as file version 2.0 does.</summary>
internal static class BitPacking
{
    /// <summary>Unpacks values <paramref name="first"/>..<paramref name="first"/>+<paramref name="count"/> into integers of
    /// <paramref name="targetWidth"/> bytes.</summary>
    /// <param name="signed">Sign-extend from the packed width.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int width, bool signed, long first, int count, int targetWidth, Span<byte> destination)
    {
        CorruptEncodingException.ThrowIf(width is < 1 or > 64 || width > targetWidth * 8, "Bit packing: the packed width is not between 1 and the width of the values");
        CorruptEncodingException.ThrowIf((UInt128)(first + count) * (uint)width > (UInt128)source.Length * 8, "Bit packing: the buffer is shorter than its values");
        int unused = 64 - width;
        long bit = first * width;
        for (int i = 0; i < count; i++, bit += width)
        {
            ulong value = ReadBits(source, bit, width);
            if (signed)
            {
                value = (ulong)((long)(value << unused) >> unused);
            }
            var slot = destination.Slice(i * targetWidth, targetWidth);
            switch (targetWidth)
            {
                case 1: slot[0] = (byte)value; break;
                case 2: BinaryPrimitives.WriteUInt16LittleEndian(slot, (ushort)value); break;
                case 4: BinaryPrimitives.WriteUInt32LittleEndian(slot, (uint)value); break;
                default: BinaryPrimitives.WriteUInt64LittleEndian(slot, value); break;
            }
        }
    }

    static ulong ReadBits(ReadOnlySpan<byte> source, long bit, int width)
    {
        int at = (int)(bit >> 3);
        int shift = (int)(bit & 7);
        ulong low;
        ulong high = 0;
        if (source.Length - at >= 9)
        {
            low = BinaryPrimitives.ReadUInt64LittleEndian(source[at..]);
            high = source[at + 8];
        }
        else
        {
            Span<byte> padded = stackalloc byte[16];
            padded.Clear();
            source[at..].CopyTo(padded);
            low = BinaryPrimitives.ReadUInt64LittleEndian(padded);
            high = padded[8];
        }
        ulong value = low >> shift;
        if (shift != 0)
        {
            value |= high << (64 - shift);
        }
        return width == 64 ? value : value & ((1UL << width) - 1);
    }
}
