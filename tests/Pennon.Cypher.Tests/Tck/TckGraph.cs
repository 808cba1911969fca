using Pennon.Arrow;
using Pennon.Cypher.Tests.Oracle;
using Pennon.Cypher.Values;
using Pennon.Graph;

namespace Pennon.Cypher.Tests.Tck;

/// <summary>
/// A scenario's graph as a snapshot. Nodes of equal labels whose properties have different types go to different tables, so that every
/// column has one type; this also makes most patterns run over several tables.
/// </summary>
static class TckGraph
{
    public static GraphSnapshot Build(OracleGraph graph)
    {
        var builder = new GraphSnapshotBuilder();
        var places = new Dictionary<ulong, (string Table, uint Local)>();
        int number = 0;
        foreach (var group in graph.Nodes.GroupBy(Signature))
        {
            string name = $"table{number++}";
            var nodes = group.ToList();
            for (int i = 0; i < nodes.Count; i++)
            {
                places.Add(nodes[i].Id, (name, (uint)i));
            }
            builder.AddNodes(name, [.. nodes[0].Labels], null, nodes.Count, Columns([.. nodes.Select(static node => node.Bag)]));
        }
        foreach (var type in graph.Relationships.GroupBy(static relationship => relationship.Type))
        {
            // All pairs of a type have the same columns.
            var columns = Columns([.. type.Select(static relationship => relationship.Bag)]);
            var all = type.ToList();
            foreach (var pair in all.Select(static (relationship, row) => (relationship, row)).GroupBy(edge => (places[edge.relationship.Start.Id].Table, places[edge.relationship.End.Id].Table)))
            {
                int[] rows = [.. pair.Select(static edge => edge.row)];
                var values = columns.Select(column => (column.Name, Build([.. rows.Select(row => all[row].Bag.GetValueOrDefault(column.Name))], column.Values.Type))).ToArray();
                builder.AddEdges(
                    type.Key,
                    pair.Key.Item1,
                    pair.Key.Item2,
                    rows.Select(row => places[all[row].Start.Id].Local).ToArray(),
                    rows.Select(row => places[all[row].End.Id].Local).ToArray(),
                    values);
            }
        }
        return builder.Build();
    }

    static string Signature(OracleNode node) =>
        string.Join(',', node.Labels.Order(StringComparer.Ordinal)) + "|" + string.Join(',', node.Bag.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}:{TypeOf(p.Value)}"));

    static (string Name, ArrowArray Values)[] Columns(List<Dictionary<string, CypherValue>> bags) =>
    [
        .. bags.SelectMany(static bag => bag.Keys).Distinct().Select(name =>
        {
            var values = bags.Select(bag => bag.GetValueOrDefault(name)).ToList();
            var types = values.Where(static value => !value.IsNull).Select(TypeOf).Distinct().ToList();
            return types.Count == 1 ? (name, Build(values, types[0])) : throw new NotSupportedException($"Property '{name}' has values of several types.");
        }),
    ];

    static ArrowType TypeOf(CypherValue value)
    {
        switch (value.Type)
        {
            case CypherType.Integer: return ArrowType.Int64;
            case CypherType.Float: return ArrowType.Float64;
            case CypherType.Boolean: return ArrowType.Boolean;
            case CypherType.String: return ArrowType.String;
            case CypherType.Date: return ArrowType.Date32;
            case CypherType.LocalTime: return new Time64Type(TimeUnit.Nanosecond);
            // Nanoseconds reach only from 1677 to 2262.
            case CypherType.LocalDateTime when value.AsLocalDateTime() is { Nanosecond: var nanosecond, EpochSecond: < -9_000_000_000 or > 9_000_000_000 } && nanosecond % 1000 != 0:
                throw new NotSupportedException("A time so far away has no column of nanoseconds.");
            case CypherType.LocalDateTime:
                return new TimestampType(value.AsLocalDateTime().Nanosecond % 1000 == 0 ? TimeUnit.Microsecond : TimeUnit.Nanosecond, null);
            case CypherType.List when value.AsList().Length > 0 && TypeOf(value.AsList()[0]) is var item && !item.IsNested && value.AsList().ToArray().All(element => TypeOf(element) == item):
                return new ListType(new Field("item", item));
            default:
                throw new NotSupportedException($"A property of type {value.Type} has no column here.");
        }
    }

    static ArrowArray Build(List<CypherValue> values, ArrowType type)
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
            case PrimitiveBuilder<long> longs:
                longs.Append(value.Type switch
                {
                    CypherType.LocalTime => value.AsLocalTime().NanosecondOfDay,
                    CypherType.LocalDateTime => builder.Type is TimestampType { Unit: TimeUnit.Microsecond }
                        ? checked((value.AsLocalDateTime().EpochSecond * 1_000_000) + (value.AsLocalDateTime().Nanosecond / 1000))
                        : checked((value.AsLocalDateTime().EpochSecond * 1_000_000_000) + value.AsLocalDateTime().Nanosecond),
                    _ => value.AsInteger(),
                });
                break;
            case PrimitiveBuilder<int> days: days.Append((int)value.AsDate().EpochDay); break;
            case PrimitiveBuilder<double> doubles: doubles.Append(value.AsFloat()); break;
            case BooleanBuilder booleans: booleans.Append(value.AsBoolean()); break;
            case BinaryBuilder texts: texts.Append(value.AsString()); break;
            case ListBuilder lists:
                foreach (var item in value.AsList())
                {
                    Append(lists.Items, item);
                }
                lists.EndRow();
                break;
            default: throw new NotSupportedException(builder.Type.ToString());
        }
    }
}
