using System.Buffers;
using System.Numerics;

namespace Pennon.Arrow.Compute;

/// <summary>Replaces dictionary indices by the values they stand for.</summary>
public static class DictionaryDecode
{
    /// <summary>The plain array with the same values.</summary>
    /// <param name="array">A dictionary array; null rows and rows that point to a null entry become null.</param>
    /// <param name="allocator">Where the result gets its memory; the shared pool by default.</param>
    /// <exception cref="ArgumentException">A row points outside the dictionary.</exception>
    public static ArrowArray Apply(DictionaryArray array, ArrowAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(array);
        return Gather(array, array.Dictionary, allocator);
    }

    /// <summary>Picks for each row the entry of <paramref name="perEntry"/> that belongs to its dictionary entry.</summary>
    internal static ArrowArray Gather(DictionaryArray array, ArrowArray perEntry, ArrowAllocator? allocator = null)
    {
        int[] rented = ArrayPool<int>.Shared.Rent(array.Length);
        try
        {
            Span<int> rows = rented.AsSpan(0, array.Length);
            bool negatives = Rows(array, rows);
            return Take.Unchecked(perEntry, rows, negatives, allocator ?? ArrowAllocator.Default);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Dictionary positions as checked integers, -1 for null rows; returns whether there are any null rows.</summary>
    internal static bool Rows(DictionaryArray array, Span<int> rows)
    {
        switch (array.Indices)
        {
            case PrimitiveArray<sbyte> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<byte> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<short> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<ushort> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<int> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<uint> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<long> a: Widen(array, a.Values, rows); break;
            case PrimitiveArray<ulong> a: Widen(array, a.Values, rows); break;
        }
        return array.HasNulls;
    }

    static void Widen<T>(DictionaryArray array, ReadOnlySpan<T> indices, Span<int> rows) where T : unmanaged, IBinaryInteger<T>
    {
        bool nulls = array.HasNulls;
        uint entries = (uint)array.Dictionary.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            if (nulls && array.IsNull(i))
            {
                rows[i] = -1;
                continue;
            }
            // Sign extension turns negative indices into huge unsigned ones, so that one test refuses both ends.
            ulong index = ulong.CreateTruncating(indices[i]);
            if (index >= entries)
                throw new ArgumentException($"Row {i} points to dictionary entry {indices[i]} of {entries}.", nameof(array));
            rows[i] = (int)index;
        }
    }
}
