using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>For every input row, every node of the tables; the predicate on the node's own properties is checked before rows are combined.</summary>
internal sealed class NodeScanOperator(BoundVariable variable, NodeTable[] tables, Expr? predicate) : PlanOperator
{
    public override string Name => "NodeScan";

    public override string Detail => $"{variable.Name}:{string.Join('|', tables.Select(static t => t.Name))}{(predicate is null ? "" : " filtered")}";

    public override void AddReads(ISet<BoundVariable> reads)
    {
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [variable];

    public override void AddResources(ISet<IResource> resources) => predicate?.AddResources(resources);

    public BoundVariable Variable => variable;

    public NodeTable[] Tables => tables;

    public override Sink Open(Sink next, ExecutionContext context) => new ScanSink(this, next, context);

    /// <summary>The nodes of a part of a table that pass the predicate.</summary>
    [MethodImpl(Hot.Loop)]
    public NodeVector Nodes(NodeTable table, int from, int count, ExecutionContext context)
    {
        var nodes = NodeVector.Run(table.Index, from, count);
        if (predicate is null)
        {
            return nodes;
        }
        var columns = new Vector?[variable.Slot + 1];
        columns[variable.Slot] = nodes;
        var holds = ((BooleanVector)predicate.Evaluate(new Batch(columns, count), context)).Values;
        var passed = GC.AllocateUninitializedArray<long>(count);
        long first = NodeVector.Ref(table.Index, from);
        int kept = 0;
        for (int i = 0; i < holds.Length; i++)
        {
            passed[kept] = first + i;
            kept += holds[i] & 1;
        }
        return kept == count ? nodes : new NodeVector(passed, kept);
    }

    sealed class ScanSink(NodeScanOperator plan, Sink next, ExecutionContext context) : PassSink(next)
    {
        readonly int _slot = plan.Variable.Slot;

        public override bool Push(Batch batch)
        {
            bool isUnit = batch.Count == 1 && batch.Weights is null && Array.TrueForAll(batch.Columns, static column => column is null);
            foreach (var table in plan.Tables)
            {
                for (int from = 0; from < table.RowCount; from += Batch.Size)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    var nodes = plan.Nodes(table, from, Math.Min(Batch.Size, table.RowCount - from), context);
                    for (int row = 0; nodes.Length > 0 && row < batch.Count; row++)
                    {
                        var scanned = isUnit ? new Batch(new Vector?[batch.Columns.Length], nodes.Length) : batch.Take(Repeat(row, nodes.Length), plan.Live);
                        scanned.Columns[_slot] = nodes;
                        if (!Next.Push(scanned))
                        {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        static int[] Repeat(int row, int count)
        {
            var repeated = new int[count];
            Array.Fill(repeated, row);
            return repeated;
        }
    }
}
