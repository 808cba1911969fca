using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>A named path, put together from the nodes and relationships of its pattern where the path itself is wanted.</summary>
internal sealed class PathExpr(PathShape shape, IReadOnlyList<IResource> properties) : Expr
{
    public override ValueKind Kind => ValueKind.Path;

    public override bool IsConstant => false;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.UnionWith(shape.Nodes);
        reads.UnionWith(shape.Relationships);
    }

    public override void AddResources(ISet<IResource> resources) => resources.UnionWith(properties);

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var paths = new CypherValue[batch.Count];
        for (int row = 0; row < paths.Length; row++)
        {
            paths[row] = Path(batch, row, context);
        }
        return new ValueVector(paths, paths.Length, ValueKind.Path);
    }

    CypherPath? Path(Batch batch, int row, ExecutionContext context)
    {
        long at = ((NodeVector)batch.Column(shape.Nodes[0].Slot)).Refs[row];
        if (at < 0)
        {
            return null;
        }
        var nodes = new List<CypherNode> { context.Graph.Node(at) };
        var relationships = new List<CypherRelationship>();
        for (int i = 0; i < shape.Relationships.Length; i++)
        {
            var column = batch.Column(shape.Relationships[i].Slot);
            if (column.IsNull(row))
            {
                return null;
            }
            var value = column.Value(row, context);
            foreach (var step in value.Type == CypherType.List ? value.AsList() : [value])
            {
                var relationship = step.AsRelationship();
                relationships.Add(relationship);
                at = context.Graph.OtherEnd(relationship, at);
                nodes.Add(context.Graph.Node(at));
            }
        }
        return new CypherPath(nodes, relationships);
    }
}

/// <summary><c>length(p)</c> of a named path: the single relationships of its pattern plus the lengths of its variable ones; no path is made.</summary>
internal sealed class PathLengthExpr(PathShape shape) : Expr
{
    public PathShape Shape => shape;

    // The start may have been there before an OPTIONAL MATCH that found nothing, so a relationship tells whether there is a path.
    BoundVariable Witness =>
        shape.Relationships.Select(static r => r.Hops).FirstOrDefault(static hops => hops is not null) ?? shape.Relationships.FirstOrDefault() ?? shape.Nodes[0];

    public override ValueKind Kind => ValueKind.Int64;

    public override bool IsConstant => false;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(Witness);
        foreach (var relationship in shape.Relationships)
        {
            if (relationship.Hops is { } hops)
            {
                reads.Add(hops);
            }
        }
    }

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var lengths = new long[batch.Count];
        Array.Fill(lengths, shape.Relationships.Count(static r => r.Hops is null));
        foreach (var relationship in shape.Relationships)
        {
            if (relationship.Hops is { } hops)
            {
                var values = ((Int64Vector)batch.Column(hops.Slot)).Values;
                for (int i = 0; i < lengths.Length; i++)
                {
                    lengths[i] += values[i];
                }
            }
        }
        var witness = batch.Column(Witness.Slot);
        bool[]? nulls = null;
        for (int i = 0; i < lengths.Length; i++)
        {
            if (witness.IsNull(i))
            {
                (nulls ??= new bool[lengths.Length])[i] = true;
            }
        }
        return new Int64Vector(lengths, nulls, lengths.Length);
    }
}
