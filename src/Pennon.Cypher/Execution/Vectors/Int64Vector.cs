using System.Runtime.CompilerServices;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

internal sealed class Int64Vector(long[] values, bool[]? nulls, int length) : Vector
{
    public ReadOnlySpan<long> Values => values.AsSpan(0, length);

    /// <summary>True where the row is null; null when no row is.</summary>
    public bool[]? Nulls => nulls;

    public override ValueKind Kind => ValueKind.Int64;

    public override int Length => length;

    public override int BytesPerRow => nulls is null ? 8 : 9;

    public override bool IsNull(int row) => nulls is not null && nulls[row];

    public override CypherValue Value(int row, ExecutionContext context) => IsNull(row) ? CypherValue.Null : values[row];

    [MethodImpl(Hot.Loop)]
    public override Vector Take(ReadOnlySpan<int> rows)
    {
        var taken = GC.AllocateUninitializedArray<long>(rows.Length);
        var source = values;
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = source[rows[i]];
        }
        return new Int64Vector(taken, TakeNulls(nulls, rows), rows.Length);
    }

    public override VectorBuilder NewBuilder() => new Builder();

    internal static bool[]? TakeNulls(bool[]? nulls, ReadOnlySpan<int> rows)
    {
        if (nulls is null)
        {
            return null;
        }
        var taken = new bool[rows.Length];
        bool any = false;
        for (int i = 0; i < rows.Length; i++)
        {
            any |= taken[i] = nulls[rows[i]];
        }
        return any ? taken : null;
    }

    sealed class Builder : VectorBuilder
    {
        readonly Buffer<long> _values = new();
        readonly NullBuffer _nulls = new();

        public override int Length => _values.Count;

        public override void Append(Vector source)
        {
            var typed = (Int64Vector)source;
            _nulls.Append(typed.Nulls, typed.Length);
            _values.Append(typed.Values);
        }

        public override void Append(Vector source, int row)
        {
            var typed = (Int64Vector)source;
            _nulls.Append(typed.IsNull(row));
            _values.Append(typed.Values[row]);
        }

        public override Vector Build() => new Int64Vector(_values.Items, _nulls.ToArray(), _values.Count);
    }
}
