using Operation = Pennon.Lance.Wire.Transaction.OperationOneofCase;
using UpdateMode = Pennon.Lance.Wire.Transaction.Types.Update.Types.Mode;

namespace Pennon.Lance.Tables;

/// <summary>Compares the rows of two versions of one line.</summary>
sealed class TableDiff
{
    readonly TableVersion _from;
    readonly TableVersion _to;
    readonly Dictionary<uint, bool> _replaced = [];

    TableDiff(TableVersion from, TableVersion to)
    {
        _from = from;
        _to = to;
    }

    /// <summary>Rows of the second version that the first does not have.</summary>
    public DiffRows Inserted { get; } = new();

    /// <summary>Rows, where the second version has them, that were changed since the first.</summary>
    public DiffRows Updated { get; } = new();

    /// <summary>Rows of the first version that the second does not have.</summary>
    public DiffRows Deleted { get; } = new();

    /// <exception cref="LanceNotSupportedException">Without stable ids, rows were moved in between, so that changed rows cannot be told from new ones.</exception>
    public static async ValueTask<TableDiff> MakeAsync(TableVersion from, TableVersion to, CancellationToken cancellationToken)
    {
        var diff = new TableDiff(from, to);
        if (from.HasStableRowIds && to.HasStableRowIds)
            await diff.CompareIdsAsync(cancellationToken).ConfigureAwait(false);
        else
            await diff.CompareAddressesAsync(cancellationToken).ConfigureAwait(false);
        diff.Inserted.Settle();
        diff.Updated.Settle();
        diff.Deleted.Settle();
        return diff;
    }

    /// <summary>Walks the ids of both versions side by side.</summary>
    async ValueTask CompareIdsAsync(CancellationToken cancellationToken)
    {
        var before = (await _from.RowLocatorAsync(cancellationToken).ConfigureAwait(false)).Runs!;
        var after = (await _to.RowLocatorAsync(cancellationToken).ConfigureAwait(false)).Runs!;
        int a = 0, b = 0;
        // How much of each side's current stretch is done.
        uint usedA = 0, usedB = 0;
        while (a < before.Count || b < after.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (a == before.Count)
            {
                Inserted.Add(after[b].Address + usedB, after[b].Length - usedB);
                (b, usedB) = (b + 1, 0);
                continue;
            }
            if (b == after.Count)
            {
                Deleted.Add(before[a].Address + usedA, before[a].Length - usedA);
                (a, usedA) = (a + 1, 0);
                continue;
            }
            var (left, right) = (before[a], after[b]);
            var (idA, idB) = (left.Id + usedA, right.Id + usedB);
            var (restA, restB) = (left.Length - usedA, right.Length - usedB);
            uint length;
            if (idA < idB)
            {
                length = (uint)Math.Min(restA, idB - idA);
                Deleted.Add(left.Address + usedA, length);
                usedA += length;
            }
            else if (idB < idA)
            {
                length = (uint)Math.Min(restB, idA - idB);
                Inserted.Add(right.Address + usedB, length);
                usedB += length;
            }
            else
            {
                length = Math.Min(restA, restB);
                CompareVersions(left.Address + usedA, right.Address + usedB, length);
                usedA += length;
                usedB += length;
            }
            if (usedA == left.Length)
                (a, usedA) = (a + 1, 0);
            if (usedB == right.Length)
                (b, usedB) = (b + 1, 0);
        }
    }

    /// <summary>The same rows in both versions: they were changed if another version changed them last.</summary>
    void CompareVersions(ulong before, ulong after, uint length)
    {
        var old = _from.FindFragment((uint)(before >> 32))!;
        var now = _to.FindFragment((uint)(after >> 32))!;
        if (old.Id == now.Id && AreColumnsReplaced(old, now))
        {
            Updated.Add(after, length);
            return;
        }
        if (ReferenceEquals(old, now) || (old.Id == now.Id && old.Message.InlineLastUpdatedAtVersions == now.Message.InlineLastUpdatedAtVersions && before == after))
            return;
        for (long at = 0; at < length;)
        {
            var (versionBefore, endBefore) = old.LastUpdatedAt.At((uint)before + at);
            var (versionAfter, endAfter) = now.LastUpdatedAt.At((uint)after + at);
            var next = Math.Min(length, Math.Min(endBefore - (uint)before, endAfter - (uint)after));
            if (versionBefore != versionAfter)
                Updated.Add(after + (ulong)at, next - at);
            at = next;
        }
    }

    async ValueTask CompareAddressesAsync(CancellationToken cancellationToken)
    {
        foreach (var old in _from.Fragments)
        {
            var rows = RoaringBitmap.Range(old.PhysicalRows);
            var liveBefore = rows.Except(await old.DeletionsAsync(cancellationToken).ConfigureAwait(false));
            if (_to.FindFragment(old.Id) is not { } now)
            {
                Deleted.Add(old.Id, liveBefore);
                continue;
            }
            var liveAfter = rows.Except(await now.DeletionsAsync(cancellationToken).ConfigureAwait(false));
            Deleted.Add(old.Id, liveBefore.Except(liveAfter));
            Inserted.Add(old.Id, liveAfter.Except(liveBefore));
            if (AreColumnsReplaced(old, now))
                Updated.Add(old.Id, liveAfter.Intersect(liveBefore));
        }
        foreach (var now in _to.Fragments)
        {
            if (_from.FindFragment(now.Id) is null)
                Inserted.Add(now.Id, RoaringBitmap.Range(now.PhysicalRows).Except(await now.DeletionsAsync(cancellationToken).ConfigureAwait(false)));
        }
        // Rows that move look like rows that vanish while others appear. Either alone is certain.
        if (Inserted.Count > 0 && Deleted.Count > 0)
            await RequireNothingMovedAsync(cancellationToken).ConfigureAwait(false);
    }

    async ValueTask RequireNothingMovedAsync(CancellationToken cancellationToken)
    {
        var forward = _from.Manifest.Version < _to.Manifest.Version;
        var (first, last) = forward ? (_from, _to) : (_to, _from);
        var history = new TableHistory(_to.Store, new TablePaths(_to.MainRoot, _to.Root));
        for (var version = (long)last.Manifest.Version; version > (long)first.Manifest.Version; version--)
        {
            StoredVersion stored;
            try
            {
                stored = await history.ReadAsync(version, last.Location.Naming, cancellationToken).ConfigureAwait(false);
            }
            catch (LanceNotFoundException)
            {
                throw Moved($"version {version} is gone, and rows may have been moved in it");
            }
            switch (stored.Transaction?.OperationCase)
            {
                case Operation.Overwrite:
                    // Nothing from before is left, wherever it was moved to.
                    return;
                case Operation.Append or Operation.Delete or Operation.CreateIndex or Operation.Merge or Operation.Project or Operation.ReserveFragments
                    or Operation.DataReplacement or Operation.UpdateConfig or Operation.UpdateBases or Operation.CloneOperation:
                    break;
                case Operation.Update when stored.Transaction.Update is var update && (update.UpdateMode == UpdateMode.RewriteColumns
                    || update.NewFragments.Count == 0 || (update.UpdatedFragments.Count == 0 && update.RemovedFragmentIds.Count == 0)):
                    break;
                default:
                    throw Moved($"version {version} ({stored.Transaction?.OperationCase.ToString() ?? "unknown"}) may have moved rows");
            }
        }
    }

    LanceNotSupportedException Moved(string why) => new("row differences without stable row ids",
        $"Table '{_to.MainRoot}' does not keep stable row ids, and {why}; updated rows cannot be told from deleted and inserted ones. Compare versions before and after it, or make the table with stable row ids.");

    /// <summary>Whether a fragment has other values than before in a column that both versions have.</summary>
    bool AreColumnsReplaced(TableFragment old, TableFragment now)
    {
        if (!_replaced.TryGetValue(old.Id, out var replaced))
        {
            var (before, after) = (Owners(old), Owners(now));
            replaced = false;
            foreach (var field in _to.Manifest.Fields)
            {
                if (_from.Schema.Find(field.Id) is null)
                    continue;
                replaced |= before.GetValueOrDefault(field.Id) != after.GetValueOrDefault(field.Id);
            }
            _replaced.Add(old.Id, replaced);
        }
        return replaced;
    }

    static Dictionary<int, string> Owners(TableFragment fragment)
    {
        var owners = new Dictionary<int, string>();
        foreach (var file in fragment.Message.Files)
        {
            foreach (var id in file.Fields)
            {
                if (id >= 0)
                    owners[id] = file.Path;
            }
        }
        return owners;
    }
}
