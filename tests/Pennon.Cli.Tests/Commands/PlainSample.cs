using System.Text.Json;
using Pennon.Cli.Sample;

namespace Pennon.Cli.Tests.Commands;

/// <summary>The sample graph read by the simplest means, as a check of the engine's answers.</summary>
sealed class PlainSample
{
    public Dictionary<string, long> Languages { get; } = [];

    public Dictionary<string, List<string>> Influenced { get; } = [];

    public static async Task<PlainSample> ReadAsync()
    {
        var sample = new PlainSample();
        using var reader = new StreamReader(SampleGraph.Open());
        while (await reader.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("type", out var type) && type.GetString() == "Language")
            {
                sample.Languages.Add(root.GetProperty("data").GetProperty("name").GetString()!, root.GetProperty("data").GetProperty("year").GetInt64());
            }
            else if (root.TryGetProperty("edge", out var edge) && edge.GetString() == "INFLUENCED")
            {
                var from = root.GetProperty("from").GetString()!;
                if (!sample.Influenced.TryGetValue(from, out var list))
                {
                    sample.Influenced[from] = list = [];
                }

                list.Add(root.GetProperty("to").GetString()!);
            }
        }

        return sample;
    }

    // The graph is acyclic but for ties of a year, and no line of three steps meets an edge twice.
    public long ChainsFrom(string name, int steps) =>
        steps == 0 ? 1 : Influenced.GetValueOrDefault(name, []).Sum(next => ChainsFrom(next, steps - 1));

    public int Distance(string from, string to)
    {
        var steps = new Dictionary<string, int> { [from] = 0 };
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var next in Influenced.GetValueOrDefault(at, []).Where(next => steps.TryAdd(next, steps[at] + 1)))
            {
                queue.Enqueue(next);
            }
        }

        return steps[to];
    }
}
