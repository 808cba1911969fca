using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>The rows of several plans one after another, with their columns brought to the union's own.</summary>
internal sealed class UnionOperator(IReadOnlyList<UnionOperator.Part> parts, IReadOnlyList<BoundVariable> columns) : PlanOperator
{
    /// <summary>One plan and its result columns in the order of the union's.</summary>
    internal sealed record Part(Pipeline Pipeline, IReadOnlyList<BoundVariable> Columns);

    public override string Name => "Union";

    public override IReadOnlyList<Pipeline> Nested => [.. parts.Select(static p => p.Pipeline)];

    public override bool IsBarrier => true;

    public override IReadOnlyList<BoundVariable> Writes => columns;

    /// <summary>The columns from outside that the parts read; set by the planner.</summary>
    public IReadOnlyCollection<BoundVariable> Imports { get; set; } = [];

    public override void AddReads(ISet<BoundVariable> reads) => reads.UnionWith(Imports);

    public override void AddResources(ISet<IResource> resources)
    {
        foreach (var part in parts)
        {
            part.Pipeline.AddResources(resources);
        }
    }

    public override Sink Open(Sink next, ExecutionContext context) => new UnionSink(parts, columns, this, next, context);

    sealed class UnionSink(
        IReadOnlyList<Part> parts, IReadOnlyList<BoundVariable> columns, UnionOperator plan, Sink next, ExecutionContext context)
        : PassSink(next)
    {
        public override bool Push(Batch batch)
        {
            foreach (var part in parts)
            {
                var rename = new RenameSink(part, columns, plan, Next, context);
                var sink = part.Pipeline.Open(rename, context);
                sink.Push(batch);
                sink.Finish();
                if (!rename.More)
                {
                    return false;
                }
            }
            return true;
        }
    }

    sealed class RenameSink(Part part, IReadOnlyList<BoundVariable> columns, UnionOperator plan, Sink next, ExecutionContext context) : Sink
    {
        public bool More { get; private set; } = true;

        public override bool Push(Batch batch)
        {
            var renamed = new Vector?[context.Slots];
            foreach (int slot in plan.Live)
            {
                renamed[slot] = batch.Columns[slot];
            }
            for (int c = 0; c < columns.Count; c++)
            {
                renamed[columns[c].Slot] = Convert(batch.Column(part.Columns[c].Slot), columns[c].Kind);
            }
            return More = next.Push(new Batch(renamed, batch.Count, batch.Weights));
        }

        public override void Finish()
        {
        }

        Vector Convert(Vector column, ValueKind kind)
        {
            if (column.Kind == kind)
            {
                return column;
            }
            var values = new Values.CypherValue[column.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = column.Value(i, context);
            }
            return Broadcast.Pack(values, kind, context);
        }
    }
}
