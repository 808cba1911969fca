namespace Pennon.Cypher.Values;

/// <summary>A node or a relationship. Entities are equal when their ids are equal, whatever their properties.</summary>
/// <param name="id">The VID of a node or the EID of a relationship.</param>
public abstract class CypherEntity(ulong id)
{
    /// <summary>The 64-bit id, never reused for another entity of the same kind.</summary>
    public ulong Id { get; } = id;

    /// <summary>The properties that are not null.</summary>
    public abstract CypherMap Properties { get; }

    /// <summary>The property of that name, or null (the Cypher value).</summary>
    /// <param name="name">The property's name, compared ordinally.</param>
    public virtual CypherValue GetProperty(string name) => Properties[name];
}

/// <summary>A node as a value.</summary>
/// <param name="id">The VID.</param>
public abstract class CypherNode(ulong id) : CypherEntity(id)
{
    /// <summary>The labels, without duplicates.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>A node held in memory.</summary>
    /// <param name="id">The VID.</param>
    /// <param name="labels">The labels, without duplicates.</param>
    /// <param name="properties">The properties that are not null.</param>
    public static CypherNode Create(ulong id, IReadOnlyList<string> labels, CypherMap properties) => new InMemory(id, labels, properties);

    sealed class InMemory(ulong id, IReadOnlyList<string> labels, CypherMap properties) : CypherNode(id)
    {
        public override IReadOnlyList<string> Labels => labels;

        public override CypherMap Properties => properties;
    }
}

/// <summary>A relationship as a value.</summary>
/// <param name="id">The EID.</param>
/// <param name="startId">The VID of the node it leaves.</param>
/// <param name="endId">The VID of the node it enters.</param>
public abstract class CypherRelationship(ulong id, ulong startId, ulong endId) : CypherEntity(id)
{
    /// <summary>The VID of the node it leaves.</summary>
    public ulong StartId { get; } = startId;

    /// <summary>The VID of the node it enters.</summary>
    public ulong EndId { get; } = endId;

    /// <summary>The relationship's type.</summary>
    public abstract string Type { get; }

    /// <summary>A relationship held in memory.</summary>
    /// <param name="id">The EID.</param>
    /// <param name="type">The relationship's type.</param>
    /// <param name="startId">The VID of the node it leaves.</param>
    /// <param name="endId">The VID of the node it enters.</param>
    /// <param name="properties">The properties that are not null.</param>
    public static CypherRelationship Create(ulong id, string type, ulong startId, ulong endId, CypherMap properties) =>
        new InMemory(id, type, startId, endId, properties);

    sealed class InMemory(ulong id, string type, ulong startId, ulong endId, CypherMap properties) : CypherRelationship(id, startId, endId)
    {
        public override string Type => type;

        public override CypherMap Properties => properties;
    }
}

/// <summary>A walk through the graph: one node more than relationships, in the order walked.</summary>
public sealed class CypherPath
{
    /// <summary>A path through the given nodes.</summary>
    /// <param name="nodes">The nodes in order, at least one.</param>
    /// <param name="relationships">The relationships in order; <c>relationships[i]</c> joins <c>nodes[i]</c> and <c>nodes[i + 1]</c>, in either direction.</param>
    public CypherPath(IReadOnlyList<CypherNode> nodes, IReadOnlyList<CypherRelationship> relationships)
    {
        if (nodes.Count != relationships.Count + 1)
        {
            throw new ArgumentException($"A path of {relationships.Count} relationships needs {relationships.Count + 1} nodes, not {nodes.Count}.", nameof(nodes));
        }
        Nodes = nodes;
        Relationships = relationships;
    }

    /// <summary>The nodes in order, at least one.</summary>
    public IReadOnlyList<CypherNode> Nodes { get; }

    /// <summary>The relationships in order.</summary>
    public IReadOnlyList<CypherRelationship> Relationships { get; }
}
