using System.Text.Json;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Creates, moves and removes tags.</summary>
static class TagWriter
{
    /// <summary>Names a version.</summary>
    /// <param name="version">The version, which exists.</param>
    /// <param name="name">The tag.</param>
    /// <param name="replace">Whether the tag must exist (moved) or must not (made).</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async ValueTask<LanceTagInfo> WriteAsync(TableVersion version, string name, bool replace, CancellationToken cancellationToken)
    {
        ReferenceNames.CheckTag(name);
        var (store, root) = (version.Store, version.MainRoot);
        var path = ReferenceNames.TagPath(root, name);
        var branch = version.Manifest.HasBranch ? version.Manifest.Branch : null;
        var number = (long)version.Manifest.Version;
        if (replace)
        {
            if (!await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false))
                throw new LanceNotFoundException($"The table '{root}' has no tag '{name}' to move.");
            var before = await store.ReadAllAsync(path, ReferenceFiles.MaximumBytes, cancellationToken).ConfigureAwait(false);
            using var old = ReferenceFiles.Parse(before, path);
            await store.PutAsync(path, ReferenceJson.Tag(number, branch, version.File.Length, DateTimeOffset.UtcNow, old.RootElement), cancellationToken)
                .ConfigureAwait(false);
        }
        else if (!await store.PutIfAbsentAsync(
            path, ReferenceJson.Tag(number, branch, version.File.Length, DateTimeOffset.UtcNow, null), cancellationToken).ConfigureAwait(false))
        {
            throw new ConflictException($"The table '{root}' has a tag '{name}' already; move or delete it instead.", isRetryable: false);
        }

        // A cleanup looks at the tags before it removes versions. If it looked just before the tag was there, the version is gone now.
        if (!await store.ExistsAsync(version.Location.Path, cancellationToken).ConfigureAwait(false))
        {
            if (!replace)
                await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            throw new LanceNotFoundException($"Version {number} of table '{root}' was removed while it was given the tag '{name}'.");
        }
        return new LanceTagInfo(name, number, branch, version.File.Length);
    }

    /// <summary>Removes a tag; the version it names stays.</summary>
    /// <exception cref="LanceNotFoundException">There is no such tag.</exception>
    public static async ValueTask DeleteAsync(IObjectStore store, string root, string name, CancellationToken cancellationToken)
    {
        ReferenceNames.CheckTag(name);
        var path = ReferenceNames.TagPath(root, name);
        if (!await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false))
            throw new LanceNotFoundException($"The table '{root}' has no tag '{name}'.");
        await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
    }
}
