using Pennon.Cypher.Values;

namespace Pennon.Cypher.Functions;

/// <summary>What functions may ask about the world: the time, chance, and nodes by id. One per execution of a query.</summary>
/// <param name="clock">Tells the time; asked once for everything but <c>realtime</c> functions.</param>
/// <param name="nodeById">Finds a node by its VID, for startNode and endNode; null where there is no graph.</param>
/// <param name="seed">The seed of rand() and randomUUID(), or null for a different one each time.</param>
internal sealed class FunctionContext(TimeProvider clock, Func<ulong, CypherNode>? nodeById = null, int? seed = null)
{
    Random? _random;
    CypherDateTime? _statementTime;

    /// <summary>A context without a graph.</summary>
    public static FunctionContext WithoutGraph() => new(TimeProvider.System);

    /// <summary>The zone of temporal values that name none.</summary>
    public string DefaultZone { get; init; } = "Z";

    public Random Random => _random ??= seed is { } known ? new Random(known) : Random.Shared;

    /// <summary>The time at which the statement asked first; the same for the whole statement.</summary>
    public CypherDateTime StatementTime => _statementTime ??= Now();

    public CypherDateTime Now()
    {
        long ticks = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        long second = Calendar.FloorDivide(ticks, TimeSpan.TicksPerSecond);
        return new CypherDateTime(second, (int)(Calendar.FloorModulo(ticks, TimeSpan.TicksPerSecond) * 100), CypherZone.Utc);
    }

    public CypherNode NodeById(ulong id) =>
        nodeById is null ? throw new CypherRuntimeException("This function needs a graph, and there is none here.", "InvalidArgumentValue") : nodeById(id);
}
