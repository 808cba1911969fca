using Pennon.Storage;

namespace Pennon.Graph;

/// <summary>A node table in a store.</summary>
sealed class StoredNodes(ColumnReader reader, NodeTableStatistics statistics, GraphCache cache) : NodeTableSource
{
    readonly IdBlocks _rows = new(statistics.Rows);

    public override ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken)
    {
        var stored = statistics.Properties.First(p => p.Name == property);
        return cache.GetAsync(Key($"property {property}"), token => reader.ReadPropertyAsync(stored, _rows, token), cancellationToken);
    }

    public override ValueTask<KeyIndex> LoadKeyIndexAsync(CancellationToken cancellationToken) =>
        cache.GetAsync(Key("keys"), async token =>
        {
            var column = await LoadColumnAsync(statistics.Key!, token).ConfigureAwait(false);
            var index = KeyIndexBuilder.Build(column, reader.Table.Name, statistics.Key!);
            return (index, index.ByteSize);
        }, cancellationToken);

    CacheKey Key(string part) => new(reader.Table.Path, reader.Table.Version, part);
}

/// <summary>A label pair of an edge table in a store.</summary>
sealed class StoredEdges(
    ColumnReader reader, ColumnReader outgoing, ColumnReader incoming, EdgeTableStatistics statistics, EdgePairEntry pair, IdBlocks sources, IdBlocks targets, GraphCache cache)
    : EdgePairSource
{
    readonly IdBlocks _rows = new(pair.Rows);
    readonly IdBlocks _eids = new(pair.Eids);

    public override ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken)
    {
        var stored = statistics.Properties.First(p => p.Name == property);
        return cache.GetAsync(
            new CacheKey(reader.Table.Path, reader.Table.Version, $"property {pair.SourceTable} {pair.TargetTable} {property}"),
            token => reader.ReadPropertyAsync(stored, _rows, token),
            cancellationToken);
    }

    public override ValueTask<CsrIndex> LoadOutAsync(CancellationToken cancellationToken) =>
        cache.GetAsync(
            AdjacencyKey(outgoing.Table, pair, sources.Count, targets.Count),
            token => AdjacencyReader.ReadAsync(outgoing, pair.OutRows, sources, targets, _eids, token),
            cancellationToken);

    public override ValueTask<CsrIndex> LoadInAsync(CancellationToken cancellationToken) =>
        cache.GetAsync(
            AdjacencyKey(incoming.Table, pair, sources.Count, targets.Count),
            token => AdjacencyReader.ReadAsync(incoming, pair.InRows, targets, sources, _eids, token),
            cancellationToken);

    /// <summary>The key of a pair's adjacency; the node counts belong to it because offsets cover nodes that came later too.</summary>
    public static CacheKey AdjacencyKey(GraphTable table, EdgePairEntry pair, int sources, int targets) =>
        new(table.Path, table.Version, $"adjacency {pair.SourceTable} {pair.TargetTable} {sources} {targets}");
}
