using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Finds the files of a table: its own, and those under base paths.</summary>
sealed class BasePaths
{
    readonly LanceLocation _own;
    readonly Dictionary<uint, (LanceLocation Location, bool IsDatasetRoot)> _bases = [];

    /// <summary>Resolves every base path of a manifest.</summary>
    /// <param name="own">The table or branch itself.</param>
    /// <param name="mainRoot">The key of the table the branch belongs to; relative places are looked for beside it.</param>
    /// <param name="paths">The manifest's base paths.</param>
    /// <param name="resolve">A resolver of the caller's, asked first.</param>
    public BasePaths(LanceLocation own, string mainRoot, IEnumerable<BasePath> paths, Func<LanceBasePath, LanceLocation?>? resolve)
    {
        _own = own;
        foreach (var path in paths)
        {
            var described = new LanceBasePath(path.Id, path.HasName ? path.Name : null, path.Path, path.IsDatasetRoot);
            var location = resolve?.Invoke(described) ?? Resolve(own.Store, mainRoot, path.Path);
            _bases[path.Id] = (location, path.IsDatasetRoot);
        }
    }

    /// <summary>The store and key of a file.</summary>
    /// <param name="folder">The folder that the kind of file has in a table.</param>
    /// <param name="name">The name inside it.</param>
    /// <param name="baseId">The base path, or null for the table itself.</param>
    public LanceLocation Find(string folder, string name, uint? baseId)
    {
        if (baseId is not { } id)
            return _own with { Prefix = ObjectKey.Combine(_own.Prefix, $"{folder}/{name}") };
        var (location, isRoot) = _bases[id];
        return location with { Prefix = ObjectKey.Combine(location.Prefix, isRoot ? $"{folder}/{name}" : name) };
    }

    static LanceLocation Resolve(IObjectStore store, string mainRoot, string path)
    {
        const string scheme = "file://";
        if (path.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            path = path[scheme.Length..];
        var parent = mainRoot.LastIndexOf('/') is >= 0 and var slash ? mainRoot[..slash] : "";
        if (store is LocalObjectStore local)
        {
            if (Path.IsPathRooted(path))
                return Directory.Exists(path) ? new LanceLocation(new LocalObjectStore(path), "") : Moved(local, mainRoot, path) ?? new LanceLocation(new LocalObjectStore(path), "");
            // The creator's working directory is unknown; tables that refer to each other normally lie side by side.
            var database = mainRoot.Length == 0 ? Path.GetDirectoryName(local.RootFolder) ?? local.RootFolder : Path.Combine(local.RootFolder, parent);
            var beside = Path.GetFullPath(Path.Combine(database, path));
            return new LanceLocation(new LocalObjectStore(Directory.Exists(beside) ? beside : Path.GetFullPath(path)), "");
        }
        var key = path.TrimEnd('/');
        if (key.StartsWith('/'))
        {
            // A key from the root of the store, not from beside the table.
            parent = "";
            key = key.TrimStart('/');
        }
        while (key.StartsWith("./", StringComparison.Ordinal))
            key = key[2..];
        if (key == ".")
            key = "";
        key = ObjectKey.Combine(parent, key);
        if (key.Length != 0 && !ObjectKey.IsValid(key))
        {
            throw new LanceNotSupportedException($"base path '{path}'",
                $"The table refers to files under '{path}', which cannot be found from here; give {nameof(LanceOpenOptions)}.{nameof(LanceOpenOptions.ResolveBasePath)}.");
        }
        return new LanceLocation(store, key);
    }

    // Branches name their own table by the place where it was when they were made. If nothing is there any more, the table was moved, and what
    // the path says below the table is found below the table still.
    static LanceLocation? Moved(LocalObjectStore store, string mainRoot, string path)
    {
        var root = mainRoot.Length == 0 ? store.RootFolder : Path.Combine(store.RootFolder, mainRoot);
        var name = Path.GetFileName(root);
        var segments = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            if (segments[i] != name)
                continue;
            var rest = string.Join('/', segments[(i + 1)..]);
            if (rest.Length == 0 || (rest.StartsWith(ReferenceNames.TreeFolder + "/", StringComparison.Ordinal) && ReferenceNames.IsBranch(rest[(ReferenceNames.TreeFolder.Length + 1)..])))
                return new LanceLocation(store, ObjectKey.Combine(mainRoot, rest));
        }
        return null;
    }
}
