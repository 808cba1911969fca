using Pennon.TestSupport;

namespace Pennon.Cli.Tests.Commands;

/// <summary>A small database that the commands of one test class look at; built once.</summary>
public sealed class SampleDatabase : IAsyncLifetime
{
    public const string Lines =
        """
        {"type":"Person","data":{"id":1,"name":"Ada","born":1815,"tags":["maths","engines"]}}
        {"type":"Person","data":{"id":2,"name":"Charles","born":1791}}
        {"type":"Person","data":{"id":3,"name":"Mary, \"of\" Jedburgh","born":null}}
        {"type":"City","data":{"id":10,"name":"London"}}
        {"edge":"KNOWS","from":1,"to":2,"fromType":"Person","toType":"Person","data":{"since":1833}}
        {"edge":"KNOWS","from":1,"to":3,"fromType":"Person","toType":"Person","data":{"since":1832}}
        {"edge":"LIVES_IN","from":1,"to":10,"fromType":"Person","toType":"City","data":{}}
        """;

    readonly TempFolder _folder = new("cli");

    public string Path => _folder.Path("people.pennon");

    public async ValueTask InitializeAsync()
    {
        var file = _folder.Write("people.jsonl", Lines);
        var run = await CliRun.OfAsync("load", Path, file);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.StartsWith("Loaded 4 nodes and 3 edges in ", run.Output, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
