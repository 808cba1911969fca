using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>Where the literal text of a LIKE pattern must stand.</summary>
enum LikePlace
{
    Whole,
    Start,
    End,
    Anywhere,
}

/// <summary>
/// LIKE with a single stretch of literal text, over all rows at once: text that may stand anywhere is searched for in the bytes of the whole column, which
/// lie one after another, and short text at either end is compared as one number.
/// </summary>
static class LikeScan
{
    /// <summary>Matches every row of a text array.</summary>
    public static BooleanArray Apply(ArrowArray array, LikePlace place, ReadOnlySpan<byte> literal)
    {
        var bits = ArrowAllocator.Default.AllocateZeroed((array.Length + 63) / 64 * sizeof(ulong));
        var words = bits.MutableAs<ulong>();
        switch (array)
        {
            case VariableBinaryArray<int> small:
                Match(small.Offsets, small.Data, place, literal, words);
                break;
            case VariableBinaryArray<long> large:
                Match(large.Offsets, large.Data, place, literal, words);
                break;
            default:
                throw new InvalidOperationException($"{array.Type} is no text.");
        }
        if (!array.HasNulls)
            return new BooleanArray(array.Length, 0, 0, ArrowBuffer.Empty, bits);
        var validity = ArrowAllocator.Default.AllocateZeroed(BitUtility.ByteCount(array.Length));
        BitUtility.Copy(array.Validity.Span, array.Offset, validity.MutableSpan, 0, array.Length);
        return new BooleanArray(array.Length, array.NullCount, 0, validity, bits);
    }

    static void Match<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> data, LikePlace place, ReadOnlySpan<byte> literal, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (offsets.Length < 2)
            return;
        if (place == LikePlace.Anywhere)
            Search(offsets, data, literal, words);
        else if (literal.Length is > 0 and <= sizeof(ulong) && BitConverter.IsLittleEndian)
            CompareShort(offsets, data, place, literal, words);
        else
            Compare(offsets, data, place, literal, words);
    }

    static void Search<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> data, ReadOnlySpan<byte> literal, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        var at = int.CreateTruncating(offsets[0]);
        var end = int.CreateTruncating(offsets[^1]);
        var row = 0;
        while (at < end)
        {
            var found = data[at..end].IndexOf(literal);
            if (found < 0)
                return;
            at += found;
            while (int.CreateTruncating(offsets[row + 1]) <= at)
                row++;
            var rowEnd = int.CreateTruncating(offsets[row + 1]);
            if (at + literal.Length <= rowEnd)
            {
                words[row >> 6] |= 1UL << row;
                at = rowEnd;
            }
            else
            {
                // Across the border of two values: the text may still begin at any later byte.
                at++;
            }
        }
    }

    static void CompareShort<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> data, LikePlace place, ReadOnlySpan<byte> literal, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        ulong wanted = 0;
        for (var i = literal.Length - 1; i >= 0; i--)
            wanted = wanted << 8 | literal[i];
        var unused = 8 * (sizeof(ulong) - literal.Length);
        var mask = ulong.MaxValue >> unused;
        ref var bytes = ref MemoryMarshal.GetReference(data);
        var start = int.CreateTruncating(offsets[0]);
        for (var row = 0; row < offsets.Length - 1; row++)
        {
            var end = int.CreateTruncating(offsets[row + 1]);
            bool same;
            if (end - start < literal.Length || (place == LikePlace.Whole && end - start != literal.Length))
                same = false;
            else if (place == LikePlace.End && end >= sizeof(ulong))
                same = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, end - sizeof(ulong))) >> unused == wanted;
            else if (place != LikePlace.End && start <= data.Length - sizeof(ulong))
                same = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, start)) & mask) == wanted;
            else
                same = (place == LikePlace.End ? data[(end - literal.Length)..end] : data.Slice(start, literal.Length)).SequenceEqual(literal);
            words[row >> 6] |= (same ? 1UL : 0UL) << row;
            start = end;
        }
    }

    static void Compare<T>(ReadOnlySpan<T> offsets, ReadOnlySpan<byte> data, LikePlace place, ReadOnlySpan<byte> literal, Span<ulong> words)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var row = 0; row < offsets.Length - 1; row++)
        {
            var text = data[int.CreateTruncating(offsets[row])..int.CreateTruncating(offsets[row + 1])];
            var same = place switch
            {
                LikePlace.Whole => text.SequenceEqual(literal),
                LikePlace.Start => text.StartsWith(literal),
                _ => text.EndsWith(literal),
            };
            words[row >> 6] |= (same ? 1UL : 0UL) << row;
        }
    }
}
