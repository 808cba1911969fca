using Pennon.Arrow;
using Pennon.Arrow.Compute;

namespace Pennon.Lance.Scans;

/// <summary>Brings operands to one type. A constant gives way to a column where no value changes its meaning.</summary>
static class FilterCoercion
{
    static readonly ArrowType WholeNumbers = new Decimal128Type(20, 0);

    /// <summary>Brings the operands of a comparison to one type.</summary>
    /// <exception cref="LanceFilterException">The types do not go together.</exception>
    public static void ForComparison(ref BoundNode left, ref BoundNode right, int position)
    {
        if (left.Type == right.Type)
        {
            CheckComparable(left.Type, position);
            return;
        }
        if (right is BoundLiteral && left is not BoundLiteral && Adapt((BoundLiteral)right, left.Type) is { } fitting)
        {
            right = fitting;
        }
        else if (left is BoundLiteral && right is not BoundLiteral && Adapt((BoundLiteral)left, right.Type) is { } fittingLeft)
        {
            left = fittingLeft;
        }
        else
        {
            var common = Common(left.Type, right.Type)
                ?? throw new LanceFilterException($"{left.Type} and {right.Type} cannot be compared; use CAST on one side", position);
            left = To(left, common);
            right = To(right, common);
        }
        CheckComparable(left.Type, position);
    }

    /// <summary>Brings the operands of arithmetic to one type.</summary>
    /// <exception cref="LanceFilterException">The types do not go together.</exception>
    public static void ForArithmetic(ref BoundNode left, ref BoundNode right, int position)
    {
        // A constant may widen an integer column, but leaves a column of floats as it is.
        if (right is BoundLiteral a && left is not BoundLiteral && left.Type.IsFloatingPoint && Adapt(a, left.Type) is { } fitting)
            right = fitting;
        else if (left is BoundLiteral b && right is not BoundLiteral && right.Type.IsFloatingPoint && Adapt(b, right.Type) is { } fittingLeft)
            left = fittingLeft;
        if (IsTemporal(left.Type) && IsTemporal(right.Type))
            return;
        var common = left.Type == right.Type ? left.Type : Common(left.Type, right.Type);
        if (common is null || !(common.IsInteger || common.IsFloatingPoint || common.Id is ArrowTypeId.Decimal128))
            throw new LanceFilterException($"Arithmetic is not defined between {left.Type} and {right.Type}", position);
        if (common.IsInteger && common.BitWidth < 64)
            common = ArrowType.Int64;
        left = To(left, common);
        right = To(right, common);
    }

    /// <summary>The type two values share; null if none.</summary>
    public static ArrowType? Common(ArrowType left, ArrowType right)
    {
        if (left == right)
            return left;
        if (left.Id == ArrowTypeId.Null)
            return right;
        if (right.Id == ArrowTypeId.Null)
            return left;
        if (IsNumber(left) && IsNumber(right))
            return CommonNumber(left, right);
        if (IsText(left) && IsText(right))
            return ArrowType.LargeString;
        if (left.IsVariableBinary && right.IsVariableBinary)
            return ArrowType.LargeBinary;
        if (IsDateOrTimestamp(left) && IsDateOrTimestamp(right))
            return CommonMoment(left, right);
        if (IsTime(left) && IsTime(right))
            return new Time64Type(TimeUnit.Nanosecond);
        if (left is DurationType a && right is DurationType b)
            return new DurationType(a.Unit > b.Unit ? a.Unit : b.Unit);
        return null;
    }

    /// <summary>Converts a node, at once if it is a constant.</summary>
    public static BoundNode To(BoundNode node, ArrowType type)
    {
        if (node.Type == type)
            return node;
        if (node is not BoundLiteral literal)
            return new BoundCast(node, type, tolerant: false, node.Position);
        try
        {
            return new BoundLiteral(Cast.Apply(literal.Value, type), node.Position);
        }
        catch (ArrowComputeException error)
        {
            throw new LanceFilterException(error.Message.TrimEnd('.'), node.Position, error);
        }
    }

    /// <summary>A constant in the type of a column, if it means the same there; null otherwise.</summary>
    public static BoundLiteral? Adapt(BoundLiteral literal, ArrowType type)
    {
        if (literal.Type == type)
            return literal;
        if (literal.IsNull)
            return new BoundLiteral(Tables.NullArrays.Of(type, 1), literal.Position);
        // Text stands for dates and times only where it can be read as such, and never for numbers.
        if (literal.Type.Id == ArrowTypeId.String)
        {
            if (IsText(type) || type.IsVariableBinary)
                return Converted(literal.Value, type, literal.Position);
            if (!IsTemporal(type) || type is DurationType)
                return null;
            return Converted(literal.Value, type, literal.Position)
                ?? throw new LanceFilterException($"'{TextValues.Decode(new TextValues(new FilterVector(literal.Value, true))[0])}' cannot be read as {type}", literal.Position);
        }
        if (IsNumber(literal.Type) && IsNumber(type))
            return AdaptNumber(literal, type);
        if (IsDateOrTimestamp(literal.Type) && IsDateOrTimestamp(type))
            return Exact(literal, type);
        if (IsTime(literal.Type) && IsTime(type))
            return Exact(literal, type);
        return literal.Type.IsVariableBinary && type.IsVariableBinary && !IsText(type) ? Converted(literal.Value, type, literal.Position) : null;
    }

    public static bool IsText(ArrowType type) => type.Id is ArrowTypeId.String or ArrowTypeId.LargeString;

    public static bool IsNumber(ArrowType type) =>
        type.IsInteger || type.IsFloatingPoint || type.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256;

    public static bool IsTemporal(ArrowType type) => IsDateOrTimestamp(type) || IsTime(type) || type is DurationType;

    public static bool IsDateOrTimestamp(ArrowType type) => type.Id is ArrowTypeId.Date32 or ArrowTypeId.Date64 or ArrowTypeId.Timestamp;

    static bool IsTime(ArrowType type) => type.Id is ArrowTypeId.Time32 or ArrowTypeId.Time64;

    static BoundLiteral? AdaptNumber(BoundLiteral literal, ArrowType type)
    {
        if (type.IsFloatingPoint)
            return Converted(literal.Value, type, literal.Position);
        if (type.Id is ArrowTypeId.Decimal128 or ArrowTypeId.Decimal256)
        {
            // The written digits are exact; the double they were read as need not be.
            var text = literal.Written is { } written
                ? new BoundLiteral(FilterLiterals.Bytes(ArrowType.String, System.Text.Encoding.ASCII.GetBytes(written)), literal.Position)
                : literal;
            var fitted = Converted(text.Value, type, literal.Position);
            return fitted is not null && Same(fitted.Value, literal.Value, ArrowType.Float64) ? fitted : null;
        }
        return Exact(literal, type);
    }

    static BoundLiteral? Exact(BoundLiteral literal, ArrowType type)
    {
        var fitted = Converted(literal.Value, type, literal.Position);
        return fitted is not null && Same(fitted.Value, literal.Value, literal.Type) ? fitted : null;
    }

    static bool Same(ArrowArray converted, ArrowArray original, ArrowType type)
    {
        using var back = Cast.ApplyOrNull(converted, type);
        using var there = Cast.ApplyOrNull(original, type);
        using var equal = Compare.Apply(CompareOperator.Equal, back, there);
        return equal.IsValid(0) && equal.GetValue(0);
    }

    static BoundLiteral? Converted(ArrowArray value, ArrowType type, int position)
    {
        try
        {
            var converted = Cast.ApplyOrNull(value, type);
            return converted.IsNull(0) ? null : new BoundLiteral(converted, position);
        }
        catch (ArrowComputeException)
        {
            // There is no such conversion, which is an answer here and not an error.
            return null;
        }
    }

    static ArrowType CommonNumber(ArrowType left, ArrowType right)
    {
        if (left.IsFloatingPoint || right.IsFloatingPoint)
        {
            return left.IsFloatingPoint && right.IsFloatingPoint
                ? left.BitWidth > right.BitWidth ? left : right
                : ArrowType.Float64;
        }
        if (left.IsInteger && right.IsInteger)
        {
            if (IsSigned(left) == IsSigned(right))
                return left.BitWidth > right.BitWidth ? left : right;
            var unsigned = IsSigned(left) ? right : left;
            return unsigned.BitWidth < 64 ? ArrowType.Int64 : WholeNumbers;
        }
        // Two decimals, or a decimal and an integer: room for the digits of both, as far as 38 go.
        var (leftDigits, leftScale) = Shape(left);
        var (rightDigits, rightScale) = Shape(right);
        var scale = Math.Max(leftScale, rightScale);
        var digits = Math.Max(leftDigits - leftScale, rightDigits - rightScale) + scale;
        if (left.Id == ArrowTypeId.Decimal256 || right.Id == ArrowTypeId.Decimal256)
            return new Decimal256Type(Math.Min(digits, 76), scale);
        return digits <= 38 ? new Decimal128Type(digits, scale) : ArrowType.Float64;
    }

    static (int Digits, int Scale) Shape(ArrowType type) => type switch
    {
        Decimal128Type d => (d.Precision, d.Scale),
        Decimal256Type d => (d.Precision, d.Scale),
        _ => (20, 0),
    };

    static bool IsSigned(ArrowType type) => type.Id is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64;

    static ArrowType CommonMoment(ArrowType left, ArrowType right)
    {
        if (left is TimestampType a && right is TimestampType b)
            return a.Unit >= b.Unit ? a : b;
        if (left is TimestampType || right is TimestampType)
            return left is TimestampType ? left : right;
        return ArrowType.Date64;
    }

    static void CheckComparable(ArrowType type, int position)
    {
        if (type.IsNested)
            throw new LanceFilterException($"Values of {type} cannot be compared; compare their parts", position);
    }
}
