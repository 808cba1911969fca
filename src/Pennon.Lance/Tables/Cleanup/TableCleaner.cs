using Pennon.Lance.IO;

namespace Pennon.Lance.Tables;

/// <summary>One cleanup of a table with all of its lines (TABLE 20.4).</summary>
/// <remarks>
/// Manifests go first, so that no version is found whose files are half gone. What was committed, tagged or branched off while the cleanup looked around is looked
/// at again before any file is deleted.
/// </remarks>
sealed class TableCleaner
{
    readonly IObjectStore _store;
    readonly string _root;
    readonly LanceCleanupOptions _options;
    readonly VersionPolicy _policy;
    readonly IProgress<LanceProgress>? _progress;
    readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    readonly NamedFiles _needed = new();
    readonly NamedFiles _known = new();
    readonly List<StoredObject> _objects = [];
    readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>An object in one of the folders of the table or of a branch.</summary>
    readonly record struct StoredObject(string? Branch, string Inside, ObjectInfo Info);

    /// <summary>A version of a line.</summary>
    readonly record struct StoredManifest(string? Branch, long Version, ObjectInfo Info);

    public TableCleaner(IObjectStore store, string root, LanceCleanupOptions options, VersionPolicy policy, IProgress<LanceProgress>? progress)
    {
        _store = store;
        _root = root;
        _options = options;
        _policy = policy;
        _progress = progress;
    }

    public async ValueTask<LanceCleanupResult> RunAsync(bool mustExist, CancellationToken cancellationToken)
    {
        var manifests = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (mustExist && !manifests.Exists(static m => m.Branch is null))
            throw new LanceNotFoundException($"There is no table at '{_root}': its folder '{ManifestNames.Folder}' has no manifest.");

        // The references are read after the listing: a version that was named in between is seen to be named.
        var branches = await ReferenceFiles.ListBranchesAsync(_store, _root, cancellationToken).ConfigureAwait(false);
        var removed = await ChooseAsync(manifests, branches, cancellationToken).ConfigureAwait(false);
        var result = default(LanceCleanupResult);
        foreach (var manifest in removed.OrderBy(static m => m.Branch, StringComparer.Ordinal).ThenBy(static m => m.Version))
        {
            if (!_options.DryRun)
                await _store.DeleteAsync(manifest.Info.Path, cancellationToken).ConfigureAwait(false);
            result += new LanceCleanupResult(1, manifest.Info.Length) { Versions = 1 };
        }
        if (!_options.DryRun)
            await LookAgainAsync(cancellationToken).ConfigureAwait(false);
        return result + await RemoveFilesAsync(branches, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<List<StoredManifest>> ListAsync(CancellationToken cancellationToken)
    {
        var prefix = _root.Length == 0 ? "" : _root + "/";
        var manifests = new List<StoredManifest>();
        await foreach (var item in _store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (!BranchFiles.TrySplit(item.Path[prefix.Length..], out var branch, out var inside))
                continue;
            _objects.Add(new StoredObject(branch, inside, item));
            if (IsManifest(inside, out var version))
            {
                manifests.Add(new StoredManifest(branch, (long)version, item));
                _seen.Add(item.Path);
            }
        }
        return manifests;
    }

    async ValueTask<ManifestFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ManifestFile.ReadAsync(_store, path, cancellationToken).ConfigureAwait(false);
        }
        catch (LanceNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads every version once, chooses those that go, and notes which files are named and which are needed.</summary>
    async ValueTask<List<StoredManifest>> ChooseAsync(
        List<StoredManifest> manifests, IReadOnlyList<LanceBranchInfo> branches, CancellationToken cancellationToken)
    {
        var named = new HashSet<(string? Branch, long Version)>();
        foreach (var tag in await ReferenceFiles.ListTagsAsync(_store, _root, cancellationToken).ConfigureAwait(false))
            named.Add((tag.Branch, tag.Version));
        foreach (var branch in branches)
            named.Add((branch.ParentBranch, branch.ParentVersion));
        var open = _policy.RespectsReaders ? OpenTables.ManifestsOf(_store, _root) : [];
        var removed = new List<StoredManifest>();
        var read = 0;
        foreach (var line in manifests.GroupBy(static m => m.Branch))
        {
            // A branch that nobody can open was left behind, unless it is about to be made.
            var exists = line.Key is null || branches.Any(b => b.Name == line.Key);
            var abandoned = !exists && _objects.Where(o => o.Branch == line.Key).All(o => IsOldEnough(o.Info));
            var newer = 0;
            foreach (var manifest in line.OrderByDescending(static m => m.Version))
            {
                // A version that another cleanup removed meanwhile needs nothing any more.
                if (await ReadAsync(manifest.Info.Path, cancellationToken).ConfigureAwait(false) is not { } file)
                    continue;
                _known.Add(file);
                var stays = exists
                    ? _policy.Keeps(line.Key, manifest.Version, newer++, DatasetInfos.TimestampOf(file)) || named.Contains((line.Key, manifest.Version)) || open.Contains(manifest.Info.Path)
                    : !abandoned;
                if (stays)
                    _needed.Add(file);
                else
                    removed.Add(manifest);
                _progress?.Report(new LanceProgress("read", ++read, manifests.Count));
            }
        }
        foreach (var detached in _objects.Where(static o => IsDetached(o.Inside)))
        {
            if (await ReadAsync(detached.Info.Path, cancellationToken).ConfigureAwait(false) is { } file)
                _needed.Add(file);
        }
        return removed;
    }

    /// <summary>Adds what versions that came since the listing refer to.</summary>
    async ValueTask LookAgainAsync(CancellationToken cancellationToken)
    {
        var prefix = _root.Length == 0 ? "" : _root + "/";
        string[] places = [$"{prefix}{ManifestNames.Folder}/", $"{prefix}{ReferenceNames.TreeFolder}/"];
        foreach (var place in places)
        {
            await foreach (var item in _store.ListAsync(place, cancellationToken).ConfigureAwait(false))
            {
                if (BranchFiles.TrySplit(item.Path[prefix.Length..], out _, out var inside) && IsManifest(inside, out _) && !_seen.Contains(item.Path)
                    && await ReadAsync(item.Path, cancellationToken).ConfigureAwait(false) is { } file)
                {
                    _needed.Add(file);
                }
            }
        }
    }

    async ValueTask<LanceCleanupResult> RemoveFilesAsync(IReadOnlyList<LanceBranchInfo> branches, CancellationToken cancellationToken)
    {
        var lines = branches.Select(static b => b.Name).ToHashSet(StringComparer.Ordinal);
        var victims = new List<ObjectInfo>();
        foreach (var item in _objects)
        {
            if (_needed.Contains(item.Inside))
                continue;
            // Of the folder of versions only what is certain to be a manifest is ever removed, and that happened before; a line that is gone has no use for the rest.
            if (item.Inside.StartsWith(ManifestNames.Folder + "/", StringComparison.Ordinal))
            {
                if (item.Branch is null || lines.Contains(item.Branch) || IsManifest(item.Inside, out _) || !IsOldEnough(item.Info))
                    continue;
            }
            else if (!_known.Contains(item.Inside) && !IsOldEnough(item.Info))
            {
                continue;
            }
            victims.Add(item.Info);
        }
        long bytes = 0;
        var folders = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < victims.Count; i++)
        {
            bytes += victims[i].Length;
            if (_options.DryRun)
                continue;
            await _store.DeleteAsync(victims[i].Path, cancellationToken).ConfigureAwait(false);
            var folder = victims[i].Path[..victims[i].Path.LastIndexOf('/')];
            if (folder.Contains("_indices/", StringComparison.Ordinal))
                folders.Add(folder);
            _progress?.Report(new LanceProgress("delete", i + 1, victims.Count));
        }
        if (_store is LocalObjectStore local)
        {
            foreach (var folder in folders)
                local.RemoveEmptyFolder(folder);
        }
        return new LanceCleanupResult(victims.Count, bytes);
    }

    bool IsOldEnough(ObjectInfo item) => _options.RemoveUnnamedFiles || _now - item.LastModified > _options.UnnamedFileAge;

    // Versions outside the history, which are kept for whoever made them (TABLE 3.4).
    static bool IsDetached(string inside) => inside.StartsWith($"{ManifestNames.Folder}/d", StringComparison.Ordinal) && inside.EndsWith(".manifest", StringComparison.Ordinal);

    static bool IsManifest(string inside, out ulong version)
    {
        version = 0;
        return inside.StartsWith(ManifestNames.Folder + "/", StringComparison.Ordinal)
            && ManifestNames.TryParse(inside.AsSpan(ManifestNames.Folder.Length + 1), out version, out _);
    }
}
