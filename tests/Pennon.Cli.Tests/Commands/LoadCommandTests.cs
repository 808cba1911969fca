using System.IO.Compression;
using System.Text;
using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

public sealed class LoadCommandTests : IDisposable
{
    readonly TempFolder _folder = new("load");

    string Database => _folder.Path("db.pennon");

    public void Dispose() => _folder.Dispose();

    async Task<string> CountAsync(string label) =>
        (await CliRun.OfAsync("query", Database, $"MATCH (n:{label}) RETURN count(*) AS n", "--format", "csv")).Output.Split('\n')[1];

    [Fact]
    public async Task CompressedJsonLinesLoadDirectly()
    {
        var file = _folder.Path("people.jsonl.gz");
        await using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(SampleDatabase.Lines), TestContext.Current.CancellationToken);
        }

        var run = await CliRun.OfAsync("load", Database, file);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("3", await CountAsync("Person"));
    }

    [Fact]
    public async Task ADuplicateKeyIsRefusedWithFileAndLineAndNothingIsLoaded()
    {
        var good = _folder.Write("good.jsonl", "{\"type\":\"Person\",\"data\":{\"id\":1}}\n");
        Assert.Equal(0, (await CliRun.OfAsync("load", Database, good)).ExitCode);
        var bad = _folder.Write("bad.jsonl", "{\"type\":\"Person\",\"data\":{\"id\":2}}\n{\"type\":\"Person\",\"data\":{\"id\":1}}\n");
        var run = await CliRun.OfAsync("load", Database, bad);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("bad.jsonl:2", run.Error, StringComparison.Ordinal);
        Assert.Equal("1", await CountAsync("Person"));
    }

    [Fact]
    public async Task MergeUpdatesAndOverwriteReplaces()
    {
        var first = _folder.Write("first.jsonl", "{\"type\":\"Person\",\"data\":{\"email\":\"a\",\"age\":1}}\n");
        Assert.Equal(0, (await CliRun.OfAsync("load", Database, first, "--key", "Person=email")).ExitCode);
        var second = _folder.Write("second.jsonl", "{\"type\":\"Person\",\"data\":{\"email\":\"a\",\"age\":2}}\n{\"type\":\"Person\",\"data\":{\"email\":\"b\",\"age\":3}}\n");
        var merge = await CliRun.OfAsync("load", Database, second, "--mode", "merge");
        Assert.True(merge.ExitCode == 0, merge.Error);
        Assert.Contains("1 node and 0 edges of them existed", merge.Output, StringComparison.Ordinal);
        Assert.Equal("2", await CountAsync("Person"));
        var overwrite = await CliRun.OfAsync("load", Database, first, "--mode", "overwrite", "--key", "Person=email");
        Assert.True(overwrite.ExitCode == 0, overwrite.Error);
        Assert.Equal("1", await CountAsync("Person"));
    }

    [Theory]
    [InlineData("--mode", "replace")]
    [InlineData("--format", "xml")]
    [InlineData("--key", "Person")]
    public async Task AWrongOptionIsAUsageError(string option, string value)
    {
        var run = await CliRun.OfAsync("load", Database, "x.jsonl", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.False(Directory.Exists(Database));
    }

    [Fact]
    public async Task AMissingFileIsNamed()
    {
        var run = await CliRun.OfAsync("load", Database, _folder.Path("nowhere.jsonl"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nowhere.jsonl", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoPathIsAUsageError() => Assert.Equal(2, (await CliRun.OfAsync("load", Database)).ExitCode);
}
