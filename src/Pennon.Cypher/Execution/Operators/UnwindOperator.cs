using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Expressions;
using Pennon.Cypher.Execution.Vectors;
using Pennon.Cypher.Planning;
using Pennon.Cypher.Values;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>One row per element of a list; none for null and the empty list, one for a value that is no list.</summary>
internal sealed class UnwindOperator(Expr source, BoundVariable variable) : PlanOperator
{
    public override string Name => "Unwind";

    public override string Detail => variable.Name;

    public override bool IsRowWise => true;

    public override void AddReads(ISet<BoundVariable> reads) => source.AddReads(reads);

    public override IReadOnlyList<BoundVariable> Writes { get; } = [variable];

    public override void AddResources(ISet<IResource> resources) => source.AddResources(resources);

    public override Sink Open(Sink next, ExecutionContext context) => new UnwindSink(source, variable, this, next, context);

    sealed class UnwindSink(Expr source, BoundVariable variable, UnwindOperator plan, Sink next, ExecutionContext context) : PassSink(next)
    {
        readonly int[] _rows = new int[Batch.Size];
        CypherValue[] _values = new CypherValue[Batch.Size];
        int _count;

        public override bool Push(Batch batch)
        {
            var lists = source.Evaluate(batch, context);
            for (int i = 0; i < batch.Count; i++)
            {
                if (lists.IsNull(i))
                {
                    continue;
                }
                var value = lists.Value(i, context);
                if (value.Type != CypherType.List)
                {
                    if (!Add(batch, i, value))
                    {
                        return false;
                    }
                    continue;
                }
                foreach (var item in value.AsList())
                {
                    if (!Add(batch, i, item))
                    {
                        return false;
                    }
                }
            }
            return Flush(batch);
        }

        bool Add(Batch batch, int row, CypherValue value)
        {
            _rows[_count] = row;
            _values[_count++] = value;
            return _count < Batch.Size || Flush(batch);
        }

        bool Flush(Batch batch)
        {
            if (_count == 0)
            {
                return true;
            }
            context.Cancellation.ThrowIfCancellationRequested();
            var rows = batch.Take(_rows.AsSpan(0, _count), plan.Live);
            var values = _values.AsSpan(0, _count).ToArray();
            rows.Columns[variable.Slot] = Broadcast.Pack(values, variable.Kind, context);
            _count = 0;
            return Next.Push(rows);
        }
    }
}
