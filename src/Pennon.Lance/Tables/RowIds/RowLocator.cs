namespace Pennon.Lance.Tables;

/// <summary>
/// Turns what index files call <c>_rowid</c> into the address of the live row (TABLE 9.7): stable ids where the table keeps them, addresses
/// otherwise, which then only have to be checked.
/// </summary>
/// <remarks>Immutable. Memory follows the number of stretches of consecutive ids, not the number of rows.</remarks>
sealed class RowLocator
{
    /// <summary>The answer for a row that is not there any more.</summary>
    public const ulong Gone = ulong.MaxValue;

    readonly uint[] _fragments;
    readonly long[] _rows;
    readonly RoaringBitmap[] _deleted;
    readonly RowIdRuns? _runs;

    RowLocator(uint[] fragments, long[] rows, RoaringBitmap[] deleted, RowIdRuns? runs)
    {
        _fragments = fragments;
        _rows = rows;
        _deleted = deleted;
        _runs = runs;
    }

    /// <summary>Whether ids are addresses, so that nothing is translated.</summary>
    public bool IsIdentity => _runs is null;

    /// <summary>The live rows by stable id; null where ids are addresses.</summary>
    public RowIdRuns? Runs => _runs;

    /// <summary>Reads the deletions, and the ids where there are any, of a whole version.</summary>
    /// <exception cref="LanceFormatException">Row ids or a deletion file are damaged, or two live rows have one id.</exception>
    public static async ValueTask<RowLocator> LoadAsync(TableVersion table, CancellationToken cancellationToken)
    {
        var ordered = table.Fragments.OrderBy(static f => f.Id).ToArray();
        var deleted = new RoaringBitmap[ordered.Length];
        await Parallel.ForAsync(0, ordered.Length, cancellationToken, async (i, token) =>
            deleted[i] = await ordered[i].DeletionsAsync(token).ConfigureAwait(false)).ConfigureAwait(false);
        RowIdRuns? runs = null;
        if (table.HasStableRowIds)
        {
            var builder = new RowIdRuns.Builder();
            for (var i = 0; i < ordered.Length; i++)
                builder.Add(ordered[i].Id, ordered[i].RowIds, deleted[i]);
            runs = builder.Build(table.File.Path);
        }
        return new RowLocator([.. ordered.Select(static f => f.Id)], [.. ordered.Select(static f => f.PhysicalRows)], deleted, runs);
    }

    /// <summary>Finds one row.</summary>
    /// <param name="rowId">What an index calls the row.</param>
    /// <param name="address">Where the row lies: its fragment in the high half, its offset in the low one.</param>
    /// <returns><see langword="false"/> if the row was deleted or its fragment is gone.</returns>
    public bool TryLocate(ulong rowId, out ulong address)
    {
        if (_runs is not null)
            return _runs.TryFind(rowId, out address);
        address = rowId;
        var fragment = Array.BinarySearch(_fragments, (uint)(rowId >> 32));
        return fragment >= 0 && IsLive(fragment, (uint)rowId);
    }

    /// <summary>Finds many rows; fastest when neighbours have neighbouring ids.</summary>
    /// <param name="rowIds">What an index calls the rows.</param>
    /// <param name="addresses">Receives an address per row, or <see cref="Gone"/>; may be the same memory.</param>
    public void LocateMany(ReadOnlySpan<ulong> rowIds, Span<ulong> addresses)
    {
        if (addresses.Length < rowIds.Length)
            throw new ArgumentException("There is less room than rows.", nameof(addresses));
        if (_runs is not null)
        {
            _runs.FindMany(rowIds, addresses);
            return;
        }
        var last = -1;
        for (var i = 0; i < rowIds.Length; i++)
        {
            var rowId = rowIds[i];
            var id = (uint)(rowId >> 32);
            if (last < 0 || _fragments[last] != id)
                last = Array.BinarySearch(_fragments, id);
            addresses[i] = last >= 0 && IsLive(last, (uint)rowId) ? rowId : Gone;
        }
    }

    bool IsLive(int fragment, uint offset) =>
        offset < _rows[fragment] && (_deleted[fragment].Cardinality == 0 || !_deleted[fragment].Contains(offset));
}
