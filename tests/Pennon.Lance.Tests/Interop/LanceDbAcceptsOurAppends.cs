using System.Text.Json;
using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Tests.Writing;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Interop;

/// <summary>Rows appended to tables that LanceDB made, with deletions, indices, stable ids and changed schemas.</summary>
public sealed class LanceDbAcceptsOurAppends
{
    static readonly string[] Tables =
    [
        "versions", "deletion_files", "schema_evolution", "metadata_config", "embedding_schema", "stable_row_ids", "compaction", "idx_scalar", "idx_fts", "idx_vec_flat_l2", "idx_vec_pq_cosine", "idx_vec_hnsw_sq_l2",
    ];

    [Fact]
    public async Task LanceDb_reads_on_where_we_appended()
    {
        Node.SkipUnlessPresent("interop");
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables");
        using var folder = new TempFolder("appends");
        foreach (var name in Tables) Copy(SharedData.Path("lance", "fixtures", "tables", name + ".lance"), folder.Path(name + ".lance"));
        var script = RepositoryFolder.Path("interop", "appended.mjs");
        await Node.OutputOfAsync(script, ["snapshot", folder], timeout: TimeSpan.FromMinutes(1));
        var store = new LocalObjectStore(folder, flushToDisk: false);
        foreach (var name in Tables) await AppendAsync(store, folder, name);
        var outcome = await Node.RunAsync(script, ["check", folder], timeout: TimeSpan.FromMinutes(2));
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }

    static async Task AppendAsync(IObjectStore store, string folder, string name)
    {
        var history = new TableHistory(store, new TablePaths(name + ".lance"));
        var (latest, naming) = await history.FindLatestAsync(default);
        var manifest = (await history.ReadAsync(latest, naming, default)).Manifest;
        var schema = LanceSchema.Read(manifest.Fields, manifest.SchemaMetadata, name).Arrow;
        var random = new RandomRows(name.Length);
        var batch = random.CreateBatch(schema, 37);
        await using (var writer = await LanceTableWriter.AppendAsync(store, name + ".lance", schema, new LanceWriteOptions { MaxRowsPerFile = 20 }))
        {
            await writer.WriteAsync(batch);
            await using var staged = await writer.FinishAsync();
            Assert.Equal(latest + 1, await staged.CommitAsync());
        }
        await using var json = new Utf8JsonWriter(File.Create(Path.Combine(folder, name + ".appended.json")));
        json.WriteStartObject();
        json.WriteNumber("rows", batch.Length);
        json.WriteStartObject("columns");
        for (var c = 0; c < schema.Fields.Count; c++)
        {
            json.WriteStartArray(schema.Fields[c].Name);
            for (var row = 0; row < batch.Length; row++) ArrowJson.Write(json, batch.Column(c), row);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    [Theory]
    [InlineData("v1_manifests_v20_files", "2.0")]
    [InlineData("v21_files", "2.1")]
    public async Task Tables_of_older_files_refuse_an_append_with_their_version(string name, string version)
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables");
        var store = new LocalObjectStore(SharedData.Path("lance", "fixtures", "tables"));
        var error = await Assert.ThrowsAsync<LanceNotSupportedException>(
            async () => await LanceTableWriter.AppendAsync(store, name + ".lance", new Schema([new("id", ArrowType.Int32, nullable: false)])));
        Assert.Contains($"stores files of version {version}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overwrite_of_a_table_with_old_manifest_names_keeps_the_names()
    {
        SharedData.SkipUnlessPresent("lance", "fixtures", "tables");
        using var folder = new TempFolder("v1");
        Copy(SharedData.Path("lance", "fixtures", "tables", "v1_manifests_v20_files.lance"), folder.Path("t.lance"));
        var store = new LocalObjectStore(folder, flushToDisk: false);
        var latest = (await new TableHistory(store, new TablePaths("t.lance")).FindLatestAsync(default)).Version;
        await using var writer = await LanceTableWriter.OverwriteAsync(store, "t.lance", new Schema([new("id", ArrowType.Int32, nullable: false)]));
        await writer.WriteAsync(new RandomRows(1).CreateBatch(writer.Schema, 3));
        await using var staged = await writer.FinishAsync();
        Assert.Equal(latest + 1, await staged.CommitAsync());
        Assert.True(File.Exists(folder.Path("t.lance", "_versions", $"{latest + 1}.manifest")));
    }

    static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var folder in Directory.EnumerateDirectories(source)) Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(source))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetAttributes(copy, FileAttributes.Normal);
        }
    }
}
