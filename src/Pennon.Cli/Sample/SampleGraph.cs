using System.Reflection;
using Pennon.Graph;

namespace Pennon.Cli.Sample;

/// <summary>
/// The graph of the quickstart: programming languages, who designed them, where, in which paradigm, and which influenced
/// which. Written for this project from common knowledge.
/// </summary>
internal static class SampleGraph
{
    public const string FileName = "languages.jsonl";

    /// <summary>The three questions of the quickstart.</summary>
    public static IReadOnlyList<SampleQuestion> Questions { get; } =
    [
        new(
            "How many three-step lines of influence lead from each language of before 1965?",
            """
            MATCH (a:Language)-[:INFLUENCED]->(:Language)-[:INFLUENCED]->(:Language)-[:INFLUENCED]->(:Language)
            WHERE a.year < 1965
            RETURN a.name AS language, a.year AS year, count(*) AS lines
            ORDER BY lines DESC, language LIMIT 5
            """),
        new(
            "Which institutions gave birth to the most languages, and over which years?",
            """
            MATCH (o:Organisation)<-[:CREATED_AT]-(l:Language)
            RETURN o.name AS institution, count(l) AS languages, min(l.year) AS first, max(l.year) AS latest
            ORDER BY languages DESC, institution LIMIT 5
            """),
        new(
            "How does Plankalkül of 1945 lead to Rust?",
            """
            MATCH p = shortestPath((:Language {name: 'Plankalkül'})-[:INFLUENCED*1..10]->(:Language {name: 'Rust'}))
            RETURN length(p) AS steps, [n IN nodes(p) | n.name] AS way
            """),
    ];

    /// <summary>Writes the embedded file into a folder and gives its path.</summary>
    public static async Task<string> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var source = Open();
        await using (source.ConfigureAwait(false))
        {
            var target = File.Create(path);
            await using (target.ConfigureAwait(false))
            {
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            }
        }

        return path;
    }

    public static LoadRequest RequestFor(string file) => new()
    {
        Paths = [file],
        Keys = new Dictionary<string, string> { ["Language"] = "name", ["Person"] = "name", ["Organisation"] = "name", ["Paradigm"] = "name" },
        Mode = LoadMode.Overwrite,
        Message = "quickstart",
    };

    public static Stream Open() => Assembly.GetExecutingAssembly().GetManifestResourceStream("Pennon.Cli.Sample." + FileName)
        ?? throw new InvalidOperationException("The sample graph is missing from the program.");
}

/// <summary>A question in words and in Cypher.</summary>
internal sealed record SampleQuestion(string Words, string Cypher);
