using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Storage;

/// <summary>
/// The manifest as rows: first a row of kind <c>graph</c> with what concerns the whole graph, then a row for each table. Columns that do not concern
/// a row are null in it.
/// </summary>
static class GraphManifestCodec
{
    const string GraphKind = "graph";

    static readonly TimestampType Instant = new(TimeUnit.Microsecond, "UTC");

    public static Schema Schema { get; } = new(
    [
        new Field("id", ArrowType.Int64, nullable: false),
        new Field("incarnation", ArrowType.Int64, nullable: false),
        new Field("kind", ArrowType.String, nullable: false),
        new Field("name", ArrowType.String, nullable: false),
        new Field("path", ArrowType.String),
        new Field("branch", ArrowType.String),
        new Field("version", ArrowType.Int64, nullable: false),
        new Field("rows", ArrowType.Int64, nullable: false),
        new Field("statistics", ArrowType.String, nullable: false),
        new Field("author", ArrowType.String),
        new Field("message", ArrowType.String),
        new Field("created_at", Instant),
        new Field("parent", ArrowType.Int64),
        new Field("next_id", ArrowType.Int64),
    ]);

    public static RecordBatch Encode(GraphManifest manifest)
    {
        var id = new PrimitiveBuilder<long>(ArrowType.Int64);
        var incarnation = new PrimitiveBuilder<long>(ArrowType.Int64);
        var kind = new BinaryBuilder(ArrowType.String);
        var name = new BinaryBuilder(ArrowType.String);
        var path = new BinaryBuilder(ArrowType.String);
        var branch = new BinaryBuilder(ArrowType.String);
        var version = new PrimitiveBuilder<long>(ArrowType.Int64);
        var rows = new PrimitiveBuilder<long>(ArrowType.Int64);
        var statistics = new BinaryBuilder(ArrowType.String);
        var author = new BinaryBuilder(ArrowType.String);
        var message = new BinaryBuilder(ArrowType.String);
        var createdAt = new PrimitiveBuilder<long>(Instant);
        var parent = new PrimitiveBuilder<long>(ArrowType.Int64);
        var nextId = new PrimitiveBuilder<long>(ArrowType.Int64);

        id.Append(0L);
        incarnation.Append(0L);
        kind.Append(GraphKind);
        name.Append("");
        path.AppendNull();
        branch.AppendNull();
        version.Append((long)manifest.FormatVersion);
        rows.Append((long)manifest.Tables.Count);
        statistics.Append(manifest.Catalog);
        author.Append(manifest.Author);
        message.Append(manifest.Message);
        createdAt.Append((manifest.CreatedAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        parent.Append(manifest.Parent);
        nextId.Append(manifest.NextTableId);

        foreach (var table in manifest.Tables)
        {
            id.Append(table.Id);
            incarnation.Append(table.Incarnation);
            kind.Append(NameOf(table.Kind));
            name.Append(table.Name);
            path.Append(table.Path);
            branch.Append(table.Branch);
            version.Append(table.Version);
            rows.Append(table.RowCount);
            statistics.Append(table.Statistics);
            author.AppendNull();
            message.AppendNull();
            createdAt.AppendNull();
            parent.AppendNull();
            nextId.AppendNull();
        }

        ArrayBuilder[] builders = [id, incarnation, kind, name, path, branch, version, rows, statistics, author, message, createdAt, parent, nextId];
        return new RecordBatch(Schema, Array.ConvertAll(builders, static b => b.Build()), manifest.Tables.Count + 1);
    }

    public static GraphManifest Decode(RecordBatch batch, long version)
    {
        if (batch.Length == 0 || Text(batch, "kind", 0) != GraphKind)
        {
            throw Broken("its first row is not the graph's");
        }

        var format = Number(batch, "version", 0);
        if (format > GraphManifest.CurrentFormatVersion)
        {
            throw new LanceNotSupportedException(
                "graph format version", $"The database is of format version {format}; this library reads up to {GraphManifest.CurrentFormatVersion}. Use a newer library.");
        }

        var tables = new GraphTable[batch.Length - 1];
        var ids = new HashSet<long>();
        for (var i = 0; i < tables.Length; i++)
        {
            var row = i + 1;
            tables[i] = new GraphTable(
                Number(batch, "id", row),
                Number(batch, "incarnation", row),
                KindOf(Text(batch, "kind", row)),
                Text(batch, "name", row) ?? throw Broken($"row {row} has no name"),
                Text(batch, "path", row) ?? throw Broken($"row {row} has no path"),
                Text(batch, "branch", row),
                Number(batch, "version", row),
                Number(batch, "rows", row),
                Text(batch, "statistics", row) ?? "{}");
            if (!ids.Add(tables[i].Id))
            {
                throw Broken($"table id {tables[i].Id} comes twice");
            }
        }

        return new GraphManifest
        {
            Version = version,
            Parent = Number(batch, "parent", 0),
            FormatVersion = (int)format,
            CreatedAt = new DateTimeOffset(DateTime.UnixEpoch.AddMicroseconds(Number(batch, "created_at", 0))),
            Author = Text(batch, "author", 0) ?? "",
            Message = Text(batch, "message", 0) ?? "",
            Catalog = Text(batch, "statistics", 0) ?? "{}",
            NextTableId = Number(batch, "next_id", 0),
            Tables = tables,
        };
    }

    static string NameOf(TableKind kind) => kind switch
    {
        TableKind.Nodes => "nodes",
        TableKind.Edges => "edges",
        TableKind.AdjacencyOut => "adjacency-out",
        TableKind.AdjacencyIn => "adjacency-in",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    static TableKind KindOf(string? name) => name switch
    {
        "nodes" => TableKind.Nodes,
        "edges" => TableKind.Edges,
        "adjacency-out" => TableKind.AdjacencyOut,
        "adjacency-in" => TableKind.AdjacencyIn,
        _ => throw new LanceNotSupportedException("graph table kind", $"The database has a table of kind '{name}', which this library does not know. Use a newer library."),
    };

    static long Number(RecordBatch batch, string column, int row) =>
        Column(batch, column) is PrimitiveArray<long> values && values.IsValid(row) ? values.Values[row] : throw Broken($"'{column}' is missing in row {row}");

    static string? Text(RecordBatch batch, string column, int row) =>
        Column(batch, column) is StringArray values ? values.GetString(row) : throw Broken($"'{column}' is no text");

    static ArrowArray Column(RecordBatch batch, string column)
    {
        var index = batch.Schema.IndexOf(column);
        return index >= 0 ? batch.Column(index) : throw Broken($"it has no column '{column}'");
    }

    static LanceFormatException Broken(string what) => new($"The graph manifest is broken: {what}.", GraphManifest.DatasetPath, -1);
}
