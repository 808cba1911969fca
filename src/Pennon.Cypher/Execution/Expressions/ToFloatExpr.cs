using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>Integers as floats, where an operation has one of each.</summary>
internal sealed class ToFloatExpr(Expr operand) : Expr
{
    public override ValueKind Kind => ValueKind.Float64;

    public override IReadOnlyList<Expr> Children => [operand];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var integers = (Int64Vector)operand.Evaluate(batch, context);
        var floats = new double[integers.Length];
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = integers.Values[i];
        }
        return new Float64Vector(floats, integers.Nulls, floats.Length);
    }
}
