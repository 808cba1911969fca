namespace Pennon.Lance.Tables;

/// <summary>Fragments that a compaction replaced, in row order, and those that hold their live rows now, in the same order.</summary>
/// <param name="Old">The replaced fragments: id, rows, and the offsets that were deleted and not carried over.</param>
/// <param name="New">The fragments written: id and rows.</param>
sealed record RemapGroup(IReadOnlyList<(uint Id, long Rows, RoaringBitmap Deleted)> Old, IReadOnlyList<(uint Id, long Rows)> New);

/// <summary>Where rows went in a compaction: an old address becomes a new one, or the row was deleted. Other rows stay where they are.</summary>
/// <remarks>Immutable and safe for concurrent use. Memory follows the number of fragments, not of rows.</remarks>
sealed class RowRemap
{
    /// <summary>The answer for a row that was not carried over.</summary>
    public const ulong Deleted = ulong.MaxValue;

    const int BlockBits = 16;

    readonly Dictionary<uint, Source> _sources = [];

    /// <summary>Prepares the map.</summary>
    /// <param name="groups">What was replaced by what; old ids are distinct.</param>
    /// <exception cref="ArgumentException">A group's new fragments do not have as many rows as survived in its old ones.</exception>
    public RowRemap(IReadOnlyList<RemapGroup> groups)
    {
        Groups = groups;
        foreach (var group in groups)
        {
            var starts = new long[group.New.Count + 1];
            for (var i = 0; i < group.New.Count; i++)
                starts[i + 1] = starts[i] + group.New[i].Rows;
            var targets = group.New.Select(static n => n.Id).ToArray();
            long survivors = 0;
            foreach (var (id, rows, deleted) in group.Old)
            {
                _sources.Add(id, new Source(rows, survivors, deleted, starts, targets));
                survivors += rows - deleted.Cardinality;
            }
            if (survivors != starts[^1])
                throw new ArgumentException($"{survivors} rows survived and the new fragments have {starts[^1]}.", nameof(groups));
        }
    }

    /// <summary>What was replaced by what.</summary>
    public IReadOnlyList<RemapGroup> Groups { get; }

    /// <summary>Whether a fragment was replaced.</summary>
    public bool Replaces(uint fragment) => _sources.ContainsKey(fragment);

    /// <summary>Where a row lies now.</summary>
    /// <param name="old">The address before the compaction.</param>
    /// <param name="address">The address after it; the same if the row's fragment was not touched.</param>
    /// <returns><see langword="false"/> if the row was deleted.</returns>
    public bool TryMap(ulong old, out ulong address)
    {
        address = _sources.TryGetValue((uint)(old >> 32), out var source) ? source.Map((uint)old) : old;
        return address != Deleted;
    }

    /// <summary>Where many rows lie now; fastest when neighbours lie in one fragment.</summary>
    /// <param name="old">Addresses before the compaction.</param>
    /// <param name="addresses">Receives an address each, or <see cref="Deleted"/>; may be the same memory.</param>
    public void MapMany(ReadOnlySpan<ulong> old, Span<ulong> addresses)
    {
        if (addresses.Length < old.Length)
            throw new ArgumentException("There is less room than rows.", nameof(addresses));
        var last = -1L;
        Source? source = null;
        for (var i = 0; i < old.Length; i++)
        {
            var address = old[i];
            if (address >> 32 != (ulong)last)
            {
                last = (long)(address >> 32);
                source = _sources.GetValueOrDefault((uint)last);
            }
            addresses[i] = source is null ? address : source.Map((uint)address);
        }
    }

    /// <summary>The fragments an index covers after the compaction.</summary>
    /// <param name="coverage">Those it covered before.</param>
    /// <param name="isPartial">Whether a group was covered in part only; such groups are left out altogether.</param>
    public RoaringBitmap MapCoverage(RoaringBitmap coverage, out bool isPartial)
    {
        isPartial = false;
        var kept = new List<uint>();
        foreach (var id in coverage.Values())
        {
            if (!Replaces(id))
                kept.Add(id);
        }
        foreach (var group in Groups)
        {
            var covered = group.Old.Count(o => coverage.Contains(o.Id));
            if (covered > 0 && covered == group.Old.Count)
                kept.AddRange(group.New.Select(static n => n.Id));
            else
                isPartial |= covered > 0;
        }
        return RoaringBitmap.Of([.. kept]);
    }

    /// <summary>One replaced fragment: the rank of a row among the survivors of the group is its place in the new fragments (TABLE 19.1).</summary>
    sealed class Source
    {
        readonly long _rows;
        readonly long _before;
        readonly RoaringBitmap _deleted;
        readonly long[] _deletedBefore;
        readonly long[] _starts;
        readonly uint[] _targets;

        public Source(long rows, long before, RoaringBitmap deleted, long[] starts, uint[] targets)
        {
            _rows = rows;
            _before = before;
            _deleted = deleted;
            _starts = starts;
            _targets = targets;
            _deletedBefore = new long[deleted.Cardinality == 0 ? 0 : ((rows - 1) >> BlockBits) + 1];
            for (var i = 1; i < _deletedBefore.Length; i++)
                _deletedBefore[i] = _deletedBefore[i - 1] + deleted.CountRange((long)(i - 1) << BlockBits, 1 << BlockBits);
        }

        public ulong Map(uint offset)
        {
            if (offset >= _rows)
                return Deleted;
            var rank = _before + offset;
            if (_deletedBefore.Length > 0)
            {
                if (_deleted.Contains(offset))
                    return Deleted;
                var block = offset >> BlockBits;
                rank -= _deletedBefore[block] + _deleted.CountRange((long)block << BlockBits, offset & ((1 << BlockBits) - 1));
            }
            var target = Array.BinarySearch(_starts, rank);
            if (target < 0)
                target = ~target - 1;
            // Fragments without rows share their start with the next one, which is the one that has the row.
            while (_starts[target + 1] == rank)
                target++;
            return (ulong)_targets[target] << 32 | (ulong)(rank - _starts[target]);
        }
    }
}
