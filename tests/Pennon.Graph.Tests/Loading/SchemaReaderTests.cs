using System.Text;
using Pennon.Arrow;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests.Loading;

public sealed class SchemaReaderTests
{
    static GraphSchema Read(string json) => SchemaReader.Read(Encoding.UTF8.GetBytes(json), "schema.json");

    [Fact]
    public async Task The_schemas_of_the_shared_data_are_read()
    {
        SharedData.SkipUnlessPresent("data", "ldbc-sf01");

        var schema = await GraphSchema.ReadAsync(SharedData.Path("data", "ldbc-sf01", "schema.json"), TestContext.Current.CancellationToken);

        Assert.Equal((byte)'|', schema.Delimiter);
        Assert.Equal(8, schema.Nodes.Count);
        Assert.Equal(23, schema.Edges.Count);
        var creator = schema.Edges.First(e => e.Name == "HAS_CREATOR");
        Assert.Equal([true, false], creator.Files.Select(f => f.HasHeader));
        Assert.Equal(ArrowType.Int32, schema.Nodes[0].Properties[^1].Type);
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("""{"delimiter":"||"}""", "delimiter")]
    [InlineData("""{"delimiter":"\""}""", "same")]
    [InlineData("""{"nodes":{}}""", "list")]
    [InlineData("""{"nodes":[{}]}""", "type")]
    [InlineData("""{"nodes":[{"type":"A","key":"id","columns":[]}]}""", "key")]
    [InlineData("""{"nodes":[{"type":"A","key":"id","columns":[{"name":"id","type":"float64"}]}]}""", "int64 or string")]
    [InlineData("""{"nodes":[{"type":"A","key":"id","columns":[{"name":"id","type":"quux"}]}]}""", "'quux'")]
    [InlineData("""{"nodes":[{"type":"A","key":"id","columns":[{"name":"id","type":"int64"},{"name":"id","type":"int64"}]}]}""", "twice")]
    [InlineData("""{"edges":[{"edge":"E","from":"A"}]}""", "'to'")]
    [InlineData("""{"edges":[{"edge":"E","from":"A","to":"B"},{"edge":"E","from":"A","to":"B"}]}""", "twice")]
    public void A_schema_that_makes_no_sense_is_refused_with_the_reason(string json, string reason)
    {
        var error = Assert.Throws<LoadException>(() => Read(json));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list<list<int64>>")]
    [InlineData("vector(64)")]
    [InlineData("timestamp")]
    [InlineData("date")]
    [InlineData("uint8")]
    public void Type_names_are_read_and_written_alike(string name) => Assert.Equal(name, PropertyTypeName.Format(PropertyTypeName.Parse(name)));

    [Theory]
    [InlineData("vector(0)")]
    [InlineData("vector(-1)")]
    [InlineData("vector(99999999)")]
    [InlineData("list<>")]
    [InlineData("list<list<list<list<list<int64>>>>>")]
    [InlineData("")]
    public void Names_of_no_type_are_refused(string name) => Assert.Throws<FormatException>(() => PropertyTypeName.Parse(name));
}
