using Pennon.Arrow;
using Pennon.Lance;

namespace Pennon.Storage.Tests;

/// <summary>The graph manifest as rows, whole and damaged.</summary>
public sealed class GraphManifestCodecTests
{
    static readonly GraphManifest Sample = new()
    {
        Version = 5,
        Parent = 4,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(123_450),
        Author = "",
        Message = "ü🙂\0",
        Catalog = """{"x":[1]}""",
        NextTableId = long.MaxValue,
        Tables =
        [
            new GraphTable(1, 1, TableKind.Nodes, "", "nodes/a.lance", null, 1, 0, "{}"),
            new GraphTable(2, 9, TableKind.Edges, "KNOWS", "edges/k.lance", "side", 77, long.MaxValue, """{"n":1}"""),
            new GraphTable(3, 1, TableKind.AdjacencyOut, "KNOWS", "adjacency/k.out.lance", null, 2, 3, "{}"),
            new GraphTable(4, 1, TableKind.AdjacencyIn, "KNOWS", "adjacency/k.in.lance", null, 2, 3, "{}"),
        ],
    };

    [Fact]
    public void Every_field_survives()
    {
        using var batch = GraphManifestCodec.Encode(Sample);
        var read = GraphManifestCodec.Decode(batch, 5);

        Assert.Equal(Sample.Tables, read.Tables);
        Assert.Equal(Sample with { Tables = [] }, read with { Tables = [] });
    }

    [Fact]
    public void An_empty_graph_survives()
    {
        using var batch = GraphManifestCodec.Encode(GraphManifest.Empty with { CreatedAt = DateTimeOffset.UnixEpoch });
        var read = GraphManifestCodec.Decode(batch, 0);

        Assert.Empty(read.Tables);
        Assert.Equal((0L, 0L, 1L, "{}"), (read.Version, read.Parent, read.NextTableId, read.Catalog));
    }

    [Fact]
    public void A_newer_format_is_refused_by_its_number()
    {
        using var batch = GraphManifestCodec.Encode(Sample with { FormatVersion = 2 });

        var error = Assert.Throws<LanceNotSupportedException>(() => GraphManifestCodec.Decode(batch, 5));

        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_id_that_comes_twice_is_damage()
    {
        using var batch = GraphManifestCodec.Encode(Sample with { Tables = [Sample.Tables[0], Sample.Tables[0]] });

        Assert.Contains("id 1", Assert.Throws<LanceFormatException>(() => GraphManifestCodec.Decode(batch, 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_the_graph_s_own_first_are_damage()
    {
        using var batch = GraphManifestCodec.Encode(Sample);
        using var tail = batch.Slice(1, batch.Length - 1);
        using var none = batch.Slice(0, 0);

        Assert.Throws<LanceFormatException>(() => GraphManifestCodec.Decode(tail, 5));
        Assert.Throws<LanceFormatException>(() => GraphManifestCodec.Decode(none, 5));
    }

    [Fact]
    public void Every_missing_mistyped_or_null_column_is_damage_or_a_refusal()
    {
        using var batch = GraphManifestCodec.Encode(Sample);
        for (var column = 0; column < batch.Schema.Fields.Count; column++)
        {
            var name = batch.Schema.Fields[column].Name;
            var others = Enumerable.Range(0, batch.Schema.Fields.Count).Where(i => i != column).ToArray();
            var missing = new RecordBatch(new Schema([.. others.Select(i => batch.Schema.Fields[i])]), [.. others.Select(batch.Column)], batch.Length);
            Assert.Contains(name, Assert.Throws<LanceFormatException>(() => GraphManifestCodec.Decode(missing, 5)).Message, StringComparison.Ordinal);

            var flags = new BooleanBuilder();
            for (var i = 0; i < batch.Length; i++)
            {
                flags.Append(true);
            }

            var mistyped = With(batch, column, new Field(name, ArrowType.Boolean), flags.Build());
            Assert.ThrowsAny<LanceException>(() => GraphManifestCodec.Decode(mistyped, 5));

            var type = batch.Schema.Fields[column].Type;
            var nulls = type == ArrowType.String ? Nulls(new BinaryBuilder(type), batch.Length) : Nulls(new PrimitiveBuilder<long>(type), batch.Length);
            var nulled = With(batch, column, new Field(name, type), nulls);
            if (name is "branch" or "author" or "message" or "statistics")
            {
                Assert.Equal(Sample.Tables.Count, GraphManifestCodec.Decode(nulled, 5).Tables.Count);
            }
            else
            {
                Assert.ThrowsAny<LanceException>(() => GraphManifestCodec.Decode(nulled, 5));
            }
        }
    }

    static ArrowArray Nulls(ArrayBuilder builder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            builder.AppendNull();
        }

        return builder.Build();
    }

    static RecordBatch With(RecordBatch batch, int column, Field field, ArrowArray values) => new(
        new Schema([.. batch.Schema.Fields.Select((f, i) => i == column ? field : f)]),
        [.. Enumerable.Range(0, batch.Schema.Fields.Count).Select(i => i == column ? values : batch.Column(i))],
        batch.Length);
}
