using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.TestSupport.Stores;

namespace Pennon.Lance.Tests.Writing;

public sealed class CommitTests
{
    static readonly Schema People = new([new("id", ArrowType.Int64, nullable: false), new("name", ArrowType.String)]);

    static RecordBatch Batch(int rows, int seed = 1) => new RandomRows(seed).CreateBatch(People, rows);

    static async Task<StagedTransaction> StageAsync(IObjectStore store, string how, int rows, LanceWriteOptions? options = null)
    {
        await using var writer = how switch
        {
            "create" => await LanceTableWriter.CreateAsync(store, "t.lance", People, options),
            "append" => await LanceTableWriter.AppendAsync(store, "t.lance", People, options),
            _ => await LanceTableWriter.OverwriteAsync(store, "t.lance", People, options),
        };
        if (rows > 0) await writer.WriteAsync(Batch(rows));
        return await writer.FinishAsync();
    }

    static async Task<long> CommitAsync(IObjectStore store, string how, int rows, LanceWriteOptions? options = null)
    {
        await using var staged = await StageAsync(store, how, rows, options);
        return await staged.CommitAsync();
    }

    static async Task<StoredVersion> LatestAsync(IObjectStore store)
    {
        var history = new TableHistory(store, new TablePaths("t.lance"));
        var (version, naming) = await history.FindLatestAsync(default);
        Assert.Equal(ManifestNaming.Version2, naming);
        var stored = await history.ReadAsync(version, naming, default);
        Assert.Equal((ulong)version, stored.Manifest.Version);
        return stored;
    }

    static async Task<List<string>> FilesAsync(IObjectStore store, string part)
    {
        var files = new List<string>();
        await foreach (var item in store.ListAsync("t.lance/" + part)) files.Add(item.Path);
        return files;
    }

    [Fact]
    public async Task Nothing_is_visible_before_the_commit()
    {
        var store = new MemoryObjectStore();
        await using var staged = await StageAsync(store, "create", 100);
        Assert.Empty(await FilesAsync(store, "_versions/"));
        Assert.Single(await FilesAsync(store, "data/"));
        Assert.Equal((0L, 100L, null), (staged.ReadVersion, staged.Rows, staged.CommittedVersion));
        Assert.Equal(1, await staged.CommitAsync());
        Assert.Equal(1, staged.CommittedVersion);
        Assert.Equal(["t.lance/_versions/18446744073709551614.manifest", "t.lance/_versions/latest_version_hint.json"], await FilesAsync(store, "_versions/"));
        Assert.Single(await FilesAsync(store, "_transactions/0-"));
    }

    [Fact]
    public async Task A_staged_write_that_is_disposed_leaves_no_file()
    {
        var store = new MemoryObjectStore();
        await (await StageAsync(store, "create", 100, new LanceWriteOptions { MaxRowsPerFile = 30 })).DisposeAsync();
        Assert.Empty(await FilesAsync(store, ""));
        await using (var writer = await LanceTableWriter.CreateAsync(store, "t.lance", People, new LanceWriteOptions { MaxRowsPerFile = 30 }))
        {
            await writer.WriteAsync(Batch(100));
            Assert.Equal(3, (await FilesAsync(store, "data/")).Count);
        }
        Assert.Empty(await FilesAsync(store, ""));
    }

    [Fact]
    public async Task A_second_commit_of_the_same_write_is_refused()
    {
        var store = new MemoryObjectStore();
        await using var staged = await StageAsync(store, "create", 1);
        await staged.CommitAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await staged.CommitAsync());
        var abandoned = await StageAsync(store, "append", 1);
        await abandoned.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await abandoned.CommitAsync());
    }

    [Fact]
    public async Task Of_two_creations_the_second_fails_for_good()
    {
        var store = new MemoryObjectStore();
        await using var first = await StageAsync(store, "create", 1);
        await using var second = await StageAsync(store, "create", 1);
        await first.CommitAsync();
        var error = await Assert.ThrowsAsync<ConflictException>(async () => await second.CommitAsync());
        Assert.False(error.IsRetryable);
        Assert.Contains("exists already", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(async () => await LanceTableWriter.CreateAsync(store, "t.lance", People));
    }

    [Fact]
    public async Task Appends_from_one_version_all_go_through_with_fragment_ids_of_their_own()
    {
        var store = new MemoryObjectStore();
        await CommitAsync(store, "create", 10);
        var staged = new List<StagedTransaction>();
        for (var i = 0; i < 8; i++) staged.Add(await StageAsync(store, "append", 5, new LanceWriteOptions { MaxRowsPerFile = 3 }));
        var versions = await Task.WhenAll(staged.Select(s => Task.Run(async () => await s.CommitAsync())));
        Assert.Equal(Enumerable.Range(2, 8).Select(v => (long)v), versions.Order());
        var manifest = (await LatestAsync(store)).Manifest;
        Assert.Equal(Enumerable.Range(0, 17).Select(i => (ulong)i), manifest.Fragments.Select(f => f.Id));
        Assert.Equal(16u, manifest.MaxFragmentId);
        Assert.Equal(50ul, manifest.Fragments.Aggregate(0ul, (sum, f) => sum + f.PhysicalRows));
    }

    [Fact]
    public async Task An_append_fails_for_good_when_the_rows_were_replaced_meanwhile()
    {
        var store = new MemoryObjectStore();
        await CommitAsync(store, "create", 10);
        await using var append = await StageAsync(store, "append", 5);
        await CommitAsync(store, "overwrite", 7);
        var error = await Assert.ThrowsAsync<ConflictException>(async () => await append.CommitAsync());
        Assert.False(error.IsRetryable);
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overwrite_goes_on_top_of_an_append_but_not_of_another_overwrite()
    {
        var store = new MemoryObjectStore();
        await CommitAsync(store, "create", 10);
        await using var first = await StageAsync(store, "overwrite", 4);
        await using var second = await StageAsync(store, "overwrite", 6);
        await CommitAsync(store, "append", 1);
        Assert.Equal(3, await first.CommitAsync());
        var manifest = (await LatestAsync(store)).Manifest;
        Assert.Equal((2ul, 4ul), (Assert.Single(manifest.Fragments).Id, manifest.Fragments[0].PhysicalRows));
        var error = await Assert.ThrowsAsync<ConflictException>(async () => await second.CommitAsync());
        Assert.True(error.IsRetryable);
    }

    [Fact]
    public async Task Tables_without_rows_have_no_data_file_and_can_be_appended_to()
    {
        var store = new MemoryObjectStore();
        await CommitAsync(store, "create", 0);
        Assert.Empty(await FilesAsync(store, "data/"));
        Assert.False((await LatestAsync(store)).Manifest.HasMaxFragmentId);
        Assert.Equal(2, await CommitAsync(store, "append", 3));
        Assert.Equal(3, await CommitAsync(store, "overwrite", 0));
        var manifest = (await LatestAsync(store)).Manifest;
        Assert.Empty(manifest.Fragments);
        Assert.Equal(0u, manifest.MaxFragmentId);
    }

    [Fact]
    public async Task An_overwrite_creates_a_table_that_does_not_exist_and_an_append_refuses()
    {
        var store = new MemoryObjectStore();
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await LanceTableWriter.AppendAsync(store, "t.lance", People));
        Assert.Equal(1, await CommitAsync(store, "overwrite", 3));
    }

    [Fact]
    public async Task Stable_row_ids_configuration_and_metadata_are_kept_by_later_commits()
    {
        var store = new MemoryObjectStore();
        await CommitAsync(store, "create", 10, new LanceWriteOptions
        {
            StableRowIds = true,
            MaxRowsPerFile = 4,
            Config = new Dictionary<string, string> { ["k"] = "v" },
            TableMetadata = new Dictionary<string, string> { ["owner"] = "me" },
        });
        await CommitAsync(store, "append", 5);
        var manifest = (await LatestAsync(store)).Manifest;
        Assert.Equal((15ul, 2ul, 10ul), (manifest.NextRowId, manifest.ReaderFeatureFlags, manifest.WriterFeatureFlags));
        Assert.Equal("v", manifest.Config["k"]);
        Assert.Equal("me", manifest.TableMetadata["owner"]);
        var ids = manifest.Fragments.Select(f => Wire.RowIdSequence.Parser.ParseFrom(f.InlineRowIds).Segments[0].Range).Select(r => (r.Start, r.End));
        Assert.Equal([(0ul, 4ul), (4ul, 8ul), (8ul, 10ul), (10ul, 15ul)], ids);
    }

    [Fact]
    public async Task A_commit_message_and_properties_are_stored_with_the_transaction()
    {
        var store = new MemoryObjectStore();
        await using var staged = await StageAsync(store, "create", 1, new LanceWriteOptions { TransactionProperties = new Dictionary<string, string> { ["who"] = "loader" } });
        staged.CommitMessage = "first load";
        await staged.CommitAsync();
        var properties = (await LatestAsync(store)).Transaction!.TransactionProperties;
        Assert.Equal(("first load", "loader"), (properties["__lance_commit_message"], properties["who"]));
    }

    [Theory]
    [InlineData("create", FaultTiming.Before)]
    [InlineData("create", FaultTiming.After)]
    [InlineData("append", FaultTiming.Before)]
    [InlineData("append", FaultTiming.After)]
    [InlineData("overwrite", FaultTiming.Before)]
    [InlineData("overwrite", FaultTiming.After)]
    public async Task A_process_that_dies_at_any_write_leaves_the_old_version_or_the_new_one_whole(string how, FaultTiming timing)
    {
        var options = new LanceWriteOptions { MaxRowsPerFile = 40, PageBytes = 4096, Parallelism = 0 };
        for (var kill = 1L; ; kill++)
        {
            var disk = new MemoryObjectStore();
            if (how != "create") await CommitAsync(disk, "create", 50);
            var faulty = new FaultyObjectStore(disk, kill, timing);
            var failed = false;
            try
            {
                await CommitAsync(faulty, how, 100, options);
            }
            catch (InjectedFaultException)
            {
                failed = true;
            }
            var (version, naming) = await new TableHistory(disk, new TablePaths("t.lance")).FindLatestAsync(default);
            var old = how == "create" ? 0 : 1;
            Assert.True(version == old + 1 || (failed && version == old), $"killed at write {kill}: version {version}");
            if (version > 0)
            {
                var manifest = (await new TableHistory(disk, new TablePaths("t.lance")).ReadAsync(version, naming, default)).Manifest;
                Assert.Equal(version == old ? 50ul : how == "append" ? 150ul : 100ul, manifest.Fragments.Aggregate(0ul, (sum, f) => sum + f.PhysicalRows));
                foreach (var file in manifest.Fragments.SelectMany(f => f.Files))
                {
                    using var reader = await disk.OpenAsync("t.lance/data/" + file.Path);
                    Assert.Equal((long)file.FileSizeBytes, reader.Length);
                }
            }
            if (!failed && !faulty.IsDead) return;
        }
    }

    [Fact]
    public async Task A_commit_whose_reply_was_lost_is_found_done_when_it_is_tried_again()
    {
        var disk = new MemoryObjectStore();
        await CommitAsync(disk, "create", 10);
        await using var staged = await StageAsync(new LosesOneReply(disk), "append", 5);
        await Assert.ThrowsAsync<IOException>(async () => await staged.CommitAsync());
        Assert.Equal(2, await staged.CommitAsync());
        Assert.Equal(15ul, (await LatestAsync(disk)).Manifest.Fragments.Aggregate(0ul, (sum, f) => sum + f.PhysicalRows));
        Assert.Equal(2, (await FilesAsync(disk, "data/")).Count);
    }

    [Fact]
    public async Task A_write_whose_commit_is_in_doubt_keeps_its_files_when_it_is_disposed()
    {
        var disk = new MemoryObjectStore();
        await CommitAsync(disk, "create", 10);
        await using (var staged = await StageAsync(new LosesOneReply(disk), "append", 5))
        {
            await Assert.ThrowsAsync<IOException>(async () => await staged.CommitAsync());
        }
        Assert.Equal(2, (await FilesAsync(disk, "data/")).Count);
        Assert.Equal(2, (await LatestAsync(disk)).Manifest.Fragments.Count);
    }

    /// <summary>Stores the first conditional put and then reports an error, as a network does that drops the answer.</summary>
    sealed class LosesOneReply(IObjectStore inner) : IObjectStore
    {
        bool _lost;

        public async ValueTask<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            var stored = await inner.PutIfAbsentAsync(path, content, cancellationToken);
            if (_lost) return stored;
            _lost = true;
            throw new IOException("The reply was lost.");
        }

        public ValueTask<IObjectReader> OpenAsync(string path, CancellationToken cancellationToken = default) => inner.OpenAsync(path, cancellationToken);

        public ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(path, content, cancellationToken);

        public ValueTask<IObjectWriter> CreateAsync(string path, CancellationToken cancellationToken = default) => inner.CreateAsync(path, cancellationToken);

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public ValueTask DeleteAsync(string path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

        public ValueTask CopyAsync(string source, string target, CancellationToken cancellationToken = default) => inner.CopyAsync(source, target, cancellationToken);

        public ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) => inner.ExistsAsync(path, cancellationToken);
    }
}
