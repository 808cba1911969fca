using System.IO.Compression;

namespace Pennon.Comparison;

/// <summary>A SNAP graph in plain lists, which answers the hop questions by the simplest means, as a check.</summary>
sealed class SnapGraph
{
    readonly int[][] _targets;

    SnapGraph(int[][] targets, long edges)
    {
        _targets = targets;
        EdgeCount = edges;
    }

    public int NodeCount => _targets.Length;

    public long EdgeCount { get; }

    public static SnapGraph Read(string dataset)
    {
        var nodes = Lines(SharedFolder.Data(dataset, "nodes.csv.gz")).Skip(1).Count();
        var lists = new List<int>?[nodes];
        long edges = 0;
        foreach (var line in Lines(SharedFolder.Data(dataset, "edges.csv.gz")).Skip(1))
        {
            var bar = line.IndexOf('|', StringComparison.Ordinal);
            var from = int.Parse(line.AsSpan(0, bar), provider: null);
            (lists[from] ??= []).Add(int.Parse(line.AsSpan(bar + 1), provider: null));
            edges++;
        }

        return new SnapGraph([.. lists.Select(list => list?.ToArray() ?? [])], edges);
    }

    public IReadOnlyList<int> Sources(int count)
    {
        var random = new SharedRandom(7);
        var sources = new List<int>();
        while (sources.Count < count)
        {
            var node = random.Below(NodeCount);
            if (_targets[node].Length > 0)
            {
                sources.Add(node);
            }
        }

        return sources;
    }

    public long TwoHopWalks() => _targets.Sum(list => list.Sum(target => (long)_targets[target].Length));

    /// <summary>Distinct ends of walks of exactly <paramref name="hops"/> steps.</summary>
    public long Reach(int source, int hops)
    {
        var front = new HashSet<int> { source };
        for (var i = 0; i < hops; i++)
        {
            front = [.. front.SelectMany(node => _targets[node])];
        }

        return front.Count;
    }

    /// <summary>Distinct nodes other than the source within so many steps.</summary>
    public long Within(int source, int hops) => Distances(source, hops).Count - 1;

    /// <summary>Steps of a shortest way, or null when there is none.</summary>
    public long? Distance(int source, int target) => Distances(source, int.MaxValue).TryGetValue(target, out var steps) ? steps : null;

    Dictionary<int, int> Distances(int source, int hops)
    {
        var steps = new Dictionary<int, int> { [source] = 0 };
        var front = new List<int> { source };
        for (var i = 1; front.Count > 0 && i <= hops; i++)
        {
            var next = new List<int>();
            foreach (var target in front.SelectMany(node => _targets[node]))
            {
                if (steps.TryAdd(target, i))
                {
                    next.Add(target);
                }
            }

            front = next;
        }

        return steps;
    }

    static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }
}
