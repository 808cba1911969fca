using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>
/// One column of a batch. Immutable once a batch carries it, so that batches may share vectors.
/// Guarantees: an expression of static kind K yields the vector class of K, whatever the values are.
/// </summary>
internal abstract class Vector
{
    public abstract ValueKind Kind { get; }

    public abstract int Length { get; }

    public abstract bool IsNull(int row);

    /// <summary>The row as a tagged value: for mixed expressions and for results, not for typed loops.</summary>
    public abstract CypherValue Value(int row, ExecutionContext context);

    /// <summary>A new vector of the given rows, in that order; a row may repeat.</summary>
    public abstract Vector Take(ReadOnlySpan<int> rows);

    public abstract VectorBuilder NewBuilder();

    /// <summary>Bytes a row costs when it is kept; what is charged to the memory limit.</summary>
    public abstract int BytesPerRow { get; }

    /// <summary>A vector of the class that belongs to <paramref name="kind"/>, all null.</summary>
    public static Vector AllNull(ValueKind kind, int length)
    {
        switch (kind)
        {
            case ValueKind.Boolean:
                var booleans = new byte[length];
                Array.Fill(booleans, BooleanVector.Null);
                return new BooleanVector(booleans, length);
            case ValueKind.Int64:
                return new Int64Vector(new long[length], AllTrue(length), length);
            case ValueKind.Float64:
                return new Float64Vector(new double[length], AllTrue(length), length);
            case ValueKind.String:
                return new StringVector([], Minus(length), length);
            case ValueKind.Node:
                return new NodeVector(Minus(length), length);
            case ValueKind.Relationship:
                return new RelationshipVector(Minus(length), Minus(length), Minus(length), length);
            default:
                var values = new CypherValue[length];
                Array.Fill(values, CypherValue.Null);
                return new ValueVector(values, length, kind);
        }
    }

    /// <summary>Joins vectors of one class end to end.</summary>
    public static Vector Concat(IReadOnlyList<Vector> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }
        var builder = parts[0].NewBuilder();
        foreach (var part in parts)
        {
            builder.Append(part);
        }
        return builder.Build();
    }

    static bool[] AllTrue(int length)
    {
        var nulls = new bool[length];
        Array.Fill(nulls, true);
        return nulls;
    }

    static long[] Minus(int length)
    {
        var refs = new long[length];
        Array.Fill(refs, -1);
        return refs;
    }
}

/// <summary>Collects rows of vectors of one class into one vector.</summary>
internal abstract class VectorBuilder
{
    public abstract int Length { get; }

    public abstract void Append(Vector source);

    public abstract void Append(Vector source, int row);

    public abstract Vector Build();
}
