using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// A pipeline that runs once for a whole batch of outer rows. Each row carries its number in the <see cref="Ordinal"/> column, so that what
/// comes out can be told apart by outer row. A pipeline that groups, orders or pages must see one outer row at a time and is run for each.
/// </summary>
internal sealed class SubPlan(Pipeline pipeline, BoundVariable ordinal, bool rowByRow)
{
    public Pipeline Pipeline => pipeline;

    public BoundVariable Ordinal => ordinal;

    public void Run(Batch outer, Sink last, ExecutionContext context)
    {
        if (rowByRow)
        {
            RunEach(outer, last, context);
            return;
        }
        var numbers = new long[outer.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }
        var columns = (Vector?[])outer.Columns.Clone();
        columns[ordinal.Slot] = new Int64Vector(numbers, null, numbers.Length);
        var sink = pipeline.Open(last, context);
        sink.Push(new Batch(columns, outer.Count));
        sink.Finish();
    }

    void RunEach(Batch outer, Sink last, ExecutionContext context)
    {
        int[] live = [.. Enumerable.Range(0, outer.Columns.Length).Where(slot => outer.Columns[slot] is not null)];
        for (int row = 0; row < outer.Count; row++)
        {
            var tagged = new TaggingSink(last, ordinal, row);
            var sink = pipeline.Open(tagged, context);
            sink.Push(outer.Take([row], live));
            sink.Finish();
            if (!tagged.More)
            {
                break;
            }
        }
    }

    sealed class TaggingSink(Sink next, BoundVariable ordinal, int row) : Sink
    {
        public bool More { get; private set; } = true;

        public override bool Push(Batch batch)
        {
            var numbers = new long[batch.Count];
            Array.Fill(numbers, row);
            return More = next.Push(batch.With(ordinal.Slot, new Int64Vector(numbers, null, numbers.Length)));
        }

        public override void Finish()
        {
        }
    }
}
