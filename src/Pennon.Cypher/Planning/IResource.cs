namespace Pennon.Cypher.Planning;

/// <summary>
/// Something a plan reads and that may have to come from storage: a property column, one direction of an adjacency, a key index.
/// Named while planning; loaded once, before the plan first runs, so that execution itself never waits.
/// </summary>
internal interface IResource
{
    ValueTask LoadAsync(CancellationToken cancellationToken);
}
