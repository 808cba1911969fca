using System.Text;
using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.IO;

/// <summary>What every object store promises.</summary>
public abstract class ObjectStoreConformance : IDisposable
{
    protected abstract IObjectStore Store { get; }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<string> TextAsync(IObjectStore store, string path) => Encoding.UTF8.GetString(await store.ReadAllAsync(path));

    async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var item in Store.ListAsync(prefix))
            keys.Add(item.Path);
        return keys;
    }

    [Fact]
    public async Task A_put_object_reads_back_whole_and_in_ranges()
    {
        await Store.PutAsync("a/b.bin", Bytes("0123456789"));
        using var reader = await Store.OpenAsync("a/b.bin");
        Assert.Equal(10, reader.Length);
        Assert.Equal("a/b.bin", reader.Path);
        var buffer = new byte[4];
        Assert.Equal(4, await reader.ReadAsync(3, buffer));
        Assert.Equal("3456", Encoding.UTF8.GetString(buffer));
        Assert.Equal(2, await reader.ReadAsync(8, buffer));
        Assert.Equal(0, await reader.ReadAsync(10, buffer));
        Assert.Equal(0, await reader.ReadAsync(99, buffer));
        if (reader.SupportsSynchronousReads)
            Assert.Equal(1, reader.Read(9, buffer));
        if (reader.TryGetMemory(1, 3, out var memory))
            Assert.Equal("123", Encoding.UTF8.GetString(memory.Span));
        Assert.False(reader.TryGetMemory(8, 3, out _));
        Assert.False(reader.TryGetMemory(-1, 1, out _));
    }

    [Fact]
    public async Task An_exact_read_beyond_the_end_is_a_format_error_that_names_the_file()
    {
        await Store.PutAsync("short", Bytes("abc"));
        using var reader = await Store.OpenAsync("short");
        var error = await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadExactlyAsync(1, new byte[3]));
        Assert.Equal("short", error.File);
        Assert.Equal(1, error.Offset);
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadExactlyAsync(-1, new byte[1]));
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadExactlyAsync(long.MaxValue, new byte[1]));
        await reader.ReadExactlyAsync(3, Memory<byte>.Empty);
    }

    [Fact]
    public async Task An_empty_object_exists_with_length_zero()
    {
        await Store.PutAsync("empty", ReadOnlyMemory<byte>.Empty);
        Assert.True(await Store.ExistsAsync("empty"));
        Assert.Empty(await Store.ReadAllAsync("empty"));
    }

    [Fact]
    public async Task Put_replaces_and_an_open_reader_keeps_the_old_content()
    {
        await Store.PutAsync("k", Bytes("old"));
        using var reader = await Store.OpenAsync("k");
        await Store.PutAsync("k", Bytes("newer"));
        var buffer = new byte[3];
        await reader.ReadExactlyAsync(0, buffer);
        Assert.Equal("old", Encoding.UTF8.GetString(buffer));
        Assert.Equal("newer", await TextAsync(Store, "k"));
    }

    [Fact]
    public async Task The_bytes_given_to_put_may_be_reused_at_once()
    {
        var bytes = Bytes("abc");
        await Store.PutAsync("k", bytes);
        bytes[0] = (byte)'z';
        Assert.Equal("abc", await TextAsync(Store, "k"));
    }

    [Fact]
    public async Task Opening_or_copying_a_missing_object_says_not_found()
    {
        await Store.PutAsync("folder/object", Bytes("x"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await Store.OpenAsync("nothing"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await Store.OpenAsync("no/such/folder"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await Store.OpenAsync("folder"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await Store.CopyAsync("nothing", "target"));
        Assert.False(await Store.ExistsAsync("nothing"));
        Assert.False(await Store.ExistsAsync("folder"));
        Assert.False(await Store.ExistsAsync("target"));
    }

    [Fact]
    public async Task Put_if_absent_lets_one_of_many_concurrent_writers_win()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"race/manifest{round}";
            using var start = new Barrier(4);
            var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Store.PutIfAbsentAsync(key, Bytes($"writer {i}")).AsTask();
                },
                TaskCreationOptions.LongRunning).Unwrap()));
            Assert.Equal(1, results.Count(won => won));
            Assert.Equal($"writer {Array.IndexOf(results, true)}", await TextAsync(Store, key));
            Assert.False(await Store.PutIfAbsentAsync(key, Bytes("late")));
        }
        Assert.Equal(20, (await KeysAsync("")).Count);
    }

    [Fact]
    public async Task A_streamed_object_appears_only_when_completed()
    {
        await using (var writer = await Store.CreateAsync("data/file"))
        {
            await writer.WriteAsync(Bytes("one "));
            await writer.WriteAsync(ReadOnlyMemory<byte>.Empty);
            await writer.WriteAsync(Bytes("two"));
            Assert.Equal(7, writer.Position);
            Assert.False(await Store.ExistsAsync("data/file"));
            Assert.Empty(await KeysAsync(""));
            await writer.CompleteAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(Bytes("x")));
        }
        Assert.Equal("one two", await TextAsync(Store, "data/file"));
    }

    [Fact]
    public async Task A_disposed_writer_leaves_nothing()
    {
        await using (var writer = await Store.CreateAsync("data/file"))
            await writer.WriteAsync(Bytes("half"));
        Assert.Empty(await KeysAsync(""));
        Assert.False(await Store.ExistsAsync("data/file"));
    }

    [Fact]
    public async Task Listing_is_by_prefix_recursive_and_in_ordinal_order()
    {
        foreach (var key in new[] { "t/b", "t/a/2", "t/a/10", "t/B", "ta", "u/x/y/z", "t/ü" })
            await Store.PutAsync(key, Bytes(key));
        Assert.Equal(["t/B", "t/a/10", "t/a/2", "t/b", "t/ü", "ta", "u/x/y/z"], await KeysAsync(""));
        Assert.Equal(["t/B", "t/a/10", "t/a/2", "t/b", "t/ü"], await KeysAsync("t/"));
        Assert.Equal(["t/B", "t/a/10", "t/a/2", "t/b", "t/ü", "ta"], await KeysAsync("t"));
        Assert.Equal(["t/a/10"], await KeysAsync("t/a/1"));
        Assert.Equal(["u/x/y/z"], await KeysAsync("u/"));
        Assert.Empty(await KeysAsync("absent/"));
        await foreach (var item in Store.ListAsync("ta"))
        {
            Assert.Equal(2, item.Length);
            Assert.True(Math.Abs((DateTimeOffset.UtcNow - item.LastModified).TotalMinutes) < 5);
        }
    }

    [Fact]
    public async Task Deleting_is_idempotent()
    {
        await Store.PutAsync("a/b", Bytes("x"));
        await Store.DeleteAsync("a/b");
        await Store.DeleteAsync("a/b");
        await Store.DeleteAsync("never/was");
        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task Copying_replaces_the_target()
    {
        await Store.PutAsync("s", Bytes("content"));
        await Store.PutAsync("folder/t", Bytes("old"));
        await Store.CopyAsync("s", "folder/t");
        await Store.DeleteAsync("s");
        Assert.Equal("content", await TextAsync(Store, "folder/t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/absolute")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a/./b")]
    [InlineData("a\\b")]
    [InlineData("C:/x")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("trailing.")]
    [InlineData("trailing ")]
    [InlineData(".tmp_123")]
    public async Task Odd_keys_are_refused_by_every_operation(string key)
    {
        Assert.False(ObjectKey.IsValid(key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.OpenAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync(key, Bytes("x")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutIfAbsentAsync(key, Bytes("x")));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CreateAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ExistsAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CopyAsync("a", key));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CopyAsync(key, "a"));
    }

    [Fact]
    public async Task Prefixes_cannot_leave_the_store()
    {
        foreach (var prefix in new[] { "../", "a/../", "/", "a\\", "a//" })
            await Assert.ThrowsAsync<ArgumentException>(async () => await KeysAsync(prefix));
        Assert.False(ObjectKey.IsValid(new string('a', ObjectKey.MaximumLength + 1)));
        Assert.True(ObjectKey.IsValid("t.lance/_refs/branches/a%2Fb.json"));
        Assert.True(ObjectKey.IsValid("a b/ü🙂/..c"));
    }

    [Fact]
    public async Task A_cancelled_token_stops_every_operation()
    {
        await Store.PutAsync("k", Bytes("x"));
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.OpenAsync("k", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutAsync("n", Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutIfAbsentAsync("n", Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.DeleteAsync("k", cancelled));
        Assert.Equal(["k"], await KeysAsync(""));
    }
}

public sealed class MemoryObjectStoreTests : ObjectStoreConformance
{
    protected override IObjectStore Store { get; } = new MemoryObjectStore();
}

public sealed class LocalObjectStoreTests : ObjectStoreConformance
{
    readonly TempFolder _folder = new("store");
    readonly LocalObjectStore _store;

    public LocalObjectStoreTests() => _store = new LocalObjectStore(_folder.Path("root"));

    protected override IObjectStore Store => _store;

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task Unfinished_writes_leave_no_files_behind()
    {
        await using (var writer = await _store.CreateAsync("a/b"))
            await writer.WriteAsync(new byte[10]);
        await _store.PutAsync("a/c", new byte[1]);
        Assert.False(await _store.PutIfAbsentAsync("a/c", new byte[2]));
        Assert.Equal([Path.Combine(_store.RootFolder, "a", "c")], Directory.GetFiles(_store.RootFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_missing_root_folder_is_an_empty_store()
    {
        var count = 0;
        await foreach (var _ in _store.ListAsync(""))
            count++;
        Assert.Equal(0, count);
        Assert.False(await _store.ExistsAsync("x"));
    }
}
