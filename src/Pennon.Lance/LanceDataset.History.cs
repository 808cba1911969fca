using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance;

public sealed partial class LanceDataset
{
    /// <summary>
    /// Stages a version that has the rows, columns and indexes an earlier version of this line had. Its number is the next one; what was committed in between
    /// stays in the history.
    /// </summary>
    /// <param name="version">The version to go back to.</param>
    /// <param name="options">Settings of the commit.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The write, to be committed or disposed by the caller.</returns>
    /// <exception cref="LanceNotFoundException">The line has no such version.</exception>
    /// <exception cref="LanceNotSupportedException">The table has features that this library does not write to.</exception>
    public async ValueTask<StagedTransaction> StageRestoreAsync(long version, LanceWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (!await Store.ExistsAsync(VersionFolder.PathOf(_table.Root, (ulong)version, _table.Location.Naming), cancellationToken).ConfigureAwait(false))
            throw NotFound(Path, Branch, (ulong)version);
        var message = new Transaction { Restore = new Transaction.Types.Restore { Version = (ulong)version } };
        return StagedTransaction.For(_table, message, [], 0, options);
    }

    /// <summary>Makes the latest version of this line equal to an earlier one; see <see cref="StageRestoreAsync"/>.</summary>
    /// <param name="version">The version to go back to.</param>
    /// <param name="cancellationToken">Stops the call; the version is then made or not.</param>
    /// <returns>The number of the new version.</returns>
    public async ValueTask<long> RestoreAsync(long version, CancellationToken cancellationToken = default)
    {
        var staged = await StageRestoreAsync(version, null, cancellationToken).ConfigureAwait(false);
        await using (staged.ConfigureAwait(false))
        {
            return await staged.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads single rows by their row id.</summary>
    /// <param name="rowIds">Ids as <see cref="ScanOptions.WithRowId"/> gives them, in any order, repeats allowed: stable ids where the table keeps them, addresses otherwise.</param>
    /// <param name="columns">The columns, as in <see cref="ScanOptions.Columns"/>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>One row per id, in the order asked for.</returns>
    /// <exception cref="LanceNotFoundException">An id names no row of this version, or a column does not exist.</exception>
    public async ValueTask<RecordBatch> TakeRowIdsAsync(
        ReadOnlyMemory<ulong> rowIds, IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default)
    {
        var locator = await _table.RowLocatorAsync(cancellationToken).ConfigureAwait(false);
        var addresses = new ulong[rowIds.Length];
        locator.LocateMany(rowIds.Span, addresses);
        var missing = Array.IndexOf(addresses, RowLocator.Gone);
        if (missing >= 0)
            throw new LanceNotFoundException($"Version {Version} of table '{Path}' has no row with the id {rowIds.Span[missing]}.");
        return await new RowTaker(_table, new Projection(_table.Schema, columns)).TakeAddressesAsync(addresses, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the rows that differ between two versions of a line.</summary>
    /// <param name="from">The version to compare with; later or earlier than the other.</param>
    /// <param name="to">The version whose rows are looked at.</param>
    /// <param name="cancellationToken">Stops the comparison, which reads row ids and deletions but no columns.</param>
    /// <exception cref="ArgumentException">The two are not versions of one line of one table.</exception>
    /// <exception cref="LanceNotSupportedException">The table keeps no stable row ids, and rows were moved in between, so that changed rows cannot be told from new ones.</exception>
    public static async ValueTask<LanceDiff> DiffAsync(LanceDataset from, LanceDataset to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (!ReferenceEquals(from.Store, to.Store) && !(from.Store is LocalObjectStore a && to.Store is LocalObjectStore b && a.RootFolder == b.RootFolder))
            throw new ArgumentException("The versions to compare lie in different stores.", nameof(to));
        if (from._table.Root != to._table.Root)
            throw new ArgumentException($"'{from._table.Root}' and '{to._table.Root}' are different lines of versions; only versions of one line can be compared.", nameof(to));
        return new LanceDiff(from, to, await TableDiff.MakeAsync(from._table, to._table, cancellationToken).ConfigureAwait(false));
    }
}
