namespace Pennon;

/// <summary>What a database holds, at the version it was opened at.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Version">The graph version.</param>
/// <param name="Labels">Node labels with their properties, sorted by name.</param>
/// <param name="Types">Relationship types with the labels they join and their properties, sorted by name.</param>
/// <param name="Tables">The Lance datasets of this version.</param>
/// <param name="Versions">The versions that can be read, newest first.</param>
public sealed record DatabaseInfo(
    string Path,
    long Version,
    IReadOnlyList<LabelInfo> Labels,
    IReadOnlyList<TypeInfo> Types,
    IReadOnlyList<TableInfo> Tables,
    IReadOnlyList<VersionInfo> Versions)
{
    /// <summary>Nodes in all.</summary>
    public long NodeCount => Labels.Sum(label => label.Count);

    /// <summary>Relationships in all.</summary>
    public long EdgeCount => Types.Sum(type => type.Count);
}

/// <summary>A property of a label or relationship type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its column type, as Arrow names it.</param>
public sealed record PropertyDescription(string Name, string Type);

/// <summary>A node label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Count">Nodes that carry it.</param>
/// <param name="Key">The property that identifies a node, or null.</param>
/// <param name="Properties">The properties, sorted by name.</param>
public sealed record LabelInfo(string Name, long Count, string? Key, IReadOnlyList<PropertyDescription> Properties);

/// <summary>A relationship type.</summary>
/// <param name="Name">The type.</param>
/// <param name="Count">Relationships of the type.</param>
/// <param name="Pairs">The labels it joins, with the number of relationships of each pair.</param>
/// <param name="Properties">The properties, sorted by name.</param>
public sealed record TypeInfo(string Name, long Count, IReadOnlyList<PairInfo> Pairs, IReadOnlyList<PropertyDescription> Properties);

/// <summary>Two labels joined by a relationship type.</summary>
/// <param name="From">The label at the start.</param>
/// <param name="To">The label at the end.</param>
/// <param name="Count">Relationships between them.</param>
public sealed record PairInfo(string From, string To, long Count);

/// <summary>A Lance dataset of the database.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Kind">What it holds, such as nodes, edges or adjacency.</param>
/// <param name="Path">Its folder, relative to the database.</param>
/// <param name="Version">The Lance version that this graph version names.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">Bytes of all files in its folder, older versions included.</param>
public sealed record TableInfo(string Name, string Kind, string Path, long Version, long Rows, long Bytes);

/// <summary>A version of the graph.</summary>
/// <param name="Version">The number.</param>
/// <param name="CreatedAt">When it was published.</param>
/// <param name="Author">Who published it.</param>
/// <param name="Message">Why.</param>
public sealed record VersionInfo(long Version, DateTimeOffset CreatedAt, string Author, string Message);
