using Pennon.Arrow.Compute.Sorting;

namespace Pennon.Arrow.Compute;

/// <summary>One column of a sort order.</summary>
/// <param name="Array">The values to sort by.</param>
/// <param name="Descending">Largest first.</param>
/// <param name="NullsFirst">Nulls come before all values, in either direction; otherwise after them.</param>
public readonly record struct SortKey(ArrowArray Array, bool Descending = false, bool NullsFirst = false);

/// <summary>Stable sorting by one or several columns, giving row positions for <see cref="Take"/>.</summary>
/// <remarks>
/// Floats sort by value with -0 equal to 0 and NaN after every number (first when descending). Text sorts by its UTF-8 bytes, which is the
/// order of code points; false before true; dictionary arrays by their values. Rows that are equal keep their order. Nested types
/// are refused.
/// </remarks>
public static class Sort
{
    /// <summary>The positions of all rows in sorted order.</summary>
    /// <param name="keys">The columns to sort by, the most significant first; at least one, all of the same length.</param>
    /// <exception cref="ArgumentException">No key, or keys of different lengths.</exception>
    /// <exception cref="ArrowComputeException">A key's type has no order.</exception>
    public static int[] Indices(params ReadOnlySpan<SortKey> keys)
    {
        int length = Check(keys);
        int[] rows = new int[length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i;
        // Every pass is stable, so sorting by the least significant key first gives the order by all.
        for (int k = keys.Length - 1; k >= 0; k--)
            SortColumn.For(keys[k]).Sort(rows);
        return rows;
    }

    /// <summary>The positions of the first <paramref name="count"/> rows in sorted order, without sorting the rest.</summary>
    /// <param name="count">How many rows; all of them when there are fewer.</param>
    /// <param name="keys">The columns to sort by, the most significant first; at least one, all of the same length.</param>
    /// <exception cref="ArgumentException">No key, or keys of different lengths.</exception>
    /// <exception cref="ArrowComputeException">A key's type has no order.</exception>
    public static int[] TopIndices(int count, params ReadOnlySpan<SortKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int length = Check(keys);
        if (count == 0)
            return [];
        if (count >= length / 4)
        {
            int[] all = Indices(keys);
            return count >= length ? all : all[..count];
        }
        SortColumn[] columns = new SortColumn[keys.Length];
        for (int k = 0; k < columns.Length; k++)
            columns[k] = SortColumn.For(keys[k]);
        return TopRows.Select(columns, length, count);
    }

    static int Check(ReadOnlySpan<SortKey> keys)
    {
        if (keys.IsEmpty)
            throw new ArgumentException("Sorting needs at least one key.", nameof(keys));
        foreach (SortKey key in keys)
        {
            ArgumentNullException.ThrowIfNull(key.Array, nameof(keys));
            if (key.Array.Length != keys[0].Array.Length)
                throw new ArgumentException($"A key has {key.Array.Length} rows and the first has {keys[0].Array.Length}.", nameof(keys));
        }
        return keys[0].Array.Length;
    }
}
