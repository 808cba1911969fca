using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Storage;

/// <summary>
/// Removes what no graph version refers to: datasets and dataset versions that were never published, and the files of writes that broke off. Runs only while
/// no writer is at work.
/// </summary>
public sealed class GraphCleaner
{
    static readonly string[] Folders = ["nodes/", "edges/", "adjacency/"];

    readonly IObjectStore _store;
    readonly GraphPublisher _publisher;

    /// <summary>Cleans a store.</summary>
    /// <param name="store">The database.</param>
    /// <param name="publisher">Its publisher.</param>
    public GraphCleaner(IObjectStore store, GraphPublisher publisher)
    {
        _store = store;
        _publisher = publisher;
    }

    /// <summary>Removes unreferenced files.</summary>
    /// <param name="cancellationToken">Stops the call; every graph version stays whole.</param>
    public async ValueTask<LanceCleanupResult> CleanAsync(CancellationToken cancellationToken = default)
    {
        var named = new Dictionary<string, HashSet<long>>(StringComparer.Ordinal);
        foreach (var version in await _publisher.ListVersionsAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var table in (await _publisher.ReadAsync(version, cancellationToken).ConfigureAwait(false)).Tables)
            {
                if (!named.TryGetValue(table.Path, out var versions))
                {
                    named.Add(table.Path, versions = []);
                }

                versions.Add(table.Version);
            }
        }

        var result = await LanceCleanup.RemoveUnreferencedAsync(_store, GraphManifest.DatasetPath, static _ => true, cancellationToken).ConfigureAwait(false);
        foreach (var (path, versions) in named)
        {
            result += await LanceCleanup.RemoveUnreferencedAsync(_store, path, versions.Contains, cancellationToken).ConfigureAwait(false);
        }

        if (_store is LocalObjectStore local)
        {
            var (files, bytes) = local.DeleteTemporaryFiles(cancellationToken);
            result += new LanceCleanupResult(files, bytes);
        }

        return result + await RemoveStrangersAsync(named.Keys, cancellationToken).ConfigureAwait(false);
    }

    // Datasets of a first load that never came to its publish.
    async ValueTask<LanceCleanupResult> RemoveStrangersAsync(IReadOnlyCollection<string> named, CancellationToken cancellationToken)
    {
        var prefixes = named.Select(static p => p + "/").ToHashSet(StringComparer.Ordinal);
        var result = default(LanceCleanupResult);
        foreach (var folder in Folders)
        {
            var strangers = new List<ObjectInfo>();
            await foreach (var item in _store.ListAsync(folder, cancellationToken).ConfigureAwait(false))
            {
                var end = item.Path.IndexOf('/', folder.Length);
                if (end >= 0 && !prefixes.Contains(item.Path[..(end + 1)]))
                {
                    strangers.Add(item);
                }
            }

            foreach (var item in strangers)
            {
                await _store.DeleteAsync(item.Path, cancellationToken).ConfigureAwait(false);
                result += new LanceCleanupResult(1, item.Length);
            }
        }

        return result;
    }
}
