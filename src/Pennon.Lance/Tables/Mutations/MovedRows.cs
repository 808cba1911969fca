using System.Runtime.InteropServices;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>The identity of rows that an operation writes again in new fragments: ids, and the versions that made them (TABLE 9.3, 9.6).</summary>
/// <remarks>Only for tables that keep stable row ids. Memory is 16 bytes for each moved row.</remarks>
sealed class MovedRows(TableVersion table)
{
    readonly Dictionary<uint, TableFragment> _fragments = table.Fragments.ToDictionary(static f => f.Id);
    readonly Dictionary<uint, Runs> _runs = [];
    readonly List<ulong> _ids = [];
    readonly List<ulong> _created = [];

    /// <summary>Adds the next moved row.</summary>
    public void Add(ulong address)
    {
        var id = (uint)(address >> 32);
        Span<ulong> rowId = stackalloc ulong[1];
        _fragments[id].RowIds.Fill((uint)address, rowId);
        if (!_runs.TryGetValue(id, out var runs)) _runs[id] = runs = Runs.Of(_fragments[id].Message, table.File.Path);
        _ids.Add(rowId[0]);
        _created.Add(runs.At((uint)address));
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

    /// <summary>The versions of consecutive rows: only the lengths of the runs count (TABLE 9.6).</summary>
    sealed class Runs(long[] ends, ulong[] versions)
    {
        public static Runs Of(DataFragment fragment, string file)
        {
            if (fragment.CreatedAtCase != DataFragment.CreatedAtOneofCase.InlineCreatedAtVersions) return new Runs([], []);
            var sequence = ManifestFile.Parse(RowDatasetVersionSequence.Parser, fragment.InlineCreatedAtVersions.Memory, "row version sequence", file, -1);
            var ends = new long[sequence.Runs.Count];
            long end = 0;
            for (var i = 0; i < ends.Length; i++) ends[i] = end = checked(end + RowIdSegment.Read(sequence.Runs[i].Span, file).Count);
            return new Runs(ends, [.. sequence.Runs.Select(static r => r.Version)]);
        }

        public ulong At(long row)
        {
            var index = Array.BinarySearch(ends, row + 1);
            if (index < 0) index = ~index;
            return index < versions.Length ? versions[index] : RowIdentity.UnknownVersion;
        }
    }
}
