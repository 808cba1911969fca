using Pennon.Cypher.Binding;
using Pennon.Cypher.Execution.Vectors;

namespace Pennon.Cypher.Execution.Operators;

/// <summary>
/// A pipeline that runs once for a whole batch of outer rows. Each row carries its number in the <see cref="Ordinal"/> column, so that what
/// comes out can be told apart by outer row without running the pipeline row by row.
/// </summary>
internal sealed class SubPlan(Pipeline pipeline, BoundVariable ordinal)
{
    public Pipeline Pipeline => pipeline;

    public BoundVariable Ordinal => ordinal;

    public void Run(Batch outer, Sink last, ExecutionContext context)
    {
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
}
