namespace Pennon.Arrow.Compute.Sorting;

/// <summary>A key of one or more unsigned 64-bit words per row, the most significant array first.</summary>
internal sealed class WordColumn(SortKey key, ulong[][] words) : SortColumn(key)
{
    const int InsertionLimit = 48;

    protected override int CompareValues(int left, int right)
    {
        foreach (ulong[] word in words)
            if (word[left] != word[right])
                return word[left] < word[right] ? -1 : 1;
        return 0;
    }

    protected override void SortValues(Span<int> rows)
    {
        if (rows.Length <= InsertionLimit)
        {
            Insertion(rows);
            return;
        }
        for (int w = words.Length - 1; w >= 0; w--)
            Radix(rows, words[w], Descending ? ulong.MaxValue : 0);
    }

    void Insertion(Span<int> rows)
    {
        for (int i = 1; i < rows.Length; i++)
        {
            int row = rows[i];
            int at = i;
            while (at > 0 && Order(rows[at - 1], row) > 0)
            {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
    }

    int Order(int left, int right) => Descending ? CompareValues(right, left) : CompareValues(left, right);

    /// <summary>Least-significant-digit radix sort by bytes; digits that are the same in every row cost nothing.</summary>
    static void Radix(Span<int> rows, ulong[] word, ulong flip)
    {
        int length = rows.Length;
        (ulong[] keys, ulong[] otherKeys) = (new ulong[length], new ulong[length]);
        (int[] from, int[] to) = (rows.ToArray(), new int[length]);
        int[] counts = new int[8 * 256];
        for (int i = 0; i < length; i++)
        {
            ulong value = word[from[i]] ^ flip;
            keys[i] = value;
            for (int digit = 0; digit < 8; digit++)
                counts[digit * 256 + (byte)(value >> (digit * 8))]++;
        }
        for (int digit = 0; digit < 8; digit++)
        {
            Span<int> starts = counts.AsSpan(digit * 256, 256);
            int shift = digit * 8;
            if (starts[(byte)(keys[0] >> shift)] == length)
                continue;
            int sum = 0;
            foreach (ref int start in starts)
                (start, sum) = (sum, sum + start);
            for (int i = 0; i < length; i++)
            {
                int place = starts[(byte)(keys[i] >> shift)]++;
                otherKeys[place] = keys[i];
                to[place] = from[i];
            }
            (keys, otherKeys) = (otherKeys, keys);
            (from, to) = (to, from);
        }
        from.CopyTo(rows);
    }
}
