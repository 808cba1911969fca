using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>The edges of some pairs that pass a predicate on their own properties, as one bit per edge id; see <see cref="NodeMask"/>.</summary>
internal sealed class EdgeMask(BoundVariable variable, int[] pairs, Expr predicate)
{
    public Expr Predicate => predicate;

    /// <summary>Bits by pair ordinal.</summary>
    public ulong[]?[] Evaluate(ExecutionContext context)
    {
        var bits = new ulong[context.Graph.Pairs.Length][];
        foreach (int pair in pairs)
        {
            int edges = context.Graph.Pairs[pair].EdgeCount;
            var words = bits[pair] = new ulong[(edges + 63) / 64];
            for (int from = 0; from < edges; from += Batch.Size)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(Batch.Size, edges - from);
                var refs = new long[count];
                for (int i = 0; i < count; i++)
                {
                    refs[i] = ((long)pair << 32) | (uint)(from + i);
                }
                var columns = new Vector?[variable.Slot + 1];
                columns[variable.Slot] = new RelationshipVector(refs, null, null, count);
                var holds = ((BooleanVector)predicate.Evaluate(new Batch(columns, count), context)).Values;
                for (int i = 0; i < count; i++)
                {
                    words[(from + i) >> 6] |= (ulong)(holds[i] & 1) << (from + i);
                }
            }
        }
        return bits;
    }
}
