using System.Text;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>
/// Writes random reading queries over the labels and properties of <see cref="RandomGraph"/>: several hops, cycles, several parts, OPTIONAL MATCH, variable
/// length, conditions with NOT EXISTS and <c>&lt;&gt;</c>, grouping, DISTINCT, ORDER BY with LIMIT. ORDER BY always names every column, so that
/// the answer does not depend on the order of equal rows.
/// </summary>
sealed class RandomQuery(Random random)
{
    static readonly string[] Labels = ["Person", "City", "Tag", "Post", "Comment", "Message"];
    static readonly string[] Types = ["KNOWS", "LIVES_IN", "LIKES", "REPLY_OF", "HAS_TAG", "HAS_CREATOR"];
    static readonly string[] Properties = ["id", "n", "f", "s", "b"];

    readonly List<string> _nodes = [];
    readonly List<string> _edges = [];
    readonly List<string> _lists = [];
    readonly List<string> _paths = [];
    readonly List<string> _items = [];
    readonly StringBuilder _text = new();
    int _names;

    /// <summary>Whether the rows come in a fixed order.</summary>
    public bool IsOrdered { get; private set; }

    public string Write()
    {
        if (Chance(6))
        {
            return ShortestPath();
        }
        Match(optional: false);
        int more = random.Next(4);
        if (more == 1)
        {
            Match(optional: true);
        }
        else if (more == 2)
        {
            With();
            if (random.Next(2) == 0)
            {
                Match(optional: random.Next(3) == 0);
            }
        }
        else if (more == 3 && random.Next(3) == 0)
        {
            Match(optional: false);
        }
        if (Chance(8))
        {
            var item = $"u{_names++}";
            _text.Append("UNWIND ").Append(Pick<string>(["[1, 2]", "[]", "[null, 1]", $"labels({Pick(_nodes)})"])).Append(" AS ").Append(item).Append(' ');
            _items.Add(item);
        }
        Return();
        return _text.ToString();
    }

    string ShortestPath()
    {
        int from = random.Next(6), to = (from + random.Next(1, 5)) % 6;
        var search = Chance(50) ? "shortestPath" : "allShortestPaths";
        return $"MATCH p = {search}((a:Person {{id: {from}}})-[:KNOWS*..{random.Next(2, 5)}]{(Chance(50) ? "-" : "->")}(b:Person {{id: {to}}})) RETURN length(p) AS n, count(*) AS c";
    }

    bool Chance(int percent) => random.Next(100) < percent;

    T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    void Match(bool optional)
    {
        _text.Append(optional ? "OPTIONAL MATCH " : "MATCH ");
        int parts = Chance(15) ? 2 : 1;
        var before = _nodes.Count;
        for (int i = 0; i < parts; i++)
        {
            _text.Append(i > 0 ? ", " : "");
            if (Chance(10))
            {
                _paths.Add($"p{_names++}");
                _text.Append(_paths[^1]).Append(" = ");
            }
            // Later parts and clauses mostly go on from a node that is known, so that products stay small.
            Chain(random.Next(1, 4), join: before > 0 || i > 0);
        }
        if (Chance(60))
        {
            _text.Append(" WHERE ").Append(Condition(2));
        }
        _text.Append(' ');
    }

    void Chain(int hops, bool join)
    {
        _text.Append(Node(join && Chance(85) ? Pick(_nodes) : null));
        for (int i = 0; i < hops; i++)
        {
            // A variable used again closes a cycle.
            _text.Append(Relationship()).Append(Node(Chance(15) && _nodes.Count > 0 ? Pick(_nodes) : null));
        }
    }

    string Node(string? known)
    {
        if (known is not null)
        {
            return $"({known}{(Chance(10) ? LabelOf() : "")})";
        }
        var name = "";
        if (Chance(80) || _nodes.Count == 0)
        {
            name = $"v{_names++}";
            _nodes.Add(name);
        }
        var label = Chance(70) ? LabelOf() : "";
        var properties = Chance(12) ? $" {{{(Chance(50) ? $"id: {random.Next(6)}" : $"b: {(Chance(50) ? "true" : "false")}")}}}" : "";
        return $"({name}{label}{properties})";
    }

    string LabelOf() => Chance(15) ? $":{Pick(Labels)}|{Pick(Labels)}" : $":{Pick(Labels)}";

    string Relationship()
    {
        var name = "";
        bool variable = Chance(15);
        if (!variable && Chance(20))
        {
            name = $"r{_names++}";
            _edges.Add(name);
        }
        if (variable && Chance(25))
        {
            name = $"l{_names++}";
            _lists.Add(name);
        }
        var types = Chance(75) ? Chance(20) ? $":{Pick(Types)}|{Pick(Types)}" : $":{Pick(Types)}" : "";
        var hops = variable ? Pick<string>(["*1..2", "*0..1", "*2", "*0..2", "*1..3"]) : "";
        var properties = !variable && Chance(8) ? $" {{w: {random.Next(4)}}}" : "";
        var inside = $"{name}{types}{hops}{properties}";
        inside = inside.Length > 0 ? $"[{inside}]" : "";
        return random.Next(5) switch
        {
            0 or 1 => $"-{inside}->",
            2 or 3 => $"<-{inside}-",
            _ => $"-{inside}-",
        };
    }

    string Condition(int depth)
    {
        if (depth > 0 && Chance(30))
        {
            return Pick<string>(["AND", "AND", "OR", "XOR"]) is var op && Chance(80)
                ? $"({Condition(depth - 1)} {op} {Condition(depth - 1)})"
                : $"NOT ({Condition(depth - 1)})";
        }
        var node = Pick(_nodes);
        return random.Next(17) switch
        {
            0 or 1 when _nodes.Count > 1 => $"{node} <> {Pick(_nodes)}",
            2 => $"{Number(node)} {Pick<string>(["<", "<=", ">", ">=", "=", "<>"])} {Number(Pick(_nodes))}",
            3 => $"{Number(node)} {Pick<string>(["<", "<=", ">", ">=", "=", "<>"])} {random.Next(-2, 5)}",
            4 => $"{node}.s {Pick<string>(["=", "<>", "<", "STARTS WITH", "ENDS WITH", "CONTAINS"])} {Pick<string>(["'a'", "'b'", "''", "'É'"])}",
            5 => $"{node}.{Pick(Properties)} IS {(Chance(50) ? "NOT " : "")}NULL",
            6 => $"{Number(node)} IN [{random.Next(3)}, {random.Next(4)}{(Chance(20) ? ", null" : "")}]",
            7 => $"{node}:{Pick(Labels)}",
            8 => $"{(Chance(70) ? "NOT " : "")}({node})-{TypeOrNone()}->({(Chance(50) ? Pick(_nodes) : "")})",
            9 => $"{(Chance(70) ? "NOT " : "")}EXISTS {{ MATCH ({node}){Arrow()}({(Chance(50) ? Pick(_nodes) : $"e:{Pick(Labels)}")}) }}",
            10 => $"EXISTS {{ MATCH ({node}){Arrow()}(e) WHERE e.n {Pick<string>(["<", ">", "="])} {Number(Pick(_nodes))} }}",
            11 => $"{node}.b",
            12 when _edges.Count > 0 => $"{Pick(_edges)}.w {Pick<string>(["<", ">", "="])} {random.Next(4)}",
            13 => $"COUNT {{ ({node}){Arrow()}() }} {Pick<string>(["<", ">", "="])} {random.Next(4)}",
            14 => $"CASE {node}.b WHEN true THEN {Number(node)} ELSE {random.Next(3)} END >= {random.Next(3)}",
            15 => $"any(x IN labels({node}) WHERE x STARTS WITH '{Pick<string>(["P", "C", "M"])}')",
            16 => $"size([x IN [{Number(node)}, {Number(Pick(_nodes))}, null] WHERE x > 0]) = {random.Next(3)}",
            _ => $"{node}.id < {random.Next(1, 8)}",
        };
    }

    string Arrow() => random.Next(3) switch { 0 => $"-{TypeOrNone()}->", 1 => $"<-{TypeOrNone()}-", _ => $"-{TypeOrNone()}-" };

    string TypeOrNone() => Chance(85) ? $"[:{Pick(Types)}]" : "[]";

    string Number(string node) => random.Next(5) switch
    {
        0 => $"{node}.f",
        1 => $"({node}.n + {random.Next(1, 3)})",
        2 => $"{node}.id",
        _ => $"{node}.n",
    };

    void With()
    {
        var kept = _nodes.Where(_ => Chance(60)).DefaultIfEmpty(_nodes[0]).Distinct().ToList();
        var columns = new List<string>(kept);
        var extra = "";
        if (Chance(50))
        {
            extra = $"c{_names++}";
            columns.Add($"{Aggregate(exact: true)} AS {extra}");
        }
        _text.Append(Chance(20) ? "WITH DISTINCT " : "WITH ").Append(string.Join(", ", columns)).Append(' ');
        _nodes.Clear();
        _nodes.AddRange(kept);
        _edges.Clear();
        _lists.Clear();
        _paths.Clear();
        if (extra.Length > 0 && Chance(50))
        {
            _text.Append("WHERE ").Append(extra).Append(" >= ").Append(random.Next(3)).Append(' ');
        }
    }

    string Aggregate(bool exact)
    {
        var node = Pick(_nodes);
        return random.Next(exact ? 5 : 11) switch
        {
            0 or 1 => "count(*)",
            2 => $"count({node}.{Pick(Properties)})",
            3 => $"count(DISTINCT {node}{(Chance(50) ? "" : $".{Pick(Properties)}")})",
            4 => $"sum({node}.n)",
            5 => $"sum({node}.f)",
            6 => $"min({node}.{Pick(Properties)})",
            7 => $"max({node}.{Pick(Properties)})",
            8 => $"collect({(Chance(50) ? "DISTINCT " : "")}{node}.{Pick(Properties)})",
            9 => $"percentileDisc({node}.n, 0.5)",
            _ => $"avg({node}.f)",
        };
    }

    string Column() => random.Next(12) switch
    {
        4 when _paths.Count > 0 => $"length({Pick(_paths)})",
        5 when _paths.Count > 0 => $"[x IN nodes({Pick(_paths)}) | x.id]",
        6 when _lists.Count > 0 => $"size({Pick(_lists)})",
        7 when _lists.Count > 0 => $"[x IN {Pick(_lists)} | x.w]",
        8 when _items.Count > 0 => Pick(_items),
        9 => $"COUNT {{ ({Pick(_nodes)}){Arrow()}() }}",
        10 => $"size([({Pick(_nodes)}){Arrow()}(e) WHERE e.n > 0 | e.id])",
        11 => $"CASE WHEN {Condition(0)} THEN 'yes' ELSE toUpper({Pick(_nodes)}.s) END",
        0 => $"labels({Pick(_nodes)})",
        1 => $"{Number(Pick(_nodes))} * 2",
        2 when _edges.Count > 0 => $"type({Pick(_edges)})",
        3 => $"coalesce({Pick(_nodes)}.s, 'none')",
        _ => $"{Pick(_nodes)}.{Pick(Properties)}",
    };

    void Return()
    {
        var columns = new List<string>();
        int kind = random.Next(10);
        if (kind < 3)
        {
            columns.Add("count(*)");
        }
        else
        {
            int keys = random.Next(kind < 7 ? 0 : 1, 3);
            columns.AddRange(Enumerable.Range(0, keys).Select(_ => Column()));
            if (kind < 7)
            {
                columns.AddRange(Enumerable.Range(0, random.Next(1, 3)).Select(_ => Aggregate(exact: false)));
            }
        }
        bool distinct = kind >= 7 && Chance(40);
        _text.Append("RETURN ").Append(distinct ? "DISTINCT " : "");
        _text.AppendJoin(", ", columns.Select((column, i) => $"{column} AS c{_names + i}"));
        // The order inside a collected list is nobody's promise, so nothing is sorted by one.
        if (columns.Count > 1 && Chance(35) && !columns.Exists(column => column.StartsWith("collect", StringComparison.Ordinal)))
        {
            IsOrdered = true;
            _text.Append(" ORDER BY ").AppendJoin(", ", columns.Select((_, i) => $"c{_names + i}{(Chance(40) ? " DESC" : "")}"));
            _text.Append(Chance(30) ? $" SKIP {random.Next(4)}" : "").Append(Chance(70) ? $" LIMIT {random.Next(1, 8)}" : "");
        }
    }
}
