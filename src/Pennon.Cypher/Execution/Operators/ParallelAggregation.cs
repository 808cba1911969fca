using Pennon.Cypher.Execution.Vectors;
using Pennon.Graph;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// Runs a plan that begins with a scan and comes to an aggregation by steps that take each row by itself on several threads: every thread has
/// sinks and groups of its own and takes morsels of the scan, and the groups are put together in the order in which one thread would have met
/// them. Only aggregates whose outcome does not depend on the order of rows take part, so the answer is the same for every number of threads.
/// </summary>
internal static class ParallelAggregation
{
    const int MorselsPerThread = 16;
    const int MinMorsel = 32;
    const int MaxMorsel = 8 * Batch.Size;

    /// <summary>Runs the plan if it is of the form and worth more than one thread; false when nothing was done.</summary>
    public static bool TryRun(Pipeline pipeline, Sink last, ExecutionContext context, double leastCost)
    {
        if (context.Threads < 2 || context.Profile is not null || pipeline.Operators.Count < 2 || pipeline.Operators[0] is not NodeScanOperator scan)
        {
            return false;
        }
        int end = 1;
        double cost = scan.Cost;
        while (end < pipeline.Operators.Count && pipeline.Operators[end].IsRowWise)
        {
            cost += pipeline.Operators[end++].Cost;
        }
        if (cost < leastCost || end == pipeline.Operators.Count || pipeline.Operators[end] is not AggregateOperator { CanMerge: true } aggregate)
        {
            return false;
        }
        Run(pipeline, scan, end, aggregate, last, context);
        return true;
    }

    static void Run(Pipeline pipeline, NodeScanOperator scan, int end, AggregateOperator aggregate, Sink last, ExecutionContext context)
    {
        var steps = pipeline.Operators.Take(end).Skip(1).ToList();
        try
        {
            foreach (var step in steps)
            {
                step.Prepare(context);
            }
        }
        catch (OverflowException)
        {
            throw Overflow.Of("The number of matches");
        }
        // Asked for once, before there are threads that could ask for it at the same time.
        _ = context.Functions.StatementTime;
        var morsels = Cut(scan.Tables, context.Threads);
        var parts = new AggregateSink?[context.Threads];
        Morsels.Run(context.Threads, morsels.Count, worker =>
        {
            var part = parts[worker] = new AggregateSink(aggregate, next: null, context);
            Sink first = part;
            for (int i = steps.Count - 1; i >= 0; i--)
            {
                first = steps[i].Open(first, context);
            }
            return morsel =>
            {
                part.Morsel = morsel;
                var (table, from, to) = morsels[morsel];
                Scan(scan, table, from, to, first, context);
            };
        });
        var rest = last;
        for (int i = pipeline.Operators.Count - 1; i > end; i--)
        {
            rest = pipeline.Operators[i].Open(rest, context);
        }
        var whole = new AggregateSink(aggregate, rest, context);
        whole.Merge([.. parts.OfType<AggregateSink>()]);
        whole.Finish();
    }

    static void Scan(NodeScanOperator scan, NodeTable table, int from, int to, Sink first, ExecutionContext context)
    {
        for (; from < to; from += Batch.Size)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var nodes = scan.Nodes(table, from, Math.Min(Batch.Size, to - from), context);
            if (nodes.Length > 0)
            {
                var columns = new Vector?[context.Slots];
                columns[scan.Variable.Slot] = nodes;
                first.Push(new Batch(columns, nodes.Length));
            }
        }
    }

    static List<(NodeTable Table, int From, int To)> Cut(NodeTable[] tables, int threads)
    {
        long rows = tables.Sum(static table => (long)table.RowCount);
        int size = (int)Math.Clamp(rows / ((long)threads * MorselsPerThread), MinMorsel, MaxMorsel);
        var morsels = new List<(NodeTable Table, int From, int To)>();
        foreach (var table in tables)
        {
            for (int from = 0; from < table.RowCount; from += size)
            {
                morsels.Add((table, from, Math.Min(from + size, table.RowCount)));
            }
        }
        return morsels;
    }
}
