using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>A group of rows whose columns lie in one or several data files.</summary>
sealed class TableFragment(TableVersion table, DataFragment message, long physicalRows)
{
    readonly AsyncCache<RoaringBitmap> _deletions = new();
    readonly Lazy<RowVersions> _createdAt = new(() => RowVersions.Read(message.InlineCreatedAtVersions.Memory, physicalRows, table.File.Path));
    readonly Lazy<RowVersions> _lastUpdatedAt = new(() => RowVersions.Read(message.InlineLastUpdatedAtVersions.Memory, physicalRows, table.File.Path));
    readonly Lazy<RowIds> _rowIds = new(() => RowIds.Read(message.InlineRowIds.Memory, physicalRows, table.File.Path));

    /// <summary>The table version the fragment belongs to.</summary>
    public TableVersion Table { get; } = table;

    /// <summary>The stored message, unknown parts included.</summary>
    public DataFragment Message { get; } = message;

    public uint Id => (uint)Message.Id;

    /// <summary>Rows in the files, deleted ones included.</summary>
    public long PhysicalRows { get; } = physicalRows;

    /// <summary>Rows that are not deleted.</summary>
    public long LiveRows { get; } = physicalRows - (long)(message.DeletionFile?.NumDeletedRows ?? 0);

    public bool HasDeletions => Message.DeletionFile is { NumDeletedRows: > 0 };

    /// <summary>The stable ids of the rows; only for tables that keep them.</summary>
    /// <exception cref="LanceFormatException">The ids are damaged.</exception>
    public RowIds RowIds => _rowIds.Value;

    /// <summary>The versions that made the rows; only for tables that keep stable ids.</summary>
    /// <exception cref="LanceFormatException">The versions are damaged.</exception>
    public RowVersions CreatedAt => _createdAt.Value;

    /// <summary>The versions that changed the rows last; only for tables that keep stable ids.</summary>
    /// <exception cref="LanceFormatException">The versions are damaged.</exception>
    public RowVersions LastUpdatedAt => _lastUpdatedAt.Value;

    /// <summary>The offsets of the deleted rows.</summary>
    /// <exception cref="LanceFormatException">The deletion file is damaged.</exception>
    public ValueTask<RoaringBitmap> DeletionsAsync(CancellationToken cancellationToken) =>
        !HasDeletions ? new ValueTask<RoaringBitmap>(RoaringBitmap.Empty) : _deletions.GetAsync(LoadDeletionsAsync, cancellationToken);

    /// <summary>Where a data file lies.</summary>
    public LanceLocation LocationOf(DataFile file) => Table.Paths.Find(TableVersion.DataFolder, file.Path, file.HasBaseId ? file.BaseId : null);

    async Task<RoaringBitmap> LoadDeletionsAsync()
    {
        var file = Message.DeletionFile;
        var location = Table.Paths.Find(DeletionFiles.Folder, DeletionFiles.NameOf(Message.Id, file), file.HasBaseId ? file.BaseId : null);
        return await DeletionFiles.ReadAsync(location.Store, location.Prefix, file, PhysicalRows, CancellationToken.None).ConfigureAwait(false);
    }
}
