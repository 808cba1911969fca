namespace Pennon.Graph;

/// <summary>
/// The nodes of one label set in one snapshot. A node is a local id from 0 to <see cref="RowCount"/> - 1; local ids of kept nodes stay
/// the same as the table grows. Immutable and safe to share.
/// </summary>
public sealed class NodeTable
{
    readonly Dictionary<string, PropertyInfo> _byName;
    readonly NodeTableSource _source;

    internal NodeTable(
        int index, string name, IReadOnlyList<string> labels, IdBlocks vids, IReadOnlyList<PropertyInfo> properties, string? keyProperty, NodeTableSource source)
    {
        Index = index;
        Name = name;
        Labels = labels;
        Vids = vids;
        Properties = properties;
        KeyProperty = keyProperty;
        _source = source;
        _byName = properties.ToDictionary(static p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>The table's place in <see cref="GraphSnapshot.NodeTables"/>.</summary>
    public int Index { get; }

    /// <summary>The table's name, which is its main label.</summary>
    public string Name { get; }

    /// <summary>The labels that every node of the table has.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The number of nodes.</summary>
    public int RowCount => Vids.Count;

    /// <summary>The properties, in the order in which they were declared or first seen.</summary>
    public IReadOnlyList<PropertyInfo> Properties { get; }

    /// <summary>The property that is unique and never null, or null when the table has none.</summary>
    public string? KeyProperty { get; }

    internal IdBlocks Vids { get; }

    /// <summary>The property of a name, or null.</summary>
    public PropertyInfo? FindProperty(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Loads all values of a property; later calls give the cached column while it stays within the cache's budget.</summary>
    /// <param name="property">One of <see cref="Properties"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The table has no such property.</exception>
    public ValueTask<PropertyColumn> LoadColumnAsync(string property, CancellationToken cancellationToken = default)
    {
        if (!_byName.ContainsKey(property))
        {
            throw new ArgumentException($"Nodes of '{Name}' have no property '{property}'.", nameof(property));
        }

        return _source.LoadColumnAsync(property, cancellationToken);
    }

    /// <summary>Loads the map from key to local id.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The table has no key property.</exception>
    public ValueTask<KeyIndex> LoadKeyIndexAsync(CancellationToken cancellationToken = default)
    {
        if (KeyProperty is null)
        {
            throw new InvalidOperationException($"Nodes of '{Name}' have no key property.");
        }

        return _source.LoadKeyIndexAsync(cancellationToken);
    }

    /// <summary>The 64-bit id of a node, which is unique in the database and never reused.</summary>
    /// <param name="localId">From 0 to <see cref="RowCount"/> - 1.</param>
    public ulong VidOf(int localId) => Vids.IdAt(localId);

    /// <summary>The local id of a node given its 64-bit id.</summary>
    /// <param name="vid">A 64-bit node id.</param>
    /// <param name="localId">The local id, or -1.</param>
    /// <returns>False when the node is not of this table.</returns>
    public bool TryLocalIdOf(ulong vid, out int localId)
    {
        if (Vids.TryPositionOf(vid, out localId))
        {
            return true;
        }

        localId = -1;
        return false;
    }
}
