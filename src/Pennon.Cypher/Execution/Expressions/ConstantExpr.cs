using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Expressions;

internal sealed class ConstantExpr(CypherValue value) : Expr
{
    public CypherValue Value => value;

    public override ValueKind Kind { get; } = Broadcast.KindOf(value);

    public override Vector Evaluate(Batch batch, ExecutionContext context) => Broadcast.Fill(value, Kind, batch.Count);
}

/// <summary>A parameter. Its kind is that of the value given when the query was prepared; another kind prepares another plan.</summary>
internal sealed class ParameterExpr(string name, int index, ValueKind kind) : Expr
{
    public string Name => name;

    public int Index => index;

    public override ValueKind Kind => kind;

    public override Vector Evaluate(Batch batch, ExecutionContext context) => Broadcast.Fill(context.Parameters[index], kind, batch.Count);
}

/// <summary>One value in every row.</summary>
internal static class Broadcast
{
    public static ValueKind KindOf(CypherValue value) => value.Type switch
    {
        CypherType.Boolean => ValueKind.Boolean,
        CypherType.Integer => ValueKind.Int64,
        CypherType.Float => ValueKind.Float64,
        CypherType.String => ValueKind.String,
        CypherType.List => ValueKind.List,
        CypherType.Map => ValueKind.Map,
        _ => ValueKind.Any,
    };

    public static Vector Fill(CypherValue value, ValueKind kind, int rows)
    {
        if (value.IsNull)
        {
            return Vector.AllNull(kind, rows);
        }
        switch (kind)
        {
            case ValueKind.Boolean:
                var booleans = new byte[rows];
                Array.Fill(booleans, value.AsBoolean() ? BooleanVector.True : BooleanVector.False);
                return new BooleanVector(booleans, rows);
            case ValueKind.Int64:
                var integers = new long[rows];
                Array.Fill(integers, value.AsInteger());
                return new Int64Vector(integers, null, rows);
            case ValueKind.Float64:
                var floats = new double[rows];
                Array.Fill(floats, value.AsFloat());
                return new Float64Vector(floats, null, rows);
            case ValueKind.String:
                return StringVector.Repeat(value.AsString(), rows);
            default:
                var values = new CypherValue[rows];
                Array.Fill(values, value);
                return new ValueVector(values, rows, kind);
        }
    }

    /// <summary>Puts tagged values into the vector class of a kind they are known to have.</summary>
    public static Vector Pack(CypherValue[] values, ValueKind kind, ExecutionContext context)
    {
        int rows = values.Length;
        switch (kind)
        {
            case ValueKind.Boolean:
                var booleans = new byte[rows];
                for (int i = 0; i < rows; i++)
                {
                    booleans[i] = values[i].IsNull ? BooleanVector.Null : values[i].AsBoolean() ? BooleanVector.True : BooleanVector.False;
                }
                return new BooleanVector(booleans, rows);
            case ValueKind.Int64:
                var integers = new long[rows];
                for (int i = 0; i < rows; i++)
                {
                    integers[i] = values[i].IsNull ? 0 : values[i].AsInteger();
                }
                return new Int64Vector(integers, Nulls(values), rows);
            case ValueKind.Float64:
                var floats = new double[rows];
                for (int i = 0; i < rows; i++)
                {
                    floats[i] = values[i].IsNull ? 0 : values[i].AsFloat();
                }
                return new Float64Vector(floats, Nulls(values), rows);
            case ValueKind.String:
                var texts = new string?[rows];
                for (int i = 0; i < rows; i++)
                {
                    texts[i] = values[i].IsNull ? null : values[i].AsString();
                }
                return StringVector.FromTexts(texts);
            case ValueKind.Node:
                var refs = new long[rows];
                for (int i = 0; i < rows; i++)
                {
                    refs[i] = context.Graph.ReferenceOf(values[i]);
                }
                return new NodeVector(refs, rows);
            case ValueKind.Relationship:
                return PackRelationships(values, context);
            default:
                return new ValueVector(values, rows, kind);
        }
    }

    static RelationshipVector PackRelationships(CypherValue[] values, ExecutionContext context)
    {
        var refs = new long[values.Length];
        var starts = new long[values.Length];
        var ends = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (refs[i], starts[i], ends[i]) = values[i].IsNull ? (-1, -1, -1) : context.Graph.ReferenceOf(values[i].AsRelationship());
        }
        return new RelationshipVector(refs, starts, ends, values.Length);
    }

    static bool[]? Nulls(CypherValue[] values)
    {
        bool[]? nulls = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].IsNull)
            {
                (nulls ??= new bool[values.Length])[i] = true;
            }
        }
        return nulls;
    }
}
