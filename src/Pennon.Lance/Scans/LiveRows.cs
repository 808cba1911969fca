using System.Runtime.InteropServices;
using Pennon.Arrow;
using Pennon.Lance.Tables;

namespace Pennon.Lance.Scans;

/// <summary>Positions among the rows that are not deleted.</summary>
static class LiveRows
{
    /// <summary>The offset of the live row with a given number.</summary>
    /// <param name="deletions">The deleted offsets.</param>
    /// <param name="physicalRows">Rows of the fragment, deleted ones included.</param>
    /// <param name="number">How many live rows come before the wanted one.</param>
    public static long Select(RoaringBitmap deletions, long physicalRows, long number)
    {
        if (deletions.Cardinality == 0)
            return number;
        long low = number, high = Math.Min(physicalRows - 1, number + deletions.Cardinality);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (middle + 1 - deletions.CountRange(0, middle + 1) > number)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>A mask that is true for the live rows of a range; null if all are live.</summary>
    public static BooleanArray? Mask(RoaringBitmap deletions, long start, int count)
    {
        if (deletions.Cardinality == 0 || !deletions.IntersectsRange(start, count))
            return null;
        var words = new ulong[(count + 63) / 64];
        deletions.SetBits(start, count, words);
        for (var i = 0; i < words.Length; i++)
            words[i] = ~words[i];
        return new BooleanArray(count, 0, 0, ArrowBuffer.Empty, ArrowBuffer.Of<byte>(MemoryMarshal.AsBytes(words.AsSpan())));
    }
}
