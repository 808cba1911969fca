namespace Pennon.Graph;

/// <summary>What a load does with rows whose key exists already.</summary>
public enum LoadMode
{
    /// <summary>Adds new nodes and edges; a key that exists already, or comes twice, is an error.</summary>
    Append,

    /// <summary>
    /// Updates the nodes whose key exists and the edges that join the same two nodes, adds the others. Properties that the input names take its
    /// values, the others stay.
    /// </summary>
    Merge,

    /// <summary>Replaces the whole graph by the input. Older versions stay readable.</summary>
    Overwrite,
}

/// <summary>The form of the input.</summary>
public enum LoadFormat
{
    /// <summary>Told from file names: <c>.jsonl</c>, <c>.ndjson</c> and <c>.json</c> are JSON lines, everything else CSV.</summary>
    Auto,

    /// <summary>One JSON object a line: <c>{"type":…,"data":{…}}</c> or <c>{"edge":…,"from":…,"to":…,"data":{…}}</c>.</summary>
    JsonLines,

    /// <summary>CSV files described by a schema, or by their names.</summary>
    Csv,
}

/// <summary>A bulk load: which files, in which form, and what to do with keys that exist.</summary>
public sealed record LoadRequest
{
    /// <summary>Files and folders. A folder with a <c>schema.json</c> is read as that says. Files may be gzip-compressed.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The form of the input; told from file names unless given.</summary>
    public LoadFormat Format { get; init; }

    /// <summary>A <c>schema.json</c> to use instead of the one in the folder; also declares types for JSON lines.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>A schema to use instead of a file.</summary>
    public GraphSchema? Schema { get; init; }

    /// <summary>What to do with rows whose key exists.</summary>
    public LoadMode Mode { get; init; }

    /// <summary>The key property by node type, for types that no schema declares; <c>id</c> where nothing is said.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>The number of input errors after which the load gives up; at least 1.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>Where edges that come before their nodes wait; the system's temporary folder unless given.</summary>
    public string? TempFolder { get; init; }

    /// <summary>Who loads, for the graph's history.</summary>
    public string Author { get; init; } = "";

    /// <summary>Why, for the graph's history.</summary>
    public string Message { get; init; } = "";
}

/// <summary>What a load is doing.</summary>
public enum LoadPhase
{
    /// <summary>Reading nodes, and edges as they come.</summary>
    Reading,

    /// <summary>Resolving edges that came before their nodes.</summary>
    Resolving,

    /// <summary>Building and writing the adjacency.</summary>
    Indexing,

    /// <summary>Making the tables durable and publishing them.</summary>
    Publishing,

    /// <summary>Done: the new version is visible.</summary>
    Done,
}

/// <summary>How far a load is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Nodes">Nodes read so far.</param>
/// <param name="Edges">Edges read so far.</param>
/// <param name="BytesRead">Input bytes read so far, before inflating.</param>
/// <param name="TotalBytes">Input bytes in all, before inflating.</param>
/// <param name="Current">The file being read, or null.</param>
public sealed record LoadProgress(LoadPhase Phase, long Nodes, long Edges, long BytesRead, long TotalBytes, string? Current);

/// <summary>What a load did.</summary>
/// <param name="Version">The graph version it published.</param>
/// <param name="Nodes">Nodes in the input.</param>
/// <param name="Edges">Edges in the input.</param>
/// <param name="NodesUpdated">How many of the nodes existed and were updated.</param>
/// <param name="EdgesUpdated">How many of the edges existed and were updated.</param>
/// <param name="Elapsed">The time from call to publish.</param>
public sealed record LoadResult(long Version, long Nodes, long Edges, long NodesUpdated, long EdgesUpdated, TimeSpan Elapsed);
