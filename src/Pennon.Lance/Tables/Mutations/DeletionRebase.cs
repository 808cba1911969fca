using Google.Protobuf.Collections;
using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>
/// Fits a delete or update to versions in which other writers deleted other rows of the same fragments: both sets of deletions go
/// into a new deletion file (TABLE 11.1, note 2). Rows that both deleted, or moved, make the operation start over.
/// </summary>
/// <param name="table">The version the operation read.</param>
/// <param name="message">The operation, whose fragments are replaced.</param>
/// <param name="touched">What the operation deletes.</param>
/// <param name="check">A further check of the newer version; null for none.</param>
sealed class DeletionRebase(
    TableVersion table, Transaction message, IReadOnlyList<TouchedFragment> touched, Func<StoredVersion, CancellationToken, ValueTask>? check = null) : ICommitRebase
{
    public async ValueTask<IReadOnlyList<string>> RebaseAsync(StoredVersion newer, bool deletionsMeet, CancellationToken cancellationToken)
    {
        if (check is not null) await check(newer, cancellationToken).ConfigureAwait(false);
        var written = new List<string>();
        if (!deletionsMeet) return written;
        var (updated, removed) = Parts();
        var current = newer.Manifest.Fragments.ToDictionary(static f => f.Id);
        foreach (var part in touched)
        {
            var id = part.Before.Id;
            if (!current.TryGetValue(id, out var now)) throw Lost(newer, $"fragment {id} is gone");
            if (Equals(now.DeletionFile, part.Before.DeletionFile)) continue;
            if (!now.Files.Equals(part.Before.Files)) throw Lost(newer, $"columns of fragment {id} were rewritten");
            var theirs = await DeletionsOf(now, cancellationToken).ConfigureAwait(false);
            foreach (var row in part.Deleted.Values())
            {
                if (theirs.Contains(row)) throw Lost(newer, $"row {row} of fragment {id} was changed as well");
            }
            var union = theirs.Union(part.Deleted);
            for (var i = updated.Count - 1; i >= 0; i--)
            {
                if (updated[i].Id == id) updated.RemoveAt(i);
            }
            if (union.Cardinality == (long)part.Before.PhysicalRows)
            {
                if (!removed.Contains(id)) removed.Add(id);
                continue;
            }
            removed.Remove(id);
            var (file, key) = await DeletionFileWriter.WriteAsync(table.Store, table.Root, id, (long)message.ReadVersion, union, cancellationToken).ConfigureAwait(false);
            written.Add(key);
            var merged = now.Clone();
            merged.DeletionFile = file;
            updated.Add(merged);
        }
        return written;
    }

    (RepeatedField<DataFragment> Updated, RepeatedField<ulong> Removed) Parts() => message.OperationCase == Transaction.OperationOneofCase.Delete
        ? (message.Delete.UpdatedFragments, message.Delete.DeletedFragmentIds)
        : (message.Update.UpdatedFragments, message.Update.RemovedFragmentIds);

    async ValueTask<RoaringBitmap> DeletionsOf(DataFragment fragment, CancellationToken cancellationToken)
    {
        if (fragment.DeletionFile is not { } file) return RoaringBitmap.Empty;
        var location = table.Paths.Find(DeletionFiles.Folder, DeletionFiles.NameOf(fragment.Id, file), file.HasBaseId ? file.BaseId : null);
        return await DeletionFiles.ReadAsync(location.Store, location.Prefix, file, (long)fragment.PhysicalRows, cancellationToken).ConfigureAwait(false);
    }

    ConflictException Lost(StoredVersion newer, string what) =>
        new($"The operation {message.OperationCase} on table '{table.MainRoot}' met version {newer.Manifest.Version}, which was committed meanwhile: {what}. Run it again on the new version.", isRetryable: true);
}
