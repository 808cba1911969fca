using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Vectors;

/// <summary>
/// Relationships as 64-bit references: edge pair ordinal in the upper half, edge id within the pair in the lower; -1 is null. Start and end
/// nodes come along only where the query can look at them.
/// </summary>
internal sealed class RelationshipVector(long[] refs, long[]? starts, long[]? ends, int length) : Vector
{
    public ReadOnlySpan<long> Refs => refs.AsSpan(0, length);

    public bool HasEnds => starts is not null;

    public ReadOnlySpan<long> Starts => starts.AsSpan(0, length);

    public ReadOnlySpan<long> Ends => ends.AsSpan(0, length);

    public override ValueKind Kind => ValueKind.Relationship;

    public override int Length => length;

    public override int BytesPerRow => starts is null ? 8 : 24;

    public override bool IsNull(int row) => refs[row] < 0;

    public override CypherValue Value(int row, ExecutionContext context) =>
        refs[row] < 0 ? CypherValue.Null : context.Graph.Relationship(refs[row], starts![row], ends![row]);

    public override Vector Take(ReadOnlySpan<int> rows) => new RelationshipVector(
        NodeVector.TakeRefs(refs, rows),
        starts is null ? null : NodeVector.TakeRefs(starts, rows),
        ends is null ? null : NodeVector.TakeRefs(ends, rows),
        rows.Length);

    public override VectorBuilder NewBuilder() => new Builder(starts is not null);

    sealed class Builder(bool withEnds) : VectorBuilder
    {
        readonly Buffer<long> _refs = new();
        readonly Buffer<long> _starts = new();
        readonly Buffer<long> _ends = new();
        bool _withEnds = withEnds;

        public override int Length => _refs.Count;

        public override void Append(Vector source)
        {
            var typed = (RelationshipVector)source;
            _refs.Append(typed.Refs);
            _withEnds &= typed.HasEnds;
            if (_withEnds)
            {
                _starts.Append(typed.Starts);
                _ends.Append(typed.Ends);
            }
        }

        public override void Append(Vector source, int row)
        {
            var typed = (RelationshipVector)source;
            _refs.Append(typed.Refs[row]);
            _withEnds &= typed.HasEnds;
            if (_withEnds)
            {
                _starts.Append(typed.Starts[row]);
                _ends.Append(typed.Ends[row]);
            }
        }

        public override Vector Build() =>
            new RelationshipVector(_refs.Items, _withEnds ? _starts.Items : null, _withEnds ? _ends.Items : null, _refs.Count);
    }
}
