namespace Pennon.Arrow.Compute.Sorting;

/// <summary>The first rows of an order through a bounded heap whose top is the last row kept.</summary>
internal static class TopRows
{
    public static int[] Select(SortColumn[] columns, int length, int count)
    {
        int[] heap = new int[count];
        for (int i = 0; i < count; i++)
            heap[i] = i;
        for (int i = count / 2 - 1; i >= 0; i--)
            Sink(columns, heap, i, count);
        for (int row = count; row < length; row++)
        {
            if (Compare(columns, row, heap[0]) >= 0)
                continue;
            heap[0] = row;
            Sink(columns, heap, 0, count);
        }
        for (int end = count - 1; end > 0; end--)
        {
            (heap[0], heap[end]) = (heap[end], heap[0]);
            Sink(columns, heap, 0, end);
        }
        return heap;
    }

    static void Sink(SortColumn[] columns, int[] heap, int at, int count)
    {
        while (true)
        {
            int child = at * 2 + 1;
            if (child >= count)
                return;
            if (child + 1 < count && Compare(columns, heap[child + 1], heap[child]) > 0)
                child++;
            if (Compare(columns, heap[child], heap[at]) <= 0)
                return;
            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    // The row number breaks ties, which is what makes the choice the same as that of the stable sort.
    static int Compare(SortColumn[] columns, int left, int right)
    {
        foreach (SortColumn column in columns)
        {
            int order = column.Compare(left, right);
            if (order != 0)
                return order;
        }
        return left.CompareTo(right);
    }
}
