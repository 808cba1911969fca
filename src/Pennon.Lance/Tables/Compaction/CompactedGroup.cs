using Pennon.Lance.Files;
using Pennon.Lance.Scans;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Some fragments and those written in their place, which have no ids yet.</summary>
sealed class CompactedGroup
{
    readonly List<string> _keys = [];

    CompactedGroup(IReadOnlyList<TableFragment> old, IReadOnlyList<RoaringBitmap> deleted)
    {
        Old = old;
        Deleted = deleted;
    }

    /// <summary>The fragments that are replaced, as they were when they were read.</summary>
    public IReadOnlyList<TableFragment> Old { get; }

    /// <summary>The deleted rows of each.</summary>
    public IReadOnlyList<RoaringBitmap> Deleted { get; }

    /// <summary>The new fragments.</summary>
    public List<DataFragment> New { get; } = [];

    /// <summary>Keys of the files written.</summary>
    public IReadOnlyList<string> Keys => _keys;

    public long Rows => New.Sum(static f => (long)f.PhysicalRows);

    /// <summary>Where the rows of the group go; the new fragments have their ids.</summary>
    public RemapGroup Remap => new(
        [.. Old.Select((f, i) => (f.Id, f.PhysicalRows, Deleted[i]))], [.. New.Select(static f => ((uint)f.Id, (long)f.PhysicalRows))]);

    /// <summary>Whether a version still has every fragment of the group just as it was read.</summary>
    public bool IsIntactIn(TableVersion table) =>
        Old.All(old => table.FindFragment(old.Id) is { } now && now.Message.Equals(old.Message));

    /// <summary>Streams the live rows of some fragments into new ones.</summary>
    /// <param name="table">The version they belong to.</param>
    /// <param name="old">The fragments, in scan order.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="written">Told of rows as they are written.</param>
    /// <param name="cancellationToken">Stops the work; nothing is left behind then.</param>
    public static async ValueTask<CompactedGroup> WriteAsync(
        TableVersion table, IReadOnlyList<TableFragment> old, LanceCompactionOptions options, Action<int>? written, CancellationToken cancellationToken)
    {
        var deleted = new RoaringBitmap[old.Count];
        for (var i = 0; i < deleted.Length; i++)
            deleted[i] = await old[i].DeletionsAsync(cancellationToken).ConfigureAwait(false);
        var group = new CompactedGroup(old, deleted);
        try
        {
            await group.WriteFilesAsync(table, options, written, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await new StagedFiles(table.Store).DeleteAsync(group._keys).ConfigureAwait(false);
            throw;
        }
        return group;
    }

    async ValueTask WriteFilesAsync(TableVersion table, LanceCompactionOptions options, Action<int>? written, CancellationToken cancellationToken)
    {
        var schema = table.Schema.Arrow;
        var fields = TableField.Match(schema, table.Manifest.Fields)
            ?? throw new LanceNotSupportedException("blob columns", $"Table '{table.MainRoot}' has columns that are stored outside its pages, which cannot be rewritten.");
        var identity = table.HasStableRowIds ? new LiveIdentity(Old, Deleted) : null;
        var rowsPerFile = CompactionPlan.RowsPerFile(Old.Sum(static f => f.LiveRows), options);
        var scan = new ScanOptions { UseIndexes = false, Parallelism = options.Write.Parallelism == 0 ? 1 : null };
        var scanner = new Scanner(table, scan, Old, new Projection(table.Schema, (IReadOnlyList<string>?)null));
        LanceFileWriter? file = null;
        try
        {
            await foreach (var batch in scanner.RunAsync(cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    for (var start = 0; start < batch.Length;)
                    {
                        file ??= await StartAsync(table, schema, fields, options.Write, cancellationToken).ConfigureAwait(false);
                        var count = (int)Math.Min(batch.Length - start, rowsPerFile - file.Rows);
                        await file.WriteAsync(batch, start, count, cancellationToken).ConfigureAwait(false);
                        start += count;
                        if (file.Rows >= rowsPerFile || file.Bytes >= options.MaxBytesPerFile)
                        {
                            await EndAsync(file, identity, cancellationToken).ConfigureAwait(false);
                            file = null;
                        }
                    }
                    written?.Invoke(batch.Length);
                }
            }
            if (file is not null)
                await EndAsync(file, identity, cancellationToken).ConfigureAwait(false);
            file = null;
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    async ValueTask<LanceFileWriter> StartAsync(
        TableVersion table, Arrow.Schema schema, TableField[] fields, LanceWriteOptions options, CancellationToken cancellationToken)
    {
        var key = new TablePaths(table.MainRoot, table.Root).DataFile(TablePaths.NewDataFileName());
        var output = await table.Store.CreateAsync(key, cancellationToken).ConfigureAwait(false);
        _keys.Add(key);
        return new LanceFileWriter(output, schema, fields, new LanceFileWriterOptions { PageBytes = options.PageBytes, PagesInFlight = options.Parallelism });
    }

    async ValueTask EndAsync(LanceFileWriter file, LiveIdentity? identity, CancellationToken cancellationToken)
    {
        var summary = await file.FinishAsync(cancellationToken).ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
        var data = new DataFile
        {
            Path = _keys[^1][(_keys[^1].LastIndexOf('/') + 1)..],
            FileMajorVersion = LanceFileWriterOptions.Major,
            FileMinorVersion = LanceFileWriterOptions.Minor,
            FileSizeBytes = (ulong)summary.Bytes,
        };
        data.Fields.Add(summary.FieldIds);
        data.ColumnIndices.Add(Enumerable.Range(0, summary.FieldIds.Length));
        var fragment = new DataFragment { PhysicalRows = (ulong)summary.Rows };
        fragment.Files.Add(data);
        if (identity is not null)
        {
            var ids = new ulong[summary.Rows];
            var created = new ulong[summary.Rows];
            var updated = new ulong[summary.Rows];
            identity.Take(ids, created, updated);
            fragment.InlineRowIds = RowIdentity.Sequence(ids);
            fragment.InlineCreatedAtVersions = RowIdentity.Versions(created);
            fragment.InlineLastUpdatedAtVersions = RowIdentity.Versions(updated);
        }
        New.Add(fragment);
    }
}
