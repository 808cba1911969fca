using Google.Protobuf;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>How operations change the index entries of a version: which there are, and which fragments each covers (TABLE 10.3, 15.1).</summary>
static class IndexEntries
{
    /// <summary>Takes the removed entries out by their ids and adds the new ones.</summary>
    /// <remarks>
    /// An entry that another writer added meanwhile under the same name for the same fragments gives way to ours, which is the later one;
    /// entries for other fragments, such as those of rows appended since, stay.
    /// </remarks>
    public static IndexSection Apply(IndexSection section, Transaction.Types.CreateIndex change)
    {
        var removed = change.RemovedIndices.Select(static i => i.Uuid.Uuid_).ToHashSet();
        var kept = new IndexSection();
        foreach (var entry in section.Indices)
        {
            if (removed.Contains(entry.Uuid.Uuid_)) continue;
            if (change.NewIndices.Any(n => n.Uuid.Uuid_.Equals(entry.Uuid.Uuid_) || Supersedes(n, entry))) continue;
            kept.Indices.Add(entry);
        }
        kept.Indices.Add(change.NewIndices.Select(static i => i.Clone()));
        return kept;
    }

    /// <summary>The entries whose columns the version still has; null if none is left.</summary>
    public static IndexSection? Existing(IndexSection? section, Manifest manifest)
    {
        if (section is null) return null;
        var ids = manifest.Fields.Select(static f => f.Id).ToHashSet();
        for (var i = section.Indices.Count - 1; i >= 0; i--)
        {
            if (!section.Indices[i].Fields.All(ids.Contains)) section.Indices.RemoveAt(i);
        }
        return section.Indices.Count == 0 ? null : section;
    }

    /// <summary>Takes fragments out of the coverage of every index on one of the fields.</summary>
    public static void Uncover(IndexSection section, IReadOnlyCollection<int> fields, IReadOnlyCollection<uint> fragments)
    {
        if (fields.Count == 0 || fragments.Count == 0) return;
        foreach (var entry in section.Indices)
        {
            if (entry.Fields.Any(fields.Contains)) SetCoverage(entry, covered => covered.ExceptWith(fragments));
        }
    }

    /// <summary>Rows moved with their stable ids: an index on none of the changed fields that covered where they came from covers where they went.</summary>
    public static void CoverMoved(IndexSection section, IReadOnlyCollection<int> changed, IReadOnlyCollection<uint> origins, IReadOnlyCollection<uint> targets)
    {
        foreach (var entry in section.Indices)
        {
            if (entry.Fields.Count == 0 || entry.Fields.Any(changed.Contains)) continue;
            SetCoverage(entry, covered =>
            {
                if (origins.All(covered.Contains)) covered.UnionWith(targets);
            });
        }
    }

    /// <summary>
    /// Follows a rewrite of fragments. An index whose files were remapped, or which names rows by stable ids, covers the new fragments if it
    /// covered all of the old ones; every other index loses the old ones.
    /// </summary>
    public static void Rewrite(IndexSection section, Transaction.Types.Rewrite rewrite, bool stableRowIds)
    {
        foreach (var entry in section.Indices)
        {
            // System indices have no field and follow fragments themselves.
            if (entry.Fields.Count == 0) continue;
            var remapped = rewrite.RewrittenIndices.FirstOrDefault(r => r.OldId.Uuid_.Equals(entry.Uuid.Uuid_));
            SetCoverage(entry, covered =>
            {
                foreach (var group in rewrite.Groups)
                {
                    var whole = group.OldFragments.Count > 0 && group.OldFragments.All(f => covered.Contains((uint)f.Id));
                    covered.ExceptWith(group.OldFragments.Select(static f => (uint)f.Id));
                    if (whole && (remapped is not null || stableRowIds)) covered.UnionWith(group.NewFragments.Select(static f => (uint)f.Id));
                }
            });
            if (remapped is null) continue;
            entry.Uuid = remapped.NewId.Clone();
            entry.IndexDetails = remapped.NewIndexDetails?.Clone();
            entry.IndexVersion = (int)remapped.NewIndexVersion;
            entry.Files.Clear();
            entry.Files.Add(remapped.NewIndexFiles);
            entry.ClearBaseId();
        }
    }

    /// <summary>The fragments an entry says it covers.</summary>
    public static HashSet<uint> CoverageOf(IndexMetadata entry) => entry.FragmentBitmap.IsEmpty
        ? []
        : [.. RoaringFormat.Read(entry.FragmentBitmap.Span, $"index '{entry.Name}'").Values()];

    static bool Supersedes(IndexMetadata ours, IndexMetadata theirs)
    {
        if (ours.Name != theirs.Name) return false;
        return !ours.Fields.SequenceEqual(theirs.Fields) || ours.IndexDetails?.TypeUrl != theirs.IndexDetails?.TypeUrl
            || CoverageOf(ours).Overlaps(CoverageOf(theirs));
    }

    static void SetCoverage(IndexMetadata entry, Action<HashSet<uint>> change)
    {
        if (entry.FragmentBitmap.IsEmpty) return;
        var covered = CoverageOf(entry);
        var before = covered.ToHashSet();
        change(covered);
        if (before.SetEquals(covered)) return;
        entry.FragmentBitmap = ByteString.CopyFrom(RoaringFormat.Write(RoaringBitmap.Of([.. covered])));
    }
}
