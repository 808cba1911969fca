using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.TestSupport;
using static Pennon.Lance.Tests.History.HistoryTable;

namespace Pennon.Lance.Tests.History;

public sealed class ReferenceTests
{
    [Fact]
    public async Task A_tag_is_made_moved_opened_and_deleted()
    {
        var store = new MemoryObjectStore();
        using var first = await CreateAsync(store, 3);
        using var second = await AppendAsync(first, 3, 2);
        var tag = await first.CreateTagAsync("v1.0");
        Assert.Equal(("v1.0", 1L, null), (tag.Name, tag.Version, tag.Branch));
        Assert.Equal(tag, Assert.Single(await second.ListTagsAsync()));
        Assert.True(tag.ManifestSize > 100);
        var error = await Assert.ThrowsAsync<ConflictException>(async () => await second.CreateTagAsync("v1.0"));
        Assert.Contains("has a tag 'v1.0' already", error.Message, StringComparison.Ordinal);
        using (var opened = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "v1.0" }))
            Assert.Equal([0L, 1, 2], await IdsAsync(opened));
        Assert.Equal(2, (await first.UpdateTagAsync("v1.0", new LanceOpenOptions { Version = 2 })).Version);
        using (var opened = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Tag = "v1.0" }))
            Assert.Equal(5, await opened.CountRowsAsync());
        await first.DeleteTagAsync("v1.0");
        Assert.Empty(await first.ListTagsAsync());
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await first.DeleteTagAsync("v1.0"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await first.UpdateTagAsync("v1.0"));
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await first.CreateTagAsync("x", new LanceOpenOptions { Version = 3 }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".x")]
    [InlineData("x.")]
    [InlineData("a..b")]
    [InlineData("a.lock")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public async Task Names_that_break_the_rules_are_refused(string name)
    {
        using var dataset = await CreateAsync(new MemoryObjectStore(), 1);
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.CreateTagAsync(name));
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.CreateBranchAsync(name == "a/b" ? "a//b" : name));
        await Assert.ThrowsAsync<ArgumentException>(async () => await dataset.CreateBranchAsync("main"));
    }

    [Fact]
    public async Task Moving_a_tag_keeps_when_it_was_made_and_what_else_its_file_says()
    {
        var store = new MemoryObjectStore();
        using var dataset = await CreateAsync(store, 1);
        await store.PutAsync("t.lance/_refs/tags/x.json", """{"branch":null,"version":1,"createdAt":"2020-01-01T00:00:00Z","manifestSize":5,"metadata":{"a":"b"},"later":[1]}"""u8.ToArray());
        await dataset.UpdateTagAsync("x");
        var text = System.Text.Json.Nodes.JsonNode.Parse(await store.ReadAllAsync("t.lance/_refs/tags/x.json"))!;
        Assert.Equal(("2020-01-01T00:00:00Z", "b", 1), ((string)text["createdAt"]!, (string)text["metadata"]!["a"]!, (int)text["later"]![0]!));
        Assert.Equal(dataset.Table.File.Length, (long)text["manifestSize"]!);
    }

    [Fact]
    public async Task Branches_go_their_own_way_from_any_version()
    {
        var store = new MemoryObjectStore();
        using var one = await CreateAsync(store, 3, "db/t.lance");
        using var two = await AppendAsync(one, 3, 2);
        await one.CreateTagAsync("first");
        using var dev = await two.CreateBranchAsync("dev/x");
        using var old = await two.CreateBranchAsync("old", new LanceOpenOptions { Tag = "first" });
        Assert.Equal(("dev/x", 2L, 5L), (dev.Branch, dev.Version, await dev.CountRowsAsync()));
        Assert.Equal(("old", 1L), (old.Branch, old.Version));
        using var dev3 = await AppendAsync(dev, 100, 2);
        using var main3 = await AppendAsync(two, 200, 1);
        using var old2 = await AppendAsync(old, 300, 1);
        Assert.Equal([0L, 1, 2, 3, 4, 100, 101], await IdsAsync(dev3));
        Assert.Equal([0L, 1, 2, 3, 4, 200], await IdsAsync(main3));
        Assert.Equal([0L, 1, 2, 300], await IdsAsync(old2));
        using var child = await dev3.CreateBranchAsync("child");
        using var child4 = await AppendAsync(child, 400, 1);
        Assert.Equal([0L, 1, 2, 3, 4, 100, 101, 400], await IdsAsync(child4));
        // Each inherited file keeps the base it had: the main line's, then the branch's, then none.
        Assert.Equal(["./t.lance", "./t.lance/tree/dev/x"], child4.Info.BasePaths.Select(b => b.Path));
        Assert.Equal([0L, 0, 1, -1], child4.Table.Fragments.Select(f => f.Message.Files[0].HasBaseId ? f.Message.Files[0].BaseId : -1L));
        Assert.Equal([("child", 3L, "dev/x"), ("dev/x", 2L, null), ("old", 1L, null)], (await one.ListBranchesAsync()).Select(b => (b.Name, b.ParentVersion, b.ParentBranch)));
        var points = await ReferenceFiles.BranchPointsAsync(store, "db/t.lance", "child", default);
        Assert.Equal([2L, 3], points.Select(p => p.Version));
        Assert.Equal((await ReferenceFiles.BranchPointsAsync(store, "db/t.lance", "dev/x", default))[0], points[0]);
        Assert.Equal([2L, 3], (await dev3.ListVersionsAsync()).Select(v => v.Version));
        await dev3.CreateTagAsync("on-dev");
        using var tagged = await LanceDataset.OpenAsync(store, "db/t.lance", new LanceOpenOptions { Tag = "on-dev" });
        Assert.Equal(("dev/x", 3L), (tagged.Branch, tagged.Version));
    }

    [Fact]
    public async Task A_branch_others_depend_on_is_not_deleted_and_one_that_is_free_takes_only_its_own_files()
    {
        var store = new MemoryObjectStore();
        using var main = await CreateAsync(store, 3);
        using var a = await main.CreateBranchAsync("a");
        using var a2 = await AppendAsync(a, 10, 1);
        using var child = await a2.CreateBranchAsync("child");
        using var inside = await main.CreateBranchAsync("a/data");
        using var inside2 = await AppendAsync(inside, 20, 1);
        await a2.CreateTagAsync("on-a");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await main.DeleteBranchAsync("a"));
        Assert.Contains("'child' started from", error.Message, StringComparison.Ordinal);
        await main.DeleteBranchAsync("child");
        error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await main.DeleteBranchAsync("a"));
        Assert.Contains("tagged 'on-a'", error.Message, StringComparison.Ordinal);
        await main.DeleteTagAsync("on-a");
        await main.DeleteBranchAsync("a");
        await Assert.ThrowsAsync<LanceNotFoundException>(async () => await main.DeleteBranchAsync("a"));
        Assert.All(await KeysAsync(store, "t.lance/tree/"), k => Assert.StartsWith("t.lance/tree/a/data/", k, StringComparison.Ordinal));
        using var still = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "a/data" });
        Assert.Equal([0L, 1, 2, 20], await IdsAsync(still));
        Assert.Equal([0L, 1, 2], await IdsAsync(main));
        using var again = await main.CreateBranchAsync("a");
        Assert.Equal(1, again.Version);
    }

    [Fact]
    public async Task A_branch_is_made_once_however_many_try()
    {
        var store = new MemoryObjectStore();
        using var main = await CreateAsync(store, 3);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                using var branch = await main.CreateBranchAsync("b");
                return 1;
            }
            catch (ConflictException)
            {
                return 0;
            }
        }));
        Assert.Equal(1, made.Sum());
        using var found = await LanceDataset.OpenAsync(store, "t.lance", new LanceOpenOptions { Branch = "b" });
        Assert.Equal([0L, 1, 2], await IdsAsync(found));
    }

    [Fact]
    public async Task Branches_of_a_folder_are_found_again_after_the_table_moved()
    {
        using var folder = new TempFolder("branches");
        var store = new LocalObjectStore(folder.Path("db"), flushToDisk: false);
        using (var main = await CreateAsync(store, 3))
        using (var dev = await main.CreateBranchAsync("dev"))
        using (var dev2 = await AppendAsync(dev, 10, 1))
        using (var child = await dev2.CreateBranchAsync("child"))
            Assert.Equal(Path.Combine(folder.Path("db"), "t.lance"), child.Info.BasePaths[0].Path);
        Directory.Move(folder.Path("db"), folder.Path("elsewhere"));
        using var moved = await LanceDataset.OpenAsync(folder.Path("elsewhere", "t.lance"), new LanceOpenOptions { Branch = "child" });
        Assert.Equal([0L, 1, 2, 10], await IdsAsync(moved));
    }

    [Fact]
    public async Task A_shallow_clone_shares_files_and_goes_its_own_way()
    {
        var store = new MemoryObjectStore();
        using var source = await CreateAsync(store, 3, "a/source.lance");
        using var beside = await source.ShallowCloneAsync(store, "a/clone.lance");
        using var far = await source.ShallowCloneAsync(store, "b/deep/clone.lance");
        using var far2 = await AppendAsync(far, 10, 2);
        Assert.Equal([0L, 1, 2, 10, 11], await IdsAsync(far2));
        Assert.Equal([0L, 1, 2], await IdsAsync(beside));
        Assert.Equal([0L, 1, 2], await IdsAsync(source));
        Assert.Equal(("./source.lance", "/a/source.lance"), (beside.Info.BasePaths[0].Path, far.Info.BasePaths[0].Path));
        Assert.Null(far.Branch);
        using var twice = await far2.ShallowCloneAsync(store, "twice.lance");
        Assert.Equal([0L, 1, 2, 10, 11], await IdsAsync(twice));
        await Assert.ThrowsAsync<ConflictException>(async () => await source.ShallowCloneAsync(store, "a/clone.lance"));
        var other = new MemoryObjectStore();
        await Assert.ThrowsAsync<LanceNotSupportedException>(async () => await source.ShallowCloneAsync(other, "c.lance"));
        using var named = await source.ShallowCloneAsync(other, "c.lance", "mem://a/source.lance");
        Assert.Equal([0L, 1, 2], await IdsAsync(named));
    }

    [Theory]
    [InlineData("_versions/1.manifest", null, "_versions/1.manifest")]
    [InlineData("_indices/u/part.lance", null, "_indices/u/part.lance")]
    [InlineData("tree/dev/x/data/f.lance", "dev/x", "data/f.lance")]
    [InlineData("tree/dev/data/_versions/1.manifest", "dev/data", "_versions/1.manifest")]
    [InlineData("tree/a/_indices/u/page.lance", "a", "_indices/u/page.lance")]
    [InlineData("tree/a/_indices/_deletions/0-1-2.bin", "a/_indices", "_deletions/0-1-2.bin")]
    [InlineData("tree/a/data/stem/1.blob", "a", "data/stem/1.blob")]
    public void Keys_belong_to_the_line_they_lie_in(string key, string? branch, string inside)
    {
        Assert.True(BranchFiles.TrySplit(key, out var owner, out var rest));
        Assert.Equal((branch, inside), (owner, rest));
    }

    [Theory]
    [InlineData("_refs/tags/x.json")]
    [InlineData("readme.txt")]
    [InlineData("tree/x")]
    [InlineData("tree/data/f.lance")]
    [InlineData("tree/main/data/f.lance")]
    [InlineData("tree/a/other/f.lance")]
    public void Other_keys_belong_to_no_line(string key) => Assert.False(BranchFiles.TrySplit(key, out _, out _));
}
