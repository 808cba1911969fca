using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>A manifest met in a listing.</summary>
readonly record struct ManifestLocation(ulong Version, string Path, ManifestNaming Naming, DateTimeOffset Written);

/// <summary>Finds the versions of a table.</summary>
static class VersionFolder
{
    /// <summary>Every version present, ascending.</summary>
    public static async ValueTask<List<ManifestLocation>> ListAsync(IObjectStore store, string root, CancellationToken cancellationToken)
    {
        var folder = ObjectKey.Combine(root, ManifestNames.Folder) + "/";
        var found = new List<ManifestLocation>();
        await foreach (var item in store.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (ManifestNames.TryParse(item.Path.AsSpan(folder.Length), out var version, out var naming))
                found.Add(new ManifestLocation(version, item.Path, naming, item.LastModified));
        }
        found.Sort(static (a, b) => a.Version != b.Version ? a.Version.CompareTo(b.Version) : a.Naming.CompareTo(b.Naming));
        return found;
    }

    /// <summary>The latest version, or null if there is none.</summary>
    /// <remarks>Names of the second kind count down, so that one request for the first of them is enough however many there are.</remarks>
    public static async ValueTask<ManifestLocation?> FindLatestAsync(IObjectStore store, string root, CancellationToken cancellationToken)
    {
        var folder = ObjectKey.Combine(root, ManifestNames.Folder) + "/";
        foreach (var item in await store.ListFirstAsync(folder + ManifestNames.StartOfVersion2, 1, cancellationToken).ConfigureAwait(false))
        {
            if (ManifestNames.TryParse(item.Path.AsSpan(folder.Length), out var version, out var naming) && naming == ManifestNaming.Version2)
                return new ManifestLocation(version, item.Path, naming, item.LastModified);
        }
        var all = await ListAsync(store, root, cancellationToken).ConfigureAwait(false);
        return all.Count == 0 ? null : all[^1];
    }

    /// <summary>One version under either of its names, or null.</summary>
    public static async ValueTask<ManifestLocation?> FindAsync(
        IObjectStore store, string root, ulong version, CancellationToken cancellationToken)
    {
        foreach (var naming in new[] { ManifestNaming.Version2, ManifestNaming.Version1 })
        {
            var path = PathOf(root, version, naming);
            if (await store.ExistsAsync(path, cancellationToken).ConfigureAwait(false))
                return new ManifestLocation(version, path, naming, default);
        }
        return null;
    }

    /// <summary>The key of a version's manifest.</summary>
    public static string PathOf(string root, ulong version, ManifestNaming naming) =>
        ObjectKey.Combine(root, $"{ManifestNames.Folder}/{ManifestNames.NameOf(version, naming)}");
}
