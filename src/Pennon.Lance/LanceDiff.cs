using System.Runtime.CompilerServices;
using Pennon.Arrow;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <summary>Which rows differ between two versions of a line. It reads from the two datasets it was made of, which must stay open.</summary>
/// <remarks>
/// In tables with stable row ids a row is known by its id, wherever it was moved, and counts as updated when another commit changed it last. In other tables a row is
/// known by its address. Added, dropped and cast columns change no rows.
/// </remarks>
public sealed class LanceDiff
{
    const int RowsPerBatch = 8192;

    readonly TableDiff _rows;

    internal LanceDiff(LanceDataset from, LanceDataset to, TableDiff rows)
    {
        From = from;
        To = to;
        _rows = rows;
    }

    /// <summary>The version the rows are compared with.</summary>
    public LanceDataset From { get; }

    /// <summary>The version whose rows are looked at.</summary>
    public LanceDataset To { get; }

    /// <summary>Rows that only the second version has.</summary>
    public long InsertedCount => _rows.Inserted.Count;

    /// <summary>Rows of both versions that were changed in between.</summary>
    public long UpdatedCount => _rows.Updated.Count;

    /// <summary>Rows that only the first version has.</summary>
    public long DeletedCount => _rows.Deleted.Count;

    /// <summary>Whether the columns differ: their names, types, order or nullability.</summary>
    public bool HasOtherColumns => !From.Schema.Equals(To.Schema);

    /// <summary>Reads the rows that only the second version has.</summary>
    /// <param name="columns">The columns, as in <see cref="ScanOptions.Columns"/>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Batches, to be disposed by the caller, of the columns and <c>_rowid</c>.</returns>
    public IAsyncEnumerable<RecordBatch> ReadInsertedAsync(IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        ReadAsync(To, _rows.Inserted, columns, null, cancellationToken);

    /// <summary>Reads the rows that only the first version has, as they were there.</summary>
    /// <inheritdoc cref="ReadInsertedAsync"/>
    public IAsyncEnumerable<RecordBatch> ReadDeletedAsync(IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        ReadAsync(From, _rows.Deleted, columns, null, cancellationToken);

    /// <summary>Reads the rows that were changed, as they are in the second version.</summary>
    /// <inheritdoc cref="ReadInsertedAsync"/>
    public IAsyncEnumerable<RecordBatch> ReadUpdatedAsync(IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        ReadAsync(To, _rows.Updated, columns, null, cancellationToken);

    /// <summary>Reads the rows that were changed, as they were in the first version, in the same order as <see cref="ReadUpdatedAsync"/>.</summary>
    /// <inheritdoc cref="ReadInsertedAsync"/>
    public IAsyncEnumerable<RecordBatch> ReadUpdatedBeforeAsync(IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        ReadAsync(To, _rows.Updated, columns, From, cancellationToken);

    static async IAsyncEnumerable<RecordBatch> ReadAsync(
        LanceDataset dataset, DiffRows rows, IReadOnlyList<string>? columns, LanceDataset? instead, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = dataset.Table;
        var source = instead?.Table ?? table;
        var taker = new RowTaker(source, new Projection(source.Schema, columns));
        foreach (var (id, offsets) in rows.Fragments())
        {
            var fragment = table.FindFragment(id)!;
            var addresses = new ulong[RowsPerBatch];
            var count = 0;
            foreach (var offset in offsets.Values())
            {
                addresses[count++] = (ulong)id << 32 | offset;
                if (count < RowsPerBatch)
                    continue;
                yield return await BatchAsync(fragment, addresses).ConfigureAwait(false);
                count = 0;
            }
            if (count > 0)
                yield return await BatchAsync(fragment, addresses[..count]).ConfigureAwait(false);
        }

        async ValueTask<RecordBatch> BatchAsync(TableFragment fragment, ulong[] addresses)
        {
            var ids = addresses.ToArray();
            if (table.HasStableRowIds)
            {
                for (var i = 0; i < ids.Length; i++)
                    fragment.RowIds.Fill((uint)addresses[i], ids.AsSpan(i, 1));
            }
            var places = addresses;
            if (instead is not null)
            {
                places = new ulong[ids.Length];
                (await source.RowLocatorAsync(cancellationToken).ConfigureAwait(false)).LocateMany(ids, places);
            }
            using var batch = await taker.TakeAddressesAsync(places, cancellationToken).ConfigureAwait(false);
            var arrays = new ArrowArray[batch.Columns.Count + 1];
            for (var i = 0; i < batch.Columns.Count; i++)
                arrays[i] = batch.Column(i).Share();
            arrays[^1] = new PrimitiveArray<ulong>(ArrowType.UInt64, ids);
            return new RecordBatch(new Schema([.. batch.Schema.Fields, new Field(Scanner.RowIdName, ArrowType.UInt64)], batch.Schema.Metadata), arrays, ids.Length);
        }
    }
}
