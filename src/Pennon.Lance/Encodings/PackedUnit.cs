using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>Bit-packed units by run-time word width.</summary>
internal static class PackedUnit
{
    /// <summary>Decodes a unit whose first word is the packed width.</summary>
    public static void DecodeInline(int bits, ReadOnlySpan<byte> source, int count, Span<byte> target)
    {
        int width = ReadWidth(bits, source);
        Decode(bits, width, source[(bits / 8)..], count, target);
    }

    /// <summary>Decodes some values of a unit whose first word is the packed width.</summary>
    public static void DecodeInlineRange(int bits, ReadOnlySpan<byte> source, int start, int count, Span<byte> target)
    {
        int width = ReadWidth(bits, source);
        source = source[(bits / 8)..];
        switch (bits)
        {
            case 8: DecodeRange(width, source, start, target[..count]); break;
            case 16: DecodeRange(width, MemoryMarshal.Cast<byte, ushort>(source), start, MemoryMarshal.Cast<byte, ushort>(target)[..count]); break;
            case 32: DecodeRange(width, MemoryMarshal.Cast<byte, uint>(source), start, MemoryMarshal.Cast<byte, uint>(target)[..count]); break;
            default: DecodeRange(width, MemoryMarshal.Cast<byte, ulong>(source), start, MemoryMarshal.Cast<byte, ulong>(target)[..count]); break;
        }
    }

    static void DecodeRange<T>(int width, ReadOnlySpan<T> source, int start, Span<T> target)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = FastLanes.UnpackOne(width, source, start + i);
        }
    }

    static int ReadWidth(int bits, ReadOnlySpan<byte> source)
    {
        int word = bits / 8;
        CorruptEncodingException.ThrowIf(source.Length < word, "bit packing: the packed width is cut off");
        ulong width = 0;
        for (int i = word - 1; i >= 0; i--)
        {
            width = (width << 8) | source[i];
        }
        CorruptEncodingException.ThrowIf(width > (ulong)bits, "bit packing: the packed width exceeds the width of the values");
        return (int)width;
    }

    /// <summary>Decodes the first <paramref name="count"/> (up to 1024) values of a unit.</summary>
    [SkipLocalsInit]
    public static void Decode(int bits, int width, ReadOnlySpan<byte> source, int count, Span<byte> target)
    {
        int valueBytes = bits / 8;
        if (count < FastLanes.UnitLength)
        {
            Span<ulong> all = stackalloc ulong[FastLanes.UnitLength];
            var bytes = MemoryMarshal.AsBytes(all)[..(FastLanes.UnitLength * valueBytes)];
            Decode(bits, width, source, FastLanes.UnitLength, bytes);
            bytes[..(count * valueBytes)].CopyTo(target);
            return;
        }
        switch (bits)
        {
            case 8: FastLanes.Unpack(width, source, target); break;
            case 16: FastLanes.Unpack(width, MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(target)); break;
            case 32: FastLanes.Unpack(width, MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, uint>(target)); break;
            default: FastLanes.Unpack(width, MemoryMarshal.Cast<byte, ulong>(source), MemoryMarshal.Cast<byte, ulong>(target)); break;
        }
    }
}
