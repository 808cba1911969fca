using System.Runtime.CompilerServices;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Look-ups and intersections in ascending neighbour lists.</summary>
internal static class Sorted
{
    const int LinearBelow = 8;
    const int GallopRatio = 16;

    /// <summary>The place of the first item not below <paramref name="value"/>.</summary>
    [MethodImpl(Hot.Loop)]
    public static int LowerBound(ReadOnlySpan<uint> items, uint value)
    {
        int low = 0, high = items.Length;
        while (high - low > LinearBelow)
        {
            int middle = (low + high) >>> 1;
            if (items[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        while (low < high && items[low] < value)
        {
            low++;
        }
        return low;
    }

    /// <summary>How often <paramref name="value"/> occurs.</summary>
    [MethodImpl(Hot.Loop)]
    public static int Count(ReadOnlySpan<uint> items, uint value)
    {
        int at = LowerBound(items, value), first = at;
        while (at < items.Length && items[at] == value)
        {
            at++;
        }
        return at - first;
    }

    /// <summary>
    /// Finds the values that both lists hold and reports for each where its run begins in either list. Merges lists of similar length and
    /// gallops through the longer one otherwise.
    /// </summary>
    [MethodImpl(Hot.Loop)]
    public static void Intersect(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right, ref Matches matches)
    {
        if (left.Length > right.Length)
        {
            matches.Swapped = !matches.Swapped;
            Intersect(right, left, ref matches);
            matches.Swapped = !matches.Swapped;
            return;
        }
        bool gallop = right.Length > GallopRatio * (long)left.Length;
        int j = 0;
        for (int i = 0; i < left.Length && j < right.Length;)
        {
            uint value = left[i];
            if (gallop)
            {
                int step = 1;
                while (j + step < right.Length && right[j + step] < value)
                {
                    j += step;
                    step <<= 1;
                }
                j += LowerBound(right.Slice(j, Math.Min(step + 1, right.Length - j)), value);
            }
            else
            {
                while (j < right.Length && right[j] < value)
                {
                    j++;
                }
            }
            if (j < right.Length && right[j] == value)
            {
                matches.Add(i, j);
            }
            do
            {
                i++;
            }
            while (i < left.Length && left[i] == value);
        }
    }

    /// <summary>Places of common values, in ascending order of the value.</summary>
    public struct Matches()
    {
        int[] _left = new int[64];
        int[] _right = new int[64];

        internal bool Swapped;

        public int Count { get; private set; }

        public readonly ReadOnlySpan<int> Left => _left.AsSpan(0, Count);

        public readonly ReadOnlySpan<int> Right => _right.AsSpan(0, Count);

        public void Clear() => Count = 0;

        internal void Add(int left, int right)
        {
            if (Count == _left.Length)
            {
                Array.Resize(ref _left, 2 * Count);
                Array.Resize(ref _right, 2 * Count);
            }
            _left[Count] = Swapped ? right : left;
            _right[Count++] = Swapped ? left : right;
        }
    }
}
