using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>AND and OR; the right side is not computed where the left decides for every row.</summary>
sealed class BoundLogic(bool and, BoundNode left, BoundNode right, int position) : BoundNode(ArrowType.Boolean, position)
{
    /// <summary>Whether both sides must be true, rather than one.</summary>
    public bool IsAnd { get; } = and;

    public override IReadOnlyList<BoundNode> Operands => [left, right];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var a = left.Evaluate(input);
        var first = (BooleanArray)a.Array;
        if (!first.HasNulls && Filter.CountSelected(first) == (IsAnd ? 0 : first.Length))
            return a;
        var b = right.Evaluate(input);
        if (a.IsConstant && b.IsConstant)
            return new FilterVector(Combine(first, (BooleanArray)b.Array), true);
        return new FilterVector(Combine((BooleanArray)a.Expand(input.Count), (BooleanArray)b.Expand(input.Count)), false);
    }

    BooleanArray Combine(BooleanArray a, BooleanArray b) => IsAnd ? BooleanLogic.And(a, b) : BooleanLogic.Or(a, b);
}

/// <summary>NOT.</summary>
sealed class BoundNot(BoundNode operand, int position) : BoundNode(ArrowType.Boolean, position)
{
    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        return new FilterVector(BooleanLogic.Not((BooleanArray)source.Array), source.IsConstant);
    }
}

/// <summary>IS [NOT] NULL.</summary>
sealed class BoundIsNull(BoundNode operand, bool negated, int position) : BoundNode(ArrowType.Boolean, position)
{
    public bool IsNegated { get; } = negated;

    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        return new FilterVector(IsNegated ? BooleanLogic.IsNotNull(source.Array) : BooleanLogic.IsNull(source.Array), source.IsConstant);
    }
}

/// <summary>IS [NOT] TRUE and IS [NOT] FALSE, which are never null.</summary>
sealed class BoundIsBoolean(BoundNode operand, bool value, bool negated, int position) : BoundNode(ArrowType.Boolean, position)
{
    /// <summary>What is asked for.</summary>
    public bool Value { get; } = value;

    public bool IsNegated { get; } = negated;

    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        var array = (BooleanArray)source.Array;
        var matches = Value ? array : BooleanLogic.Not(array);
        // A row that is not known is neither true nor false.
        var known = BooleanLogic.IsNotNull(array);
        var present = new BooleanArray(matches.Length, 0, matches.Offset, ArrowBuffer.Empty, matches.Bits);
        var result = BooleanLogic.And(present, known);
        return new FilterVector(IsNegated ? BooleanLogic.Not(result) : result, source.IsConstant);
    }
}

/// <summary>
/// A comparison of operands of one type. Floats follow a total order with NaN above every number and equal to itself, and with
/// one zero.
/// </summary>
sealed class BoundComparison(CompareOperator operation, BoundNode left, BoundNode right, int position) : BoundNode(ArrowType.Boolean, position)
{
    public CompareOperator Operation { get; } = operation;

    public override IReadOnlyList<BoundNode> Operands => [left, right];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var a = left.Evaluate(input);
        var b = right.Evaluate(input);
        try
        {
            if (a.IsConstant && !b.IsConstant)
                return new FilterVector(Run(Mirror(Operation), b.Array, a.Array, single: true), false);
            return new FilterVector(Run(Operation, a.Array, b.Array, b.IsConstant), a.IsConstant);
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), Position, error);
        }
    }

    public static CompareOperator Mirror(CompareOperator operation) => operation switch
    {
        CompareOperator.Less => CompareOperator.Greater,
        CompareOperator.LessOrEqual => CompareOperator.GreaterOrEqual,
        CompareOperator.Greater => CompareOperator.Less,
        CompareOperator.GreaterOrEqual => CompareOperator.LessOrEqual,
        _ => operation,
    };

    /// <summary>Compares rows with rows, or with one value.</summary>
    public static BooleanArray Run(CompareOperator operation, ArrowArray left, ArrowArray right, bool single)
    {
        if (!left.Type.IsFloatingPoint)
            return single ? Compare.WithValue(operation, left, right) : Compare.Apply(operation, left, right);
        if (single && !IsNaN(right))
        {
            // With a number on the right only the two upward comparisons differ from IEEE 754, and their opposites do not.
            return operation switch
            {
                CompareOperator.Greater => BooleanLogic.Not(Compare.WithValue(CompareOperator.LessOrEqual, left, right)),
                CompareOperator.GreaterOrEqual => BooleanLogic.Not(Compare.WithValue(CompareOperator.Less, left, right)),
                _ => Compare.WithValue(operation, left, right),
            };
        }
        var a = FloatKeys.Of(left);
        var b = FloatKeys.Of(right);
        return single ? Compare.WithValue(operation, a, b) : Compare.Apply(operation, a, b);
    }

    static bool IsNaN(ArrowArray value) => value.IsValid(0) && value switch
    {
        PrimitiveArray<double> d => double.IsNaN(d.Values[0]),
        PrimitiveArray<float> f => float.IsNaN(f.Values[0]),
        PrimitiveArray<Half> h => Half.IsNaN(h.Values[0]),
        _ => false,
    };
}
