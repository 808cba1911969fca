using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pennon.Lance.Encodings.Reading;

/// <summary>Searches over repetition and definition levels.</summary>
internal static class Levels
{
    /// <summary>How many levels are at most <paramref name="limit"/>.</summary>
    public static int CountUpTo(ReadOnlySpan<ushort> levels, int limit)
    {
        int count = 0;
        int i = 0;
        ref ushort source = ref MemoryMarshal.GetReference(levels);
        var bound = Vector256.Create((ushort)limit);
        for (; i <= levels.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            count += BitOperations.PopCount(Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref source, (nuint)i), bound).ExtractMostSignificantBits());
        }
        for (; i < levels.Length; i++)
        {
            count += levels[i] <= limit ? 1 : 0;
        }
        return count;
    }

    /// <summary>The position of the level <paramref name="value"/> that has <paramref name="n"/> others before it, or the length.</summary>
    public static int IndexOfNth(ReadOnlySpan<ushort> levels, ushort value, long n)
    {
        CorruptEncodingException.ThrowIf(n < 0, "the repetition index does not match the repetition levels");
        int i = 0;
        ref ushort source = ref MemoryMarshal.GetReference(levels);
        var wanted = Vector256.Create(value);
        for (; i <= levels.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            int here = BitOperations.PopCount(Vector256.Equals(Vector256.LoadUnsafe(ref source, (nuint)i), wanted).ExtractMostSignificantBits());
            if (n < here)
            {
                break;
            }
            n -= here;
        }
        for (; i < levels.Length; i++)
        {
            if (levels[i] == value && n-- == 0)
            {
                return i;
            }
        }
        return levels.Length;
    }
}
