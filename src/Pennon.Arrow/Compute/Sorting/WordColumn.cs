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
        RadixSort radix = new();
        ulong flip = Descending ? ulong.MaxValue : 0;
        for (int w = words.Length - 1; w >= 0; w--)
        {
            Span<ulong> keys = radix.Keys(rows.Length);
            for (int i = 0; i < keys.Length; i++)
                keys[i] = words[w][rows[i]] ^ flip;
            radix.Sort(rows);
        }
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
}
