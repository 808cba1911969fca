using Pennon.Arrow;

namespace Pennon.Lance.Indexes;

/// <summary>The pages of a BTree: where they lie, their smallest and largest values, and how many nulls each has.</summary>
sealed class BTreeLookup
{
    readonly KeyList _mins;
    readonly KeyList _maxs;

    // Where a page's value lies in the lists; -1 for null.
    readonly int[] _minAt;
    readonly int[] _maxAt;
    readonly bool[] _unbounded;

    public BTreeLookup(RecordBatch rows, int pageRows, string file)
    {
        PageRows = pageRows;
        Pages = rows.Length;
        _mins = IndexKeys.Of(rows.Column(0), forSearch: true);
        _maxs = IndexKeys.Of(rows.Column(1), forSearch: true);
        _minAt = Positions(rows.Column(0));
        _maxAt = Positions(rows.Column(1));
        if (rows.Column(2) is not PrimitiveArray<uint> nulls || rows.Column(3) is not PrimitiveArray<uint> places)
            throw new LanceFormatException("The counts and numbers of pages are not of type uint32", file, -1);
        NullCounts = new int[Pages];
        Places = new int[Pages];
        _unbounded = new bool[Pages];
        for (var p = 0; p < Pages; p++)
        {
            if (nulls.Values[p] > (uint)pageRows || places.Values[p] > int.MaxValue)
                throw new LanceFormatException($"Page {p} is number {places.Values[p]} with {nulls.Values[p]} nulls among {pageRows} rows", file, -1);
            NullCounts[p] = (int)nulls.Values[p];
            Places[p] = (int)places.Values[p];
            // Other writers order NaN with a sign before everything, so that a page may start with one and still end low.
            _unbounded[p] = rows.Column(0).Type.IsFloatingPoint && _maxAt[p] >= 0 && (_minAt[p] < 0 || IsNaN(rows.Column(0), p));
        }
    }

    public int PageRows { get; }

    public int Pages { get; }

    public int[] NullCounts { get; }

    /// <summary>The number of each page in the data file.</summary>
    public int[] Places { get; }

    public long Size => _mins.Size + _maxs.Size + Pages * 20L;

    /// <summary>Whether values of a page may lie outside its bounds.</summary>
    public bool IsUnbounded(int page) => _unbounded[page];

    /// <summary>The largest value of a page; null if it has none.</summary>
    public IndexKey? High(int page) => _maxAt[page] < 0 ? null : _maxs[_maxAt[page]];

    /// <summary>The smallest value of a page; null if it has none, or if nulls come first.</summary>
    public IndexKey? Low(int page) => _minAt[page] < 0 ? null : _mins[_minAt[page]];

    /// <summary>Whether a page may hold values of a range.</summary>
    public bool MayHold(int page, RangeQuery range)
    {
        // Without a largest value a page holds nulls only.
        if (_maxAt[page] < 0)
            return false;
        if (_unbounded[page])
            return true;
        if (range.Low is { } low && _maxs.Compare(_maxAt[page], low) is var atLow && (atLow < 0 || (atLow == 0 && !range.LowInclusive)))
            return false;
        return _minAt[page] < 0 || range.High is not { } high
            || _mins.Compare(_minAt[page], high) is var atHigh && (atHigh < 0 || (atHigh == 0 && range.HighInclusive));
    }

    static int[] Positions(ArrowArray values)
    {
        var places = new int[values.Length];
        var next = 0;
        for (var i = 0; i < places.Length; i++)
            places[i] = values.IsValid(i) ? next++ : -1;
        return places;
    }

    static bool IsNaN(ArrowArray values, int row) => values.IsValid(row) && values switch
    {
        PrimitiveArray<double> a => double.IsNaN(a.Values[row]),
        PrimitiveArray<float> a => float.IsNaN(a.Values[row]),
        PrimitiveArray<Half> a => Half.IsNaN(a.Values[row]),
        _ => false,
    };
}

/// <summary>One page of a BTree, ready to be searched.</summary>
sealed class BTreePage
{
    BTreePage(KeyList keys, ulong[] ids, ulong[] nulls)
    {
        Keys = keys;
        Ids = ids;
        Nulls = nulls;
    }

    /// <summary>The values, ascending.</summary>
    public KeyList Keys { get; }

    /// <summary>The row of each value.</summary>
    public ulong[] Ids { get; }

    /// <summary>The rows without a value.</summary>
    public ulong[] Nulls { get; }

    public long Size => Keys.Size + 8L * (Ids.Length + Nulls.Length);

    /// <summary>Takes over the rows of a page.</summary>
    /// <param name="rows">The columns of values and ids.</param>
    public static BTreePage Of(RecordBatch rows)
    {
        var values = rows.Column(0);
        var all = ((PrimitiveArray<ulong>)rows.Column(1)).Values;
        var keys = IndexKeys.Of(values, forSearch: true);
        var ids = new ulong[keys.Count];
        var nulls = new ulong[values.NullCount];
        int at = 0, nullAt = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values.IsValid(i))
                ids[at++] = all[i];
            else
                nulls[nullAt++] = all[i];
        }
        // Only kinds of NaN can be out of order in an undamaged file; damaged ones are made searchable the same way.
        if (keys.IsSorted())
            return new BTreePage(keys, ids, nulls);
        var sorted = PairBatch.Sort(keys, ids);
        return new BTreePage(sorted.Keys, sorted.Ids, nulls);
    }
}
