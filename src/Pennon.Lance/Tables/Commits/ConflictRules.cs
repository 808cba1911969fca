using Pennon.Lance.Wire;
using Operation = Pennon.Lance.Wire.Transaction.OperationOneofCase;

namespace Pennon.Lance.Tables;

/// <summary>What becomes of an operation when another one was committed first.</summary>
internal enum ConflictOutcome
{
    /// <summary>The operation goes on top of the other one as it is.</summary>
    Proceed,

    /// <summary>It goes on top once its deletions are united with the other's.</summary>
    Rebase,

    /// <summary>It has to be run again on the new version.</summary>
    Retry,

    /// <summary>What it was to change is gone or contradicts it.</summary>
    Fail,
}

/// <summary>The matrix of TABLE 11.1: rows are our operations, columns those that others committed meanwhile.</summary>
internal static class ConflictRules
{
    // One letter per pair; what the letters mean is said in Evaluate.
    static readonly Operation[] Columns =
    [
        Operation.Append, Operation.Delete, Operation.Update, Operation.Overwrite, Operation.CreateIndex, Operation.Rewrite, Operation.Merge,
        Operation.Project, Operation.Restore, Operation.ReserveFragments, Operation.DataReplacement, Operation.UpdateConfig, Operation.UpdateBases,
    ];

    static readonly Dictionary<Operation, string> Matrix = new()
    {
        //                               App Del Upd Ovw Idx Rwr Mrg Prj Rst Rsv Dat Cfg Bas
        [Operation.Append] = "o   o   o   F   o   o   n   n   F   o   o   o   o",
        [Operation.Delete] = "o   b   b   F   o   s   R   o   F   o   s   o   o",
        [Operation.Update] = "k   b   b   F   o   s   R   n   F   o   s   o   o",
        [Operation.Overwrite] = "o   o   o   R   o   o   o   o   o   o   o   c   o",
        [Operation.CreateIndex] = "o   o   f   F   i   m   o   o   F   o   f   o   o",
        [Operation.Rewrite] = "o   s   s   F   l   s   R   o   F   o   s   o   o",
        [Operation.Merge] = "R   R   R   F   o   R   R   F   F   o   R   o   o",
        [Operation.Project] = "t   o   t   F   o   o   R   R   F   o   t   o   o",
        [Operation.Restore] = "o   o   o   o   o   o   o   o   o   o   o   o   o",
        [Operation.ReserveFragments] = "o   o   o   F   o   o   o   o   F   o   o   o   o",
        [Operation.DataReplacement] = "o   g   g   F   f   s   R   o   F   o   d   o   o",
        [Operation.UpdateConfig] = "o   o   o   w   o   o   o   o   o   o   o   c   o",
        [Operation.UpdateBases] = "o   o   o   o   o   o   o   o   o   o   o   o   p",
    };

    /// <summary>Compares an operation with one that was committed since the version it read.</summary>
    /// <param name="ours">The operation to be committed.</param>
    /// <param name="theirs">The committed one; null if its version has none.</param>
    /// <param name="version">The version it made.</param>
    /// <param name="table">The table, for messages.</param>
    /// <param name="stableRowIds">Whether rows keep their ids when they move.</param>
    /// <returns>Whether our deletions have to be united with those of the other operation.</returns>
    /// <exception cref="ConflictException">The operation does not go on top of the other one.</exception>
    public static bool Check(Transaction ours, Transaction? theirs, long version, string table, bool stableRowIds = false)
    {
        if (theirs is null)
        {
            if (ours.OperationCase == Operation.Restore) return false;
            throw new ConflictException($"Version {version} of table '{table}' was committed meanwhile and has no transaction to compare with; run the write again.", isRetryable: true);
        }
        switch (Compare(ours, theirs, stableRowIds))
        {
            case ConflictOutcome.Proceed:
                return false;
            case ConflictOutcome.Rebase:
                return true;
            case ConflictOutcome.Retry:
                throw Lost(ours, theirs, version, table, "Run it again on the new version.", isRetryable: true);
            default:
                throw Lost(ours, theirs, version, table, "What it was to change is no longer there, or both changed the same; decide anew.", isRetryable: false);
        }
    }

    /// <summary>The entry of the matrix for two operations.</summary>
    public static ConflictOutcome Compare(Transaction ours, Transaction theirs, bool stableRowIds)
    {
        var column = Array.IndexOf(Columns, theirs.OperationCase);
        if (column < 0 || !Matrix.TryGetValue(ours.OperationCase, out var row)) return ConflictOutcome.Fail;
        return Evaluate(row[4 * column], ours, theirs, stableRowIds);
    }

    static ConflictOutcome Evaluate(char rule, Transaction ours, Transaction theirs, bool stableRowIds) => rule switch
    {
        'o' => ConflictOutcome.Proceed,
        'R' => ConflictOutcome.Retry,
        'F' => ConflictOutcome.Fail,
        // Same fragments: unite the deletions, unless both inserted the same keys.
        'b' => SharesKeys(ours, theirs) ? ConflictOutcome.Retry : SharesFragments(ours, theirs) ? ConflictOutcome.Rebase : ConflictOutcome.Proceed,
        // Same fragments.
        's' => RetryIf(SharesFragments(ours, theirs)),
        // Same inserted keys.
        'k' => RetryIf(SharesKeys(ours, theirs)),
        // A column may have become not null, or have another type, under rows written for the old one.
        'n' => RetryIf(!PreservesNullability(theirs)),
        // We make a column not null, and they may have written nulls.
        't' => RetryIf(!PreservesNullability(ours)),
        // A field that the index is on was rewritten in place.
        'f' => RetryIf(SharesIndexedFields(ours, theirs)),
        // Same field of the same fragment.
        'd' => RetryIf(SharesFragments(ours, theirs) && ReplacedFields(ours).Overlaps(ReplacedFields(theirs))),
        // A fragment whose column we replace is gone: nothing to repeat. Rows of it moved: repeat.
        'g' => RemovedFragments(theirs).Overlaps(Fragments(ours)) ? ConflictOutcome.Fail
            : RetryIf(theirs.OperationCase == Operation.Update && SharesFragments(ours, theirs)),
        // Two indices: different names and ordinary indices of one name are fine; there can be only one of each system index.
        'i' => RetryIf(ours.CreateIndex.NewIndices.Any(o => o.Fields.Count == 0 && theirs.CreateIndex.NewIndices.Any(t => t.Name == o.Name))),
        // They moved rows that our new index covers.
        'm' => RetryIf(!stableRowIds && ours.CreateIndex.NewIndices.Any(i => IndexEntries.CoverageOf(i).Overlaps(Fragments32(theirs)))),
        // They indexed rows that we moved.
        'l' => RetryIf(!stableRowIds && theirs.CreateIndex.NewIndices.Any(i => IndexEntries.CoverageOf(i).Overlaps(Fragments32(ours)))),
        // Same configuration keys.
        'c' => SharesConfiguration(ours, theirs) ? ConflictOutcome.Fail : ConflictOutcome.Proceed,
        // The schema whose metadata we change was replaced, or both set the same key.
        'w' => ours.UpdateConfig.SchemaMetadataUpdates is not null || ours.UpdateConfig.FieldMetadataUpdates.Count > 0 || SharesConfiguration(ours, theirs)
            ? ConflictOutcome.Fail : ConflictOutcome.Proceed,
        // Same id, name or place.
        'p' => ours.UpdateBases.NewBases.Any(o => theirs.UpdateBases.NewBases.Any(t => o.Id == t.Id || o.Path == t.Path || (o.HasName && t.HasName && o.Name == t.Name)))
            ? ConflictOutcome.Fail : ConflictOutcome.Proceed,
        _ => ConflictOutcome.Fail,
    };

    static ConflictOutcome RetryIf(bool conflict) => conflict ? ConflictOutcome.Retry : ConflictOutcome.Proceed;

    static bool SharesFragments(Transaction ours, Transaction theirs) => Fragments(ours).Overlaps(Fragments(theirs));

    /// <summary>The existing fragments that an operation changes or removes.</summary>
    static HashSet<ulong> Fragments(Transaction transaction) => transaction.OperationCase switch
    {
        Operation.Delete => [.. transaction.Delete.DeletedFragmentIds, .. transaction.Delete.UpdatedFragments.Select(static f => f.Id)],
        Operation.Update => [.. transaction.Update.RemovedFragmentIds, .. transaction.Update.UpdatedFragments.Select(static f => f.Id)],
        Operation.Rewrite => [.. transaction.Rewrite.Groups.SelectMany(static g => g.OldFragments).Select(static f => f.Id)],
        Operation.DataReplacement => [.. transaction.DataReplacement.Replacements.Select(static r => r.FragmentId)],
        _ => [],
    };

    static HashSet<uint> Fragments32(Transaction transaction) => [.. Fragments(transaction).Select(static id => (uint)id)];

    static HashSet<ulong> RemovedFragments(Transaction transaction) => transaction.OperationCase switch
    {
        Operation.Delete => [.. transaction.Delete.DeletedFragmentIds],
        Operation.Update => [.. transaction.Update.RemovedFragmentIds],
        _ => [],
    };

    /// <summary>The fields whose stored values an operation replaces without moving the rows.</summary>
    static HashSet<int> ReplacedFields(Transaction transaction) => transaction.OperationCase switch
    {
        Operation.Update => [.. transaction.Update.FieldsModified.Select(static id => (int)id)],
        Operation.DataReplacement => [.. transaction.DataReplacement.Replacements.SelectMany(static r => r.NewFile.Fields)],
        _ => [],
    };

    static bool SharesIndexedFields(Transaction ours, Transaction theirs)
    {
        var (index, other) = ours.OperationCase == Operation.CreateIndex ? (ours, theirs) : (theirs, ours);
        var replaced = ReplacedFields(other);
        return index.CreateIndex.NewIndices.Any(i => i.Fields.Any(replaced.Contains));
    }

    static bool PreservesNullability(Transaction transaction) => transaction.OperationCase switch
    {
        Operation.Merge => transaction.Merge.PreservesNullability,
        Operation.Project => transaction.Project.PreservesNullability,
        _ => true,
    };

    static bool SharesConfiguration(Transaction ours, Transaction theirs)
    {
        if (ours.OperationCase == Operation.UpdateConfig && theirs.OperationCase == Operation.UpdateConfig) return ConfigUpdates.Overlap(ours.UpdateConfig, theirs.UpdateConfig);
        var (overwrite, update) = ours.OperationCase == Operation.Overwrite ? (ours.Overwrite, theirs.UpdateConfig) : (theirs.Overwrite, ours.UpdateConfig);
        return update.ConfigUpdates is { } keys
            && (keys.Replace ? overwrite.ConfigUpsertValues.Count > 0 : keys.Entries.Any(e => overwrite.ConfigUpsertValues.ContainsKey(e.Key)));
    }

    /// <summary>Whether both operations inserted rows of the same key, as far as they say which they inserted (TABLE 10.9).</summary>
    static bool SharesKeys(Transaction ours, Transaction theirs)
    {
        if (ours.Update?.InsertedRows is not { } a || theirs.Update?.InsertedRows is not { } b || !a.FieldIds.SequenceEqual(b.FieldIds)) return false;
        if (a.KeysCase != Transaction.Types.KeyExistenceFilter.KeysOneofCase.Exact || b.KeysCase != Transaction.Types.KeyExistenceFilter.KeysOneofCase.Exact)
            return a.KeysCase != Transaction.Types.KeyExistenceFilter.KeysOneofCase.None && b.KeysCase != Transaction.Types.KeyExistenceFilter.KeysOneofCase.None;
        return a.Exact.Hashes.ToHashSet().Overlaps(b.Exact.Hashes);
    }

    static ConflictException Lost(Transaction ours, Transaction theirs, long version, string table, string advice, bool isRetryable) =>
        new($"The operation {ours.OperationCase} on table '{table}' met {theirs.OperationCase} of version {version}, which was committed meanwhile. {advice}", isRetryable);
}
