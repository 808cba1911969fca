using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>True where two relationships of one MATCH, or the relationships of a variable-length one, are not the same.</summary>
internal sealed class DistinctRelationshipsExpr(BoundVariable left, BoundVariable right) : Expr
{
    public BoundVariable Left => left;

    public BoundVariable Right => right;

    public override ValueKind Kind => ValueKind.Boolean;

    public override bool IsConstant => false;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        reads.Add(left);
        reads.Add(right);
    }

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        Vector a = batch.Column(left.Slot), b = batch.Column(right.Slot);
        var result = new byte[batch.Count];
        if (a is RelationshipVector x && b is RelationshipVector y)
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = x.Refs[i] != y.Refs[i] ? BooleanVector.True : BooleanVector.False;
            }
            return new BooleanVector(result, result.Length);
        }
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Overlap(Ids(a, i, context), Ids(b, i, context)) ? BooleanVector.False : BooleanVector.True;
        }
        return new BooleanVector(result, result.Length);
    }

    static bool Overlap(long[] left, long[] right)
    {
        foreach (long id in left)
        {
            if (Array.IndexOf(right, id) >= 0)
            {
                return true;
            }
        }
        return false;
    }

    static long[] Ids(Vector vector, int row, ExecutionContext context)
    {
        if (vector is RelationshipVector single)
        {
            return [single.Refs[row]];
        }
        var list = vector.Value(row, context);
        if (list.IsNull)
        {
            return [];
        }
        var ids = new long[list.AsList().Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = context.Graph.ReferenceOf(list.AsList()[i].AsRelationship()).Reference;
        }
        return ids;
    }
}
