using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>A property declared for a node or edge type.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Type">Its type.</param>
public sealed record PropertySchema(string Name, ArrowType Type);

/// <summary>A CSV file that holds rows of a declared type.</summary>
/// <param name="Name">The file's path, relative to the folder of the schema.</param>
/// <param name="HasHeader">Whether its first row names the columns; that row is passed over, since the schema's order counts.</param>
public sealed record SchemaFile(string Name, bool HasHeader);

/// <summary>A declared node type.</summary>
/// <param name="Name">The label.</param>
/// <param name="Key">The property whose value is unique among nodes of the type.</param>
/// <param name="Properties">The properties, for CSV in the order of the columns; the key is one of them.</param>
/// <param name="Files">The CSV files of the type, read in this order.</param>
public sealed record NodeTypeSchema(string Name, string Key, IReadOnlyList<PropertySchema> Properties, IReadOnlyList<SchemaFile> Files);

/// <summary>A declared pair of node types joined by an edge type; an edge type may have several.</summary>
/// <param name="Name">The edge type.</param>
/// <param name="From">The label of the source nodes.</param>
/// <param name="To">The label of the target nodes.</param>
/// <param name="Properties">The properties, for CSV in the order of the columns after the two keys.</param>
/// <param name="Files">The CSV files of the pair: source key, target key, properties.</param>
public sealed record EdgeTypeSchema(string Name, string From, string To, IReadOnlyList<PropertySchema> Properties, IReadOnlyList<SchemaFile> Files);

/// <summary>
/// What a folder of CSV files holds, or which types JSON lines are to have. Read from a <c>schema.json</c>:
/// <c>{"delimiter":"|","quote":"\"","nodes":[{"type":…,"key":…,"files":[{"name":…,"header":true}],"columns":[{"name":…,"type":…}]}],
/// "edges":[{"edge":…,"from":…,"to":…,"files":[…],"columns":[…]}]}</c>.
/// </summary>
public sealed class GraphSchema
{
    /// <summary>The byte between CSV fields.</summary>
    public byte Delimiter { get; init; } = (byte)',';

    /// <summary>The byte around CSV fields that hold a delimiter, a line end or itself doubled.</summary>
    public byte Quote { get; init; } = (byte)'"';

    /// <summary>The node types.</summary>
    public IReadOnlyList<NodeTypeSchema> Nodes { get; init; } = [];

    /// <summary>The edge types, one entry per pair of node types.</summary>
    public IReadOnlyList<EdgeTypeSchema> Edges { get; init; } = [];

    /// <summary>Reads a <c>schema.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="LoadException">The file is no schema; the message says what is wrong.</exception>
    public static async ValueTask<GraphSchema> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        SchemaReader.Read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), path);
}
