using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>
/// Finds every way to lay a pattern on the graph by trying everything: nodes in order of creation, relationships in order of creation, no
/// relationship twice within one MATCH.
/// </summary>
sealed class OracleMatcher(OracleEvaluator evaluator)
{
    readonly HashSet<ulong> _used = [];

    OracleGraph Graph => evaluator.Context.Graph;

    /// <summary>The rows of one MATCH: the parts' variables added to the given row.</summary>
    public IEnumerable<OracleScope> Match(IReadOnlyList<PatternPart> parts, OracleScope row) => Match(parts, 0, row);

    IEnumerable<OracleScope> Match(IReadOnlyList<PatternPart> parts, int part, OracleScope row)
    {
        if (part == parts.Count)
        {
            yield return row;
            yield break;
        }
        var current = parts[part];
        var ways = current.Search == PathSearch.All ? Ways(current, row) : Shortest(current, row);
        foreach (var found in ways)
        {
            foreach (var rest in Match(parts, part + 1, found))
            {
                yield return rest;
            }
        }
    }

    IEnumerable<OracleScope> Ways(PatternPart part, OracleScope row)
    {
        foreach (var (node, start) in Candidates(part.Chain.Nodes[0], row))
        {
            foreach (var found in Walk(part, 0, node, [node], [], start))
            {
                yield return found;
            }
        }
    }

    IEnumerable<OracleScope> Walk(PatternPart part, int step, OracleNode at, List<OracleNode> nodes, List<OracleRelationship> walked, OracleScope row)
    {
        var chain = part.Chain;
        if (step == chain.Relationships.Count)
        {
            yield return part.Variable is { } path ? row.With(path.Name, new CypherPath([.. nodes], [.. walked])) : row;
            yield break;
        }
        var pattern = chain.Relationships[step];
        foreach (var hop in Hops(pattern, at, row))
        {
            CypherValue value = pattern.Hops is null ? hop[0] : CypherValue.List([.. hop.Select(relationship => (CypherValue)relationship)]);
            var bound = row;
            if (pattern.Variable is { } variable)
            {
                if (!Agrees(variable.Name, value, row, out bound))
                {
                    continue;
                }
            }
            if (pattern.Where is { } where && !evaluator.IsTrue(where, bound))
            {
                continue;
            }
            var end = at;
            var through = new List<OracleNode>(nodes);
            foreach (var relationship in hop)
            {
                end = relationship.Other(end);
                through.Add(end);
            }
            if (!TryBind(chain.Nodes[step + 1], end, bound, out var next))
            {
                continue;
            }
            foreach (var relationship in hop)
            {
                _used.Add(relationship.Id);
            }
            foreach (var found in Walk(part, step + 1, end, through, [.. walked, .. hop], next))
            {
                yield return found;
            }
            foreach (var relationship in hop)
            {
                _used.Remove(relationship.Id);
            }
        }
    }

    /// <summary>Every run of relationships from the node that the relationship pattern allows.</summary>
    IEnumerable<List<OracleRelationship>> Hops(RelationshipPattern pattern, OracleNode from, OracleScope row)
    {
        long min = pattern.Hops is null ? 1 : pattern.Hops.Min ?? 1;
        long max = pattern.Hops is null ? 1 : pattern.Hops.Max ?? long.MaxValue;
        return Extend([], from);

        IEnumerable<List<OracleRelationship>> Extend(List<OracleRelationship> run, OracleNode at)
        {
            if (run.Count >= min && run.Count <= max)
            {
                yield return [.. run];
            }
            if (run.Count >= max)
            {
                yield break;
            }
            foreach (var relationship in Graph.Relationships)
            {
                if (_used.Contains(relationship.Id) || run.Contains(relationship) || !Fits(pattern, relationship, at, row))
                {
                    continue;
                }
                run.Add(relationship);
                foreach (var longer in Extend(run, relationship.Other(at)))
                {
                    yield return longer;
                }
                run.RemoveAt(run.Count - 1);
            }
        }
    }

    bool Fits(RelationshipPattern pattern, OracleRelationship relationship, OracleNode from, OracleScope row)
    {
        bool direction = pattern.Direction switch
        {
            RelationshipDirection.Outgoing => ReferenceEquals(relationship.Start, from),
            RelationshipDirection.Incoming => ReferenceEquals(relationship.End, from),
            _ => ReferenceEquals(relationship.Start, from) || ReferenceEquals(relationship.End, from),
        };
        return direction
            && (pattern.Types.Count == 0 || pattern.Types.Any(type => type.Name == relationship.Type))
            && HasProperties(pattern.Properties, relationship.Bag, row);
    }

    bool HasProperties(Expression? wanted, Dictionary<string, CypherValue> bag, OracleScope row)
    {
        if (wanted is null)
        {
            return true;
        }
        foreach (var (key, value) in evaluator.Evaluate(wanted, row).AsMap())
        {
            if (CypherValue.AreEqual(bag.GetValueOrDefault(key), value) != true)
            {
                return false;
            }
        }
        return true;
    }

    IEnumerable<(OracleNode Node, OracleScope Row)> Candidates(NodePattern pattern, OracleScope row)
    {
        foreach (var node in Graph.Nodes.ToArray())
        {
            if (TryBind(pattern, node, row, out var bound))
            {
                yield return (node, bound);
            }
        }
    }

    bool TryBind(NodePattern pattern, OracleNode node, OracleScope row, out OracleScope bound)
    {
        bound = row;
        return (pattern.Variable is null || Agrees(pattern.Variable.Name, node, row, out bound))
            && (pattern.Labels is null || OracleEvaluator.Test(pattern.Labels, node.LabelSet))
            && HasProperties(pattern.Properties, node.Bag, bound)
            && (pattern.Where is null || evaluator.IsTrue(pattern.Where, bound));
    }

    static bool Agrees(string variable, CypherValue value, OracleScope row, out OracleScope bound)
    {
        bound = row;
        if (row.Has(variable))
        {
            return CypherValue.AreEqual(row[variable], value) == true;
        }
        bound = row.With(variable, value);
        return true;
    }

    /// <summary>All paths of the fewest relationships, or the first of them, for every pair of end nodes.</summary>
    IEnumerable<OracleScope> Shortest(PatternPart part, OracleScope row)
    {
        var all = new PatternPart(part.Variable ?? new Identifier(" path"), PathSearch.All, part.Chain);
        var best = new Dictionary<(ulong, ulong), List<(int Length, OracleScope Row)>>();
        foreach (var found in Ways(all, row))
        {
            var path = found[all.Variable!.Name].AsPath();
            var ends = (path.Nodes[0].Id, path.Nodes[^1].Id);
            if (!best.TryGetValue(ends, out var kept))
            {
                best.Add(ends, kept = []);
            }
            int length = path.Relationships.Count;
            if (kept.Count > 0 && (length > kept[0].Length || (length == kept[0].Length && part.Search == PathSearch.Shortest)))
            {
                continue;
            }
            if (kept.Count > 0 && length < kept[0].Length)
            {
                kept.Clear();
            }
            kept.Add((length, found));
        }
        return best.Values.SelectMany(kept => kept.Select(entry => entry.Row)).ToList();
    }
}
