using System.Runtime.CompilerServices;

namespace Pennon.Cypher.Execution;

/// <summary>
/// Marks the loops over rows and edges. A query often runs only once or twice, and the runtime would begin such a loop in unoptimised code and
/// replace it long after the query is over; marked, it is compiled in full before its first row.
/// </summary>
internal static class Hot
{
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization;
}
