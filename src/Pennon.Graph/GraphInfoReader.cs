using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>Collects what a database can say of itself.</summary>
static class GraphInfoReader
{
    const int MaxVersions = 100;

    public static async ValueTask<GraphInfo> ReadAsync(
        IObjectStore store, GraphPublisher publisher, GraphManifest manifest, GraphSnapshot snapshot, CancellationToken cancellationToken)
    {
        var tables = new List<GraphTableInfo>();
        foreach (var table in manifest.Tables)
        {
            using var dataset = await LanceDataset.OpenAsync(store, table.Path, new LanceOpenOptions { Version = table.Version, Branch = table.Branch }, cancellationToken).ConfigureAwait(false);
            tables.Add(new GraphTableInfo(table.Kind, table.Name, table.Path, table.Version, table.RowCount, dataset.Info.DataFileBytes));
        }

        var versions = new List<GraphVersionInfo>();
        foreach (var version in (await publisher.ListVersionsAsync(cancellationToken).ConfigureAwait(false)).Reverse().Take(MaxVersions))
        {
            var past = version == manifest.Version ? manifest : await publisher.ReadAsync(version, cancellationToken).ConfigureAwait(false);
            var rows = past.Tables.Where(static t => t.Kind is TableKind.Nodes or TableKind.Edges).Sum(static t => t.RowCount);
            versions.Add(new GraphVersionInfo(version, past.CreatedAt, past.Author, past.Message, rows));
        }

        return new GraphInfo(manifest.Version, manifest.FormatVersion, tables, versions, snapshot);
    }
}
