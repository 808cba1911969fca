using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings;

/// <summary>Between one byte per flag and one bit per flag, least significant bit first.</summary>
internal static class FlagPacking
{
    /// <summary>Packs flags of 0 or 1 to bits; bits past the end are zero.</summary>
    public static void Pack(ReadOnlySpan<byte> flags, Span<byte> bits)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(flags);
            for (; i <= flags.Length - 32; i += 32)
            {
                var set = (Vector256.LoadUnsafe(ref first, (nuint)i) << 7).ExtractMostSignificantBits();
                MemoryMarshal.Write(bits[(i >> 3)..], set);
            }
        }
        if (i == flags.Length) return;
        bits[(i >> 3)..((flags.Length + 7) >> 3)].Clear();
        for (; i < flags.Length; i++) bits[i >> 3] |= (byte)(flags[i] << (i & 7));
    }

    /// <summary>Unpacks <paramref name="flags"/>.Length bits from bit <paramref name="offset"/> on to bytes of 0 or 1.</summary>
    public static void Unpack(ReadOnlySpan<byte> bits, int offset, Span<byte> flags)
    {
        for (var i = 0; i < flags.Length;)
        {
            var position = offset + i;
            var octet = bits[position >> 3] >> (position & 7);
            var count = Math.Min(8 - (position & 7), flags.Length - i);
            for (var k = 0; k < count; k++) flags[i + k] = (byte)(octet >> k & 1);
            i += count;
        }
    }
}
