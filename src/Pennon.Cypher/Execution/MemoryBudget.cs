namespace Pennon.Cypher.Execution;

/// <summary>Counts what a query keeps between batches, and refuses by name before the limit is passed.</summary>
internal sealed class MemoryBudget(long limit)
{
    long _used;

    public long Used => Interlocked.Read(ref _used);

    public void Charge(string resource, long bytes)
    {
        long used = Interlocked.Add(ref _used, bytes);
        if (used > limit)
        {
            throw new CypherMemoryLimitException(resource, limit, used);
        }
    }

    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
