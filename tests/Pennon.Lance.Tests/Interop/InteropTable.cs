using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tests.Writing;

namespace Pennon.Lance.Tests.Interop;

/// <summary>A table written for LanceDB to judge, and what it must read.</summary>
internal sealed record InteropTable(string Name, Schema Schema, Func<IEnumerable<RecordBatch>> Batches)
{
    public LanceWriteOptions Options { get; init; } = new();

    /// <summary>Work LanceDB does to the table once it has read it: <c>index</c> hints by column.</summary>
    public IReadOnlyDictionary<string, string> Indexes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether LanceDB's JavaScript client can send such rows back for an append.</summary>
    public bool CanAppend { get; init; } = true;

    /// <summary>Whether LanceDB can rewrite such rows: it fails on the null type inside a struct.</summary>
    public bool CanRewrite { get; init; } = true;

    /// <summary>Columns whose type the JavaScript client cannot take in; they are checked by what LanceDB itself computes.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Writes <c>NAME.lance</c> and <c>NAME.expected.json</c> to a folder.</summary>
    public async Task WriteAsync(string folder)
    {
        var store = new LocalObjectStore(folder, flushToDisk: false);
        await using var json = new Utf8JsonWriter(File.Create(Path.Combine(folder, Name + ".expected.json")), new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        await using var writer = await LanceTableWriter.CreateAsync(store, Name + ".lance", Schema, Options);
        var batches = Batches().ToList();
        foreach (var batch in batches) await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        Assert.Equal(1, await staged.CommitAsync());
        json.WriteStartObject();
        json.WriteString("table", Name);
        json.WriteNumber("rows", batches.Sum(b => b.Length));
        json.WriteBoolean("canAppend", CanAppend);
        json.WriteBoolean("canRewrite", CanRewrite);
        json.WriteStartArray("unreadable");
        foreach (var column in Unreadable) json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartObject("indexes");
        foreach (var (column, kind) in Indexes) json.WriteString(column, kind);
        json.WriteEndObject();
        json.WriteStartObject("columns");
        for (var c = 0; c < Schema.Fields.Count; c++)
        {
            json.WriteStartArray(Schema.Fields[c].Name);
            foreach (var batch in batches)
                for (var row = 0; row < batch.Length; row++) ArrowJson.Write(json, batch.Column(c), row);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
