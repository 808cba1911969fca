using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

public sealed partial class LanceDataset
{
    /// <summary>Gives a version a name under which it can be opened and which keeps it from being cleaned up.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</param>
    /// <param name="of">Which version of the table; null for the one this dataset is.</param>
    /// <param name="cancellationToken">Stops the call; the tag is then made or not.</param>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    /// <exception cref="ConflictException">There is a tag of that name.</exception>
    /// <exception cref="LanceNotFoundException">There is no such version.</exception>
    public ValueTask<LanceTagInfo> CreateTagAsync(string name, LanceOpenOptions? of = null, CancellationToken cancellationToken = default) =>
        WriteTagAsync(name, of, replace: false, cancellationToken);

    /// <summary>Moves a tag to another version.</summary>
    /// <param name="name">The tag.</param>
    /// <param name="of">Which version of the table; null for the one this dataset is.</param>
    /// <param name="cancellationToken">Stops the call; the tag is then moved or not.</param>
    /// <exception cref="LanceNotFoundException">There is no such tag or version.</exception>
    public ValueTask<LanceTagInfo> UpdateTagAsync(string name, LanceOpenOptions? of = null, CancellationToken cancellationToken = default) =>
        WriteTagAsync(name, of, replace: true, cancellationToken);

    /// <summary>Removes a tag. The version it names stays until it is cleaned up.</summary>
    /// <param name="name">The tag.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LanceNotFoundException">There is no such tag.</exception>
    public ValueTask DeleteTagAsync(string name, CancellationToken cancellationToken = default) =>
        TagWriter.DeleteAsync(Store, Path, name, cancellationToken);

    /// <summary>Starts a line of versions of its own and opens it. Its first version has the number and the rows of the one it starts from.</summary>
    /// <param name="name">Segments of letters, digits, <c>.</c>, <c>-</c> and <c>_</c>, joined by <c>/</c>; not <c>main</c>.</param>
    /// <param name="from">Which version of the table, by number, tag or branch; null for the one this dataset is.</param>
    /// <param name="cancellationToken">Stops the call; the branch is then made or not.</param>
    /// <returns>The branch, which the caller disposes.</returns>
    /// <remarks>Nothing is copied: the branch refers to the files of the lines it comes from. In local folders it does so by absolute path.</remarks>
    /// <exception cref="ArgumentException">The name breaks a rule.</exception>
    /// <exception cref="ConflictException">There is a branch of that name.</exception>
    /// <exception cref="LanceNotFoundException">There is no such version.</exception>
    public async ValueTask<LanceDataset> CreateBranchAsync(string name, LanceOpenOptions? from = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var other = await OtherAsync(from, cancellationToken).ConfigureAwait(false);
        await BranchWriter.CreateAsync((other ?? this)._table, name, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(Store, Path, new LanceOpenOptions { Branch = name, ResolveBasePath = _options.ResolveBasePath }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a branch with all its versions and files.</summary>
    /// <param name="name">The branch.</param>
    /// <param name="cancellationToken">Stops the call; the branch is then gone or untouched, though files of a branch that is gone may be left for a cleanup.</param>
    /// <exception cref="LanceNotFoundException">There is no such branch.</exception>
    /// <exception cref="InvalidOperationException">Branches started from it, or tags name versions of it.</exception>
    public ValueTask DeleteBranchAsync(string name, CancellationToken cancellationToken = default) =>
        BranchWriter.DeleteAsync(Store, Path, name, cancellationToken);

    /// <summary>Makes another table that starts as this version and shares its files, and opens it.</summary>
    /// <param name="store">The store of the new table.</param>
    /// <param name="path">The key of the new table.</param>
    /// <param name="sourcePath">
    /// How this table is written down in the new one; null for the absolute path between folders and the key inside one store. Readers of the new table must be able
    /// to resolve it.
    /// </param>
    /// <param name="cancellationToken">Stops the call; the new table is then there or not.</param>
    /// <returns>The new table, which the caller disposes.</returns>
    /// <remarks>A cleanup of this table does not know of clones: files they share are gone with the versions they started from, so tag those.</remarks>
    /// <exception cref="ConflictException">The table exists.</exception>
    /// <exception cref="LanceNotSupportedException">The other store cannot name this one; give <paramref name="sourcePath"/>.</exception>
    public async ValueTask<LanceDataset> ShallowCloneAsync(IObjectStore store, string path, string? sourcePath = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        var target = new TablePaths(path);
        if (await VersionFolder.FindLatestAsync(store, target.Root, cancellationToken).ConfigureAwait(false) is { } latest)
            throw new ConflictException($"Table '{path}' exists already, at version {latest.Version}.", isRetryable: false);
        var spelled = sourcePath ?? BasePathSpelling.Of(Store, _table.Root, store, target.Root);
        var (manifest, transaction, file) = CloneManifest.Build(_table.File, Branch, spelled, branch: null);
        if (file.Length > 0)
            await store.PutAsync(target.TransactionFile(file), transaction, cancellationToken).ConfigureAwait(false);
        if (!await store.PutIfAbsentAsync(VersionFolder.PathOf(target.Root, _table.Manifest.Version, _table.Location.Naming), manifest, cancellationToken).ConfigureAwait(false))
            throw new ConflictException($"Table '{path}' was made by another process meanwhile.", isRetryable: false);
        var options = sourcePath is null && _options.ResolveBasePath is null ? null : new LanceOpenOptions
        {
            ResolveBasePath = place => sourcePath is not null && place.Path == sourcePath ? new LanceLocation(Store, _table.Root) : _options.ResolveBasePath?.Invoke(place),
        };
        return await OpenAsync(store, path, options, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<LanceTagInfo> WriteTagAsync(string name, LanceOpenOptions? of, bool replace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var other = await OtherAsync(of, cancellationToken).ConfigureAwait(false);
        return await TagWriter.WriteAsync((other ?? this)._table, name, replace, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<LanceDataset?> OtherAsync(LanceOpenOptions? options, CancellationToken cancellationToken) =>
        options is null ? null : await OpenAsync(Store, Path, options, cancellationToken).ConfigureAwait(false);
}
