using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>Makes a snapshot of a manifest: the tables' shapes at once, their contents when asked for.</summary>
static class SnapshotFactory
{
    public static GraphSnapshot Create(IObjectStore store, GraphManifest manifest, GraphCache cache)
    {
        var nodes = new List<NodeTable>();
        var byId = new Dictionary<long, NodeTable>();
        foreach (var table in manifest.Tables.Where(static t => t.Kind == TableKind.Nodes))
        {
            var statistics = NodeTableStatistics.Parse(table.Statistics, table.Name);
            var vids = new IdBlocks(statistics.Vids);
            if (vids.Count != new IdBlocks(statistics.Rows).Count)
            {
                throw Broken($"node table '{table.Name}' has {vids.Count} ids, but rows for another number");
            }

            var source = new StoredNodes(new ColumnReader(store, table), statistics, cache);
            var node = new NodeTable(nodes.Count, table.Name, statistics.Labels, vids, [.. statistics.Properties.Select(static p => p.Info)], statistics.Key, source);
            nodes.Add(node);
            byId.Add(table.Id, node);
        }

        var types = new List<EdgeType>();
        foreach (var table in manifest.Tables.Where(static t => t.Kind == TableKind.Edges))
        {
            var statistics = EdgeTableStatistics.Parse(table.Statistics, table.Name);
            var outgoing = manifest.Find(TableKind.AdjacencyOut, table.Name) ?? throw Broken($"edge type '{table.Name}' has no outgoing adjacency");
            var incoming = manifest.Find(TableKind.AdjacencyIn, table.Name) ?? throw Broken($"edge type '{table.Name}' has no incoming adjacency");
            var type = new EdgeType(types.Count, table.Name, [.. statistics.Properties.Select(static p => p.Info)]);
            var pairs = new List<EdgePair>();
            foreach (var pair in statistics.Pairs)
            {
                if (!byId.TryGetValue(pair.SourceTable, out var source) || !byId.TryGetValue(pair.TargetTable, out var target))
                {
                    throw Broken($"edge type '{table.Name}' joins a node table that is not there");
                }

                var eids = new IdBlocks(pair.Eids);
                if (eids.Count != new IdBlocks(pair.Rows).Count)
                {
                    throw Broken($"edge type '{table.Name}' has {eids.Count} ids, but rows for another number");
                }

                var values = new StoredEdges(
                    new ColumnReader(store, table), new ColumnReader(store, outgoing), new ColumnReader(store, incoming), statistics, pair, source.Vids, target.Vids, cache);
                pairs.Add(new EdgePair(type, source, target, eids, pair.Degrees, values));
            }

            type.Pairs = pairs;
            types.Add(type);
        }

        return new GraphSnapshot(manifest.Version, nodes, types);
    }

    static LanceFormatException Broken(string what) => new($"The graph manifest is broken: {what}.", GraphManifest.DatasetPath, -1);
}
