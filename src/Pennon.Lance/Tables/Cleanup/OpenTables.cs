using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>The versions that are open in this process, which a cleanup leaves alone.</summary>
static class OpenTables
{
    static readonly Lock Guard = new();
    static readonly List<WeakReference<TableVersion>> Open = [];
    static int _pruneAt = 64;

    public static void Add(TableVersion table)
    {
        lock (Guard)
        {
            if (Open.Count >= _pruneAt)
            {
                Open.RemoveAll(static r => !r.TryGetTarget(out var t) || t.IsClosed);
                _pruneAt = Math.Max(64, Open.Count * 2);
            }
            Open.Add(new WeakReference<TableVersion>(table));
        }
    }

    /// <summary>The keys of manifests of a table that are open.</summary>
    public static HashSet<string> ManifestsOf(IObjectStore store, string mainRoot)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        lock (Guard)
        {
            foreach (var reference in Open)
            {
                if (reference.TryGetTarget(out var table) && !table.IsClosed && table.MainRoot == mainRoot && IsSame(table.Store, store))
                    keys.Add(table.Location.Path);
            }
        }
        return keys;
    }

    static bool IsSame(IObjectStore a, IObjectStore b) =>
        ReferenceEquals(a, b) || (a is LocalObjectStore x && b is LocalObjectStore y && x.RootFolder == y.RootFolder);
}
