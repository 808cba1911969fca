using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// The nodes of some tables that pass a predicate on their own properties, as one bit per local id. Made at most once in a run, when
/// first asked for, by a scan of the predicate's columns; afterwards testing a neighbour costs one bit.
/// </summary>
internal sealed class NodeMask(BoundVariable variable, NodeTable[] tables, Expr predicate)
{
    const int MorselRows = 8 * Batch.Size;

    public BoundVariable Variable => variable;

    public NodeTable[] Tables => tables;

    public Expr Predicate => predicate;

    /// <summary>Bits by table index; tables outside the mask have none set.</summary>
    public ulong[]?[] Evaluate(ExecutionContext context)
    {
        var bits = new ulong[context.Graph.Snapshot.NodeTables.Count][];
        foreach (var table in tables)
        {
            var words = bits[table.Index] = new ulong[(table.RowCount + 63) / 64];
            Morsels.ForRanges(context.Threads, table.RowCount, MorselRows, (from, to) => Evaluate(table.Index, from, to, words, context));
        }
        return bits;
    }

    // Morsels are multiples of a word's bits, so no two threads write one word.
    [MethodImpl(Hot.Loop)]
    void Evaluate(int table, int start, int end, ulong[] words, ExecutionContext context)
    {
        for (int from = start; from < end; from += Batch.Size)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Batch.Size, end - from);
            var columns = new Vector?[variable.Slot + 1];
            columns[variable.Slot] = NodeVector.Run(table, from, count);
            var holds = ((BooleanVector)predicate.Evaluate(new Batch(columns, count), context)).Values;
            for (int i = 0; i < holds.Length; i++)
            {
                words[(from + i) >> 6] |= (ulong)(holds[i] & 1) << (from + i);
            }
        }
    }

    public static bool Test(ulong[]? bits, int local) => bits is not null && (bits[local >> 6] >> local & 1) != 0;
}
