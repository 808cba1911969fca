using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pennon.Lance.Encodings;

/// <summary>A fast hash whose result never changes, so that what it decides about a page is the same in every run.</summary>
internal static class ValueHash
{
    const ulong Seed = 0x9E3779B97F4A7C15;
    const ulong Multiplier = 0xD6E8FEB86659FD93;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong value)
    {
        value = (value ^ Seed) * Multiplier;
        value ^= value >> 32;
        return value * Multiplier;
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Seed ^ (ulong)bytes.Length * Multiplier;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var length = bytes.Length;
        while (length >= 8)
        {
            hash = (hash ^ Unsafe.ReadUnaligned<ulong>(ref at)) * Multiplier;
            hash ^= hash >> 29;
            at = ref Unsafe.Add(ref at, 8);
            length -= 8;
        }
        ulong rest = 0;
        for (var i = 0; i < length; i++) rest |= (ulong)Unsafe.Add(ref at, i) << (8 * i);
        hash = (hash ^ rest) * Multiplier;
        return hash ^ hash >> 32;
    }
}
