namespace Pennon.Cypher;

/// <summary>A query would keep more bytes in memory than its limit allows. Nothing of the query has taken effect.</summary>
/// <param name="resource">What asked for the memory, such as "aggregation" or "sort".</param>
/// <param name="limit">The limit in bytes.</param>
/// <param name="actual">The bytes that would have been in use.</param>
public sealed class CypherMemoryLimitException(string resource, long limit, long actual) : CypherRuntimeException(
    $"The {resource} of this query needs {actual:N0} bytes, more than its memory limit of {limit:N0} bytes. "
    + "Return or group fewer rows, or raise the limit (CypherOptions.MemoryLimit).",
    "MemoryLimitExceeded")
{
    /// <summary>What asked for the memory.</summary>
    public string Resource => resource;

    /// <summary>The limit in bytes.</summary>
    public long Limit => limit;

    /// <summary>The bytes that would have been in use.</summary>
    public long Actual => actual;
}
