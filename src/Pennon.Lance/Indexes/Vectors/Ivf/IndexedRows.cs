using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>
/// Which rows of a segment count: those that are live in a fragment the segment covers (TABLE 15.5), and pass a filter if there is one.
/// </summary>
sealed class IndexedRows
{
    readonly RowLocator _locator;
    readonly RoaringBitmap _coverage;
    readonly RowAddressSet? _selection;
    uint _lastFragment = uint.MaxValue;
    bool _lastCovered;

    /// <param name="locator">Where rows lie.</param>
    /// <param name="coverage">The fragments that the segment answers for.</param>
    /// <param name="selection">The addresses that pass the filter; null for all.</param>
    public IndexedRows(RowLocator locator, RoaringBitmap coverage, RowAddressSet? selection)
    {
        _locator = locator;
        _coverage = coverage;
        _selection = selection;
    }

    /// <summary>Where a row lies, if it counts. Not safe for concurrent use.</summary>
    public bool TryLocate(ulong rowId, out ulong address)
    {
        if (!_locator.TryLocate(rowId, out address))
            return false;
        var fragment = (uint)(address >> 32);
        if (fragment != _lastFragment)
        {
            _lastFragment = fragment;
            _lastCovered = _coverage.Contains(fragment);
        }
        return _lastCovered && (_selection is null || _selection.Contains(address));
    }
}
