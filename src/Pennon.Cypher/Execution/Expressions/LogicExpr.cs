using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary>AND, OR and XOR in three-valued logic.</summary>
internal sealed class LogicExpr(BinaryOperator op, Expr left, Expr right) : Expr
{
    // Row 3 * left + right of the truth table, with 0 false, 1 true, 2 null.
    static ReadOnlySpan<byte> AndTable => [0, 0, 0, 0, 1, 2, 0, 2, 2];

    static ReadOnlySpan<byte> OrTable => [0, 1, 2, 1, 1, 1, 2, 1, 2];

    static ReadOnlySpan<byte> XorTable => [0, 1, 2, 1, 0, 2, 2, 2, 2];

    public BinaryOperator Operator => op;

    public Expr Left => left;

    public Expr Right => right;

    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [left, right];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var a = ((BooleanVector)left.Evaluate(batch, context)).Values;
        var b = ((BooleanVector)right.Evaluate(batch, context)).Values;
        var table = op switch
        {
            BinaryOperator.And => AndTable,
            BinaryOperator.Or => OrTable,
            _ => XorTable,
        };
        var result = new byte[a.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = table[(3 * a[i]) + b[i]];
        }
        return new BooleanVector(result, result.Length);
    }
}

internal sealed class NotExpr(Expr operand) : Expr
{
    public Expr Operand => operand;

    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [operand];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var values = ((BooleanVector)operand.Evaluate(batch, context)).Values;
        var result = new byte[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values[i] == BooleanVector.Null ? BooleanVector.Null : (byte)(1 - values[i]);
        }
        return new BooleanVector(result, result.Length);
    }
}

/// <summary><c>IS NULL</c> and <c>IS NOT NULL</c>.</summary>
internal sealed class IsNullExpr(Expr operand, bool negated) : Expr
{
    public Expr Operand => operand;

    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [operand];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        var vector = operand.Evaluate(batch, context);
        var result = new byte[vector.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = vector.IsNull(i) != negated ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(result, result.Length);
    }
}

/// <summary>Takes a value of unknown kind where the language wants a boolean, and refuses anything else.</summary>
internal sealed class AsBooleanExpr(Expr operand) : Expr
{
    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [operand];

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context) =>
        Broadcast.Pack(Tagged(operand.Evaluate(batch, context), context), ValueKind.Boolean, context);
}
