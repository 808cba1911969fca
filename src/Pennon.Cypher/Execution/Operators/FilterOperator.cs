using System.Runtime.CompilerServices;
using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Keeps the rows for which the predicate is true.</summary>
internal sealed class FilterOperator(Expr predicate, string text) : PlanOperator
{
    public Expr Predicate => predicate;

    public override string Name => "Filter";

    public override string Detail => text;

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads) => predicate.AddReads(reads);

    public override void AddResources(ISet<IResource> resources) => predicate.AddResources(resources);

    public override Sink Open(Sink next, ExecutionContext context) => new FilterSink(this, next, context);

    sealed class FilterSink(FilterOperator plan, Sink next, ExecutionContext context) : PassSink(next)
    {
        [MethodImpl(Hot.Loop)]
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var holds = ((BooleanVector)plan.Predicate.Evaluate(batch, context)).Values;
            var rows = new int[holds.Length];
            int kept = 0;
            for (int i = 0; i < holds.Length; i++)
            {
                rows[kept] = i;
                kept += holds[i] & 1;
            }
            return kept == 0 || Next.Push(kept == batch.Count ? batch.Keep(plan.Live) : batch.Take(rows.AsSpan(0, kept), plan.Live));
        }
    }
}
