using Pennon.Arrow;
using Pennon.Lance.Scans;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Deletes rows: only deletion files are written.</summary>
static class DeleteOperation
{
    /// <summary>Deletes the rows for which a condition is true.</summary>
    public static async ValueTask<StagedTransaction> StageAsync(
        TableVersion table, LanceExpression where, string predicate, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var rows = new RowSelection();
        var scan = new ScanOptions { Columns = [], Filter = where, WithRowAddress = true };
        await foreach (var batch in new Scanner(table, scan).RunAsync(cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                foreach (var address in ((PrimitiveArray<ulong>)batch.Column(Scanner.RowAddressName)).Values) rows.Add(address);
            }
        }
        return await StageAsync(table, rows, predicate, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes rows by address; rows that are deleted already are left out.</summary>
    /// <exception cref="LanceNotFoundException">An address names no row.</exception>
    public static async ValueTask<StagedTransaction> StageAsync(
        TableVersion table, ReadOnlyMemory<ulong> addresses, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var rows = new RowSelection();
        var fragments = table.Fragments.ToDictionary(static f => f.Id);
        for (var i = 0; i < addresses.Length; i++)
        {
            var address = addresses.Span[i];
            if (!fragments.TryGetValue((uint)(address >> 32), out var fragment) || (uint)address >= fragment.PhysicalRows)
                throw new LanceNotFoundException($"The table has no row at address {address} (fragment {address >> 32}, offset {(uint)address}).");
            if (fragment.HasDeletions && (await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false)).Contains((uint)address)) continue;
            rows.Add(address);
        }
        return await StageAsync(table, rows, "", options, cancellationToken).ConfigureAwait(false);
    }

    static async ValueTask<StagedTransaction> StageAsync(TableVersion table, RowSelection rows, string predicate, LanceWriteOptions? options, CancellationToken cancellationToken)
    {
        var deletions = await StagedDeletions.StageAsync(table, rows, cancellationToken).ConfigureAwait(false);
        var message = new Transaction { ReadVersion = table.Manifest.Version, Delete = new Transaction.Types.Delete { Predicate = predicate } };
        message.Delete.UpdatedFragments.Add(deletions.Updated);
        message.Delete.DeletedFragmentIds.Add(deletions.Removed);
        return StagedTransaction.For(table, message, deletions.StagedKeys, rows.Count, options, new DeletionRebase(table, message, deletions.Touched));
    }
}
