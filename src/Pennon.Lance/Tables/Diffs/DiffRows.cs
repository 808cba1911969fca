namespace Pennon.Lance.Tables;

/// <summary>Rows of one version by fragment and offset; collected in any order, then fixed.</summary>
sealed class DiffRows
{
    readonly SortedDictionary<uint, List<RoaringBitmap>> _parts = [];
    readonly Dictionary<uint, List<uint>> _single = [];

    /// <summary>How many rows there are.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a stretch of rows that were not added before.</summary>
    public void Add(ulong address, long length)
    {
        var list = ListOf((uint)(address >> 32));
        for (var i = 0u; i < length; i++)
            list.Add((uint)address + i);
        Count += length;
    }

    /// <summary>Adds rows of a fragment that were not added before.</summary>
    public void Add(uint fragment, RoaringBitmap rows)
    {
        if (rows.Cardinality == 0)
            return;
        if (!_parts.TryGetValue(fragment, out var parts))
            _parts.Add(fragment, parts = []);
        parts.Add(rows);
        Count += rows.Cardinality;
    }

    /// <summary>The rows of each fragment that has any, in order of fragment id.</summary>
    public IEnumerable<(uint Fragment, RoaringBitmap Rows)> Fragments()
    {
        Settle();
        foreach (var (fragment, parts) in _parts)
        {
            var all = parts[0];
            for (var i = 1; i < parts.Count; i++)
                all = all.Union(parts[i]);
            if (parts.Count > 1)
            {
                parts.Clear();
                parts.Add(all);
            }
            yield return (fragment, all);
        }
    }

    /// <summary>Packs what was collected row by row.</summary>
    public void Settle()
    {
        foreach (var (fragment, list) in _single)
        {
            if (!_parts.TryGetValue(fragment, out var parts))
                _parts.Add(fragment, parts = []);
            parts.Add(RoaringBitmap.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list)));
        }
        _single.Clear();
    }

    List<uint> ListOf(uint fragment)
    {
        if (!_single.TryGetValue(fragment, out var list))
            _single.Add(fragment, list = []);
        return list;
    }
}
