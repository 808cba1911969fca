using Pennon.Arrow;
using Pennon.Arrow.Compute;
using Pennon.Lance.Files;
using Pennon.Lance.Scans;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>
/// Writes one more data file for each fragment, with new columns for the rows that are there (TABLE 6.7). Deleted rows get the value of a live
/// neighbour: they need one, and nothing may fail or be null on their account.
/// </summary>
sealed class ColumnFileWriter(TableVersion table, Schema schema, TableField[] fields, LanceWriteOptions options)
{
    const int PieceBytes = 4 << 20;

    readonly TablePaths _paths = new(table.MainRoot, table.Root);

    /// <summary>The keys of the files written so far.</summary>
    public List<string> StagedKeys { get; } = [];

    /// <summary>Computes the new columns from stored ones.</summary>
    /// <param name="inputs">The columns that are read.</param>
    /// <param name="compute">Gives the new columns of some rows.</param>
    /// <param name="progress">Told about rows done.</param>
    /// <param name="cancellationToken">Stops the work; what was written is then deleted by the caller.</param>
    /// <returns>The table's fragments with the new files.</returns>
    public async ValueTask<List<DataFragment>> ComputeAsync(
        IReadOnlyList<LanceField> inputs, Func<ArrowArray[], int, ArrowArray[]> compute, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var rowsPerPiece = RowsPerPiece(inputs.Sum(static f => RowWidth.Of(f.Type)));
        var fragments = new List<DataFragment>();
        long done = 0;
        foreach (var fragment in table.Fragments)
        {
            var deletions = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
            var columns = new FragmentColumns(fragment, inputs);
            fragments.Add(await WriteAsync(fragment, ProduceAsync, rowsPerPiece, cancellationToken).ConfigureAwait(false));
            done += fragment.PhysicalRows;
            progress?.Report(new LanceProgress("columns", done, table.Fragments.Sum(static f => f.PhysicalRows)));

            async ValueTask<ArrowArray[]> ProduceAsync(long start, int count)
            {
                var read = inputs.Count == 0 ? [] : await columns.ReadAsync(start, count, cancellationToken).ConfigureAwait(false);
                var (live, places) = Neighbours.Of(deletions, start, count);
                if (places is null) return compute(read, count);
                if (live.Length == 0)
                {
                    var one = LiveRows.Select(deletions, fragment.PhysicalRows, 0);
                    var alive = inputs.Count == 0 ? [] : await columns.TakeAsync(new[] { one }, cancellationToken).ConfigureAwait(false);
                    return [.. compute(alive, 1).Select(c => Take.Apply(c, places))];
                }
                return [.. compute([.. read.Select(c => Take.Apply(c, live))], live.Length).Select(c => Take.Apply(c, places))];
            }
        }
        return fragments;
    }

    /// <summary>Takes the new columns from batches that hold one row for each live row, in the order of a scan.</summary>
    /// <exception cref="ArgumentException">There are more or fewer rows than the table has.</exception>
    public async ValueTask<List<DataFragment>> CopyAsync(IAsyncEnumerable<RecordBatch> batches, IProgress<LanceProgress>? progress, CancellationToken cancellationToken)
    {
        var source = new BatchRows(batches, schema, table, cancellationToken);
        await using (source.ConfigureAwait(false))
        {
            var rowsPerPiece = RowsPerPiece(schema.Fields.Sum(static f => RowWidth.Of(f.Type)));
            var fragments = new List<DataFragment>();
            long done = 0;
            foreach (var fragment in table.Fragments)
            {
                var deletions = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
                fragments.Add(await WriteAsync(fragment, ProduceAsync, rowsPerPiece, cancellationToken).ConfigureAwait(false));
                done += fragment.LiveRows;
                progress?.Report(new LanceProgress("columns", done, table.LiveRows));

                async ValueTask<ArrowArray[]> ProduceAsync(long start, int count)
                {
                    var (live, places) = Neighbours.Of(deletions, start, count);
                    if (places is null) return await source.NextAsync(count).ConfigureAwait(false);
                    if (live.Length > 0) return [.. (await source.NextAsync(live.Length).ConfigureAwait(false)).Select(c => Take.Apply(c, places))];
                    return await source.RepeatAsync(count).ConfigureAwait(false);
                }
            }
            await source.EndAsync().ConfigureAwait(false);
            return fragments;
        }
    }

    async ValueTask<DataFragment> WriteAsync(TableFragment fragment, Func<long, int, ValueTask<ArrowArray[]>> produce, int rowsPerPiece, CancellationToken cancellationToken)
    {
        var name = TablePaths.NewDataFileName();
        var key = _paths.DataFile(name);
        var output = await table.Store.CreateAsync(key, cancellationToken).ConfigureAwait(false);
        StagedKeys.Add(key);
        var file = new LanceFileWriter(output, schema, fields, new LanceFileWriterOptions { PageBytes = options.PageBytes, PagesInFlight = options.Parallelism });
        await using (file.ConfigureAwait(false))
        {
            for (long start = 0; start < fragment.PhysicalRows; start += rowsPerPiece)
            {
                var count = (int)Math.Min(rowsPerPiece, fragment.PhysicalRows - start);
                using var batch = new RecordBatch(schema, await produce(start, count).ConfigureAwait(false), count);
                BatchCheck.Require(batch, schema);
                await file.WriteAsync(batch, 0, count, cancellationToken).ConfigureAwait(false);
            }
            var summary = await file.FinishAsync(cancellationToken).ConfigureAwait(false);
            var extended = fragment.Message.Clone();
            if (extended.PhysicalRows == 0) extended.PhysicalRows = (ulong)fragment.PhysicalRows;
            extended.Files.Add(FragmentWriter.Describe(name, summary));
            return extended;
        }
    }

    static int RowsPerPiece(long width) => (int)Math.Clamp(PieceBytes / Math.Max(1, width), 1024, 128 << 10);
}

/// <summary>Live rows of a piece of a fragment, and for each row the live one whose value it gets.</summary>
static class Neighbours
{
    /// <summary>The offsets of live rows in the piece, and for each row of the piece its place among them; no places if all rows are live, zeros if none is.</summary>
    public static (int[] Live, int[]? Places) Of(RoaringBitmap deletions, long start, int count)
    {
        if (LiveRows.Mask(deletions, start, count) is not { } mask) return ([], null);
        var live = Filter.SelectedRows(mask);
        var places = new int[count];
        var at = 0;
        for (var row = 0; row < count; row++)
        {
            while (at + 1 < live.Length && live[at + 1] <= row) at++;
            places[row] = at;
        }
        return (live, places);
    }
}
