using System.Text;

namespace Pennon.TestSupport.Gherkin;

/// <summary>
/// Reads the part of the Gherkin language that the openCypher TCK uses: features, backgrounds, scenarios, outlines with examples, tags, doc
/// strings in triple quotes and tables. What it does not know is an error with file and line, so that no scenario is lost unnoticed.
/// </summary>
public static class GherkinReader
{
    static readonly string[] StepKeywords = ["Given ", "When ", "Then ", "And ", "But ", "* "];

    /// <summary>All scenarios of all <c>.feature</c> files below the folder, in the order of their paths.</summary>
    /// <param name="folder">The folder to search.</param>
    public static IReadOnlyList<GherkinScenario> ReadFolder(string folder)
    {
        var files = Directory.GetFiles(folder, "*.feature", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return [.. files.SelectMany(file => Read(File.ReadAllLines(file), file))];
    }

    /// <summary>The scenarios of one feature.</summary>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="file">The name of the file, for messages.</param>
    public static IReadOnlyList<GherkinScenario> Read(IReadOnlyList<string> lines, string file) => new Parser(lines, file).Run();

    sealed class Draft
    {
        public required string Name { get; init; }

        public required bool Outline { get; init; }

        public required List<string> Tags { get; init; }

        public List<GherkinStep> Steps { get; } = [];

        public List<List<IReadOnlyList<string>>> Examples { get; } = [];
    }

    sealed class Parser(IReadOnlyList<string> lines, string file)
    {
        readonly List<GherkinScenario> _scenarios = [];
        readonly List<GherkinStep> _background = [];
        List<string> _tags = [];
        string _feature = "";
        Draft? _draft;
        bool _inBackground;
        int _at;

        public List<GherkinScenario> Run()
        {
            while (_at < lines.Count)
            {
                var line = lines[_at].Trim();
                _at++;
                if (line.Length == 0 || line[0] == '#')
                {
                    continue;
                }
                if (line[0] == '@')
                {
                    _tags.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                }
                else if (After(line, "Feature:") is { } feature)
                {
                    _feature = feature;
                    _tags = [];
                }
                else if (line.StartsWith("Background:", StringComparison.Ordinal))
                {
                    _inBackground = true;
                }
                else if ((After(line, "Scenario Outline:") ?? After(line, "Scenario:")) is { } name)
                {
                    Begin(name, line.StartsWith("Scenario Outline", StringComparison.Ordinal));
                }
                else if (line.StartsWith("Examples:", StringComparison.Ordinal))
                {
                    (_draft ?? throw Problem("Examples stand outside a scenario outline")).Examples.Add(Table() ?? throw Problem("Examples have no table"));
                }
                else
                {
                    Step(line);
                }
            }
            Finish();
            return _scenarios;
        }

        static string? After(string line, string keyword) => line.StartsWith(keyword, StringComparison.Ordinal) ? line[keyword.Length..].Trim() : null;

        FormatException Problem(string message) => new($"{file}, line {_at}: {message}.");

        void Begin(string name, bool outline)
        {
            Finish();
            _inBackground = false;
            _draft = new Draft { Name = name, Outline = outline, Tags = _tags };
            _tags = [];
        }

        void Step(string line)
        {
            var keyword = Array.Find(StepKeywords, candidate => line.StartsWith(candidate, StringComparison.Ordinal));
            if (keyword is null)
            {
                // Free text under Feature: describes it.
                if (_draft is null && !_inBackground)
                {
                    return;
                }
                throw Problem($"'{line}' is not understood");
            }
            int at = _at;
            var doc = DocString();
            var step = new GherkinStep(line[keyword.Length..].Trim(), doc, doc is null ? Table() : null, at);
            (_inBackground ? _background : (_draft ?? throw Problem("a step stands outside a scenario")).Steps).Add(step);
        }

        string? DocString()
        {
            const string Quotes = "\"\"\"";
            if (_at >= lines.Count || lines[_at].Trim() != Quotes)
            {
                return null;
            }
            int indent = lines[_at].IndexOf('"', StringComparison.Ordinal);
            var text = new StringBuilder();
            for (_at++; _at < lines.Count; _at++)
            {
                var line = lines[_at];
                if (line.Trim() == Quotes)
                {
                    _at++;
                    return text.ToString().TrimEnd('\n');
                }
                int drop = 0;
                while (drop < indent && drop < line.Length && line[drop] == ' ')
                {
                    drop++;
                }
                text.Append(line.AsSpan(drop)).Append('\n');
            }
            throw Problem("a text in triple quotes is never closed");
        }

        List<IReadOnlyList<string>>? Table()
        {
            List<IReadOnlyList<string>>? rows = null;
            for (; _at < lines.Count; _at++)
            {
                var line = lines[_at].Trim();
                if (line.Length > 0 && line[0] == '|')
                {
                    (rows ??= []).Add(Cells(line));
                }
                else if (line.Length > 0 && line[0] != '#')
                {
                    break;
                }
            }
            return rows;
        }

        static List<string> Cells(string line)
        {
            var cells = new List<string>();
            var cell = new StringBuilder();
            for (int i = 1; i < line.Length; i++)
            {
                char c = line[i];
                if (c == '|')
                {
                    cells.Add(cell.ToString().Trim());
                    cell.Clear();
                }
                else if (c == '\\' && i + 1 < line.Length && line[i + 1] is '|' or '\\' or 'n')
                {
                    i++;
                    cell.Append(line[i] == 'n' ? '\n' : line[i]);
                }
                else
                {
                    cell.Append(c);
                }
            }
            return cells;
        }

        void Finish()
        {
            if (_draft is not { } draft)
            {
                return;
            }
            _draft = null;
            if (!draft.Outline)
            {
                _scenarios.Add(new GherkinScenario(_feature, draft.Name, draft.Tags, [.. _background, .. draft.Steps], file));
                return;
            }
            int number = 0;
            foreach (var examples in draft.Examples)
            {
                foreach (var row in examples.Skip(1))
                {
                    number++;
                    string Fill(string text)
                    {
                        for (int i = 0; i < examples[0].Count; i++)
                        {
                            text = text.Replace($"<{examples[0][i]}>", row[i], StringComparison.Ordinal);
                        }
                        return text;
                    }
                    var steps = _background.Concat(draft.Steps).Select(step => new GherkinStep(
                        Fill(step.Text),
                        step.DocString is { } doc ? Fill(doc) : null,
                        step.Table?.Select(cells => (IReadOnlyList<string>)[.. cells.Select(Fill)]).ToArray(),
                        step.Line));
                    _scenarios.Add(new GherkinScenario(_feature, $"{draft.Name} ({number})", draft.Tags, [.. steps], file));
                }
            }
        }
    }
}
