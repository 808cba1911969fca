using System.Globalization;
using System.Text;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Tck;

/// <summary>
/// Brings result values and the cells of the TCK's tables to one canonical text: labels and keys sorted, temporal values quoted as the TCK writes
/// them, and lists sorted when the step says that their order does not matter.
/// </summary>
sealed class TckText(bool ignoreListOrder)
{
    public string Of(CypherValue value)
    {
        switch (value.Type)
        {
            case CypherType.List: return List(value.AsList().ToArray().Select(Of));
            case CypherType.Map: return Map(value.AsMap());
            case CypherType.Node: return Node(value.AsNode());
            case CypherType.Relationship: return Relationship(value.AsRelationship());
            case CypherType.Path:
                var path = value.AsPath();
                var text = new StringBuilder("<").Append(Node(path.Nodes[0]));
                for (int i = 0; i < path.Relationships.Count; i++)
                {
                    bool forward = path.Relationships[i].StartId == path.Nodes[i].Id;
                    text.Append(forward ? "-" : "<-").Append(Relationship(path.Relationships[i])).Append(forward ? "->" : "-").Append(Node(path.Nodes[i + 1]));
                }
                return text.Append('>').ToString();
            case CypherType.Float when value.AsFloat() == 0: return "0.0";
            case >= CypherType.Date and <= CypherType.Duration: return $"'{value}'";
            default: return value.ToString();
        }
    }

    string List(IEnumerable<string> items) => $"[{string.Join(", ", ignoreListOrder ? items.Order(StringComparer.Ordinal) : items)}]";

    string Map(CypherMap map) => Entries(map.Select(entry => (entry.Key, Of(entry.Value))));

    static string Entries(IEnumerable<(string Key, string Value)> entries) =>
        $"{{{string.Join(", ", entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"))}}}";

    string Node(CypherNode node) => NodeText(node.Labels, node.Properties.Count == 0 ? "" : Map(node.Properties));

    static string NodeText(IEnumerable<string> labels, string properties) =>
        $"({string.Concat(labels.Order(StringComparer.Ordinal).Select(label => $":{label}"))}{(properties is "" or "{}" ? "" : $" {properties}")})";

    string Relationship(CypherRelationship relationship) =>
        $"[:{relationship.Type}{(relationship.Properties.Count == 0 ? "" : $" {Map(relationship.Properties)}")}]";

    /// <summary>The canonical text of a table cell.</summary>
    public string Of(string cell)
    {
        int at = 0;
        var text = Value(cell, ref at);
        Skip(cell, ref at);
        return at == cell.Length ? text : throw new FormatException($"'{cell}' is not a value: something is left at {at}.");
    }

    string Value(string cell, ref int at)
    {
        Skip(cell, ref at);
        switch (cell[at])
        {
            case '[' when IsRelationship(cell, at):
                return RelationshipCell(cell, ref at);
            case '[':
                at++;
                var items = new List<string>();
                while (!Accept(cell, ref at, "]"))
                {
                    items.Add(Value(cell, ref at));
                    Accept(cell, ref at, ",");
                }
                return List(items);
            case '{':
                return MapCell(cell, ref at);
            case '(':
                return NodeCell(cell, ref at);
            case '<':
                at++;
                var path = new StringBuilder("<").Append(NodeCell(cell, ref at));
                while (!Accept(cell, ref at, ">"))
                {
                    bool incoming = Accept(cell, ref at, "<-");
                    if (!incoming)
                    {
                        Expect(cell, ref at, "-");
                    }
                    path.Append(incoming ? "<-" : "-").Append(RelationshipCell(cell, ref at));
                    bool outgoing = Accept(cell, ref at, "->");
                    if (!outgoing)
                    {
                        Expect(cell, ref at, "-");
                    }
                    path.Append(outgoing ? "->" : "-").Append(NodeCell(cell, ref at));
                }
                return path.Append('>').ToString();
            case '\'':
                int start = at++;
                while (cell[at] != '\'')
                {
                    at += cell[at] == '\\' ? 2 : 1;
                }
                at++;
                var literal = new StringBuilder();
                SyntaxFacts.AppendString(literal, ((StringLiteral)CypherParser.ParseExpression(cell[start..at])).Value);
                return literal.ToString();
            default:
                int from = at;
                while (at < cell.Length && !",]}>) ".Contains(cell[at]))
                {
                    at++;
                }
                return Scalar(cell[from..at]);
        }
    }

    static string Scalar(string word) => word switch
    {
        "Inf" => "Infinity",
        "-Inf" => "-Infinity",
        _ when word.AsSpan().IndexOfAny(".eE") >= 0 && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => SyntaxFacts.FloatText(number),
        _ => word,
    };

    static bool IsRelationship(string cell, int at)
    {
        at++;
        Skip(cell, ref at);
        return cell[at] == ':';
    }

    string MapCell(string cell, ref int at)
    {
        Expect(cell, ref at, "{");
        var entries = new List<(string, string)>();
        while (!Accept(cell, ref at, "}"))
        {
            var key = Word(cell, ref at);
            Expect(cell, ref at, ":");
            entries.Add((key, Value(cell, ref at)));
            Accept(cell, ref at, ",");
        }
        return Entries(entries);
    }

    string NodeCell(string cell, ref int at)
    {
        Expect(cell, ref at, "(");
        var labels = new List<string>();
        var properties = "";
        while (!Accept(cell, ref at, ")"))
        {
            if (Accept(cell, ref at, ":"))
            {
                labels.Add(Word(cell, ref at));
            }
            else
            {
                properties = MapCell(cell, ref at);
            }
        }
        return NodeText(labels, properties);
    }

    string RelationshipCell(string cell, ref int at)
    {
        Expect(cell, ref at, "[");
        Expect(cell, ref at, ":");
        var type = Word(cell, ref at);
        var properties = "";
        if (!Accept(cell, ref at, "]"))
        {
            properties = " " + MapCell(cell, ref at);
            Expect(cell, ref at, "]");
        }
        return $"[:{type}{properties}]";
    }

    static string Word(string cell, ref int at)
    {
        Skip(cell, ref at);
        int start = at;
        while (at < cell.Length && SyntaxFacts.IsIdentifierPart(cell[at]))
        {
            at++;
        }
        return cell[start..at];
    }

    static void Skip(string cell, ref int at)
    {
        while (at < cell.Length && cell[at] == ' ')
        {
            at++;
        }
    }

    static bool Accept(string cell, ref int at, string text)
    {
        Skip(cell, ref at);
        bool found = string.CompareOrdinal(cell, at, text, 0, text.Length) == 0;
        at += found ? text.Length : 0;
        return found;
    }

    static void Expect(string cell, ref int at, string text)
    {
        if (!Accept(cell, ref at, text))
        {
            throw new FormatException($"'{cell}' is not a value: '{text}' is expected at {at}.");
        }
    }
}
