using System.Runtime.CompilerServices;
using Pennon.Lance.Encodings;

namespace Pennon.Lance.Indexes.Text;

/// <summary>Unsigned LEB128 numbers of up to 32 bits.</summary>
static class VarInt
{
    public const int MaximumSize = 5;

    /// <exception cref="CorruptEncodingException">The number ends too early or has more than 32 bits.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] < 0x80)
            return bytes[at++];
        return ReadLong(bytes, ref at);
    }

    static uint ReadLong(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 7 * MaximumSize; shift += 7)
        {
            CorruptEncodingException.ThrowIf((uint)at >= (uint)bytes.Length, "A variable-length number is cut off");
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                CorruptEncodingException.ThrowIf(value > uint.MaxValue, "A variable-length number has more than 32 bits");
                return (uint)value;
            }
        }
        CorruptEncodingException.Throw("A variable-length number has no end");
        return 0;
    }

    /// <summary>Writes a number and gives the position after it.</summary>
    /// <param name="bytes">Room for <see cref="MaximumSize"/> bytes from <paramref name="at"/>.</param>
    /// <param name="at">Where the number begins.</param>
    /// <param name="value">The number.</param>
    public static int Write(Span<byte> bytes, int at, uint value)
    {
        while (value >= 0x80)
        {
            bytes[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[at++] = (byte)value;
        return at;
    }
}
