using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary><c>+ - * / %</c> on two integers or two floats in typed loops; a constant side is broadcast. Integer overflow is an error.</summary>
internal sealed class ArithmeticExpr(BinaryOperator op, Expr left, Expr right) : Expr
{
    public override ValueKind Kind => left.Kind;

    public override IReadOnlyList<Expr> Children => [left, right];

    /// <summary>Whether there is a typed loop for the operator on these kinds.</summary>
    public static bool Takes(BinaryOperator op, ValueKind left, ValueKind right) =>
        left == right && left.IsNumber() && op is >= BinaryOperator.Add and <= BinaryOperator.Modulo;

    [MethodImpl(Hot.Loop)]
    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        if (Kind == ValueKind.Float64)
        {
            var x = (Float64Vector)left.Evaluate(batch, context);
            var y = (Float64Vector)right.Evaluate(batch, context);
            var floats = new double[x.Length];
            for (int i = 0; i < floats.Length; i++)
            {
                floats[i] = op switch
                {
                    BinaryOperator.Add => x.Values[i] + y.Values[i],
                    BinaryOperator.Subtract => x.Values[i] - y.Values[i],
                    BinaryOperator.Multiply => x.Values[i] * y.Values[i],
                    BinaryOperator.Divide => x.Values[i] / y.Values[i],
                    _ => x.Values[i] % y.Values[i],
                };
            }
            return new Float64Vector(floats, Either(x.Nulls, y.Nulls, floats.Length), floats.Length);
        }
        var a = (Int64Vector)left.Evaluate(batch, context);
        if (right.IsConstant && right.EvaluateConstant(context) is { IsNull: false } scalar)
        {
            return IntegerArithmetic.WithScalar(op, a, scalar.AsInteger());
        }
        var b = (Int64Vector)right.Evaluate(batch, context);
        var nulls = Either(a.Nulls, b.Nulls, a.Length);
        var result = new long[a.Length];
        try
        {
            Integers(a.Values, b.Values, nulls, result);
        }
        catch (OverflowException)
        {
            throw Operators.Overflow.Of("An integer result");
        }
        return new Int64Vector(result, nulls, result.Length);
    }

    [MethodImpl(Hot.Loop)]
    void Integers(ReadOnlySpan<long> a, ReadOnlySpan<long> b, bool[]? nulls, Span<long> result)
    {
        switch (op)
        {
            case BinaryOperator.Add:
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = checked(a[i] + b[i]);
                }
                break;
            case BinaryOperator.Subtract:
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = checked(a[i] - b[i]);
                }
                break;
            case BinaryOperator.Multiply:
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = checked(a[i] * b[i]);
                }
                break;
            default:
                for (int i = 0; i < result.Length; i++)
                {
                    if (nulls is not null && nulls[i])
                    {
                        continue;
                    }
                    if (b[i] == 0)
                    {
                        throw new CypherRuntimeException($"{a[i]} cannot be divided by zero.", "DivisionByZero");
                    }
                    result[i] = op == BinaryOperator.Divide ? checked(a[i] / b[i]) : b[i] == -1 ? 0 : a[i] % b[i];
                }
                break;
        }
    }

    static bool[]? Either(bool[]? left, bool[]? right, int length)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }
        var either = new bool[length];
        for (int i = 0; i < length; i++)
        {
            either[i] = left[i] || right[i];
        }
        return either;
    }
}
