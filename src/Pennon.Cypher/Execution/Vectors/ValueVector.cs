using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>Tagged values: lists, maps, paths, temporal values and whatever is truly mixed.</summary>
internal sealed class ValueVector(CypherValue[] values, int length, ValueKind kind = ValueKind.Any) : Vector
{
    public ReadOnlySpan<CypherValue> Values => values.AsSpan(0, length);

    public override ValueKind Kind => kind;

    public override int Length => length;

    // A tagged value is two words; what it points to is not known here, so a flat allowance stands in for it.
    public override int BytesPerRow => 64;

    public override bool IsNull(int row) => values[row].IsNull;

    public override CypherValue Value(int row, ExecutionContext context) => values[row];

    public override Vector Take(ReadOnlySpan<int> rows)
    {
        var taken = new CypherValue[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = values[rows[i]];
        }
        return new ValueVector(taken, rows.Length, kind);
    }

    public override VectorBuilder NewBuilder() => new Builder(kind);

    sealed class Builder(ValueKind kind) : VectorBuilder
    {
        readonly Buffer<CypherValue> _values = new();

        public override int Length => _values.Count;

        public override void Append(Vector source) => _values.Append(((ValueVector)source).Values);

        public override void Append(Vector source, int row) => _values.Append(((ValueVector)source).Values[row]);

        public override Vector Build() => new ValueVector(_values.Items, _values.Count, kind);
    }
}
