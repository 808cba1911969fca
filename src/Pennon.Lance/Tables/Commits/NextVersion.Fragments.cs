using Pennon.Lance.Wire;
using UpdateMode = Pennon.Lance.Wire.Transaction.Types.Update.Types.Mode;

namespace Pennon.Lance.Tables;

/// <summary>What operations do to the list of fragments.</summary>
static partial class NextVersion
{
    /// <summary>An id in the list of a data file that no longer stands for a column (TABLE 7.4).</summary>
    public const int Tombstone = -2;

    /// <summary>The lowest id that no fragment ever had: an index may still name the fragments of old versions.</summary>
    public static ulong NextFragmentId(Manifest manifest)
    {
        var next = manifest.HasMaxFragmentId ? manifest.MaxFragmentId + 1UL : 0;
        foreach (var fragment in manifest.Fragments) next = Math.Max(next, fragment.Id + 1);
        return next;
    }

    static void Add(Manifest manifest, IEnumerable<DataFragment> fragments, long version) => Add(manifest, fragments, version, NextFragmentId(manifest));

    static void Add(Manifest manifest, IEnumerable<DataFragment> fragments, long version, ulong nextFragment)
    {
        foreach (var staged in fragments)
        {
            var fragment = staged.Clone();
            if (nextFragment >= uint.MaxValue) throw NoFragmentIds();
            fragment.Id = nextFragment;
            manifest.MaxFragmentId = (uint)nextFragment++;
            if ((manifest.WriterFeatureFlags & FeatureFlags.StableRowIds) != 0) RowIdentity.Complete(manifest, fragment, version);
            manifest.Fragments.Add(fragment);
        }
    }

    static LanceNotSupportedException NoFragmentIds() =>
        new("fragment ids", $"All {uint.MaxValue:N0} fragment ids of the table are used up; copy it to a new table.");

    static void Remove(Manifest manifest, IReadOnlyCollection<ulong> ids)
    {
        if (ids.Count == 0) return;
        var gone = ids.ToHashSet();
        var kept = manifest.Fragments.Where(f => !gone.Contains(f.Id)).ToList();
        if (manifest.Fragments.Count - kept.Count != gone.Count)
            throw Lost(manifest, "A fragment that the operation removes is gone already");
        manifest.Fragments.Clear();
        manifest.Fragments.Add(kept);
    }

    /// <summary>Only the deletion file is taken over: what else a fragment has may have changed harmlessly since it was read.</summary>
    static void ReplaceDeletions(Manifest manifest, IEnumerable<DataFragment> updated, long version)
    {
        var places = Places(manifest);
        foreach (var fragment in updated)
        {
            var current = manifest.Fragments[PlaceOf(places, fragment.Id, manifest, version)];
            current.DeletionFile = fragment.DeletionFile?.Clone();
        }
    }

    static void Update(Manifest manifest, IndexSection? indices, Transaction.Types.Update update, long version)
    {
        var first = NextFragmentId(manifest);
        Remove(manifest, update.RemovedFragmentIds);
        if (update.UpdateMode == UpdateMode.RewriteColumns)
        {
            var places = Places(manifest);
            foreach (var fragment in update.UpdatedFragments) manifest.Fragments[PlaceOf(places, fragment.Id, manifest, version)] = fragment.Clone();
        }
        else
        {
            ReplaceDeletions(manifest, update.UpdatedFragments, version);
        }
        Add(manifest, update.NewFragments, version, first);
        if (indices is null) return;
        var origins = update.UpdatedFragments.Select(static f => (uint)f.Id).ToList();
        IndexEntries.Uncover(indices, [.. update.FieldsModified.Select(static id => (int)id)], origins);
        if (update.UpdateMode != UpdateMode.RewriteRows || (manifest.WriterFeatureFlags & FeatureFlags.StableRowIds) == 0
            || update.FieldsForPreservingFragBitmap.Count == 0)
        {
            return;
        }
        origins.AddRange(update.RemovedFragmentIds.Select(static id => (uint)id));
        var added = Enumerable.Range(0, update.NewFragments.Count).Select(i => (uint)(first + (ulong)i)).ToList();
        IndexEntries.CoverMoved(indices, [.. update.FieldsForPreservingFragBitmap.Select(static id => (int)id)], origins, added);
    }

    static void Rewrite(Manifest manifest, IndexSection? indices, Transaction.Types.Rewrite rewrite, long version)
    {
        foreach (var group in rewrite.Groups)
        {
            var places = Places(manifest);
            var old = group.OldFragments.Select(f => PlaceOf(places, f.Id, manifest, version)).Order().ToList();
            var list = manifest.Fragments.ToList();
            for (var i = old.Count - 1; i >= 0; i--) list.RemoveAt(old[i]);
            var at = old.Count == 0 ? list.Count : old[0];
            foreach (var fragment in group.NewFragments)
            {
                if (list.Exists(f => f.Id == fragment.Id))
                    throw new InvalidOperationException($"Fragment id {fragment.Id} of a rewrite is taken; reserve ids first.");
                list.Insert(at++, fragment.Clone());
                if (!manifest.HasMaxFragmentId || fragment.Id > manifest.MaxFragmentId) manifest.MaxFragmentId = (uint)fragment.Id;
            }
            manifest.Fragments.Clear();
            manifest.Fragments.Add(list);
        }
        if (indices is not null) IndexEntries.Rewrite(indices, rewrite, (manifest.WriterFeatureFlags & FeatureFlags.StableRowIds) != 0);
    }

    /// <summary>Puts new files in the place of columns of fragments; ids that other files listed for these columns become tombstones.</summary>
    static void ReplaceData(Manifest manifest, IndexSection? indices, Transaction.Types.DataReplacement replacement, long version)
    {
        var places = Places(manifest);
        foreach (var part in replacement.Replacements)
        {
            var fragment = manifest.Fragments[PlaceOf(places, part.FragmentId, manifest, version)];
            var ids = part.NewFile.Fields.Where(static id => id >= 0).ToHashSet();
            foreach (var file in fragment.Files)
            {
                for (var i = 0; i < file.Fields.Count; i++)
                {
                    if (ids.Contains(file.Fields[i])) file.Fields[i] = Tombstone;
                }
            }
            fragment.Files.Add(part.NewFile.Clone());
            DropDeadFiles(fragment, manifest.Fields.Select(static f => f.Id).ToHashSet());
            if (indices is not null) IndexEntries.Uncover(indices, ids, [(uint)fragment.Id]);
        }
    }

    /// <summary>Takes files whose columns are all gone out of the fragments (TABLE 6.6).</summary>
    static void DropDeadFiles(Manifest manifest)
    {
        var ids = manifest.Fields.Select(static f => f.Id).ToHashSet();
        foreach (var fragment in manifest.Fragments) DropDeadFiles(fragment, ids);
    }

    // A fragment without any file is legal but unusual, and its rows would be known by a count alone; one dead file stays.
    static void DropDeadFiles(DataFragment fragment, HashSet<int> ids)
    {
        for (var i = fragment.Files.Count - 1; i >= 0 && fragment.Files.Count > 1; i--)
        {
            if (!fragment.Files[i].Fields.Any(ids.Contains)) fragment.Files.RemoveAt(i);
        }
    }

    static Dictionary<ulong, int> Places(Manifest manifest)
    {
        var places = new Dictionary<ulong, int>(manifest.Fragments.Count);
        for (var i = 0; i < manifest.Fragments.Count; i++) places[manifest.Fragments[i].Id] = i;
        return places;
    }

    static int PlaceOf(Dictionary<ulong, int> places, ulong fragment, Manifest manifest, long version) => places.TryGetValue(fragment, out var place)
        ? place
        : throw Lost(manifest, $"Fragment {fragment}, which version {version} was to change, is gone");

    static ConflictException Lost(Manifest manifest, string what) =>
        new($"{what}: another writer rewrote its rows before version {manifest.Version} was reached; run the operation again.", isRetryable: true);
}
