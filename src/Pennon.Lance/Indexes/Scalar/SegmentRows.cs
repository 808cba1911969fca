using Pennon.Lance.Tables;

namespace Pennon.Lance.Indexes;

/// <summary>Which entries of an older segment go into a newer one, and under which name.</summary>
abstract class SegmentRows
{
    /// <summary>The row's name in the new segment; false if the entry is left out.</summary>
    public abstract bool TryMap(ulong id, out ulong mapped);

    /// <summary>
    /// The entries that an update keeps: those whose row is live and lies in a fragment that the old segment covers. A row with a stable
    /// id may have moved to a fragment that is indexed anew, with another value.
    /// </summary>
    public static async ValueTask<SegmentRows> KeptAsync(IndexSegment old, CancellationToken cancellationToken) =>
        new Kept(old, await old.Table.RowLocatorAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The entries that a compaction kept, by their new addresses.</summary>
    public static SegmentRows Moved(RowRemap remap) => new Remapped(remap);

    /// <summary>The rows of a set that are left, by their new names.</summary>
    public RowAddressSet Map(RowAddressSet rows)
    {
        var ids = rows.ToArray();
        var at = 0;
        foreach (var id in ids)
        {
            if (TryMap(id, out var mapped))
                ids[at++] = mapped;
        }
        return RowAddressSet.Of(ids.AsSpan(0, at));
    }

    sealed class Kept(IndexSegment old, RowLocator locator) : SegmentRows
    {
        uint _fragment;
        bool _known;
        bool _covered;

        public override bool TryMap(ulong id, out ulong mapped)
        {
            mapped = id;
            if (!locator.TryLocate(id, out var address))
                return false;
            var fragment = (uint)(address >> 32);
            if (!_known || fragment != _fragment)
                (_known, _fragment, _covered) = (true, fragment, old.Coverage.Contains(fragment));
            return _covered;
        }
    }

    sealed class Remapped(RowRemap remap) : SegmentRows
    {
        public override bool TryMap(ulong id, out ulong mapped) => remap.TryMap(id, out mapped);
    }
}
