using System.Runtime.CompilerServices;
using Pennon.Cypher.Execution.Storage;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Syntax;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

/// <summary><c>= &lt;&gt; &lt; &lt;= &gt; &gt;=</c>: typed loops where both sides have one and the same typed kind, tagged values otherwise.</summary>
internal sealed class CompareExpr(BinaryOperator op, Expr left, Expr right) : Expr
{
    public BinaryOperator Operator => op;

    public Expr Left => left;

    public Expr Right => right;

    public override ValueKind Kind => ValueKind.Boolean;

    public override IReadOnlyList<Expr> Children => [left, right];

    public override Vector Evaluate(Batch batch, ExecutionContext context)
    {
        if (left.Kind == right.Kind)
        {
            switch (left.Kind)
            {
                case ValueKind.Int64:
                    return Integers(batch, context);
                case ValueKind.Float64:
                    return Floats(batch, context);
                case ValueKind.String:
                    return Strings(batch, context);
                case ValueKind.Node or ValueKind.Relationship when op is BinaryOperator.Equal or BinaryOperator.NotEqual:
                    return References(left.Evaluate(batch, context), right.Evaluate(batch, context));
            }
        }
        return Values(left.Evaluate(batch, context), right.Evaluate(batch, context), context);
    }

    BooleanVector Integers(Batch batch, ExecutionContext context)
    {
        var a = (Int64Vector)left.Evaluate(batch, context);
        var result = new byte[a.Length];
        if (right.IsConstant)
        {
            var scalar = right.EvaluateConstant(context);
            if (scalar.IsNull)
            {
                Array.Fill(result, BooleanVector.Null);
                return new BooleanVector(result, result.Length);
            }
            CompareLoops.WithScalar(op, a.Values, scalar.AsInteger(), result);
            CompareLoops.MarkNulls(a.Nulls, result);
            return new BooleanVector(result, result.Length);
        }
        var b = (Int64Vector)right.Evaluate(batch, context);
        CompareLoops.Pairwise(op, a.Values, b.Values, result);
        CompareLoops.MarkNulls(a.Nulls, result);
        CompareLoops.MarkNulls(b.Nulls, result);
        return new BooleanVector(result, result.Length);
    }

    BooleanVector Floats(Batch batch, ExecutionContext context)
    {
        var a = (Float64Vector)left.Evaluate(batch, context);
        var b = (Float64Vector)right.Evaluate(batch, context);
        var result = new byte[a.Length];
        CompareLoops.Pairwise(op, a.Values, b.Values, result);
        CompareLoops.MarkNulls(a.Nulls, result);
        CompareLoops.MarkNulls(b.Nulls, result);
        return new BooleanVector(result, result.Length);
    }

    [MethodImpl(Hot.Loop)]
    BooleanVector Strings(Batch batch, ExecutionContext context)
    {
        var a = (StringVector)left.Evaluate(batch, context);
        var result = new byte[a.Length];
        if (right.IsConstant && op is BinaryOperator.Equal or BinaryOperator.NotEqual && right.EvaluateConstant(context) is { IsNull: false } scalar)
        {
            ReadOnlySpan<byte> wanted = System.Text.Encoding.UTF8.GetBytes(scalar.AsString());
            bool whenEqual = op == BinaryOperator.Equal;
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = a.IsNull(i) ? BooleanVector.Null : a.Bytes(i).SequenceEqual(wanted) == whenEqual ? BooleanVector.True : BooleanVector.False;
            }
            return new BooleanVector(result, result.Length);
        }
        var b = (StringVector)right.Evaluate(batch, context);
        for (int i = 0; i < result.Length; i++)
        {
            if (a.IsNull(i) || b.IsNull(i))
            {
                result[i] = BooleanVector.Null;
                continue;
            }
            bool holds = op switch
            {
                BinaryOperator.Equal => a.Bytes(i).SequenceEqual(b.Bytes(i)),
                BinaryOperator.NotEqual => !a.Bytes(i).SequenceEqual(b.Bytes(i)),
                _ => CompareLoops.Holds(op, Utf8Order.Compare(a.Bytes(i), b.Bytes(i))),
            };
            result[i] = holds ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(result, result.Length);
    }

    [MethodImpl(Hot.Loop)]
    BooleanVector References(Vector a, Vector b)
    {
        var leftRefs = a is NodeVector leftNodes ? leftNodes.Refs : ((RelationshipVector)a).Refs;
        var rightRefs = b is NodeVector rightNodes ? rightNodes.Refs : ((RelationshipVector)b).Refs;
        bool whenEqual = op == BinaryOperator.Equal;
        var result = new byte[leftRefs.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = leftRefs[i] < 0 || rightRefs[i] < 0 ? BooleanVector.Null
                : (leftRefs[i] == rightRefs[i]) == whenEqual ? BooleanVector.True : BooleanVector.False;
        }
        return new BooleanVector(result, result.Length);
    }

    BooleanVector Values(Vector a, Vector b, ExecutionContext context)
    {
        var result = new byte[a.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Apply(op, a.Value(i, context), b.Value(i, context)) switch
            {
                null => BooleanVector.Null,
                true => BooleanVector.True,
                false => BooleanVector.False,
            };
        }
        return new BooleanVector(result, result.Length);
    }

    public static bool? Apply(BinaryOperator op, CypherValue a, CypherValue b) => op switch
    {
        BinaryOperator.Equal => CypherValue.AreEqual(a, b),
        BinaryOperator.NotEqual => !CypherValue.AreEqual(a, b),
        BinaryOperator.Less => CypherValue.IsLess(a, b),
        BinaryOperator.LessOrEqual => CypherValue.IsLessOrEqual(a, b),
        BinaryOperator.Greater => CypherValue.IsLess(b, a),
        _ => CypherValue.IsLessOrEqual(b, a),
    };
}
