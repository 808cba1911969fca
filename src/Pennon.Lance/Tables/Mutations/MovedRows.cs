using System.Runtime.InteropServices;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>The identity of rows that an operation writes again in new fragments: ids, and the versions that made them (TABLE 9.3, 9.6).</summary>
/// <remarks>Only for tables that keep stable row ids. Memory is 16 bytes for each moved row.</remarks>
sealed class MovedRows(TableVersion table)
{
    readonly Dictionary<uint, TableFragment> _fragments = table.Fragments.ToDictionary(static f => f.Id);
    readonly Dictionary<uint, RowVersions> _versions = [];
    readonly List<ulong> _ids = [];
    readonly List<ulong> _created = [];

    /// <summary>Adds the next moved row.</summary>
    public void Add(ulong address)
    {
        var id = (uint)(address >> 32);
        Span<ulong> rowId = stackalloc ulong[1];
        var fragment = _fragments[id];
        fragment.RowIds.Fill((uint)address, rowId);
        if (!_versions.TryGetValue(id, out var versions))
            _versions[id] = versions = RowVersions.Read(fragment.Message.InlineCreatedAtVersions.Memory, fragment.PhysicalRows, table.File.Path);
        _ids.Add(rowId[0]);
        _created.Add(versions.At((uint)address).Version);
    }

    /// <summary>Gives the rows of new fragments, which start with the moved ones in the order they were added, their identity.</summary>
    public void Assign(IEnumerable<DataFragment> fragments)
    {
        var ids = CollectionsMarshal.AsSpan(_ids);
        var created = CollectionsMarshal.AsSpan(_created);
        foreach (var fragment in fragments)
        {
            if (ids.IsEmpty) return;
            var count = (int)Math.Min((ulong)ids.Length, fragment.PhysicalRows);
            fragment.InlineRowIds = RowIdentity.Sequence(ids[..count]);
            fragment.InlineCreatedAtVersions = RowIdentity.Versions(created[..count]);
            ids = ids[count..];
            created = created[count..];
        }
    }
}
