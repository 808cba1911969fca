using System.Text.Json;
using Pennon.Cypher.Values;

namespace Pennon.Tests.Results;

public sealed class CypherJsonTests
{
    static readonly CypherNode Ada = CypherNode.Create(7, ["Person", "Author"], CypherMap.Create(KeyValuePair.Create("name", (CypherValue)"Ada")));

    public static TheoryData<CypherValue, string> Forms => new()
    {
        { CypherValue.Null, "null" },
        { true, "true" },
        { 20100422123057947, "20100422123057947" },
        { long.MinValue, "-9223372036854775808" },
        { 1.0, "1.0" },
        { -0.0, "-0.0" },
        { 0.1, "0.1" },
        { 1e300, "1E+300" },
        { double.NaN, "\"NaN\"" },
        { double.NegativeInfinity, "\"-Infinity\"" },
        { "naïve \"x\"\n日", "\"naïve \\\"x\\\"\\n日\"" },
        { CypherValue.Bytes([1, 2, 255]), "\"AQL/\"" },
        { CypherValue.List(1, "a", CypherValue.Null), "[1,\"a\",null]" },
        { CypherMap.Create(KeyValuePair.Create("a", (CypherValue)1)), "{\"a\":1}" },
        { new CypherDate(0), "\"1970-01-01\"" },
        { Ada, "{\"id\":7,\"labels\":[\"Person\",\"Author\"],\"properties\":{\"name\":\"Ada\"}}" },
        { CypherRelationship.Create(3, "KNOWS", 7, 8, CypherMap.Empty), "{\"id\":3,\"type\":\"KNOWS\",\"start\":7,\"end\":8,\"properties\":{}}" },
        { new CypherPoint(7203, 1, 2.5, double.NaN), "{\"srid\":7203,\"x\":1.0,\"y\":2.5}" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryTypeHasOneForm(CypherValue value, string json) => Assert.Equal(json, CypherJson.Text(value));

    [Fact]
    public void APathListsNodesAndRelationships()
    {
        var path = new CypherPath([Ada], []);
        Assert.StartsWith("{\"nodes\":[{\"id\":7", CypherJson.Text(path), StringComparison.Ordinal);
        Assert.EndsWith("\"relationships\":[]}", CypherJson.Text(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", CypherType.Integer)]
    [InlineData("1.0", CypherType.Float)]
    [InlineData("1e2", CypherType.Float)]
    [InlineData("9223372036854775808", CypherType.Float)]
    [InlineData("\"a\"", CypherType.String)]
    [InlineData("[1]", CypherType.List)]
    [InlineData("{}", CypherType.Map)]
    [InlineData("null", CypherType.Null)]
    [InlineData("false", CypherType.Boolean)]
    public void JsonBecomesTheNearestType(string json, CypherType type)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(type, CypherJson.Parse(document.RootElement).Type);
    }
}
