using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>A property graph of plain lists, made to be obviously right rather than fast.</summary>
sealed class OracleGraph
{
    ulong _nextId = 1;

    public List<OracleNode> Nodes { get; } = [];

    public List<OracleRelationship> Relationships { get; } = [];

    public OracleNode AddNode(IEnumerable<string> labels, IEnumerable<KeyValuePair<string, CypherValue>> properties)
    {
        var node = new OracleNode(_nextId++);
        node.LabelSet.AddRange(labels.Distinct());
        node.Set(properties);
        Nodes.Add(node);
        return node;
    }

    public OracleRelationship AddRelationship(OracleNode start, string type, OracleNode end, IEnumerable<KeyValuePair<string, CypherValue>> properties)
    {
        var relationship = new OracleRelationship(_nextId++, start, type, end);
        relationship.Set(properties);
        Relationships.Add(relationship);
        return relationship;
    }

    public OracleNode NodeById(ulong id) => Nodes.Single(node => node.Id == id);
}

interface IOracleEntity
{
    Dictionary<string, CypherValue> Bag { get; }
}

static class OracleEntities
{
    public static void Set(this IOracleEntity entity, IEnumerable<KeyValuePair<string, CypherValue>> properties)
    {
        foreach (var (key, value) in properties)
        {
            entity.Set(key, value);
        }
    }

    public static void Set(this IOracleEntity entity, string key, CypherValue value)
    {
        if (value.IsNull)
        {
            entity.Bag.Remove(key);
        }
        else
        {
            entity.Bag[key] = value;
        }
    }

    public static CypherMap ToMap(this IOracleEntity entity) => CypherMap.Create(entity.Bag);
}

sealed class OracleNode(ulong id) : CypherNode(id), IOracleEntity
{
    public List<string> LabelSet { get; } = [];

    public Dictionary<string, CypherValue> Bag { get; } = [];

    public override IReadOnlyList<string> Labels => LabelSet;

    public override CypherMap Properties => this.ToMap();
}

sealed class OracleRelationship(ulong id, OracleNode start, string type, OracleNode end) : CypherRelationship(id, start.Id, end.Id), IOracleEntity
{
    public OracleNode Start { get; } = start;

    public OracleNode End { get; } = end;

    public Dictionary<string, CypherValue> Bag { get; } = [];

    public override string Type { get; } = type;

    public override CypherMap Properties => this.ToMap();

    public OracleNode Other(OracleNode node) => ReferenceEquals(node, Start) ? End : Start;
}
