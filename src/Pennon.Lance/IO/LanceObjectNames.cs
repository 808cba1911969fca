namespace Pennon.Lance.IO;

/// <summary>What the key of an object says about it.</summary>
static class LanceObjectNames
{
    static readonly string[] Folders = ["data", "_deletions", "_indices", "_transactions"];

    /// <summary>
    /// Whether an object is one of those that Lance writes once under a name of its own: they lie in folders of known names, and numbered manifests beside
    /// them. Names that may come to mean something else (tags, branches, hints of the latest version) are not among them.
    /// </summary>
    public static bool IsWrittenOnce(string key)
    {
        var rest = key.AsSpan();
        for (var slash = rest.IndexOf('/'); slash >= 0; slash = rest.IndexOf('/'))
        {
            var folder = rest[..slash];
            rest = rest[(slash + 1)..];
            if (folder.SequenceEqual("_versions"))
                return Tables.ManifestNames.TryParse(rest, out _, out _);
            foreach (var known in Folders)
            {
                if (folder.SequenceEqual(known))
                    return true;
            }
        }
        return false;
    }
}
