using System.Text.Json;

namespace Pennon.Graph;

/// <summary>Turns the paths and the schema of a request into a plan, or says what is missing.</summary>
static class InputPlanner
{
    const string SchemaName = "schema.json";

    public static async ValueTask<InputPlan> PlanAsync(LoadRequest request, CancellationToken cancellationToken)
    {
        if (request.Paths.Count == 0)
        {
            throw Refused("", "No file or folder was given to load.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxErrors, 1);
        var given = request.Schema ?? (request.SchemaFile is { } file ? await ReadSchemaAsync(file, cancellationToken).ConfigureAwait(false) : null);
        var schemas = new List<GraphSchema>();
        var nodes = new List<CsvInput>();
        var edges = new List<CsvInput>();
        var json = new List<string>();
        if (given is not null)
        {
            schemas.Add(given);
        }

        var looseCsv = new List<string>();
        foreach (var path in request.Paths)
        {
            if (Directory.Exists(path))
            {
                var own = Path.Combine(path, SchemaName);
                var schema = given ?? (File.Exists(own) ? await ReadSchemaAsync(own, cancellationToken).ConfigureAwait(false) : null);
                if (request.Format != LoadFormat.JsonLines && schema is not null && HasFiles(schema))
                {
                    if (given is null)
                    {
                        schemas.Add(schema);
                    }

                    AddDescribed(schema, path, nodes, edges);
                    continue;
                }

                var files = Directory.GetFiles(path);
                Array.Sort(files, StringComparer.Ordinal);
                var lines = request.Format == LoadFormat.Csv ? [] : files.Where(IsJsonLines).ToArray();
                var csv = request.Format == LoadFormat.JsonLines ? [] : files.Where(IsCsv).ToArray();
                if (lines.Length == 0 && csv.Length == 0)
                {
                    throw Refused(path, $"The folder '{path}' has neither a {SchemaName} nor .jsonl or .csv files to load.");
                }

                json.AddRange(lines);
                looseCsv.AddRange(csv);
            }
            else if (File.Exists(path))
            {
                var isJson = request.Format == LoadFormat.JsonLines || (request.Format == LoadFormat.Auto && IsJsonLines(path));
                (isJson ? json : looseCsv).Add(path);
            }
            else
            {
                throw Refused(path, $"There is no file or folder '{path}'.");
            }
        }

        if (looseCsv.Count > 0)
        {
            var described = await DescribeAsync(looseCsv, given, cancellationToken).ConfigureAwait(false);
            nodes.AddRange(described.Nodes);
            edges.AddRange(described.Edges);
            if (described.Guessed is not null)
            {
                schemas.Add(described.Guessed);
            }
        }

        // All parts of an edge type together, so that its table is written in one go.
        var byType = edges.GroupBy(static e => e.Edge!.Name, StringComparer.Ordinal).SelectMany(static g => g).ToList();
        return new InputPlan(Join(schemas), nodes, await NodesFirstAsync(json, cancellationToken).ConfigureAwait(false), byType);
    }

    static bool IsJsonLines(string path) => Bare(path) is var name
        && (name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase)
            || (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && Path.GetFileName(name) is not (SchemaName or "expected.json")));

    static bool IsCsv(string path) => Bare(path) is var name
        && (name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase));

    static string Bare(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    static bool HasFiles(GraphSchema schema) => schema.Nodes.Any(static n => n.Files.Count > 0) || schema.Edges.Any(static e => e.Files.Count > 0);

    static async ValueTask<GraphSchema> ReadSchemaAsync(string file, CancellationToken cancellationToken) =>
        File.Exists(file) ? await GraphSchema.ReadAsync(file, cancellationToken).ConfigureAwait(false) : throw Refused(file, $"There is no schema '{file}'.");

    static void AddDescribed(GraphSchema schema, string folder, List<CsvInput> nodes, List<CsvInput> edges)
    {
        foreach (var node in schema.Nodes)
        {
            foreach (var file in node.Files)
            {
                nodes.Add(new CsvInput(Existing(folder, file.Name), file.HasHeader, schema.Delimiter, schema.Quote, node, null));
            }
        }

        foreach (var edge in schema.Edges)
        {
            foreach (var file in edge.Files)
            {
                edges.Add(new CsvInput(Existing(folder, file.Name), file.HasHeader, schema.Delimiter, schema.Quote, null, edge));
            }
        }
    }

    // A schema may name a file with or without .gz, whichever lies there.
    static string Existing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        foreach (var candidate in new[] { path, path + ".gz", Bare(path) })
        {
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw Refused(path, $"The schema names '{name}', which is not in '{folder}'.");
    }

    static async ValueTask<(List<CsvInput> Nodes, List<CsvInput> Edges, GraphSchema? Guessed)> DescribeAsync(
        List<string> files, GraphSchema? schema, CancellationToken cancellationToken)
    {
        var nodes = new List<CsvInput>();
        var edges = new List<CsvInput>();
        if (schema is null)
        {
            var guessed = await CsvGuess.GuessAsync(files, cancellationToken).ConfigureAwait(false);
            return (guessed.Nodes, guessed.Edges, guessed.Schema);
        }

        foreach (var path in files)
        {
            var name = Bare(Path.GetFileName(path));
            var node = schema.Nodes.FirstOrDefault(n => n.Files.Any(f => Bare(Path.GetFileName(f.Name)) == name));
            var edge = schema.Edges.FirstOrDefault(e => e.Files.Any(f => Bare(Path.GetFileName(f.Name)) == name));
            if (node is null && edge is null)
            {
                throw Refused(path, $"The schema says nothing of '{Path.GetFileName(path)}'.");
            }

            var header = (node?.Files ?? edge!.Files).First(f => Bare(Path.GetFileName(f.Name)) == name).HasHeader;
            (node is not null ? nodes : edges).Add(new CsvInput(path, header, schema.Delimiter, schema.Quote, node, edge));
        }

        return (nodes, edges, null);
    }

    static GraphSchema Join(List<GraphSchema> schemas) => schemas switch
    {
        [] => new GraphSchema(),
        [var one] => one,
        _ => new GraphSchema { Nodes = [.. schemas.SelectMany(static s => s.Nodes)], Edges = [.. schemas.SelectMany(static s => s.Edges)] },
    };

    // Edges that come after their nodes need not wait for them.
    static async ValueTask<List<string>> NodesFirstAsync(List<string> files, CancellationToken cancellationToken)
    {
        var nodes = new List<string>();
        var edges = new List<string>();
        foreach (var file in files)
        {
            (files.Count > 1 && await BeginsWithEdgeAsync(file, cancellationToken).ConfigureAwait(false) ? edges : nodes).Add(file);
        }

        return [.. nodes, .. edges];
    }

    static async ValueTask<bool> BeginsWithEdgeAsync(string path, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(path, 8 << 10, cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("edge"u8))
                {
                    return true;
                }

                if (!reader.Read() || !reader.TrySkip())
                {
                    return false;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            // The reading proper will say what is wrong, with the line.
            return false;
        }
    }

    /// <summary>The first bytes of a file, inflated.</summary>
    public static async ValueTask<byte[]> HeadAsync(string path, int bytes, CancellationToken cancellationToken)
    {
        var feed = new RowFeed(path, cancellationToken);
        await using var _ = feed.ConfigureAwait(false);
        try
        {
            while (feed.End - feed.Start < bytes && await feed.FillAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw Refused(path, $"'{path}' cannot be read: {error.Message}");
        }

        return feed.Buffer.AsSpan(feed.Start, Math.Min(bytes, feed.End - feed.Start)).ToArray();
    }

    public static LoadException Refused(string file, string message) => new(message, [new LoadError(file, 0, message)], 1);
}
