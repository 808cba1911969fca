using System.Globalization;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Makes and removes branches.</summary>
/// <remarks>
/// A branch exists once its file below <c>_refs</c> does, which is written last and removed first. What is found in its folder without that
/// file was left by an attempt that broke off.
/// </remarks>
static class BranchWriter
{
    static readonly TimeSpan PossiblyBeingMade = TimeSpan.FromMinutes(10);

    /// <summary>Starts a branch from a version.</summary>
    /// <exception cref="ConflictException">The branch exists, or another process seems to be making it.</exception>
    public static async ValueTask CreateAsync(TableVersion source, string name, CancellationToken cancellationToken)
    {
        ReferenceNames.CheckBranch(name);
        var (store, table) = (source.Store, source.MainRoot);
        var reference = ReferenceNames.BranchPath(table, name);
        if (await store.ExistsAsync(reference, cancellationToken).ConfigureAwait(false))
            throw Exists(table, name);
        var parent = source.Manifest.HasBranch ? source.Manifest.Branch : null;
        var version = (long)source.Manifest.Version;
        var points = await ReferenceFiles.BranchPointsAsync(store, table, parent, cancellationToken).ConfigureAwait(false);
        var root = ReferenceNames.BranchRoot(table, name);
        var first = VersionFolder.PathOf(root, source.Manifest.Version, source.Location.Naming);
        if (!await PrepareAsync(source, name, first, cancellationToken).ConfigureAwait(false))
        {
            var path = BasePathSpelling.Of(store, source.Root, store, table);
            var (manifest, transaction, file) = CloneManifest.Build(source.File, parent, path, name);
            if (file.Length > 0)
                await store.PutAsync(ObjectKey.Combine(root, $"_transactions/{file}"), transaction, cancellationToken).ConfigureAwait(false);
            if (!await store.PutIfAbsentAsync(first, manifest, cancellationToken).ConfigureAwait(false))
                throw BeingMade(table, name);
        }
        BranchPoint[] identifier = [.. points, new BranchPoint(version, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture))];
        var text = ReferenceJson.Branch(parent, version, identifier, source.File.Length, DateTimeOffset.UtcNow);
        if (!await store.PutIfAbsentAsync(reference, text, cancellationToken).ConfigureAwait(false))
            throw Exists(table, name);

        // A cleanup looks at the branches before it removes versions. If it looked just before this one was there, files may be gone.
        if (!await store.ExistsAsync(source.Location.Path, cancellationToken).ConfigureAwait(false))
        {
            await DeleteAsync(store, table, name, cancellationToken).ConfigureAwait(false);
            throw new LanceNotFoundException($"Version {version} of table '{table}' was removed while the branch '{name}' was made from it.");
        }
    }

    /// <summary>Removes a branch with all its versions.</summary>
    /// <exception cref="LanceNotFoundException">There is no such branch.</exception>
    /// <exception cref="InvalidOperationException">Another branch or a tag depends on it.</exception>
    public static async ValueTask DeleteAsync(IObjectStore store, string table, string name, CancellationToken cancellationToken)
    {
        ReferenceNames.CheckBranch(name);
        var reference = ReferenceNames.BranchPath(table, name);
        if (!await store.ExistsAsync(reference, cancellationToken).ConfigureAwait(false))
            throw new LanceNotFoundException($"The table '{table}' has no branch '{name}'.");
        var branches = await ReferenceFiles.ListBranchesAsync(store, table, cancellationToken).ConfigureAwait(false);
        var children = branches.Where(b => b.ParentBranch == name).Select(b => $"'{b.Name}'").ToArray();
        if (children.Length > 0)
            throw new InvalidOperationException($"The branch '{name}' of table '{table}' is where {string.Join(", ", children)} started from and still find their files; delete those first.");
        var tags = await ReferenceFiles.ListTagsAsync(store, table, cancellationToken).ConfigureAwait(false);
        var named = tags.Where(t => t.Branch == name).Select(t => $"'{t.Name}'").ToArray();
        if (named.Length > 0)
            throw new InvalidOperationException($"The branch '{name}' of table '{table}' has versions tagged {string.Join(", ", named)}; delete or move those tags first.");
        await store.DeleteAsync(reference, cancellationToken).ConfigureAwait(false);
        await RemoveFilesAsync(store, await BranchFiles.ListAsync(store, table, name, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes room for a branch.</summary>
    /// <returns>Whether the first version is there already, left by an attempt like this one.</returns>
    static async ValueTask<bool> PrepareAsync(TableVersion source, string name, string first, CancellationToken cancellationToken)
    {
        var (store, table) = (source.Store, source.MainRoot);
        var left = await BranchFiles.ListAsync(store, table, name, cancellationToken).ConfigureAwait(false);
        var manifests = left.Where(static f => IsManifest(f.Path)).ToArray();
        if (manifests.Length == 1 && manifests[0].Path == first)
        {
            var manifest = await ManifestFile.ReadAsync(store, first, cancellationToken).ConfigureAwait(false);
            if (manifest.ReadTransaction()?.CloneOperation is { } clone && clone.RefVersion == source.Manifest.Version && clone.BranchName == name
                && clone.RefName == (source.Manifest.HasBranch ? source.Manifest.Branch : ""))
            {
                return true;
            }
        }
        if (manifests.Length == 1 && DateTimeOffset.UtcNow - manifests[0].LastModified < PossiblyBeingMade
            && (await ManifestFile.ReadAsync(store, manifests[0].Path, cancellationToken).ConfigureAwait(false)).ReadTransaction()?.CloneOperation is not null)
        {
            throw BeingMade(table, name);
        }
        await RemoveFilesAsync(store, left, cancellationToken).ConfigureAwait(false);
        return false;
    }

    // The oldest manifest goes first: what is left of a removal that breaks off then never looks like a branch that is being made.
    static async ValueTask RemoveFilesAsync(IObjectStore store, List<ObjectInfo> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.Where(static f => IsManifest(f.Path)).OrderBy(static f => VersionOf(f.Path)))
            await store.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        foreach (var file in files)
        {
            if (!IsManifest(file.Path))
                await store.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        }
    }

    static bool IsManifest(string path) => ManifestNames.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), out _, out _);

    static ulong VersionOf(string path) => ManifestNames.TryParse(path.AsSpan(path.LastIndexOf('/') + 1), out var version, out _) ? version : 0;

    static ConflictException Exists(string table, string name) => new($"The table '{table}' has a branch '{name}' already.", isRetryable: false);

    static ConflictException BeingMade(string table, string name) =>
        new($"Another process seems to be making the branch '{name}' of table '{table}' from another version, or broke off less than ten minutes ago; try again later.", isRetryable: true);
}
