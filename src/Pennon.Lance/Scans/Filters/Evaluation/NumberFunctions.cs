using System.Text.RegularExpressions;
using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>Functions of numbers, and those that choose between values.</summary>
static class NumberFunctions
{
    /// <summary>A function of doubles.</summary>
    public static FilterFunction OfDouble(Func<double, double> map) => (arguments, rows) =>
    {
        var source = arguments[0];
        var values = ((PrimitiveArray<double>)source.Array).Values;
        var builder = new PrimitiveBuilder<double>(ArrowType.Float64);
        for (var i = 0; i < rows; i++)
        {
            if (source.Array.IsNull(source.Row(i)))
                builder.AppendNull();
            else
                builder.Append(map(values[source.Row(i)]));
        }
        return builder.Build();
    };

    public static ArrowArray Power(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var (left, right) = (arguments[0], arguments[1]);
        var bases = ((PrimitiveArray<double>)left.Array).Values;
        var exponents = ((PrimitiveArray<double>)right.Array).Values;
        var builder = new PrimitiveBuilder<double>(ArrowType.Float64);
        for (var i = 0; i < rows; i++)
        {
            if (left.Array.IsNull(left.Row(i)) || right.Array.IsNull(right.Row(i)))
                builder.AppendNull();
            else
                builder.Append(Math.Pow(bases[left.Row(i)], exponents[right.Row(i)]));
        }
        return builder.Build();
    }

    public static ArrowArray IsNaN(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var source = arguments[0];
        var values = ((PrimitiveArray<double>)source.Array).Values;
        var builder = new BooleanBuilder();
        for (var i = 0; i < rows; i++)
        {
            if (source.Array.IsNull(source.Row(i)))
                builder.AppendNull();
            else
                builder.Append(double.IsNaN(values[source.Row(i)]));
        }
        return builder.Build();
    }

    public static ArrowArray AbsoluteInteger(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var source = arguments[0];
        var values = ((PrimitiveArray<long>)source.Array).Values;
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        for (var i = 0; i < rows; i++)
        {
            var row = source.Row(i);
            if (source.Array.IsNull(row))
                builder.AppendNull();
            else if (values[row] == long.MinValue)
                throw new LanceFilterException("The absolute value of the smallest 64-bit integer does not fit 64 bits", -1);
            else
                builder.Append(Math.Abs(values[row]));
        }
        return builder.Build();
    }

    /// <summary>The first argument that is not null.</summary>
    public static ArrowArray Coalesce(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var parts = new ArrowArray[arguments.Length];
        var starts = new int[arguments.Length];
        var total = 0;
        for (var a = 0; a < parts.Length; a++)
        {
            parts[a] = arguments[a].Array;
            starts[a] = total;
            total += parts[a].Length;
        }
        var positions = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            positions[i] = -1;
            for (var a = 0; a < arguments.Length && positions[i] < 0; a++)
            {
                if (parts[a].IsValid(arguments[a].Row(i)))
                    positions[i] = starts[a] + arguments[a].Row(i);
            }
        }
        return Take.ApplyOrNull(Pennon.Arrow.Compute.Concat.Apply(parts), positions);
    }

    /// <summary>Null where both arguments are equal, otherwise the first.</summary>
    public static ArrowArray NullIf(ReadOnlySpan<FilterVector> arguments, int rows)
    {
        var left = arguments[0].Expand(rows);
        var equal = BoundComparison.Run(CompareOperator.Equal, left, arguments[1].Array, arguments[1].IsConstant);
        var positions = new int[rows];
        for (var i = 0; i < rows; i++)
            positions[i] = left.IsNull(i) || (equal.IsValid(i) && equal.GetValue(i)) ? -1 : i;
        return Take.ApplyOrNull(left, positions);
    }

    /// <summary>Whether a text has a part that matches a regular expression; evaluation time is linear in the text.</summary>
    public static FilterFunction Matches(Regex expression) => (arguments, rows) =>
    {
        var texts = new TextValues(arguments[0]);
        var builder = new BooleanBuilder();
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i))
                builder.AppendNull();
            else
                builder.Append(expression.IsMatch(TextValues.Decode(texts[i])));
        }
        return builder.Build();
    };
}
