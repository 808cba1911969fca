using Google.Protobuf;
using Pennon.Lance;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

namespace Pennon.Lance.Tests.Tables;

/// <summary>Damaged manifests, deletion files and references: a clear refusal or a correct read, and nothing else.</summary>
public sealed class HostileTableTests
{
    static readonly Lazy<Task<Dictionary<string, byte[]>>> Source = new(LoadAsync);

    // A table with two deletion files of both kinds, an index section and stable structure, small enough to damage every byte of.
    static async Task<Dictionary<string, byte[]>> LoadAsync()
    {
        var folder = new[] { FixtureFolders.Whole, FixtureFolders.Own }.Where(f => f is not null).Select(f => Path.Combine(f!, "tables", "versions.lance")).FirstOrDefault(Directory.Exists);
        if (folder is null)
            Assert.Skip("Needs the recorded table 'versions', which this machine does not have.");
        var store = new LocalObjectStore(folder);
        var files = new Dictionary<string, byte[]>();
        await foreach (var item in store.ListAsync(""))
            files[item.Path] = await store.ReadAllAsync(item.Path);
        return files;
    }

    static async Task<MemoryObjectStore> CopyAsync()
    {
        var store = new MemoryObjectStore();
        foreach (var (path, bytes) in await Source.Value)
            await store.PutAsync("t.lance/" + path, bytes);
        return store;
    }

    static async Task<long> ReadAsync(IObjectStore store)
    {
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
        _ = dataset.Info;
        long rows = 0;
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { WithRowId = true, Parallelism = 1 }))
            rows += batch.Length;
        return rows;
    }

    static async Task<bool> RefusedAsync(MemoryObjectStore store, string path, byte[] content)
    {
        try
        {
            await store.PutAsync("t.lance/" + path, content);
            await ReadAsync(store);
            return false;
        }
        catch (LanceFormatException)
        {
            return true;
        }
        catch (LanceNotFoundException)
        {
            // A damaged name leads to a file that is not there.
            return true;
        }
        catch (LanceNotSupportedException)
        {
            // A damaged flag or type name asks for what no version has.
            return true;
        }
    }

    static async Task<string> LatestManifestAsync() => (await Source.Value).Keys.Where(k => k.EndsWith(".manifest", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();

    [Fact]
    public async Task Every_cut_manifest_is_refused()
    {
        var path = await LatestManifestAsync();
        var bytes = (await Source.Value)[path];
        var store = await CopyAsync();
        for (var length = 0; length < bytes.Length; length++)
            Assert.True(await RefusedAsync(store, path, bytes[..length]), $"cut to {length} of {bytes.Length} bytes");
    }

    [Fact]
    public async Task Every_changed_byte_of_a_manifest_is_refused_or_harmless()
    {
        var path = await LatestManifestAsync();
        var bytes = (await Source.Value)[path];
        var refused = 0;
        var store = await CopyAsync();
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var mask in new byte[] { (byte)(1 << (i & 7)), 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[i] ^= mask;
                if (await RefusedAsync(store, path, damaged))
                    refused++;
            }
        }
        Assert.True(refused > bytes.Length / 4, $"only {refused} of {2 * bytes.Length} changes were noticed");
    }

    [Theory]
    [InlineData(".arrow")]
    [InlineData(".bin")]
    public async Task Every_cut_or_changed_deletion_file_is_refused_or_deletes_as_many_rows(string kind)
    {
        var folder = new[] { FixtureFolders.Whole, FixtureFolders.Own }.Where(f => f is not null).Select(f => Path.Combine(f!, "tables")).FirstOrDefault(Directory.Exists);
        var file = folder is null ? null : Directory.GetFiles(folder, "*" + kind, SearchOption.AllDirectories).OrderBy(f => new FileInfo(f).Length).FirstOrDefault();
        if (file is null)
            Assert.Skip($"Needs a recorded deletion file of the kind {kind}.");
        var bytes = await File.ReadAllBytesAsync(file);
        var type = kind == ".bin" ? DeletionFile.Types.Kind.Bitmap : DeletionFile.Types.Kind.ArrowArray;
        var count = kind == ".bin" ? RoaringFormat.Read(bytes, file).Cardinality : ArrowDeletionFile.Read(bytes, file).Length;
        var message = new DeletionFile { FileType = type, NumDeletedRows = (ulong)count };
        bool Refused(byte[] content)
        {
            try
            {
                Assert.Equal(count, DeletionFiles.Parse(content, "f", message, 100000).Cardinality);
                return false;
            }
            catch (LanceFormatException)
            {
                return true;
            }
            catch (LanceNotSupportedException)
            {
                return true;
            }
        }
        Assert.False(Refused(bytes));
        for (var length = 0; length < Math.Min(bytes.Length, 2000); length++)
            Assert.True(Refused(bytes[..length]), $"cut to {length}");
        for (var i = 0; i < Math.Min(bytes.Length, 2000); i++)
        {
            foreach (var mask in new byte[] { 0x01, 0x80, 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[i] ^= mask;
                Refused(damaged);
            }
        }
    }

    [Fact]
    public async Task Unknown_reader_features_are_refused_by_name()
    {
        var path = await LatestManifestAsync();
        var file = ManifestFile.Parse((await Source.Value)[path], path);
        foreach (var (flag, name) in new[] { (64UL, "data overlay files"), (1UL << 40, "feature flag 1099511627776"), (512UL | 1024, "tagged fragment reuse") })
        {
            var manifest = file.Message.Clone();
            manifest.ReaderFeatureFlags |= flag;
            var error = Assert.Throws<LanceNotSupportedException>(() => ManifestChecks.Check(manifest, path));
            Assert.Contains(name, error.Feature, StringComparison.Ordinal);
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Contradictions_in_a_manifest_are_refused()
    {
        var path = await LatestManifestAsync();
        var file = ManifestFile.Parse((await Source.Value)[path], path);
        void Refused(Action<Manifest> change)
        {
            var manifest = file.Message.Clone();
            change(manifest);
            Assert.Throws<LanceFormatException>(() => ManifestChecks.Check(manifest, path));
        }
        Refused(m => m.Version = 0);
        Refused(m => m.Fragments[0].Id = 1UL << 32);
        Refused(m => m.Fragments.Add(m.Fragments[0].Clone()));
        Refused(m => m.Fragments[0].PhysicalRows = 1UL << 33);
        Refused(m => m.Fragments[0].Files[0].Path = "../../etc/passwd");
        Refused(m => m.Fragments[0].Files[0].Path = "/etc/passwd");
        Refused(m => m.Fragments[0].Files[0].Path = "");
        Refused(m => m.Fragments[0].Files[0].ColumnIndices.Clear());
        Refused(m => m.Fragments[0].Files[0].ColumnIndices[1] = m.Fragments[0].Files[0].ColumnIndices[0]);
        Refused(m => m.Fragments[0].Files[0].Fields[1] = m.Fragments[0].Files[0].Fields[0]);
        Refused(m => m.Fragments[0].Files[0].BaseId = 7);
        Refused(m => m.BasePaths.AddRange([new BasePath { Id = 1 }, new BasePath { Id = 1 }]));
        Refused(m => m.ReaderFeatureFlags |= FeatureFlags.StableRowIds);
        ManifestChecks.Check(file.Message, path);
    }

    [Fact]
    public void References_that_are_no_JSON_objects_are_refused()
    {
        void Refused(string json) => Assert.Throws<LanceFormatException>(() => ReferenceFiles.ParseTag(System.Text.Encoding.UTF8.GetBytes(json), "f", "t"));
        Refused("");
        Refused("[]");
        Refused("{");
        Refused("{}");
        Refused("{\"version\":-1}");
        Refused("{\"version\":\"1\"}");
        Refused("{\"version\":1.5}");
        Refused("{\"version\":1,\"branch\":7}");
        Refused("{\"version\":1,\"branch\":\"../up\"}");
        Refused("{\"version\":1,\"branch\":\"\\ud800\"}");
        Assert.Equal(3, ReferenceFiles.ParseTag("{\"version\":3,\"other\":[]}"u8.ToArray(), "f", "t").Version);
        Assert.Throws<LanceFormatException>(() => ReferenceFiles.ParseBranch("{\"parentVersion\":1,\"createAt\":99999999999999}"u8.ToArray(), "f", "b"));
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var store = await CopyAsync();
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceDataset.OpenAsync(store, "other.lance"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Version = 999 }));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "none" }));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "none" }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await LanceDataset.OpenAsync(store, "../t.lance"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "../x" }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "a/b" }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "first", Version = 1 }));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceDataset.OpenAsync("/nonexistent/table.lance"));
        using var dataset = await LanceDataset.OpenAsync(store, "t.lance");
        Assert.Throws<LanceNotFoundException>(() => dataset.SchemaOf(new ScanOptions { Columns = ["nothing"] }));
        Assert.Throws<LanceFilterException>(() => dataset.SchemaOf(new ScanOptions { Where = "nothing = 1" }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await dataset.TakeAsync(new long[] { 1L << 40 }));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await dataset.TakeAddressesAsync(new[] { ulong.MaxValue }));
    }
}
