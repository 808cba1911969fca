using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Scans;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <summary>
/// One immutable version of a table, open for reading. Safe for concurrent use. Disposing it closes its files; do so after the
/// last scan has ended.
/// </summary>
public sealed partial class LanceDataset : IDisposable
{
    readonly TableVersion _table;
    readonly LanceOpenOptions _options;
    LanceDatasetInfo? _info;

    LanceDataset(TableVersion table, LanceOpenOptions options)
    {
        _table = table;
        _options = options;
    }

    /// <summary>The store that holds the table.</summary>
    public IObjectStore Store => _table.Store;

    /// <summary>The key of the table in its store.</summary>
    public string Path => _table.MainRoot;

    /// <summary>The branch; null for the main line.</summary>
    public string? Branch => _table.Manifest.HasBranch ? _table.Manifest.Branch : null;

    /// <summary>The number of the version.</summary>
    public long Version => (long)_table.Manifest.Version;

    /// <summary>The columns, in order, with their metadata.</summary>
    public Schema Schema => _table.Schema.Arrow;

    internal TableVersion Table => _table;

    /// <summary>Opens a table.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table, for example <c>people.lance</c>; empty if the store's root is the table.</param>
    /// <param name="options">Which version; the latest of the main line by default.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such table, version, tag or branch.</exception>
    /// <exception cref="LanceFormatException">The manifest is damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The table needs features that this version does not have.</exception>
    public static async ValueTask<LanceDataset> OpenAsync(
        IObjectStore store, string path, LanceOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        options ??= new LanceOpenOptions();
        path = path.TrimEnd('/');
        if (path.Length != 0)
            ObjectKey.Check(path);
        var (branch, version) = await ResolveAsync(store, path, options, cancellationToken).ConfigureAwait(false);
        var root = branch is null ? path : ReferenceNames.BranchRoot(path, branch);
        var location = version is { } wanted
            ? await VersionFolder.FindAsync(store, root, wanted, cancellationToken).ConfigureAwait(false)
            : await VersionFolder.FindLatestAsync(store, root, cancellationToken).ConfigureAwait(false);
        if (location is not { } found)
            throw NotFound(path, branch, version);
        var table = await TableVersion.LoadAsync(store, path, root, found, options.ResolveBasePath, cancellationToken).ConfigureAwait(false);
        return new LanceDataset(table, options);
    }

    /// <summary>Opens a table in a local folder.</summary>
    /// <param name="folder">The folder of the table, for example <c>data/people.lance</c>.</param>
    /// <param name="options">Which version; the latest of the main line by default.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such table, version, tag or branch.</exception>
    /// <exception cref="LanceFormatException">The manifest is damaged.</exception>
    /// <exception cref="LanceNotSupportedException">The table needs features that this version does not have.</exception>
    public static ValueTask<LanceDataset> OpenAsync(
        string folder, LanceOpenOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        var parent = System.IO.Path.GetDirectoryName(full);
        var name = System.IO.Path.GetFileName(full);
        return parent is null || !ObjectKey.IsValid(name)
            ? OpenAsync(new LocalObjectStore(full, options?.FlushToDisk ?? true), "", options, cancellationToken)
            : OpenAsync(new LocalObjectStore(parent, options?.FlushToDisk ?? true), name, options, cancellationToken);
    }

    /// <summary>What the manifest says about the version.</summary>
    /// <exception cref="LanceFormatException">The index section is damaged.</exception>
    public LanceDatasetInfo Info => _info ??= DatasetInfos.Of(_table);

    /// <summary>Opens the latest version of the same line; this dataset if it is still the latest.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<LanceDataset> RefreshAsync(CancellationToken cancellationToken = default)
    {
        var latest = await VersionFolder.FindLatestAsync(Store, _table.Root, cancellationToken).ConfigureAwait(false);
        if (latest is not { } found)
            throw NotFound(Path, Branch, null);
        if (found.Version == _table.Location.Version)
            return this;
        var table = await TableVersion.LoadAsync(Store, Path, _table.Root, found, _options.ResolveBasePath, cancellationToken).ConfigureAwait(false);
        return new LanceDataset(table, _options);
    }

    /// <summary>The number of rows, without or with a condition.</summary>
    /// <param name="filter">The condition; null counts every row, which reads nothing but the manifest.</param>
    /// <param name="cancellationToken">Stops the count.</param>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    public async ValueTask<long> CountRowsAsync(LanceExpression? filter = null, CancellationToken cancellationToken = default)
    {
        if (filter is null)
            return _table.LiveRows;
        return await FilterRows.CountAsync(_table, filter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads rows in the order of the table.</summary>
    /// <param name="options">Which rows and columns; everything by default.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>Batches that the caller disposes; none is empty.</returns>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    /// <exception cref="LanceFormatException">Stored bytes break the format.</exception>
    public IAsyncEnumerable<RecordBatch> ScanAsync(ScanOptions? options = null, CancellationToken cancellationToken = default)
    {
        var scanner = new Scanner(_table, options ?? new ScanOptions());
        return scanner.RunAsync(cancellationToken);
    }

    /// <summary>The schema that a scan gives.</summary>
    /// <param name="options">Which rows and columns; everything by default.</param>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    /// <exception cref="LanceFilterException">The filter does not fit the table.</exception>
    public Schema SchemaOf(ScanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Scanner(_table, options).Schema;
    }

    /// <summary>Reads single rows by their position in the table.</summary>
    /// <param name="rows">Positions from 0 to the row count less one, in any order, repeats allowed; deleted rows have none.</param>
    /// <param name="columns">The columns, as in <see cref="ScanOptions.Columns"/>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>One row per position, in the order asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside the table.</exception>
    /// <exception cref="LanceNotFoundException">A column does not exist.</exception>
    public ValueTask<RecordBatch> TakeAsync(
        ReadOnlyMemory<long> rows, IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        new RowTaker(_table, new Projection(_table.Schema, columns)).TakeAsync(rows, cancellationToken);

    /// <summary>Reads single rows by their address.</summary>
    /// <param name="addresses">Row addresses as <see cref="ScanOptions.WithRowAddress"/> gives them, in any order, repeats allowed.</param>
    /// <param name="columns">The columns, as in <see cref="ScanOptions.Columns"/>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>One row per address, in the order asked for.</returns>
    /// <exception cref="LanceNotFoundException">An address names a row that does not exist or was deleted, or a column does not exist.</exception>
    public ValueTask<RecordBatch> TakeAddressesAsync(
        ReadOnlyMemory<ulong> addresses, IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default) =>
        new RowTaker(_table, new Projection(_table.Schema, columns)).TakeAddressesAsync(addresses, cancellationToken);

    /// <summary>Every version of this line that still exists, ascending.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<IReadOnlyList<LanceVersionInfo>> ListVersionsAsync(CancellationToken cancellationToken = default)
    {
        var versions = new List<LanceVersionInfo>();
        foreach (var location in await VersionFolder.ListAsync(Store, _table.Root, cancellationToken).ConfigureAwait(false))
        {
            var file = await ManifestFile.ReadAsync(Store, location.Path, cancellationToken).ConfigureAwait(false);
            versions.Add(new LanceVersionInfo((long)file.Message.Version, DatasetInfos.TimestampOf(file)));
        }
        return versions;
    }

    /// <summary>Every tag of the table, in order of name.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<IReadOnlyList<LanceTagInfo>> ListTagsAsync(CancellationToken cancellationToken = default) =>
        await ReferenceFiles.ListTagsAsync(Store, Path, cancellationToken).ConfigureAwait(false);

    /// <summary>Every branch of the table, in order of name.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<IReadOnlyList<LanceBranchInfo>> ListBranchesAsync(CancellationToken cancellationToken = default) =>
        await ReferenceFiles.ListBranchesAsync(Store, Path, cancellationToken).ConfigureAwait(false);

    /// <summary>Closes the files.</summary>
    public void Dispose() => _table.Dispose();

    static async ValueTask<(string? Branch, ulong? Version)> ResolveAsync(
        IObjectStore store, string path, LanceOpenOptions options, CancellationToken cancellationToken)
    {
        if (options.Tag is { } tag)
        {
            if (options.Version is not null || options.Branch is not null)
                throw new ArgumentException("A tag names version and branch itself; give no other.", nameof(options));
            var info = await ReferenceFiles.FindTagAsync(store, path, tag, cancellationToken).ConfigureAwait(false);
            return (info.Branch, (ulong)info.Version);
        }
        if (options.Version is < 1)
            throw new ArgumentException("Versions count from 1.", nameof(options));
        if (options.Branch is { } branch)
        {
            ReferenceNames.CheckBranch(branch);
            if (!await store.ExistsAsync(ReferenceNames.BranchPath(path, branch), cancellationToken).ConfigureAwait(false))
                throw new LanceNotFoundException($"The table '{path}' has no branch '{branch}'.");
        }
        return (options.Branch, (ulong?)options.Version);
    }

    static LanceNotFoundException NotFound(string path, string? branch, ulong? version)
    {
        var line = branch is null ? "" : $" on branch '{branch}'";
        return new LanceNotFoundException(version is { } number
            ? $"The table '{path}' has no version {number}{line}; it may have been cleaned up."
            : $"There is no table at '{path}'{line}: its folder '{ManifestNames.Folder}' has no manifest.");
    }
}
