using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>Which objects of a table belong to which branch: branches lie side by side and inside each other below one folder.</summary>
sealed class BranchFiles
{
    static readonly string[] Folders = [ManifestNames.Folder, "_transactions", "_deletions", "_indices", TableVersion.DataFolder];

    /// <summary>Takes a key below the table apart.</summary>
    /// <param name="key">The key, relative to the table.</param>
    /// <param name="branch">The branch, or null for the main line.</param>
    /// <param name="inside">The key relative to the branch, which starts with one of the folders of a table.</param>
    /// <returns><see langword="false"/> if the key is of another kind.</returns>
    /// <remarks>A branch may be called as a folder is, for example <c>dev/data</c>; the last folder that is followed by a file decides.</remarks>
    public static bool TrySplit(string key, out string? branch, out string inside)
    {
        branch = null;
        inside = key;
        if (!key.StartsWith(ReferenceNames.TreeFolder + "/", StringComparison.Ordinal))
            return StartsInFolder(key);
        var rest = key.AsSpan(ReferenceNames.TreeFolder.Length + 1);
        // Files of a table lie directly in its folders, those of an index and what belongs to one data file one folder deeper.
        var file = rest.LastIndexOf('/');
        if (file < 0)
            return false;
        var folder = rest[..file];
        for (var depth = 0; depth < 2; depth++)
        {
            var slash = folder.LastIndexOf('/');
            if (slash > 0)
            {
                var name = folder[(slash + 1)..];
                foreach (var known in Folders)
                {
                    if (name.SequenceEqual(known) && (depth == 0 ? known != "_indices" : known is "_indices" or TableVersion.DataFolder))
                    {
                        var candidate = folder[..slash].ToString();
                        if (!ReferenceNames.IsBranch(candidate))
                            return false;
                        branch = candidate;
                        inside = rest[(slash + 1)..].ToString();
                        return true;
                    }
                }
            }
            if (slash < 0)
                return false;
            folder = folder[..slash];
        }
        return false;
    }

    /// <summary>Every object of one branch, without those of branches inside it, in order of key.</summary>
    public static async ValueTask<List<ObjectInfo>> ListAsync(IObjectStore store, string root, string branch, CancellationToken cancellationToken)
    {
        var table = root.Length == 0 ? 0 : root.Length + 1;
        var found = new List<ObjectInfo>();
        await foreach (var item in store.ListAsync(ReferenceNames.BranchRoot(root, branch) + "/", cancellationToken).ConfigureAwait(false))
        {
            if (TrySplit(item.Path[table..], out var owner, out _) && owner == branch)
                found.Add(item);
        }
        return found;
    }

    static bool StartsInFolder(string key)
    {
        foreach (var folder in Folders)
        {
            if (key.Length > folder.Length && key[folder.Length] == '/' && key.StartsWith(folder, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
