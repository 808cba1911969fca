using System.Buffers.Binary;

namespace Pennon.Arrow.Compute.Sorting;

/// <summary>
/// A key of text or binary. Rows are compared by their first eight bytes as one word, and by all bytes where those tie; many rows are
/// sorted eight bytes at a time, going on only within runs that are still equal.
/// </summary>
internal sealed class BytesColumn : SortColumn
{
    const int SmallRun = 48;

    /// <summary>Past this many shared bytes a comparison sort is as good, and the recursion ends.</summary>
    const int DeepestWord = 64 * 8;

    readonly ulong[] _prefixes;

    public BytesColumn(SortKey key) : base(key)
    {
        _prefixes = new ulong[Array.Length];
        for (int i = 0; i < _prefixes.Length; i++)
            if (Array.IsValid(i))
                _prefixes[i] = Word(Bytes(i));
    }

    ReadOnlySpan<byte> Bytes(int row) => Array switch
    {
        VariableBinaryArray<int> a => a.GetBytes(row),
        VariableBinaryArray<long> a => a.GetBytes(row),
        _ => ((FixedSizeBinaryArray)Array).GetBytes(row),
    };

    /// <summary>The first eight bytes as a word that orders like them; shorter values are filled up with zeros.</summary>
    static ulong Word(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 8)
            return BinaryPrimitives.ReadUInt64BigEndian(bytes);
        ulong word = 0;
        for (int i = 0; i < bytes.Length; i++)
            word |= (ulong)bytes[i] << (56 - i * 8);
        return word;
    }

    protected override int CompareValues(int left, int right)
    {
        ulong a = _prefixes[left], b = _prefixes[right];
        return a != b ? (a < b ? -1 : 1) : Bytes(left).SequenceCompareTo(Bytes(right));
    }

    protected override void SortValues(Span<int> rows)
    {
        if (rows.Length <= SmallRun)
            Merge(rows, new int[rows.Length]);
        else
            SortFrom(rows, 0, new RadixSort(), new int[rows.Length]);
    }

    /// <summary>Sorts rows whose first <paramref name="depth"/> bytes are the same.</summary>
    void SortFrom(Span<int> rows, int depth, RadixSort radix, int[] scratch)
    {
        ulong flip = Descending ? ulong.MaxValue : 0;
        Span<ulong> keys = radix.Keys(rows.Length);
        // Where zeros that fill up meet zeros that are data, the shorter value comes first; sorting by length before sorting by
        // bytes sees to that.
        bool someEnd = false;
        for (int i = 0; i < rows.Length; i++)
        {
            int left = Math.Min(8, Bytes(rows[i]).Length - depth);
            someEnd |= left < 8;
            keys[i] = (ulong)left ^ flip;
        }
        if (someEnd)
        {
            radix.Sort(rows);
            keys = radix.Keys(rows.Length);
        }
        for (int i = 0; i < rows.Length; i++)
            keys[i] = (depth == 0 ? _prefixes[rows[i]] : Word(Bytes(rows[i])[depth..])) ^ flip;
        radix.Sort(rows);
        int start = 0;
        while (start < rows.Length)
        {
            ulong word = WordAt(rows[start], depth);
            int end = start + 1;
            while (end < rows.Length && WordAt(rows[end], depth) == word)
                end++;
            Span<int> run = rows[start..end];
            if (run.Length > 1)
                SortRun(run, depth, radix, scratch);
            start = end;
        }
    }

    ulong WordAt(int row, int depth) => depth == 0 ? _prefixes[row] : Word(Bytes(row)[depth..]);

    /// <summary>Sorts rows that share the word at <paramref name="depth"/> too; those that end within it are in order already.</summary>
    void SortRun(Span<int> run, int depth, RadixSort radix, int[] scratch)
    {
        int longer = 0;
        foreach (int row in run)
            if (Bytes(row).Length >= depth + 8)
                longer++;
        Span<int> rest = Descending ? run[..longer] : run[^longer..];
        if (rest.Length <= 1)
            return;
        if (rest.Length <= SmallRun || depth >= DeepestWord)
            Merge(rest, scratch.AsSpan(0, rest.Length));
        else
            SortFrom(rest, depth + 8, radix, scratch);
    }

    int Order(int left, int right) => Descending ? CompareValues(right, left) : CompareValues(left, right);

    /// <summary>Top-down merge sort; the depth is the logarithm of the rows.</summary>
    void Merge(Span<int> rows, Span<int> scratch)
    {
        if (rows.Length <= 16)
        {
            for (int i = 1; i < rows.Length; i++)
            {
                int row = rows[i];
                int at = i;
                for (; at > 0 && Order(rows[at - 1], row) > 0; at--)
                    rows[at] = rows[at - 1];
                rows[at] = row;
            }
            return;
        }
        int middle = rows.Length / 2;
        Merge(rows[..middle], scratch[..middle]);
        Merge(rows[middle..], scratch[middle..]);
        if (Order(rows[middle - 1], rows[middle]) <= 0)
            return;
        rows[..middle].CopyTo(scratch);
        int left = 0, right = middle, target = 0;
        while (left < middle && right < rows.Length)
            rows[target++] = Order(scratch[left], rows[right]) <= 0 ? scratch[left++] : rows[right++];
        scratch[left..middle].CopyTo(rows[target..]);
    }
}
