using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>Whether a node is in one of some tables, or a relationship in one of some pairs: what a label or type test comes down to.</summary>
internal sealed class MembershipExpr(Expr operand, bool[] members) : Expr
{
    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [operand];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var vector = operand.Evaluate(batch, context);
        var refs = vector is NodeVector nodes ? nodes.Refs : ((RelationshipVector)vector).Refs;
        var result = new byte[refs.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = refs[i] < 0 ? BooleanVector.Null : members[refs[i] >> 32] ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(result, result.Length);
    }
}

/// <summary><c>labels(n)</c> of a node column, or <c>type(r)</c> of a relationship column: one value by table or pair.</summary>
internal sealed class OwnerNameExpr(Expr operand, CypherValue[] names, ValueKind kind) : Expr
{
    public override ValueKind Kind => kind;

    public override IReadOnlyList<Expr> Children => [operand];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var vector = operand.Evaluate(batch, context);
        var refs = vector is NodeVector nodes ? nodes.Refs : ((RelationshipVector)vector).Refs;
        var values = new CypherValue[refs.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = refs[i] < 0 ? CypherValue.Null : names[refs[i] >> 32];
        }
        return Broadcast.Pack(values, kind, context);
    }
}

/// <summary><c>id(x)</c>: the VID of a node or the EID of a relationship.</summary>
internal sealed class EntityIdExpr(Expr operand) : Expr
{
    public override ValueKind Kind => ValueKind.Int64;

    public override IReadOnlyList<Expr> Children => [operand];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var vector = operand.Evaluate(batch, context);
        var ids = new CypherValue[vector.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!vector.IsNull(i))
            {
                ulong id = vector switch
                {
                    NodeVector nodes => context.Graph.VidOf(nodes.Refs[i]),
                    RelationshipVector edges => context.Graph.Pairs[edges.Refs[i] >> 32].EidOf((int)edges.Refs[i]),
                    _ => vector.Value(i, context).AsEntity().Id,
                };
                ids[i] = (long)id;
            }
        }
        return Broadcast.Pack(ids, ValueKind.Int64, context);
    }
}

/// <summary><c>startNode(r)</c> and <c>endNode(r)</c> of a relationship column.</summary>
internal sealed class EndpointExpr(Expr operand, bool start) : Expr
{
    public override ValueKind Kind => ValueKind.Node;

    public override IReadOnlyList<Expr> Children => [operand];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var edges = (RelationshipVector)operand.Evaluate(batch, context);
        return new NodeVector((start ? edges.Starts : edges.Ends).ToArray(), edges.Length);
    }
}
