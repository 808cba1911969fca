using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>A small graph in which types join several pairs of labels, with self loops, parallel edges, nulls, isolated nodes and repeated values.</summary>
static class RandomGraph
{
    public static OracleGraph Create(Random random)
    {
        var graph = new OracleGraph();
        var people = Nodes(["Person"], random.Next(5, 11));
        var cities = Nodes(["City"], random.Next(2, 5));
        var tags = Nodes(["Tag"], random.Next(2, 6));
        var posts = Nodes(["Message", "Post"], random.Next(3, 9));
        var comments = Nodes(["Comment", "Message"], random.Next(3, 9));
        Edges("KNOWS", people, people, random.Next(8, 22));
        Edges("LIVES_IN", people, cities, random.Next(3, 10));
        Edges("LIKES", people, posts, random.Next(3, 10));
        Edges("LIKES", people, comments, random.Next(3, 10));
        Edges("REPLY_OF", comments, posts, random.Next(2, 8));
        Edges("REPLY_OF", comments, comments, random.Next(2, 8));
        Edges("HAS_TAG", posts, tags, random.Next(2, 10));
        Edges("HAS_TAG", comments, tags, random.Next(2, 10));
        Edges("HAS_CREATOR", posts, people, random.Next(3, 8));
        Edges("HAS_CREATOR", comments, people, random.Next(3, 8));
        return graph;

        List<OracleNode> Nodes(string[] labels, int count) =>
            [.. Enumerable.Range(0, count).Select(i => graph.AddNode(labels, Properties(i)))];

        void Edges(string type, List<OracleNode> from, List<OracleNode> to, int count)
        {
            for (int i = 0; i < count; i++)
            {
                graph.AddRelationship(from[random.Next(from.Count)], type, to[random.Next(to.Count)], [KeyValuePair.Create("w", (CypherValue)random.Next(4))]);
            }
        }

        IEnumerable<KeyValuePair<string, CypherValue>> Properties(int id)
        {
            yield return KeyValuePair.Create("id", (CypherValue)id);
            if (random.Next(4) > 0)
            {
                yield return KeyValuePair.Create("n", (CypherValue)random.Next(-2, 4));
            }
            if (random.Next(4) > 0)
            {
                // Halves and quarters add up exactly in any order.
                yield return KeyValuePair.Create("f", (CypherValue)(random.Next(-8, 9) / 4.0));
            }
            if (random.Next(4) > 0)
            {
                yield return KeyValuePair.Create("s", (CypherValue)new[] { "a", "b", "ab", "ba", "", "É" }[random.Next(6)]);
            }
            yield return KeyValuePair.Create("b", (CypherValue)(random.Next(2) == 0));
        }
    }
}
