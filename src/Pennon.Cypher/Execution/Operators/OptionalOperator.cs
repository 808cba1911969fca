using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>OPTIONAL MATCH: the rows of the inner plan, and each outer row that had none once more with nulls.</summary>
internal sealed class OptionalOperator(SubPlan inner, IReadOnlyList<BoundVariable> introduced) : PlanOperator
{
    public override string Name => "Optional";

    public override IReadOnlyList<Pipeline> Nested => [inner.Pipeline];

    public override IReadOnlyList<BoundVariable> Writes => introduced;

    /// <summary>The outer columns that the inner plan reads; set by the planner.</summary>
    public IReadOnlyCollection<BoundVariable> Imports { get; set; } = [];

    public SubPlan Inner => inner;

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads) => reads.UnionWith(Imports);

    public override void AddResources(ISet<IResource> resources) => inner.Pipeline.AddResources(resources);

    public override Sink Open(Sink next, ExecutionContext context) => new OptionalSink(inner, introduced, this, next, context);

    sealed class OptionalSink(SubPlan inner, IReadOnlyList<BoundVariable> introduced, OptionalOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        public override bool Push(Batch batch)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var matches = new MatchSink(batch, this);
            inner.Run(batch, matches, context);
            return matches.More && PushUnmatched(batch, matches.Matched);
        }

        bool PushUnmatched(Batch batch, bool[] matched)
        {
            var rows = new int[batch.Count];
            int count = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                rows[count] = i;
                count += matched[i] ? 0 : 1;
            }
            if (count == 0)
            {
                return true;
            }
            var unmatched = batch.Take(rows.AsSpan(0, count), plan.Live);
            foreach (var variable in introduced)
            {
                if (plan.IsLive(variable))
                {
                    unmatched.Columns[variable.Slot] = Vector.AllNull(variable.Kind, count);
                }
            }
            return Next.Push(unmatched);
        }

        sealed class MatchSink(Batch outer, OptionalSink owner) : Sink
        {
            public bool[] Matched { get; } = new bool[outer.Count];

            public bool More { get; private set; } = true;

            public override bool Push(Batch batch)
            {
                var numbers = ((Int64Vector)batch.Column(owner.Inner.Ordinal.Slot)).Values;
                var rows = new int[numbers.Length];
                for (int i = 0; i < rows.Length; i++)
                {
                    rows[i] = (int)numbers[i];
                    Matched[rows[i]] = true;
                }
                var joined = outer.Take(rows, owner.Plan.Live);
                foreach (var variable in owner.Introduced)
                {
                    if (owner.Plan.IsLive(variable))
                    {
                        joined.Columns[variable.Slot] = batch.Column(variable.Slot);
                    }
                }
                if (batch.Weights is { } weights)
                {
                    joined = joined.WithWeights(Product(joined.Weights, weights));
                }
                return More = owner.Next.Push(joined);
            }

            static long[] Product(long[]? outerWeights, long[] weights)
            {
                if (outerWeights is null)
                {
                    return weights;
                }
                // An array of weights may be longer than its batch.
                var product = new long[outerWeights.Length];
                for (int i = 0; i < product.Length; i++)
                {
                    product[i] = checked(outerWeights[i] * weights[i]);
                }
                return product;
            }

            public override void Finish()
            {
            }
        }

        SubPlan Inner => inner;

        OptionalOperator Plan => plan;

        IReadOnlyList<BoundVariable> Introduced => introduced;
    }
}
