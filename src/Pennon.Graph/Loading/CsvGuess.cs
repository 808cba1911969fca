using System.Globalization;
using System.Text;
using Pennon.Arrow;

namespace Pennon.Graph;

/// <summary>
/// Describes CSV files without a schema by their names and first rows: <c>Person.csv</c> holds nodes, <c>Person_knows_Person.csv</c> edges between them, and a
/// lone pair <c>nodes.csv</c>, <c>edges.csv</c> is a graph of one node type. The first column of nodes is the key, the first two of edges are keys.
/// </summary>
static class CsvGuess
{
    const int SampleBytes = 256 << 10;
    const int SampleRows = 2_000;

    public static async ValueTask<(List<CsvInput> Nodes, List<CsvInput> Edges, GraphSchema Schema)> GuessAsync(List<string> files, CancellationToken cancellationToken)
    {
        var names = files.ToDictionary(static f => f, NameOf);
        var labels = names.Values.ToHashSet(StringComparer.Ordinal);
        var nodes = new List<CsvInput>();
        var edges = new List<CsvInput>();
        foreach (var file in files)
        {
            var sample = await SampleAsync(file, cancellationToken).ConfigureAwait(false);
            var name = names[file];
            if (string.Equals(name, "edges", StringComparison.OrdinalIgnoreCase) && files.Exists(f => string.Equals(names[f], "nodes", StringComparison.OrdinalIgnoreCase)))
            {
                edges.Add(Edge(file, sample, "EDGE", "Node", "Node"));
            }
            else if (string.Equals(name, "nodes", StringComparison.OrdinalIgnoreCase))
            {
                nodes.Add(Node(file, sample, "Node"));
            }
            else if (name.Split('_') is [var from, var type, var to, ..] && labels.Contains(from) && labels.Contains(to))
            {
                edges.Add(Edge(file, sample, UpperSnake(type), from, to));
            }
            else
            {
                nodes.Add(Node(file, sample, name));
            }
        }

        return (nodes, edges, new GraphSchema { Nodes = [.. nodes.Select(static n => n.Node!)], Edges = [.. edges.Select(static e => e.Edge!)] });
    }

    static CsvInput Node(string file, Sample sample, string label)
    {
        var columns = sample.Columns("id", 1);
        if (columns[0].Type.Id is not (ArrowTypeId.Int64 or ArrowTypeId.String))
        {
            columns[0] = columns[0] with { Type = ArrowType.String };
        }

        return new CsvInput(file, sample.HasHeader, sample.Delimiter, (byte)'"', new NodeTypeSchema(label, columns[0].Name, columns, []), null);
    }

    static CsvInput Edge(string file, Sample sample, string type, string from, string to)
    {
        var columns = sample.Columns("key", 2);
        if (columns.Count < 2)
        {
            throw InputPlanner.Refused(file, $"'{file}' has fewer than two columns, so it holds no edges. Describe the files in a schema.json.");
        }

        return new CsvInput(file, sample.HasHeader, sample.Delimiter, (byte)'"', null, new EdgeTypeSchema(type, from, to, columns[2..], []));
    }

    static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name);
    }

    static string UpperSnake(string name)
    {
        var result = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                result.Append('_');
            }

            result.Append(char.ToUpperInvariant(name[i]));
        }

        return result.ToString();
    }

    static async ValueTask<Sample> SampleAsync(string file, CancellationToken cancellationToken)
    {
        var head = Encoding.UTF8.GetString(await InputPlanner.HeadAsync(file, SampleBytes, cancellationToken).ConfigureAwait(false));
        var lines = head.Split('\n', SampleRows + 1, StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > 1)
        {
            // The last line may be cut off.
            lines = lines[..^1];
        }

        if (lines.Length == 0)
        {
            throw InputPlanner.Refused(file, $"'{file}' is empty, so its columns are unknown. Describe the files in a schema.json.");
        }

        var delimiter = ",|\t;".MaxBy(c => lines[0].Count(l => l == c));
        return new Sample((byte)delimiter, [.. lines.Select(l => Split(l.TrimEnd('\r'), delimiter))]);
    }

    static string[] Split(string line, char delimiter)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var fields = new List<string>();
        var start = 0;
        while (true)
        {
            var end = start;
            if (end < bytes.Length && bytes[end] == '"')
            {
                end++;
                while (end < bytes.Length && (bytes[end] != '"' || (end + 1 < bytes.Length && bytes[end + 1] == '"' && ++end > 0)))
                {
                    end++;
                }
            }

            var found = bytes.AsSpan(Math.Min(end, bytes.Length)).IndexOf((byte)delimiter);
            end = found < 0 ? bytes.Length : end + found;
            fields.Add(Encoding.UTF8.GetString(bytes.AsSpan(start, end - start)).Trim('"'));
            if (found < 0)
            {
                return [.. fields];
            }

            start = end + 1;
        }
    }

    sealed class Sample
    {
        readonly string[][] _rows;

        public Sample(byte delimiter, string[][] rows)
        {
            Delimiter = delimiter;
            _rows = rows;

            // A header shows by a name above numbers, or by having no number at all where other rows differ from it.
            HasHeader = rows[0].Select((field, i) => (field, i)).Any(c => !IsNumber(c.field) && rows.Length > 1 && rows.Skip(1).All(r => c.i < r.Length && (r[c.i].Length == 0 || IsNumber(r[c.i]))))
                || rows[0].Any(static f => f is "id" or "ID" or "Id" or "from" or "name");
        }

        public byte Delimiter { get; }

        public bool HasHeader { get; }

        public List<PropertySchema> Columns(string keyName, int keys)
        {
            var columns = new List<PropertySchema>();
            for (var i = 0; i < _rows[0].Length; i++)
            {
                var name = HasHeader && _rows[0][i].Length > 0 ? _rows[0][i] : i < keys ? keyName : $"value{i - keys + 1}";
                columns.Add(new PropertySchema(name, TypeOf(i)));
            }

            return columns;
        }

        ArrowType TypeOf(int column)
        {
            var values = _rows.Skip(HasHeader ? 1 : 0).Where(r => column < r.Length && r[column].Length > 0).Select(r => r[column]).ToArray();
            return values.Length == 0 ? ArrowType.String
                : values.All(static v => long.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) ? ArrowType.Int64
                : values.All(IsNumber) ? ArrowType.Float64
                : values.All(static v => v is "true" or "false") ? ArrowType.Boolean
                : ArrowType.String;
        }

        static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }
}
