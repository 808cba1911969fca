using System.Collections.Concurrent;
using Pennon.Graph;
using Pennon.TestSupport;

namespace Pennon.Cypher.Tests.Support;

/// <summary>The real graphs of the shared folder, each read once in a run.</summary>
public static class SharedGraphs
{
    static readonly ConcurrentDictionary<string, Lazy<GraphSnapshot>> Graphs = new();

    public static GraphSnapshot Load(string name)
    {
        SharedData.SkipUnlessPresent("data", name);
        return Graphs.GetOrAdd(name, static key => new Lazy<GraphSnapshot>(() => CsvGraph.Load(SharedData.Path("data", key)))).Value;
    }

    public static GraphSnapshot LoadEdgeList(string name)
    {
        SharedData.SkipUnlessPresent("data", name);
        return Graphs.GetOrAdd(name, static key => new Lazy<GraphSnapshot>(() => CsvGraph.LoadEdgeList(SharedData.Path("data", key)))).Value;
    }

    public static string Query(string name, string query) => File.ReadAllText(SharedData.Path("data", name, "queries", query + ".cypher"));

    public static string Expected(string name) => File.ReadAllText(SharedData.Path("data", name, "expected.json"));
}
