using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Writing;

namespace Pennon.Lance.Tests.Mutations;

/// <summary>Small tables from plain values, and their rows as JSON text.</summary>
internal static class TestRows
{
    public static readonly Schema People = new([new Field("id", ArrowType.Int64), new Field("name", ArrowType.String), new Field("score", ArrowType.Float64)]);

    /// <summary>The same columns as the engine session names them.</summary>
    public static JsonArray PeopleForEngine => [new JsonArray("id", "int64"), new JsonArray("name", "utf8"), new JsonArray("score", "double")];

    public static object?[] Person(long id) => [id, $"n{id}", id / 2.0];

    public static RecordBatch Batch(Schema schema, params object?[][] rows)
    {
        var columns = new ArrowArray[schema.Fields.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            var builder = ArrayBuilder.Create(schema.Fields[c].Type);
            foreach (var row in rows) Append(builder, row[c]);
            columns[c] = builder.Build();
        }
        return new RecordBatch(schema, columns, rows.Length);
    }

    public static async IAsyncEnumerable<RecordBatch> Batches(Schema schema, params object?[][] rows)
    {
        await Task.CompletedTask;
        yield return Batch(schema, rows);
    }

    public static async IAsyncEnumerable<RecordBatch> People1(IEnumerable<long> ids)
    {
        await Task.CompletedTask;
        yield return Batch(People, [.. ids.Select(Person)]);
    }

    /// <summary>A table <c>t.lance</c> of people 0 up to a number.</summary>
    public static async Task<LanceDataset> CreateAsync(IObjectStore store, int rows, int rowsPerFile = 1000, bool stableRowIds = false) =>
        await LanceDataset.CreateAsync(
            store, "t.lance", People, People1(Enumerable.Range(0, rows).Select(i => (long)i)), new LanceWriteOptions { MaxRowsPerFile = rowsPerFile, StableRowIds = stableRowIds });

    public static Task<LanceDataset> OpenAsync(IObjectStore store) => LanceDataset.OpenAsync(store, "t.lance").AsTask();

    /// <summary>Every row as a JSON object, in table order.</summary>
    public static async Task<List<string>> RowsAsync(LanceDataset dataset, ScanOptions? options = null)
    {
        var rows = new List<string>();
        await foreach (var batch in dataset.ScanAsync(options))
        {
            using (batch) rows.AddRange(RowsOf(batch));
        }
        return rows;
    }

    public static async Task<List<string>> RowsAsync(IObjectStore store, ScanOptions? options = null)
    {
        using var dataset = await OpenAsync(store);
        return await RowsAsync(dataset, options);
    }

    public static IEnumerable<string> RowsOf(RecordBatch batch)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                for (var c = 0; c < batch.Columns.Count; c++)
                {
                    json.WritePropertyName(batch.Schema.Fields[c].Name);
                    ArrowJson.Write(json, batch.Column(c), row);
                }
                json.WriteEndObject();
            }
            yield return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    public static string Text(long id, string? name, double? score) =>
        $$"""{"id":"{{id}}","name":{{(name is null ? "null" : $"\"{name}\"")}},"score":{{(score is null ? "null" : FormattableString.Invariant($"{score}"))}}}""";

    public static string Text(long id) => Text(id, $"n{id}", id / 2.0);

    /// <summary>What the engine session sends, in the form of <see cref="RowsOf"/>.</summary>
    public static List<string> OfEngine(JsonArray rows) =>
        [.. rows.Select(r => r!.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))];

    static void Append(ArrayBuilder builder, object? value)
    {
        switch (builder)
        {
            case var b when value is null: b.AppendNull(); break;
            case PrimitiveBuilder<long> b: b.Append(Convert.ToInt64(value)); break;
            case PrimitiveBuilder<int> b: b.Append(Convert.ToInt32(value)); break;
            case PrimitiveBuilder<double> b: b.Append(Convert.ToDouble(value)); break;
            case PrimitiveBuilder<float> b: b.Append(Convert.ToSingle(value)); break;
            case BooleanBuilder b: b.Append((bool)value); break;
            case BinaryBuilder b: b.Append((string)value); break;
            default: throw new NotSupportedException(builder.Type.ToString());
        }
    }
}
