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

    public override Sink Open(Sink next, ExecutionContext context) => new ScanSink(variable, tables, predicate, this, next, context);

    sealed class ScanSink(BoundVariable variable, NodeTable[] tables, Expr? predicate, NodeScanOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        public override bool Push(Batch batch)
        {
            foreach (var table in tables)
            {
                for (int from = 0; from < table.RowCount; from += Batch.Size)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    var nodes = Nodes(table, from, Math.Min(Batch.Size, table.RowCount - from));
                    for (int row = 0; nodes.Length > 0 && row < batch.Count; row++)
                    {
                        var repeated = new int[nodes.Length];
                        Array.Fill(repeated, row);
                        var scanned = batch.Take(repeated, plan.Live);
                        scanned.Columns[variable.Slot] = nodes;
                        if (!Next.Push(scanned))
                        {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        NodeVector Nodes(NodeTable table, int from, int count)
        {
            var refs = GC.AllocateUninitializedArray<long>(count);
            long first = NodeVector.Ref(table.Index, from);
            for (int i = 0; i < count; i++)
            {
                refs[i] = first + i;
            }
            var nodes = new NodeVector(refs, count);
            if (predicate is null)
            {
                return nodes;
            }
            var columns = new Vector?[variable.Slot + 1];
            columns[variable.Slot] = nodes;
            var holds = ((BooleanVector)predicate.Evaluate(new Batch(columns, count), context)).Values;
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                refs[kept] = first + i;
                kept += holds[i] & 1;
            }
            return new NodeVector(refs, kept);
        }
    }
}
