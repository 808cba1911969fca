namespace Pennon.Graph;

/// <summary>Where a node table's or an edge pair's values come from: memory, or a Lance table version.</summary>
abstract class TableSource
{
    public abstract ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken);
}

/// <summary>Where an edge pair's adjacency comes from too.</summary>
abstract class EdgePairSource : TableSource
{
    public abstract ValueTask<CsrIndex> LoadOutAsync(CancellationToken cancellationToken);

    public abstract ValueTask<CsrIndex> LoadInAsync(CancellationToken cancellationToken);
}

/// <summary>A node table's source also finds nodes by key.</summary>
abstract class NodeTableSource : TableSource
{
    public abstract ValueTask<KeyIndex> LoadKeyIndexAsync(CancellationToken cancellationToken);
}
