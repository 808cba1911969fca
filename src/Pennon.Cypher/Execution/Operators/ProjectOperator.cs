using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>Computes columns.</summary>
internal sealed class ProjectOperator(IReadOnlyList<(Expr Expression, BoundVariable Variable)> items) : PlanOperator
{
    public IReadOnlyList<(Expr Expression, BoundVariable Variable)> Items => items;

    public override string Name => "Project";

    public override string Detail => string.Join(", ", items.Select(static item => item.Variable.Name));

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads)
    {
        foreach (var (expression, _) in items)
        {
            expression.AddReads(reads);
        }
    }

    public override IReadOnlyList<BoundVariable> Writes { get; } = [.. items.Select(static item => item.Variable)];

    public override void AddResources(ISet<IResource> resources)
    {
        foreach (var (expression, _) in items)
        {
            expression.AddResources(resources);
        }
    }

    public override Sink Open(Sink next, ExecutionContext context) => new ProjectSink(this, next, context);

    sealed class ProjectSink(ProjectOperator plan, Sink next, ExecutionContext context) : PassSink(next)
    {
        public override bool Push(Batch batch)
        {
            var projected = batch.Keep(plan.Live);
            foreach (var (expression, variable) in plan.Items)
            {
                projected.Columns[variable.Slot] = expression.Evaluate(batch, context);
            }
            return Next.Push(projected);
        }
    }
}
