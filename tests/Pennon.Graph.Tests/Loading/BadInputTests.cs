using System.IO.Compression;
using System.Text;
using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests.Loading;

public sealed class BadInputTests : IDisposable
{
    static readonly CancellationToken None = TestContext.Current.CancellationToken;

    readonly TempFolder _folder = new("bad");
    readonly MemoryObjectStore _store = new();

    public void Dispose() => _folder.Dispose();

    async Task<LoadException> RefusedAsync(LoadRequest request)
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        var error = await Assert.ThrowsAsync<LoadException>(async () => await database.LoadAsync(request, null, None));
        Assert.Equal(0, database.Version);
        await foreach (var item in _store.ListAsync("", None))
        {
            Assert.Fail($"A refused load left '{item.Path}'.");
        }

        return error;
    }

    Task<LoadException> RefusedJsonAsync(string lines) => RefusedAsync(new LoadRequest { Paths = [_folder.Write("in.jsonl", lines)] });

    Task<LoadException> RefusedCsvAsync(string nodes, string edges)
    {
        _folder.Write("schema.json", """
            {"delimiter":",","nodes":[{"type":"P","key":"id","files":[{"name":"P.csv","header":true}],"columns":[{"name":"id","type":"int64"},{"name":"age","type":"int32"},{"name":"name","type":"string"}]}],
             "edges":[{"edge":"K","from":"P","to":"P","files":[{"name":"K.csv","header":false}],"columns":[{"name":"w","type":"float64"}]}]}
            """);
        _folder.Write("P.csv", nodes);
        _folder.Write("K.csv", edges);
        return RefusedAsync(new LoadRequest { Paths = [_folder.FullName] });
    }

    static string[] Lines(LoadException error) => [.. error.Errors.Select(e => $"{Path.GetFileName(e.File)}:{e.Line}")];

    [Fact]
    public async Task Csv_values_that_do_not_fit_are_listed_with_their_lines()
    {
        var error = await RefusedCsvAsync("id,age,name\n1,x,a\n2,99999999999,b\nq,3,c\n4,5\n,6,d\n", "1,2,zz\n");

        Assert.Equal(["P.csv:2", "P.csv:3", "P.csv:4", "P.csv:5", "P.csv:6", "K.csv:1"], Lines(error).Distinct());
        Assert.Contains("'q' in column 'id' is no int64", error.Errors[2].Message, StringComparison.Ordinal);
        Assert.Contains(error.Errors, e => e.Line == 6 && e.Message.Contains("key 'id' is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Csv_doubled_keys_and_dangling_edges_are_listed()
    {
        var error = await RefusedCsvAsync("id,age,name\n1,1,a\n2,1,b\n1,1,c\n", "1,2,0.5\n1,3,0.5\n9,1,\n");

        Assert.Equal(["P.csv:4", "K.csv:2", "K.csv:3"], Lines(error));
        Assert.Contains("comes twice in the input", error.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("to P 3, which does not exist", error.Errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("from P 9, which does not exist", error.Errors[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_lines_are_counted_through_quoted_line_ends()
    {
        var error = await RefusedCsvAsync("id,age,name\n1,1,\"a\nb\n\nc\"\nx,1,d\n", "");

        Assert.Equal(["P.csv:6"], Lines(error));
    }

    [Fact]
    public async Task Csv_bytes_that_are_no_text_are_an_error()
    {
        _folder.Write("schema.json", """{"nodes":[{"type":"P","key":"id","files":[{"name":"P.csv","header":false}],"columns":[{"name":"id","type":"int64"},{"name":"s","type":"string"}]}]}""");
        await File.WriteAllBytesAsync(_folder.Path("P.csv"), [.. "1,a\n2,"u8, 0xC3, .. "\n3,"u8, 0xA9, .. "\n"u8], None);

        var error = await RefusedAsync(new LoadRequest { Paths = [_folder.FullName] });

        Assert.Equal(["P.csv:2", "P.csv:3"], Lines(error));
    }

    [Theory]
    [InlineData("{\"type\":\"A\",\"data\":{\"id\":1}\n", "no valid JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "neither a type nor an edge")]
    [InlineData("{\"type\":5,\"data\":{}}", "not a string")]
    [InlineData("{\"type\":\"A\"}", "no data")]
    [InlineData("{\"type\":\"A\",\"data\":[]}", "not an object")]
    [InlineData("{\"type\":\"A\",\"data\":{\"id\":1}} x", "no valid JSON")]
    [InlineData("{\"type\":\"A\",\"edge\":\"E\",\"data\":{\"id\":1}}", "both a type and an edge")]
    [InlineData("{\"edge\":\"E\",\"to\":1}", "no from")]
    [InlineData("{\"edge\":\"E\",\"from\":1}", "no to")]
    [InlineData("{\"edge\":\"E\",\"from\":1,\"to\":2,\"colour\":3}", "'colour' is not expected")]
    [InlineData("{\"type\":\"A\",\"data\":{\"name\":1}}", "no key property 'id'")]
    [InlineData("{\"type\":\"A\",\"data\":{\"id\":1.5}}", "keys are int64 or string")]
    public async Task A_line_that_is_no_node_or_edge_is_refused_with_its_number(string line, string reason)
    {
        var error = await RefusedJsonAsync("\n" + line + "\n");

        Assert.Contains(reason, error.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Errors[0].Line);
    }

    [Fact]
    public async Task Json_keys_that_are_missing_doubled_or_of_another_type_are_listed()
    {
        var error = await RefusedJsonAsync("""
            {"type":"A","data":{"id":1}}
            {"type":"A","data":{"id":1}}
            {"type":"A","data":{"name":2}}
            {"type":"A","data":{"id":"x"}}
            {"type":"A","data":{"id":2,"id":3}}
            """);

        Assert.Equal(["in.jsonl:2", "in.jsonl:3", "in.jsonl:4", "in.jsonl:5"], Lines(error));
    }

    [Fact]
    public async Task Dangling_edges_are_listed_after_everything_was_read()
    {
        var error = await RefusedJsonAsync("""
            {"edge":"E","from":1,"to":7}
            {"edge":"E","from":2,"to":1}
            {"type":"A","data":{"id":1}}
            {"type":"A","data":{"id":2}}
            {"edge":"E","from":8,"fromType":"B","to":1}
            """);

        Assert.Equal(["in.jsonl:1", "in.jsonl:5"], Lines(error));
        Assert.Contains("B 8, which does not exist", error.Errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_two_types_must_be_told_apart()
    {
        const string nodes = "{\"type\":\"A\",\"data\":{\"id\":1}}\n{\"type\":\"B\",\"data\":{\"id\":1}}\n{\"type\":\"A\",\"data\":{\"id\":2}}\n";

        var error = await RefusedJsonAsync(nodes + "{\"edge\":\"E\",\"from\":2,\"to\":1}\n");

        Assert.Contains("of a A and of a B; say which with fromType and toType", error.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(4, error.Errors[0].Line);
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await database.LoadAsync(new LoadRequest { Paths = [_folder.Write("ok.jsonl", nodes + "{\"edge\":\"E\",\"from\":2,\"to\":1,\"toType\":\"B\"}\n")] }, null, None);
        Assert.Equal("B", (await database.SnapshotAsync(None)).EdgeTypes[0].Pairs[0].Target.Name);
    }

    [Fact]
    public async Task A_node_whose_key_makes_an_earlier_edge_ambiguous_is_refused()
    {
        var edges = string.Concat(Enumerable.Repeat("{\"edge\":\"E\",\"from\":1,\"to\":1}\n", 3_000));

        var error = await RefusedJsonAsync("{\"type\":\"A\",\"data\":{\"id\":1}}\n" + edges + "{\"type\":\"B\",\"data\":{\"id\":1}}\n");

        Assert.Contains("Put nodes before edges", error.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_errors_is_bounded()
    {
        var lines = string.Concat(Enumerable.Range(0, 5_000).Select(_ => "nonsense\n"));

        var error = await RefusedAsync(new LoadRequest { Paths = [_folder.Write("in.jsonl", lines)], MaxErrors = 7 });

        Assert.Equal(7, error.Errors.Count);
        Assert.Contains("at least 7 errors (the limit)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_gzip_file_is_an_error_of_that_file()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"type\":\"A\",\"data\":{{\"id\":{i}}}}}\n"))), None);
        }

        var bytes = packed.ToArray();
        await File.WriteAllBytesAsync(_folder.Path("cut.jsonl.gz"), bytes.AsMemory(0, bytes.Length / 2), None);

        var error = await RefusedAsync(new LoadRequest { Paths = [_folder.Path("cut.jsonl.gz")] });

        Assert.Contains("breaks off", error.Errors[0].Message + error.Errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_file_of_several_members_is_read_whole()
    {
        using var packed = new MemoryStream();
        for (var part = 0; part < 3; part++)
        {
            await using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($"{{\"type\":\"A\",\"data\":{{\"id\":{part}}}}}\n"), None);
        }

        var path = _folder.Path("parts.jsonl.gz");
        await File.WriteAllBytesAsync(path, packed.ToArray(), None);
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);

        Assert.Equal(3, (await database.LoadAsync(new LoadRequest { Paths = [path] }, null, None)).Nodes);
    }

    [Fact]
    public async Task Missing_files_and_folders_are_named()
    {
        Assert.Contains("no file or folder", (await RefusedAsync(new LoadRequest { Paths = [_folder.Path("nowhere")] })).Message, StringComparison.Ordinal);
        Assert.Contains("neither a schema.json", (await RefusedAsync(new LoadRequest { Paths = [_folder.FullName] })).Message, StringComparison.Ordinal);
        Assert.Contains("No file", (await RefusedAsync(new LoadRequest { Paths = [] })).Message, StringComparison.Ordinal);
        _folder.Write("schema.json", """{"nodes":[{"type":"P","key":"id","files":[{"name":"P.csv"}],"columns":[{"name":"id","type":"int64"}]}]}""");
        Assert.Contains("'P.csv'", (await RefusedAsync(new LoadRequest { Paths = [_folder.FullName] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_appending_refuses_keys_that_are_in_the_graph()
    {
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await database.LoadAsync(new LoadRequest { Paths = [_folder.Write("a.jsonl", "{\"type\":\"A\",\"data\":{\"id\":1}}\n")] }, null, None);

        var error = await Assert.ThrowsAsync<LoadException>(async () =>
            await database.LoadAsync(new LoadRequest { Paths = [_folder.Write("b.jsonl", "{\"type\":\"A\",\"data\":{\"id\":2}}\n{\"type\":\"A\",\"data\":{\"id\":1}}\n")] }, null, None));

        Assert.Equal("b.jsonl:2", Assert.Single(Lines(error)));
        Assert.Equal(1, (await database.SnapshotAsync(None)).NodeTables[0].RowCount);
    }

    [Fact]
    public async Task Merging_refuses_a_key_that_comes_twice()
    {
        var request = new LoadRequest { Paths = [_folder.Write("a.jsonl", "{\"type\":\"A\",\"data\":{\"id\":1}}\n")] };
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        await database.LoadAsync(request, null, None);

        var error = await Assert.ThrowsAsync<LoadException>(async () => await database.LoadAsync(
            new LoadRequest { Paths = [_folder.Write("b.jsonl", "{\"type\":\"A\",\"data\":{\"id\":1}}\n{\"type\":\"A\",\"data\":{\"id\":1}}\n{\"type\":\"A\",\"data\":{\"id\":3}}\n{\"type\":\"A\",\"data\":{\"id\":3}}\n")], Mode = LoadMode.Merge }, null, None));

        Assert.Equal(["b.jsonl:2", "b.jsonl:4"], Lines(error));
    }

    [Fact]
    public async Task A_cancelled_load_changes_nothing()
    {
        var lines = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{{\"type\":\"A\",\"data\":{{\"id\":{i}}}}}\n"));
        var request = new LoadRequest { Paths = [_folder.Write("in.jsonl", lines)] };
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);
        using var stop = new CancellationTokenSource();
        var progress = new Callback(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await database.LoadAsync(request, progress, stop.Token));

        Assert.Equal(0, database.Version);
        await database.LoadAsync(request, null, None);
        Assert.Equal(200_000, (await database.SnapshotAsync(None)).NodeTables[0].RowCount);
    }

    [Fact]
    public async Task Progress_goes_up_to_all_bytes_and_rows()
    {
        var lines = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{{\"type\":\"A\",\"data\":{{\"id\":{i}}}}}\n{{\"edge\":\"E\",\"from\":{i},\"to\":0}}\n"));
        var seen = new List<LoadProgress>();
        await using var database = await GraphDatabase.OpenAsync(_store, null, None);

        await database.LoadAsync(new LoadRequest { Paths = [_folder.Write("in.jsonl", lines)] }, new Callback(seen.Add), None);

        Assert.Equal(LoadPhase.Done, seen[^1].Phase);
        Assert.Equal((1_000, 1_000, seen[^1].TotalBytes), (seen[^1].Nodes, seen[^1].Edges, seen[^1].BytesRead));
        Assert.True(seen.Zip(seen.Skip(1)).All(p => p.First.Phase <= p.Second.Phase && p.First.Nodes <= p.Second.Nodes));
    }

    sealed class Callback(Action<LoadProgress> report) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => report(value);
    }
}
