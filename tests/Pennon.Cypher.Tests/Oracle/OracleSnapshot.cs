using Pennon.Arrow;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>The oracle's graph as a snapshot for the engine: one node table for each set of labels, one edge pair for each type between two tables.</summary>
static class OracleSnapshot
{
    /// <summary>Builds the snapshot.</summary>
    /// <exception cref="NotSupportedException">A property has values of several types within one table, or of a type that columns do not hold.</exception>
    /// <param name="graph">The oracle's graph.</param>
    /// <param name="key">A property that is unique within every set of labels and becomes the key of every table, or null.</param>
    public static GraphSnapshot Build(OracleGraph graph, string? key = null)
    {
        var builder = new GraphSnapshotBuilder();
        var places = new Dictionary<OracleNode, (string Table, uint Row)>();
        foreach (var group in graph.Nodes.GroupBy(node => string.Join(':', node.LabelSet.Order(StringComparer.Ordinal))))
        {
            var name = group.Key.Length == 0 ? "(no label)" : group.Key;
            var nodes = group.ToList();
            for (int i = 0; i < nodes.Count; i++)
            {
                places.Add(nodes[i], (name, (uint)i));
            }
            builder.AddNodes(name, [.. nodes[0].LabelSet.Order(StringComparer.Ordinal)], key, nodes.Count, Columns(nodes));
        }
        foreach (var type in graph.Relationships.GroupBy(relationship => relationship.Type))
        {
            var keys = Types(type.Cast<IOracleEntity>());
            foreach (var pair in type.GroupBy(relationship => (places[relationship.Start].Table, places[relationship.End].Table)))
            {
                var edges = pair.ToList();
                builder.AddEdges(
                    type.Key,
                    pair.Key.Item1,
                    pair.Key.Item2,
                    edges.Select(edge => places[edge.Start].Row).ToArray(),
                    edges.Select(edge => places[edge.End].Row).ToArray(),
                    Columns(edges, keys));
            }
        }
        return builder.Build();
    }

    static (string, ArrowArray)[] Columns(IEnumerable<IOracleEntity> entities) => Columns(entities, Types(entities));

    static (string, ArrowArray)[] Columns(IEnumerable<IOracleEntity> entities, SortedDictionary<string, ArrowType> types) =>
        [.. types.Select(type => (type.Key, Column(type.Value, entities.Select(entity => entity.Bag.GetValueOrDefault(type.Key)))))];

    static SortedDictionary<string, ArrowType> Types(IEnumerable<IOracleEntity> entities)
    {
        var types = new SortedDictionary<string, ArrowType>(StringComparer.Ordinal);
        foreach (var (key, value) in entities.SelectMany(entity => entity.Bag))
        {
            var type = TypeOf(value);
            if (types.TryGetValue(key, out var known) && !known.Equals(type))
            {
                throw new NotSupportedException($"The property '{key}' has values of several types.");
            }
            types[key] = type;
        }
        return types;
    }

    static ArrowType TypeOf(CypherValue value) => value.Type switch
    {
        CypherType.Boolean => ArrowType.Boolean,
        CypherType.Integer => ArrowType.Int64,
        CypherType.Float => ArrowType.Float64,
        CypherType.String => ArrowType.String,
        CypherType.List when value.AsList() is [var first, ..] items && SameType(items) =>
            new ListType(new Field("item", TypeOf(first))),
        _ => throw new NotSupportedException($"A column of {value.Type} is not built here."),
    };

    static bool SameType(ReadOnlySpan<CypherValue> items)
    {
        foreach (ref readonly var item in items)
        {
            if (item.Type != items[0].Type)
            {
                return false;
            }
        }
        return true;
    }

    static ArrowArray Column(ArrowType type, IEnumerable<CypherValue> values)
    {
        var builder = ArrayBuilder.Create(type);
        foreach (var value in values)
        {
            Append(builder, value);
        }
        return builder.Build();
    }

    static void Append(ArrayBuilder builder, CypherValue value)
    {
        if (value.IsNull)
        {
            builder.AppendNull();
            return;
        }
        switch (builder)
        {
            case BooleanBuilder booleans: booleans.Append(value.AsBoolean()); break;
            case PrimitiveBuilder<long> integers: integers.Append(value.AsInteger()); break;
            case PrimitiveBuilder<double> floats: floats.Append(value.AsFloat()); break;
            case BinaryBuilder texts: texts.Append(value.AsString()); break;
            case ListBuilder lists:
                foreach (ref readonly var item in value.AsList())
                {
                    Append(lists.Items, item);
                }
                lists.EndRow();
                break;
            default: throw new NotSupportedException($"A column of {builder.Type} is not built here.");
        }
    }
}
