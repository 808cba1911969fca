using System.Text.Json;

namespace Pennon.Cli.Tests.Commands;

public sealed class InfoCommandTests(SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task TablesShowSchemaRowsBytesAndVersions()
    {
        var run = await CliRun.OfAsync("info", sample.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("4 nodes, 3 relationships", run.Output, StringComparison.Ordinal);
        Assert.Contains("(Person)->(City)", run.Output, StringComparison.Ordinal);
        Assert.Contains("nodes/Person", run.Output, StringComparison.Ordinal);
        Assert.Contains("pennon load", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonHoldsTheSame()
    {
        var run = await CliRun.OfAsync("info", sample.Path, "--json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(4, json.RootElement.GetProperty("nodes").GetInt32());
        var person = json.RootElement.GetProperty("labels").EnumerateArray().Single(label => label.GetProperty("name").GetString() == "Person");
        Assert.Equal(3, person.GetProperty("nodes").GetInt32());
        Assert.Equal("id", person.GetProperty("key").GetString());
        Assert.Equal("int64", person.GetProperty("properties").GetProperty("born").GetString());
        Assert.All(json.RootElement.GetProperty("tables").EnumerateArray(), table => Assert.True(table.GetProperty("bytes").GetInt64() > 0));
        Assert.NotEmpty(json.RootElement.GetProperty("versions").EnumerateArray());
    }
}
