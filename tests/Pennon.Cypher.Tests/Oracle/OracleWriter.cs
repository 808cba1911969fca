using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Tests.Oracle;

/// <summary>The updating clauses, as far as the TCK's setup queries and the comparison graphs need them.</summary>
sealed class OracleWriter(OracleEvaluator evaluator)
{
    OracleGraph Graph => evaluator.Context.Graph;

    public IEnumerable<OracleScope> Apply(Clause clause, OracleScope row)
    {
        switch (clause)
        {
            case CreateClause create:
                return [create.Parts.Aggregate(row, (current, part) => Create(part, current))];
            case MergeClause merge:
                return Merge(merge, row);
            case SetClause set:
                Set(set.Items, row);
                return [row];
            case RemoveClause remove:
                Remove(remove, row);
                return [row];
            case DeleteClause delete:
                foreach (var expression in delete.Expressions)
                {
                    Delete(evaluator.Evaluate(expression, row), delete.Detach);
                }
                return [row];
            case ForeachClause each:
                var source = evaluator.Evaluate(each.Source, row);
                foreach (var item in source.IsNull ? [] : source.AsList().ToArray())
                {
                    var inner = row.With(each.Variable.Name, item);
                    foreach (var nested in each.Clauses)
                    {
                        inner = Apply(nested, inner).First();
                    }
                }
                return [row];
            default:
                throw new NotSupportedException($"The oracle does not know {clause.GetType().Name}.");
        }
    }

    OracleScope Create(PatternPart part, OracleScope row)
    {
        var nodes = new List<OracleNode>();
        var relationships = new List<OracleRelationship>();
        foreach (var pattern in part.Chain.Nodes)
        {
            nodes.Add(CreateNode(pattern, ref row));
            int last = nodes.Count - 2;
            if (last >= 0)
            {
                relationships.Add(CreateRelationship(part.Chain.Relationships[last], nodes[last], nodes[last + 1], ref row));
            }
        }
        return part.Variable is { } path ? row.With(path.Name, new CypherPath(nodes, relationships)) : row;
    }

    OracleNode CreateNode(NodePattern pattern, ref OracleScope row)
    {
        if (pattern.Variable is { } bound && row.Has(bound.Name))
        {
            return (OracleNode)row[bound.Name].AsNode();
        }
        IEnumerable<string> labels = pattern.Labels switch
        {
            null => [],
            LabelName name => [name.Name],
            LabelConjunction conjunction => conjunction.Operands.Cast<LabelName>().Select(name => name.Name),
            _ => throw new NotSupportedException("Only labels joined by ':' can be created."),
        };
        var node = Graph.AddNode(labels, Properties(pattern.Properties, row));
        row = pattern.Variable is { } variable ? row.With(variable.Name, node) : row;
        return node;
    }

    OracleRelationship CreateRelationship(RelationshipPattern pattern, OracleNode left, OracleNode right, ref OracleScope row)
    {
        bool incoming = pattern.Direction == RelationshipDirection.Incoming;
        var relationship = Graph.AddRelationship(incoming ? right : left, pattern.Types[0].Name, incoming ? left : right, Properties(pattern.Properties, row));
        row = pattern.Variable is { } variable ? row.With(variable.Name, relationship) : row;
        return relationship;
    }

    CypherMap Properties(Expression? properties, OracleScope row) => properties is null ? CypherMap.Empty : evaluator.Evaluate(properties, row).AsMap();

    List<OracleScope> Merge(MergeClause merge, OracleScope row)
    {
        var found = new OracleMatcher(evaluator).Match([merge.Part], row).ToList();
        bool created = found.Count == 0;
        if (created)
        {
            found = [Create(merge.Part, row)];
        }
        foreach (var match in found)
        {
            foreach (var action in merge.Actions.Where(action => action.OnCreate == created))
            {
                Set(action.Items, match);
            }
        }
        return found;
    }

    void Set(SyntaxList<SetItem> items, OracleScope row)
    {
        foreach (var item in items)
        {
            switch (item)
            {
                case SetProperty property when evaluator.Evaluate(property.Target.Target, row) is { IsNull: false } target:
                    ((IOracleEntity)target.AsEntity()).Set(property.Target.Key, evaluator.Evaluate(property.Value, row));
                    break;
                case SetProperties all when row[all.Variable.Name] is { IsNull: false } target:
                    var entity = (IOracleEntity)target.AsEntity();
                    var value = evaluator.Evaluate(all.Value, row);
                    var map = value.Type == CypherType.Map ? value.AsMap() : value.AsEntity().Properties;
                    if (!all.Merge)
                    {
                        entity.Bag.Clear();
                    }
                    entity.Set(map);
                    break;
                case SetLabels labels when row[labels.Variable.Name] is { IsNull: false } target:
                    var node = (OracleNode)target.AsNode();
                    node.LabelSet.AddRange(labels.Labels.Select(label => label.Name).Except(node.LabelSet));
                    break;
            }
        }
    }

    void Remove(RemoveClause remove, OracleScope row)
    {
        foreach (var item in remove.Items)
        {
            switch (item)
            {
                case RemoveProperty property when evaluator.Evaluate(property.Target.Target, row) is { IsNull: false } target:
                    ((IOracleEntity)target.AsEntity()).Bag.Remove(property.Target.Key);
                    break;
                case RemoveLabels labels when row[labels.Variable.Name] is { IsNull: false } target:
                    ((OracleNode)target.AsNode()).LabelSet.RemoveAll(label => labels.Labels.Any(removed => removed.Name == label));
                    break;
            }
        }
    }

    void Delete(CypherValue value, bool detach)
    {
        switch (value.Type)
        {
            case CypherType.Node:
                var node = (OracleNode)value.AsNode();
                if (detach)
                {
                    Graph.Relationships.RemoveAll(relationship => relationship.Start == node || relationship.End == node);
                }
                Graph.Nodes.Remove(node);
                break;
            case CypherType.Relationship:
                Graph.Relationships.Remove((OracleRelationship)value.AsRelationship());
                break;
            case CypherType.Path:
                foreach (var relationship in value.AsPath().Relationships)
                {
                    Delete(relationship, detach);
                }
                foreach (var inner in value.AsPath().Nodes)
                {
                    Delete(inner, detach);
                }
                break;
        }
    }
}
