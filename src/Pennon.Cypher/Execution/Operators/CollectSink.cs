namespace Pennon.Cypher.Execution.Operators;

/// <summary>Keeps the batches of a finished query for the caller.</summary>
internal sealed class CollectSink(ExecutionContext context) : Sink
{
    readonly List<Batch> _batches = [];

    public IReadOnlyList<Batch> Batches => _batches;

    public override bool Push(Batch batch)
    {
        long bytes = 0;
        foreach (var column in batch.Columns)
        {
            bytes += (long)(column?.BytesPerRow ?? 0) * batch.Count;
        }
        context.Memory.Charge("result", bytes);
        _batches.Add(batch);
        return true;
    }

    public override void Finish()
    {
    }
}
