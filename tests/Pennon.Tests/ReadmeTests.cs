using Pennon.TestSupport;

namespace Pennon.Tests;

/// <summary>The example of the README compiles, runs and is the text that stands there.</summary>
[Collection("current directory")]
public sealed class ReadmeTests
{
    [Fact]
    public async Task TheExampleRuns()
    {
        using var folder = new TempFolder("readme");
        var before = Environment.CurrentDirectory;
        var console = Console.Out;
        var output = new StringWriter { NewLine = "\n" };
        Environment.CurrentDirectory = folder.FullName;
        Console.SetOut(output);
        try
        {
            await RunExampleAsync();
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Console.SetOut(console);
        }

        Assert.Equal("Mary Somerville since 1832\nCharles Babbage since 1833\n", output.ToString());
    }

    [Fact]
    public void TheExampleIsTheTextOfTheReadme()
    {
        var source = File.ReadAllLines(RepositoryFolder.Path("tests", "Pennon.Tests", "ReadmeTests.cs"));
        var from = Array.FindIndex(source, line => line.Trim() == "// The example begins here.");
        var to = Array.FindIndex(source, line => line.Trim() == "// The example ends here.");
        var code = source[(from + 1)..to].Select(line => line.Length >= 8 ? line[8..] : line.Trim());
        var readme = File.ReadAllText(RepositoryFolder.Path("README.md")).ReplaceLineEndings("\n");
        Assert.Contains("```csharp\n" + string.Join("\n", code) + "\n```", readme, StringComparison.Ordinal);
    }

    static async Task RunExampleAsync()
    {
        // The example begins here.
        await using var db = await PennonDatabase.CreateAsync("social.pennon");

        await File.WriteAllTextAsync("people.jsonl", """
            {"type":"Person","data":{"id":"ada","name":"Ada Lovelace","born":1815}}
            {"type":"Person","data":{"id":"charles","name":"Charles Babbage","born":1791}}
            {"type":"Person","data":{"id":"mary","name":"Mary Somerville","born":1780}}
            {"edge":"KNOWS","from":"ada","to":"charles","data":{"since":1833}}
            {"edge":"KNOWS","from":"ada","to":"mary","data":{"since":1832}}
            """);
        await db.LoadAsync("people.jsonl");

        var result = await db.QueryAsync(
            "MATCH (:Person {id: $who})-[k:KNOWS]->(friend) RETURN friend.name AS name, k.since AS since ORDER BY since",
            ("who", "ada"));

        await foreach (var row in result)
        {
            Console.WriteLine($"{row.Get<string>("name")} since {row.Get<int>("since")}");
        }
        // The example ends here.
    }
}

[CollectionDefinition("current directory", DisableParallelization = true)]
public sealed class CurrentDirectoryCollection;
