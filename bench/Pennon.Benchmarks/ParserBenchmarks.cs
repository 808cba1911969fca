using BenchmarkDotNet.Attributes;
using Pennon.Cypher.Syntax;

namespace Pennon.Benchmarks;

/// <summary>Pins the cost of a query's text, which is most of a point look-up.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    const string LookUp = "MATCH (c:Comment {id: $id}) RETURN c.id, c.creationDate, c.content, c.length";

    const string Long =
        """
        MATCH (:Person {id: 1})-[:KNOWS*1..2]-(f:Person)<-[:HAS_CREATOR]-(m:Post|Comment)
        WHERE m.creationDate <= 20121016000000000 AND NOT (f)-[:LIKES]->(m)
        WITH DISTINCT f, m ORDER BY m.creationDate DESC, m.id ASC LIMIT 20
        RETURN f.id, f.firstName, m.id, coalesce(m.content, m.imageFile) AS content, [x IN labels(m) | toUpper(x)] AS kinds
        """;

    [Benchmark]
    public object ParseLookUp() => CypherParser.Parse(LookUp);

    [Benchmark]
    public object ParseLong() => CypherParser.Parse(Long);
}
