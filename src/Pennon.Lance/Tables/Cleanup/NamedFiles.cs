using Pennon.Lance.IO;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tables;

/// <summary>Names of files that manifests refer to, relative to the table or branch that holds them.</summary>
/// <remarks>
/// A name counts on whichever line of the table the file lies. Names are random, so that this keeps next to nothing too much, and it does not depend on how base
/// paths are spelled (TABLE 13.6).
/// </remarks>
sealed class NamedFiles
{
    readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Adds whatever a version refers to.</summary>
    /// <exception cref="LanceFormatException">The index section is damaged.</exception>
    public void Add(ManifestFile file)
    {
        var manifest = file.Message;
        if (manifest.TransactionFile.Length > 0)
            _names.Add($"_transactions/{manifest.TransactionFile}");
        foreach (var fragment in manifest.Fragments)
        {
            foreach (var data in fragment.Files)
                _names.Add(ObjectKey.Combine(TableVersion.DataFolder, WithoutExtension(data.Path)));
            if (fragment.DeletionFile is { } deletions)
                _names.Add($"{DeletionFiles.Folder}/{DeletionFiles.NameOf(fragment.Id, deletions)}");
        }
        foreach (var index in file.ReadIndexSection().Indices)
            AddIndex(index, file.Path);
    }

    /// <summary>Whether a file is referred to.</summary>
    /// <param name="inside">Its key, relative to the table or branch that holds it.</param>
    public bool Contains(string inside) => _names.Contains(NameOf(inside));

    // A data file may have a folder of the same name beside it, which belongs to it; of an index only its folder is named.
    static string NameOf(string inside)
    {
        var folder = inside.IndexOf('/', StringComparison.Ordinal);
        var next = folder < 0 ? -1 : inside.IndexOf('/', folder + 1);
        if (inside.StartsWith(TableVersion.DataFolder + "/", StringComparison.Ordinal))
            return next < 0 ? WithoutExtension(inside) : inside[..next];
        return next > 0 && inside.StartsWith("_indices/", StringComparison.Ordinal) ? inside[..next] : inside;
    }

    static string WithoutExtension(string path) => path.EndsWith(".lance", StringComparison.Ordinal) ? path[..^".lance".Length] : path;

    void AddIndex(IndexMetadata index, string file)
    {
        var uuid = index.Uuid is { } stored ? stored.Uuid_.Span : default;
        if (uuid.Length != 16)
            throw new LanceFormatException($"The index '{index.Name}' has an identity of {uuid.Length} bytes instead of 16", file, -1);
        _names.Add($"_indices/{new Guid(uuid, bigEndian: true)}");
    }
}
