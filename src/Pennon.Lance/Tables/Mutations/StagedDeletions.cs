using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>A fragment that loses rows: how it was, and which rows an operation deletes in it.</summary>
sealed record TouchedFragment(DataFragment Before, RoaringBitmap Deleted);

/// <summary>Rows deleted by an operation: new deletion files, and fragments that lose their last row (TABLE 8.6).</summary>
sealed class StagedDeletions
{
    /// <summary>Fragments with new deletion files.</summary>
    public List<DataFragment> Updated { get; } = [];

    /// <summary>Fragments without any row left.</summary>
    public List<ulong> Removed { get; } = [];

    /// <summary>The keys of the deletion files.</summary>
    public List<string> StagedKeys { get; } = [];

    /// <summary>Every fragment that loses rows.</summary>
    public List<TouchedFragment> Touched { get; } = [];

    /// <summary>Writes the deletion files; on failure those written are deleted again.</summary>
    /// <param name="table">The version that the rows were found in.</param>
    /// <param name="rows">Live rows.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public static async ValueTask<StagedDeletions> StageAsync(TableVersion table, RowSelection rows, CancellationToken cancellationToken)
    {
        var staged = new StagedDeletions();
        var fragments = table.Fragments.ToDictionary(static f => f.Id);
        try
        {
            foreach (var (id, deleted) in rows.Fragments)
            {
                var fragment = fragments[id];
                staged.Touched.Add(new TouchedFragment(fragment.Message, deleted));
                var before = await fragment.DeletionsAsync(cancellationToken).ConfigureAwait(false);
                var after = before.Union(deleted);
                if (after.Cardinality == fragment.PhysicalRows)
                {
                    staged.Removed.Add(id);
                    continue;
                }
                var (file, key) = await DeletionFileWriter.WriteAsync(table.Store, table.Root, id, (long)table.Manifest.Version, after, cancellationToken).ConfigureAwait(false);
                staged.StagedKeys.Add(key);
                var updated = fragment.Message.Clone();
                updated.DeletionFile = file;
                staged.Updated.Add(updated);
            }
        }
        catch
        {
            await new StagedFiles(table.Store).DeleteAsync(staged.StagedKeys).ConfigureAwait(false);
            throw;
        }
        return staged;
    }
}
