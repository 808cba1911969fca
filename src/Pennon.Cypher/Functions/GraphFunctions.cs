using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>Functions of nodes, relationships, paths and maps.</summary>
internal static class GraphFunctions
{
    public static void Register(FunctionTable table)
    {
        table.Add("id", 1, (arguments, _) => (long)Entity("id", arguments[0]).Id);
        table.Add("elementId", 1, (arguments, _) => Entity("elementId", arguments[0]).Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        table.Add("labels", 1, (arguments, _) =>
            arguments[0].Type == CypherType.Node ? Texts(arguments[0].AsNode().Labels) : throw Argument.Wrong("labels", "a Node", arguments[0], "InvalidArgumentValue"));
        table.Add("type", 1, (arguments, _) => Relationship("type", arguments[0]).Type);
        table.Add("properties", 1, (arguments, _) => Properties("properties", arguments[0]));
        table.Add("keys", 1, (arguments, _) => Texts(Properties("keys", arguments[0]).KeySpan.ToArray()));
        table.Add("nodes", 1, (arguments, _) => CypherValue.List([.. Path("nodes", arguments[0]).Nodes.Select(node => (CypherValue)node)]));
        table.Add("relationships", 1, (arguments, _) =>
            CypherValue.List([.. Path("relationships", arguments[0]).Relationships.Select(relationship => (CypherValue)relationship)]));
        table.Alias("rels", "relationships");
        table.Add("length", 1, (arguments, _) => (long)Path("length", arguments[0]).Relationships.Count);
        table.AddVolatile("startNode", 1, 1, (arguments, context) => context.NodeById(Relationship("startNode", arguments[0]).StartId));
        table.AddVolatile("endNode", 1, 1, (arguments, context) => context.NodeById(Relationship("endNode", arguments[0]).EndId));
    }

    static CypherEntity Entity(string function, in CypherValue value) =>
        value.Type is CypherType.Node or CypherType.Relationship ? value.AsEntity() : throw Argument.Wrong(function, "a Node or a Relationship", value);

    static CypherRelationship Relationship(string function, in CypherValue value) =>
        value.Type == CypherType.Relationship ? value.AsRelationship() : throw Argument.Wrong(function, "a Relationship", value, "InvalidArgumentValue");

    static CypherPath Path(string function, in CypherValue value) =>
        value.Type == CypherType.Path ? value.AsPath() : throw Argument.Wrong(function, "a Path", value);

    static CypherMap Properties(string function, in CypherValue value) => value.Type switch
    {
        CypherType.Node or CypherType.Relationship => value.AsEntity().Properties,
        CypherType.Map => value.AsMap(),
        _ => throw Argument.Wrong(function, "a Node, a Relationship or a Map", value),
    };

    static CypherValue Texts(IReadOnlyList<string> texts)
    {
        var items = new CypherValue[texts.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = texts[i];
        }
        return CypherValue.List(items);
    }
}
