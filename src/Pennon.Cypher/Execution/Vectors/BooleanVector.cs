using System.Runtime.CompilerServices;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>Ternary logic, a byte a row: 0 false, 1 true, 2 null.</summary>
internal sealed class BooleanVector(byte[] values, int length) : Vector
{
    public const byte False = 0;
    public const byte True = 1;
    public const byte Null = 2;

    public ReadOnlySpan<byte> Values => values.AsSpan(0, length);

    public override ValueKind Kind => ValueKind.Boolean;

    public override int Length => length;

    public override int BytesPerRow => 1;

    public override bool IsNull(int row) => values[row] == Null;

    public override CypherValue Value(int row, ExecutionContext context) =>
        values[row] == Null ? CypherValue.Null : values[row] == True;

    [MethodImpl(Hot.Loop)]
    public override Vector Take(ReadOnlySpan<int> rows)
    {
        var taken = new byte[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            taken[i] = values[rows[i]];
        }
        return new BooleanVector(taken, rows.Length);
    }

    public override VectorBuilder NewBuilder() => new Builder();

    sealed class Builder : VectorBuilder
    {
        readonly Buffer<byte> _values = new();

        public override int Length => _values.Count;

        public override void Append(Vector source) => _values.Append(((BooleanVector)source).Values);

        public override void Append(Vector source, int row) => _values.Append(((BooleanVector)source).Values[row]);

        public override Vector Build() => new BooleanVector(_values.Items, _values.Count);
    }
}
