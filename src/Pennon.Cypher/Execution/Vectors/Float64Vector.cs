using System.Runtime.CompilerServices;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

internal sealed class Float64Vector(double[] values, bool[]? nulls, int length) : Vector
{
    public ReadOnlySpan<double> Values => values.AsSpan(0, length);

    /// <summary>True where the row is null; null when no row is.</summary>
    public bool[]? Nulls => nulls;

    public override ValueKind Kind => ValueKind.Float64;

    public override int Length => length;

    public override int BytesPerRow => nulls is null ? 8 : 9;

    public override bool IsNull(int row) => nulls is not null && nulls[row];

    public override CypherValue Value(int row, ExecutionContext context) => IsNull(row) ? CypherValue.Null : values[row];

    [MethodImpl(Hot.Loop)]
    public override Vector Take(ReadOnlySpan<int> rows)
    {
        var taken = GC.AllocateUninitializedArray<double>(rows.Length);
        var source = values;
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = source[rows[i]];
        }
        return new Float64Vector(taken, Int64Vector.TakeNulls(nulls, rows), rows.Length);
    }

    public override VectorBuilder NewBuilder() => new Builder();

    sealed class Builder : VectorBuilder
    {
        readonly Buffer<double> _values = new();
        readonly NullBuffer _nulls = new();

        public override int Length => _values.Count;

        public override void Append(Vector source)
        {
            var typed = (Float64Vector)source;
            _nulls.Append(typed.Nulls, typed.Length);
            _values.Append(typed.Values);
        }

        public override void Append(Vector source, int row)
        {
            var typed = (Float64Vector)source;
            _nulls.Append(typed.IsNull(row));
            _values.Append(typed.Values[row]);
        }

        public override Vector Build() => new Float64Vector(_values.Items, _nulls.ToArray(), _values.Count);
    }
}
