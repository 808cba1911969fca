using Pennon.Lance.Wire;
using Operation = Pennon.Lance.Wire.Transaction.OperationOneofCase;

namespace Pennon.Lance.Tables;

/// <summary>What happens when another writer committed first: our append or overwrite goes on top, is run again, or fails.</summary>
internal static class ConflictRules
{
    /// <exception cref="ConflictException">The operation does not go on top of the other one.</exception>
    public static void Check(Transaction ours, Transaction? theirs, long version, string table)
    {
        if (theirs is null)
            throw new ConflictException($"Version {version} of table '{table}' was committed meanwhile and has no transaction to compare with; run the write again.", isRetryable: true);
        if (ours.OperationCase == Operation.Append) CheckAppend(theirs, version, table);
        else CheckOverwrite(ours.Overwrite, theirs, version, table);
    }

    static void CheckAppend(Transaction theirs, long version, string table)
    {
        switch (theirs.OperationCase)
        {
            case Operation.Append or Operation.Delete or Operation.Update or Operation.CreateIndex or Operation.Rewrite or Operation.ReserveFragments
                or Operation.DataReplacement or Operation.UpdateConfig or Operation.UpdateBases:
                return;
            // Other changes of the schema may have made a column not null or changed its type under our files.
            case Operation.Merge when theirs.Merge.PreservesNullability:
            case Operation.Project when theirs.Project.PreservesNullability:
                return;
            case Operation.Merge or Operation.Project:
                throw Lost("An append", theirs, version, table, "The columns changed; run the append again on the new version.", isRetryable: true);
            default:
                throw Lost("An append", theirs, version, table, "The rows it was to join are gone; decide anew whether to append.", isRetryable: false);
        }
    }

    static void CheckOverwrite(Transaction.Types.Overwrite ours, Transaction theirs, long version, string table)
    {
        switch (theirs.OperationCase)
        {
            case Operation.Overwrite:
                throw Lost("An overwrite", theirs, version, table, "Two overwrites met; run it again to replace the other one.", isRetryable: true);
            case Operation.UpdateConfig when theirs.UpdateConfig.ConfigUpdates is { } updates:
                foreach (var entry in updates.Entries)
                {
                    if (ours.ConfigUpsertValues.ContainsKey(entry.Key))
                        throw Lost("An overwrite", theirs, version, table, $"Both set the configuration key '{entry.Key}'.", isRetryable: false);
                }
                return;
            case Operation.UpdateMemWalState or Operation.DataOverlay or Operation.AppendFragmentReuseTransitions or Operation.None:
                throw Lost("An overwrite", theirs, version, table, "The operation is not known to this library.", isRetryable: false);
            default:
                return;
        }
    }

    static ConflictException Lost(string ours, Transaction theirs, long version, string table, string advice, bool isRetryable) =>
        new($"{ours} of table '{table}' met the operation {theirs.OperationCase} of version {version}, which was committed meanwhile. {advice}", isRetryable);
}
