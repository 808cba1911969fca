using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Lance;

/// <summary>What a cleanup removed.</summary>
/// <param name="Files">Files deleted.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct LanceCleanupResult(int Files, long Bytes)
{
    /// <summary>Both together.</summary>
    public static LanceCleanupResult operator +(LanceCleanupResult left, LanceCleanupResult right) => new(left.Files + right.Files, left.Bytes + right.Bytes);

    /// <summary>Both together.</summary>
    public static LanceCleanupResult Add(LanceCleanupResult left, LanceCleanupResult right) => left + right;
}

/// <summary>Removes versions of a table that nobody needs, and files that no version refers to.</summary>
public static class LanceCleanup
{
    /// <summary>
    /// Removes every version that is not kept, then data and transaction files that no kept version refers to. A table with tags or branches keeps all of its
    /// versions and files. No writer may be at work on the table: files it has not committed yet would be removed.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The key of the table.</param>
    /// <param name="keep">Whether a version is to be kept.</param>
    /// <param name="cancellationToken">Stops the call; what was removed by then stays removed, and the kept versions whole.</param>
    /// <exception cref="LanceFormatException">A kept manifest is damaged; nothing was removed.</exception>
    public static async ValueTask<LanceCleanupResult> RemoveUnreferencedAsync(
        IObjectStore store, string path, Func<long, bool> keep, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(keep);
        var paths = new TablePaths(path);
        var prefix = path.Length == 0 ? "" : path.TrimEnd('/') + "/";
        var history = new TableHistory(store, paths);
        var objects = new List<ObjectInfo>();
        await foreach (var item in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            var name = item.Path[prefix.Length..];
            if (name.StartsWith("_refs/", StringComparison.Ordinal) || name.StartsWith("tree/", StringComparison.Ordinal)) return default;
            objects.Add(item);
        }

        var versions = $"{prefix}{ManifestNames.Folder}/";
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var removed = new List<ObjectInfo>();
        foreach (var item in objects)
        {
            if (!item.Path.StartsWith(versions, StringComparison.Ordinal)
                || !ManifestNames.TryParse(item.Path.AsSpan(versions.Length), out var number, out var naming))
            {
                continue;
            }
            var version = (long)number;
            if (!keep(version))
            {
                removed.Add(item);
                continue;
            }
            var manifest = (await history.ReadAsync(version, naming, cancellationToken).ConfigureAwait(false)).Manifest;
            if (manifest.TransactionFile.Length > 0) needed.Add(paths.TransactionFile(manifest.TransactionFile));
            foreach (var file in manifest.Fragments.SelectMany(static f => f.Files))
            {
                if (!file.HasBaseId) needed.Add(paths.DataFile(file.Path));
            }
        }

        // Manifests go first: a version whose files are half gone must not be found.
        var data = $"{prefix}data/";
        var transactions = $"{prefix}_transactions/";
        removed.AddRange(objects.Where(o =>
            (o.Path.StartsWith(data, StringComparison.Ordinal) || o.Path.StartsWith(transactions, StringComparison.Ordinal)) && !needed.Contains(o.Path)));
        var bytes = 0L;
        foreach (var item in removed)
        {
            await store.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
            bytes += item.Length;
        }
        return new LanceCleanupResult(removed.Count, bytes);
    }
}
