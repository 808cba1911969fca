using System.Text;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>
/// Writes queries that only count a pattern, or group its count: trees and cycles of up to six nodes over a graph so small and dense that parallel
/// edges, self loops and repeated nodes meet everywhere. Aimed at what is counted without being enumerated.
/// </summary>
sealed class RandomPattern(Random random)
{
    static readonly string[] Labels = ["A", "B", "C"];
    static readonly string[] Types = ["T", "U"];

    readonly List<string> _nodes = [];
    readonly List<string> _edges = [];
    readonly StringBuilder _text = new();

    public static OracleGraph Graph(Random random)
    {
        var graph = new OracleGraph();
        var groups = new List<List<OracleNode>>();
        foreach (string[] labels in (string[][])[["A"], ["B"], ["A", "C"]])
        {
            groups.Add([.. Enumerable.Range(0, random.Next(1, 5)).Select(i => graph.AddNode(labels, Properties(i)))]);
        }
        foreach (string type in Types)
        {
            foreach (var from in groups)
            {
                foreach (var to in groups.Where(_ => random.Next(4) > 0))
                {
                    for (int i = random.Next(5); i > 0; i--)
                    {
                        var source = from[random.Next(from.Count)];
                        var target = ReferenceEquals(from, to) && random.Next(4) == 0 ? source : to[random.Next(to.Count)];
                        graph.AddRelationship(source, type, target, [KeyValuePair.Create("w", (CypherValue)random.Next(3))]);
                    }
                }
            }
        }
        return graph;

        IEnumerable<KeyValuePair<string, CypherValue>> Properties(int id)
        {
            yield return KeyValuePair.Create("id", (CypherValue)id);
            if (random.Next(4) > 0)
            {
                yield return KeyValuePair.Create("n", (CypherValue)random.Next(-1, 3));
            }
        }
    }

    public string Write()
    {
        int edges = random.Next(1, 6);
        _text.Append("MATCH ");
        Node(first: true);
        bool open = true;
        for (int i = 0; i < edges; i++)
        {
            // Another MATCH may walk the same relationship again; the same one may not.
            if (!open || Chance(55))
            {
                _text.Append(Chance(70) ? ", " : $"{Where(15)} MATCH ").Append(Known());
            }
            _text.Append(Edge());
            open = true;
            if (_nodes.Count > 1 && Chance(35))
            {
                _text.Append(Known());
            }
            else
            {
                Node(first: false);
            }
        }
        _text.Append(Where(35));
        for (int i = random.Next(4) - 1; i > 0; i--)
        {
            _text.Append(" OPTIONAL MATCH ").Append(Known()).Append(Edge());
            Node(first: false);
            if (Chance(40))
            {
                _text.Append(Edge());
                Node(first: false);
            }
            _text.Append(Where(20));
        }
        Return();
        return _text.ToString();
    }

    bool Chance(int percent) => random.Next(100) < percent;

    T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    void Node(bool first)
    {
        string name = $"v{_nodes.Count}";
        _nodes.Add(name);
        string label = random.Next(first ? 3 : 6) switch
        {
            0 => $":{Pick(Labels)}",
            1 => $":{Pick(Labels)}|{Pick(Labels)}",
            3 => ":A",
            _ => "",
        };
        _text.Append($"({name}{label}{(Chance(6) ? $" {{n: {random.Next(-1, 3)}}}" : "")})");
    }

    string Known() => $"({Pick(_nodes)})";

    string Edge()
    {
        string name = "";
        if (Chance(12))
        {
            name = $"r{_edges.Count}";
            _edges.Add(name);
        }
        string types = random.Next(4) switch { 0 => "", 1 => ":T|U", _ => $":{Pick(Types)}" };
        return random.Next(3) switch { 0 => $"-[{name}{types}]->", 1 => $"<-[{name}{types}]-", _ => $"-[{name}{types}]-" };
    }

    string Where(int percent) => Chance(percent) ? $" WHERE {Condition()}{(Chance(30) ? $" AND {Condition()}" : "")}" : "";

    string Condition()
    {
        string a = Pick(_nodes), b = Pick(_nodes);
        return random.Next(7) switch
        {
            0 or 1 or 2 => $"{a} <> {b}",
            3 => $"NOT EXISTS {{ MATCH ({a}){Bare()}({b}) }}",
            4 => $"{a}.n {Pick<string>(["<", ">", "="])} {random.Next(-1, 3)}",
            5 => $"{a}.id = {random.Next(4)}",
            _ => $"{a}.id < {b}.id",
        };
    }

    string Bare() => random.Next(3) switch { 0 => $"-[:{Pick(Types)}]->", 1 => $"<-[:{Pick(Types)}]-", _ => $"-[:{Pick(Types)}]-" };

    void Return()
    {
        string a = Pick(_nodes), b = Pick(_nodes);
        _text.Append(random.Next(10) switch
        {
            0 => $" RETURN {a}.id AS k, count(*) AS c",
            1 => $" RETURN count({a}) AS c",
            2 => $" RETURN count(DISTINCT {a}) AS c, sum({b}.n) AS s",
            3 => $" RETURN {a}.n AS k, count({b}.n) AS c, min({b}.n) AS m",
            4 => $" WITH {a}, count(*) AS c RETURN c, count(*) AS d",
            5 => $" RETURN labels({a}) AS k, {b}.id < 2 AS l, avg({b}.n) AS m, count(*) AS c",
            _ => " RETURN count(*) AS c",
        });
    }
}
