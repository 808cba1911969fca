using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>What a filter computes over: the columns of a piece of the table.</summary>
readonly record struct FilterInput(ArrowArray[] Columns, int Count);

/// <summary>The values of a part of a filter: one per row, or one for all rows.</summary>
readonly struct FilterVector(ArrowArray array, bool isConstant)
{
    /// <summary>The values; exactly one if they are constant.</summary>
    public ArrowArray Array { get; } = array;

    public bool IsConstant { get; } = isConstant;

    /// <summary>The index of a row's value.</summary>
    public int Row(int row) => IsConstant ? 0 : row;

    /// <summary>One value per row, whatever the form.</summary>
    public ArrowArray Expand(int count) => IsConstant ? Take.Apply(Array, new int[count]) : Array;

    /// <summary>The form of a result computed from several vectors: constant if all of them are.</summary>
    public static int RowsOf(ReadOnlySpan<FilterVector> arguments, int count)
    {
        foreach (var argument in arguments)
        {
            if (!argument.IsConstant)
                return count;
        }
        return 1;
    }
}

/// <summary>A part of a filter whose types are settled.</summary>
abstract class BoundNode(ArrowType type, int position)
{
    /// <summary>The type of the values.</summary>
    public ArrowType Type { get; } = type;

    /// <summary>Where the part stands in the text, or -1.</summary>
    public int Position { get; } = position;

    /// <summary>The parts it is computed from.</summary>
    public virtual IReadOnlyList<BoundNode> Operands => [];

    /// <summary>Computes the values.</summary>
    public abstract FilterVector Evaluate(in FilterInput input);
}

/// <summary>A constant.</summary>
sealed class BoundLiteral(ArrowArray value, int position, string? written = null) : BoundNode(value.Type, position)
{
    public ArrowArray Value { get; } = value;

    /// <summary>The spelling of a number, which is exact where its value may not be.</summary>
    public string? Written { get; } = written;

    public bool IsNull => Value.IsNull(0);

    public override FilterVector Evaluate(in FilterInput input) => new(Value, true);
}

/// <summary>A column, or a field inside a struct column; a null struct has null fields.</summary>
sealed class BoundColumn(int column, IReadOnlyList<string> steps, ArrowType type, int position) : BoundNode(type, position)
{
    /// <summary>The column's place among those the filter reads.</summary>
    public int Column { get; } = column;

    /// <summary>The names of the fields to step into.</summary>
    public IReadOnlyList<string> Steps { get; } = steps;

    public override FilterVector Evaluate(in FilterInput input)
    {
        var array = input.Columns[Column];
        foreach (var step in Steps)
            array = BoundMember.FieldOf((StructArray)array, step);
        return new FilterVector(array.Type.Id == ArrowTypeId.Dictionary ? Cast.Apply(array, Type) : array, false);
    }
}

/// <summary>A field of a computed struct.</summary>
sealed class BoundMember(BoundNode operand, string name, ArrowType type, int position) : BoundNode(type, position)
{
    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        return new FilterVector(FieldOf((StructArray)source.Array, name), source.IsConstant);
    }

    public static ArrowArray FieldOf(StructArray array, string name)
    {
        var child = array.Child(name);
        if (!array.HasNulls)
            return child;
        var positions = new int[array.Length];
        for (var i = 0; i < positions.Length; i++)
            positions[i] = array.IsNull(i) ? -1 : i;
        return Take.ApplyOrNull(child, positions);
    }
}

/// <summary>A conversion.</summary>
sealed class BoundCast(BoundNode operand, ArrowType type, bool tolerant, int position) : BoundNode(type, position)
{
    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        try
        {
            return new FilterVector(tolerant ? Cast.ApplyOrNull(source.Array, Type) : Cast.Apply(source.Array, Type), source.IsConstant);
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), Position, error);
        }
    }
}

/// <summary>Arithmetic over operands of one type.</summary>
sealed class BoundArithmetic(ArithmeticOperator operation, BoundNode left, BoundNode right, ArrowType type, int position) : BoundNode(type, position)
{
    public override IReadOnlyList<BoundNode> Operands => [left, right];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var a = left.Evaluate(input);
        var b = right.Evaluate(input);
        if (WrappingArithmetic.TryApply(operation, a, b) is { } wrapped)
            return new FilterVector(wrapped, a.IsConstant && b.IsConstant);
        try
        {
            if (a.IsConstant == b.IsConstant)
                return new FilterVector(Arithmetic.Apply(operation, a.Array, b.Array), a.IsConstant);
            return new FilterVector(b.IsConstant
                ? Arithmetic.WithValue(operation, a.Array, b.Array)
                : Arithmetic.ValueWith(operation, a.Array, b.Array), false);
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), Position, error);
        }
    }
}

/// <summary>A changed sign.</summary>
sealed class BoundNegation(BoundNode operand, int position) : BoundNode(operand.Type, position)
{
    public override IReadOnlyList<BoundNode> Operands => [operand];

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        try
        {
            return new FilterVector(Arithmetic.Negate(source.Array), source.IsConstant);
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), Position, error);
        }
    }
}

/// <summary>A function of its arguments' values.</summary>
delegate ArrowArray FilterFunction(ReadOnlySpan<FilterVector> arguments, int rows);

/// <summary>A call of a function.</summary>
sealed class BoundCall(FilterFunction function, IReadOnlyList<BoundNode> arguments, ArrowType type, int position) : BoundNode(type, position)
{
    public override IReadOnlyList<BoundNode> Operands { get; } = arguments;

    public FilterFunction Function { get; } = function;

    public override FilterVector Evaluate(in FilterInput input)
    {
        var values = new FilterVector[Operands.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Operands[i].Evaluate(input);
        var rows = FilterVector.RowsOf(values, input.Count);
        try
        {
            return new FilterVector(Function(values, rows), rows == 1 && values.All(v => v.IsConstant));
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), Position, error);
        }
    }
}
