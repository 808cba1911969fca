namespace Pennon.Lance.Indexes.Vectors;

/// <summary>A row that a search found.</summary>
/// <param name="Distance">Its distance.</param>
/// <param name="Id">What orders rows of one distance: the row id.</param>
/// <param name="Address">Where the row lies.</param>
readonly record struct FoundRow(float Distance, ulong Id, ulong Address) : IComparable<FoundRow>
{
    public int CompareTo(FoundRow other)
    {
        var order = Distance.CompareTo(other.Distance);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}

/// <summary>
/// The nearest rows seen so far, at most a given number, within bounds of the distance; of equal distances the smaller ids. Distances
/// that are not numbers never count. The outcome does not depend on the order in which rows are offered.
/// </summary>
sealed class NearestRows
{
    const int FirstCapacity = 64;

    readonly int _limit;
    readonly float _lower;
    readonly float _upper;

    // A heap with the farthest row at its root.
    FoundRow[] _rows;

    /// <param name="limit">The number of rows to keep.</param>
    /// <param name="lower">The smallest distance.</param>
    /// <param name="upper">The distance from which on rows do not count.</param>
    public NearestRows(int limit, float? lower, float? upper)
    {
        _limit = limit;
        _lower = lower ?? float.NegativeInfinity;
        _upper = upper ?? float.NaN;
        _rows = new FoundRow[Math.Min(limit, FirstCapacity)];
        Threshold = upper ?? float.PositiveInfinity;
    }

    public int Count { get; private set; }

    /// <summary>Whether as many rows as wanted are there.</summary>
    public bool IsFull => Count == _limit;

    /// <summary>A row that is farther than this is not kept.</summary>
    public float Threshold { get; private set; }

    /// <summary>An empty one of the same size and bounds.</summary>
    public NearestRows Another() => new(_limit, _lower, float.IsNaN(_upper) ? null : _upper);

    /// <summary>Keeps a row if it is among the nearest.</summary>
    public void Offer(float distance, ulong id, ulong address)
    {
        if (!(distance <= Threshold) || distance < _lower || distance >= _upper)
            return;
        var row = new FoundRow(distance, id, address);
        if (Count < _limit)
        {
            if (Count == _rows.Length)
                Array.Resize(ref _rows, (int)Math.Min(_limit, Count * 2L));
            Rise(Count++, row);
            if (Count == _limit)
                Threshold = _rows[0].Distance;
            return;
        }
        if (row.CompareTo(_rows[0]) >= 0)
            return;
        Sink(row);
        Threshold = _rows[0].Distance;
    }

    /// <summary>Takes over what another one found among other rows.</summary>
    public void Add(NearestRows other)
    {
        foreach (var row in other._rows.AsSpan(0, other.Count))
            Offer(row.Distance, row.Id, row.Address);
    }

    /// <summary>The rows, nearest first.</summary>
    public FoundRow[] ToSorted()
    {
        var sorted = _rows.AsSpan(0, Count).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    void Rise(int at, FoundRow row)
    {
        while (at > 0)
        {
            var parent = (at - 1) >> 1;
            if (row.CompareTo(_rows[parent]) <= 0)
                break;
            _rows[at] = _rows[parent];
            at = parent;
        }
        _rows[at] = row;
    }

    void Sink(FoundRow row)
    {
        var at = 0;
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && _rows[child + 1].CompareTo(_rows[child]) > 0)
                child++;
            if (row.CompareTo(_rows[child]) >= 0)
                break;
            _rows[at] = _rows[child];
            at = child;
        }
        _rows[at] = row;
    }
}
