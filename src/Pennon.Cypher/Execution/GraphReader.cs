using System.Collections.Concurrent;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Execution;

/// <summary>
/// One snapshot as plans see it: edge pairs numbered over all types, every property, adjacency and key index as one shared resource, and
/// references turned into node and relationship values.
/// </summary>
internal sealed class GraphReader
{
    readonly ConcurrentDictionary<(int Table, string Name), PropertySource> _nodeProperties = new();
    readonly ConcurrentDictionary<(int Pair, string Name), PropertySource> _edgeProperties = new();
    readonly ConcurrentDictionary<int, KeySource> _keys = new();
    readonly AdjacencySource[] _outgoing;
    readonly AdjacencySource[] _incoming;

    public GraphReader(GraphSnapshot snapshot)
    {
        Snapshot = snapshot;
        Pairs = [.. snapshot.EdgeTypes.SelectMany(static type => type.Pairs)];
        _outgoing = new AdjacencySource[Pairs.Length];
        _incoming = new AdjacencySource[Pairs.Length];
        for (int i = 0; i < Pairs.Length; i++)
        {
            _outgoing[i] = new AdjacencySource(Pairs[i], i, outgoing: true);
            _incoming[i] = new AdjacencySource(Pairs[i], i, outgoing: false);
        }
    }

    public GraphSnapshot Snapshot { get; }

    public EdgePair[] Pairs { get; }

    public AdjacencySource Adjacency(int pair, bool outgoing) => outgoing ? _outgoing[pair] : _incoming[pair];

    public PropertySource Property(NodeTable table, PropertyInfo info) =>
        _nodeProperties.GetOrAdd((table.Index, info.Name), static (_, state) => PropertySource.Of(state.table, state.info), (table, info));

    public PropertySource Property(int pair, PropertyInfo info) => _edgeProperties.GetOrAdd(
        (pair, info.Name), static (key, state) => PropertySource.Of(state.Pairs[key.Pair], key.Pair, state.info), (Pairs, info));

    public KeySource Key(NodeTable table) => _keys.GetOrAdd(table.Index, static (_, keyed) => new KeySource(keyed), table);

    public CypherNode Node(long reference) => new StoredNode(this, Snapshot.NodeTables[NodeVector.Table(reference)], NodeVector.Local(reference));

    public CypherRelationship Relationship(long reference, long start, long end) =>
        new StoredRelationship(this, (int)(reference >> 32), (int)reference, VidOf(start), VidOf(end));

    /// <summary>The node with a VID.</summary>
    /// <exception cref="CypherRuntimeException">No node of this snapshot has it.</exception>
    public CypherNode NodeById(ulong id)
    {
        foreach (var table in Snapshot.NodeTables)
        {
            if (table.TryLocalIdOf(id, out int local))
            {
                return new StoredNode(this, table, local);
            }
        }
        throw new CypherRuntimeException($"No node of this version of the graph has the id {id}.", "EntityNotFound");
    }

    public ulong VidOf(long reference) => Snapshot.NodeTables[NodeVector.Table(reference)].VidOf(NodeVector.Local(reference));

    /// <summary>The reference of a node value, or -1 when the value is null.</summary>
    /// <exception cref="CypherTypeException">The value is not a node of this snapshot.</exception>
    public long ReferenceOf(CypherValue value)
    {
        if (value.IsNull)
        {
            return NodeVector.Null;
        }
        var node = value.AsNode();
        if (node is StoredNode stored && ReferenceEquals(stored.Reader, this))
        {
            return stored.Reference;
        }
        foreach (var table in Snapshot.NodeTables)
        {
            if (table.TryLocalIdOf(node.Id, out int local))
            {
                return NodeVector.Ref(table.Index, local);
            }
        }
        throw new CypherTypeException($"The node with id {node.Id} is not in the version of the graph that is queried.");
    }

    /// <summary>The reference of a relationship value that this snapshot gave out.</summary>
    public (long Reference, long Start, long End) ReferenceOf(CypherRelationship relationship)
    {
        if (relationship is not StoredRelationship stored || !ReferenceEquals(stored.Reader, this))
        {
            throw new CypherTypeException($"The relationship with id {relationship.Id} was not read from the version of the graph that is queried.");
        }
        return (stored.Reference, NodeReference(relationship.StartId, stored.Pair.Source), NodeReference(relationship.EndId, stored.Pair.Target));
    }

    /// <summary>The node that a relationship leads to from one of its ends.</summary>
    public long OtherEnd(CypherRelationship relationship, long from)
    {
        var (_, start, end) = ReferenceOf(relationship);
        return start == from ? end : start;
    }

    static long NodeReference(ulong vid, NodeTable table) =>
        table.TryLocalIdOf(vid, out int local) ? NodeVector.Ref(table.Index, local) : NodeVector.Null;

    sealed class StoredNode(GraphReader reader, NodeTable table, int local) : CypherNode(table.VidOf(local))
    {
        CypherMap? _properties;

        public GraphReader Reader => reader;

        public long Reference => NodeVector.Ref(table.Index, local);

        public override IReadOnlyList<string> Labels => table.Labels;

        public override CypherMap Properties => _properties ??= CypherMap.Create(table.Properties
            .Select(info => KeyValuePair.Create(info.Name, ArrowValues.Read(reader.Property(table, info).Column, local)))
            .Where(static entry => !entry.Value.IsNull));

        public override CypherValue GetProperty(string name) => table.FindProperty(name) is { } info
            ? ArrowValues.Read(reader.Property(table, info).Column, local)
            : CypherValue.Null;
    }

    sealed class StoredRelationship(GraphReader reader, int pair, int edge, ulong start, ulong end)
        : CypherRelationship(reader.Pairs[pair].EidOf(edge), start, end)
    {
        CypherMap? _properties;

        public GraphReader Reader => reader;

        public EdgePair Pair => reader.Pairs[pair];

        public long Reference => ((long)pair << 32) | (uint)edge;

        public override string Type => Pair.Type.Name;

        public override CypherMap Properties => _properties ??= CypherMap.Create(Pair.Type.Properties
            .Select(info => KeyValuePair.Create(info.Name, ArrowValues.Read(reader.Property(pair, info).Column, edge)))
            .Where(static entry => !entry.Value.IsNull));

        public override CypherValue GetProperty(string name) => Pair.Type.FindProperty(name) is { } info
            ? ArrowValues.Read(reader.Property(pair, info).Column, edge)
            : CypherValue.Null;
    }
}
