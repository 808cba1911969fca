using Pennon.Arrow;

namespace Pennon.Lance.Scans;

/// <summary>LIKE and ILIKE.</summary>
sealed class BoundLike(BoundNode operand, BoundNode pattern, char? escape, bool ignoreCase, int position) : BoundNode(ArrowType.Boolean, position)
{
    public override IReadOnlyList<BoundNode> Operands => [operand, pattern];

    public char? Escape { get; } = escape;

    public bool IgnoresCase { get; } = ignoreCase;

    readonly LikePattern? _fixed = pattern is BoundLiteral { IsNull: false } literal
        ? new LikePattern(new TextValues(new FilterVector(literal.Value, true))[0], escape, ignoreCase)
        : null;

    public override FilterVector Evaluate(in FilterInput input)
    {
        var source = operand.Evaluate(input);
        if (_fixed is not null && _fixed.TryGetLiteral(out var place, out var literal))
            return new FilterVector(LikeScan.Apply(source.Array, place, literal), source.IsConstant);
        var patterns = pattern.Evaluate(input);
        var rows = FilterVector.RowsOf([source, patterns], input.Count);
        var texts = new TextValues(source);
        var wanted = new TextValues(patterns);
        var builder = new BooleanBuilder();
        for (var i = 0; i < rows; i++)
        {
            if (texts.IsNull(i) || wanted.IsNull(i))
                builder.AppendNull();
            else
                builder.Append((_fixed ?? new LikePattern(wanted[i], Escape, IgnoresCase)).Matches(texts[i]));
        }
        return new FilterVector(builder.Build(), source.IsConstant && patterns.IsConstant);
    }
}
