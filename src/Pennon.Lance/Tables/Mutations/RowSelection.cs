using System.Runtime.InteropServices;

namespace Pennon.Lance.Tables;

/// <summary>A set of rows by address, kept per fragment.</summary>
sealed class RowSelection
{
    // What waits to be merged into a fragment's set; larger sets are compact themselves.
    const int Waiting = 1 << 16;

    readonly SortedDictionary<uint, Part> _parts = [];

    sealed class Part
    {
        public readonly List<uint> Waiting = [];
        public RoaringBitmap Rows = RoaringBitmap.Empty;
    }

    /// <summary>How many rows are in the set.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (var (_, rows) in Fragments) count += rows.Cardinality;
            return count;
        }
    }

    /// <summary>The fragments that have a row in the set, ascending, and the offsets of the rows.</summary>
    public IEnumerable<(uint Fragment, RoaringBitmap Rows)> Fragments
    {
        get
        {
            foreach (var (fragment, part) in _parts) yield return (fragment, Settle(part));
        }
    }

    /// <summary>Adds a row; adding it twice makes no difference.</summary>
    public void Add(ulong address)
    {
        var id = (uint)(address >> 32);
        if (!_parts.TryGetValue(id, out var part)) _parts[id] = part = new Part();
        part.Waiting.Add((uint)address);
        if (part.Waiting.Count >= Waiting) Settle(part);
    }

    /// <summary>Adds rows of one fragment.</summary>
    public void Add(uint fragment, RoaringBitmap rows)
    {
        if (rows.Cardinality == 0) return;
        if (!_parts.TryGetValue(fragment, out var part)) _parts[fragment] = part = new Part();
        part.Rows = part.Rows.Union(rows);
    }

    /// <summary>The rows of a fragment that are in the set.</summary>
    public RoaringBitmap Of(uint fragment) => _parts.TryGetValue(fragment, out var part) ? Settle(part) : RoaringBitmap.Empty;

    /// <summary>Whether a row is in the set.</summary>
    public bool Contains(ulong address) => Of((uint)(address >> 32)).Contains((uint)address);

    static RoaringBitmap Settle(Part part)
    {
        if (part.Waiting.Count == 0) return part.Rows;
        part.Rows = part.Rows.Union(RoaringBitmap.Of(CollectionsMarshal.AsSpan(part.Waiting)));
        part.Waiting.Clear();
        return part.Rows;
    }
}
