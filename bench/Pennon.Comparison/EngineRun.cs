using System.Text.Json;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Comparison;

/// <summary>Measures Pennon on one group of tasks and writes a line for each; runs in a process of its own, so that peak memory belongs to the group.</summary>
sealed class EngineRun(string group, string scratch, TextWriter output)
{
    const int Loads = 3;

    static readonly IReadOnlyDictionary<string, CypherValue> NoParameters = new Dictionary<string, CypherValue>();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        switch (group)
        {
            case "lsqb":
                await RecordedAsync("lsqb-ldbc01", runs: 5, capSeconds: 20, cancellationToken);
                break;
            case "ldbc":
                await RecordedAsync("ldbc-sf01", runs: 9, capSeconds: 15, cancellationToken);
                break;
            case "snap":
                await SnapAsync("snap-slashdot", cancellationToken);
                await SnapAsync("snap-twitter", cancellationToken);
                break;
            default:
                throw new ArgumentException($"There is no group '{group}'; the groups are lsqb, ldbc, snap.");
        }
    }

    // The recorded queries of a data set, each against its recorded answer.
    async Task RecordedAsync(string dataset, int runs, double capSeconds, CancellationToken cancellationToken)
    {
        var database = await LoadAsync(dataset, SharedFolder.Data(dataset), null, RowsOf(dataset), cancellationToken);
        await using (database)
        {
            using var answers = Answers.Of(dataset);
            foreach (var answer in answers.RootElement.EnumerateObject())
            {
                var text = await File.ReadAllTextAsync(SharedFolder.Data(dataset, "queries", answer.Name + ".cypher"), cancellationToken);
                await MeasureAsync($"{dataset}.{answer.Name}", database, text, runs, capSeconds, rows => Answers.Equal(rows, answer.Value), cancellationToken);
            }

            if (dataset == "ldbc-sf01")
            {
                await PointLookUpAsync(dataset, database, cancellationToken);
            }
        }
    }

    async Task PointLookUpAsync(string dataset, PennonDatabase database, CancellationToken cancellationToken)
    {
        const string text = "MATCH (c:Comment {id: $id}) RETURN c.id, c.creationDate, c.content, c.length";
        var keys = CsvColumn.ReadFirst(SharedFolder.Data(dataset, "Comment.csv.gz"), '|');
        var random = new SharedRandom(1);
        var wrong = 0;
        var (median, slow) = await Clock.LatencyAsync(3000, async (_, _) =>
        {
            var key = keys[random.Below(keys.Count)];
            var result = await database.QueryAsync(text, new Dictionary<string, CypherValue> { ["id"] = key }, cancellationToken);
            var row = await result.SingleAsync(cancellationToken);
            wrong += row[0].AsInteger() == key ? 0 : 1;
        });
        Write(new Measurement
        {
            Task = $"{dataset}.point_lookup_pk",
            Runs = 3000,
            Median = median,
            NinetyFifth = slow,
            Right = wrong == 0,
            Technique = await TechniqueAsync(database, text, new Dictionary<string, CypherValue> { ["id"] = keys[0] }, cancellationToken),
        });
    }

    async Task SnapAsync(string dataset, CancellationToken cancellationToken)
    {
        var graph = SnapGraph.Read(dataset);
        var schema = Path.Combine(SharedFolder.Bench, "schemas", dataset + ".json");
        var database = await LoadAsync(dataset, SharedFolder.Data(dataset), schema, graph.NodeCount + graph.EdgeCount, cancellationToken);
        await using (database)
        {
            // The peers repeat a relationship within a pattern; openCypher does so only between MATCH clauses, and these graphs have self-loops.
            var walks = graph.TwoHopWalks();
            await MeasureAsync(
                $"{dataset}.2hop_count_all", database, "MATCH (a:V)-[:E]->(b:V) MATCH (b)-[:E]->(c:V) RETURN count(*)", 5, 20,
                rows => rows.Count == 1 && rows[0].Get<long>(0) == walks, cancellationToken);
            var sources = graph.Sources(60);
            await HopsAsync($"{dataset}.1hop", database, "MATCH (a:V {id: $s})-[:E]->(b:V) RETURN count(DISTINCT b.id)", sources, 300, s => graph.Reach(s, 1), cancellationToken);
            await HopsAsync($"{dataset}.2hop_distinct", database, "MATCH (a:V {id: $s})-[:E]->(b:V) MATCH (b)-[:E]->(c:V) RETURN count(DISTINCT c.id)", sources, 100, s => graph.Reach(s, 2), cancellationToken);
            await HopsAsync(
                $"{dataset}.3hop_distinct", database, "MATCH (a:V {id: $s})-[:E]->(b:V) MATCH (b)-[:E]->(d:V) MATCH (d)-[:E]->(c:V) RETURN count(DISTINCT c.id)", sources, 20,
                s => graph.Reach(s, 3), cancellationToken);
            await HopsAsync(
                $"{dataset}.var_1..3_distinct", database, "MATCH (a:V {id: $s})-[:E*1..3]->(c:V) WHERE c.id <> $s RETURN count(DISTINCT c.id)", sources, 20,
                s => graph.Within(s, 3), cancellationToken);
            await ShortestAsync(dataset, database, graph, sources, cancellationToken);
        }
    }

    async Task HopsAsync(
        string task, PennonDatabase database, string text, IReadOnlyList<int> sources, int count, Func<int, long> expected, CancellationToken cancellationToken)
    {
        await GuardAsync(task, async () =>
        {
            var wrong = 0;
            var (median, slow) = await Clock.LatencyAsync(count, async (i, warm) =>
            {
                var source = sources[i % sources.Count];
                var result = await database.QueryAsync(text, new Dictionary<string, CypherValue> { ["s"] = source }, cancellationToken);
                var answer = await result.ScalarAsync<long>(cancellationToken);
                if (!warm && i < 10 && answer != expected(source))
                {
                    wrong++;
                }
            });
            var technique = await TechniqueAsync(database, text, new Dictionary<string, CypherValue> { ["s"] = sources[0] }, cancellationToken);
            Write(new Measurement { Task = task, Runs = count, Median = median, NinetyFifth = slow, Right = wrong == 0, Technique = technique });
        });
    }

    async Task ShortestAsync(string dataset, PennonDatabase database, SnapGraph graph, IReadOnlyList<int> sources, CancellationToken cancellationToken)
    {
        const string text = "MATCH p = shortestPath((a:V {id: $s})-[:E*1..30]->(b:V {id: $t})) RETURN length(p)";
        await GuardAsync($"{dataset}.shortest_path", async () =>
        {
            var wrong = 0;
            Dictionary<string, CypherValue> Pair(int i) => new() { ["s"] = sources[i % 30], ["t"] = sources[((i % 30) + 17) % 60] };
            var (median, slow) = await Clock.LatencyAsync(30, async (i, warm) =>
            {
                var result = await database.QueryAsync(text, Pair(i), cancellationToken);
                var rows = await result.ToListAsync(cancellationToken);
                var answer = rows.Count == 0 ? (long?)null : rows[0].Get<long>(0);
                if (!warm && i < 10 && answer != graph.Distance(sources[i % 30], sources[((i % 30) + 17) % 60]))
                {
                    wrong++;
                }
            });
            var technique = await TechniqueAsync(database, text, Pair(0), cancellationToken);
            Write(new Measurement { Task = $"{dataset}.shortest_path", Runs = 30, Median = median, NinetyFifth = slow, Right = wrong == 0, Technique = technique });
        });
    }

    Task MeasureAsync(
        string task, PennonDatabase database, string text, int runs, double capSeconds, Func<IReadOnlyList<QueryRecord>, bool> isRight, CancellationToken cancellationToken) =>
        GuardAsync(task, async () =>
        {
            var (median, slow, done, rows) = await Clock.MedianAsync(
                async () => await (await database.QueryAsync(text, NoParameters, cancellationToken)).ToListAsync(cancellationToken), runs, capSeconds);
            var technique = await TechniqueAsync(database, text, NoParameters, cancellationToken);
            Write(new Measurement { Task = task, Runs = done, Median = median, NinetyFifth = slow, Right = isRight(rows), Technique = technique });
        });

    // A query that fails is a result of the comparison, named in the table; the others still run.
    async Task GuardAsync(string task, Func<Task> measure)
    {
        try
        {
            await measure();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Write(new Measurement { Task = task, Right = false, Error = e.Message.Split('\n')[0] });
        }
    }

    async Task<PennonDatabase> LoadAsync(string dataset, string path, string? schema, long rows, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        PennonDatabase? database = null;
        for (var i = 0; i < Loads; i++)
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }

            var folder = Path.Combine(scratch, $"pennon-{dataset}-{i}");
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            database = await PennonDatabase.CreateAsync(folder, null, cancellationToken);
            var result = await database.LoadAsync(new LoadRequest { Paths = [path], SchemaFile = schema }, null, cancellationToken);
            times.Add(result.Elapsed.TotalSeconds);
        }

        times.Sort();
        var seconds = times[Loads / 2];
        Write(new Measurement
        {
            Task = $"{dataset}.bulk_load",
            Runs = Loads,
            Seconds = seconds,
            RowsPerSecond = rows / seconds,
            Note = "from .csv.gz to published Lance tables and adjacency",
        });
        return database!;
    }

    static async Task<string> TechniqueAsync(
        PennonDatabase database, string text, IReadOnlyDictionary<string, CypherValue> parameters, CancellationToken cancellationToken) =>
        PlanTechniques.Of(await database.ExplainAsync(text, parameters, cancellationToken));

    static long RowsOf(string dataset)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Data(dataset, "schema.json")));
        return new[] { "nodes", "edges" }
            .SelectMany(kind => schema.RootElement.GetProperty(kind).EnumerateArray())
            .SelectMany(table => table.GetProperty("files").EnumerateArray())
            .Sum(file => file.GetProperty("rows").GetInt64());
    }

    void Write(Measurement measurement)
    {
        output.WriteLine((measurement with { PeakMemory = Clock.PeakMemory() }).ToLine());
        output.Flush();
    }
}
