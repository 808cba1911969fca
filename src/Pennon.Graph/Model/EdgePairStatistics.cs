namespace Pennon.Graph;

/// <summary>What is known of the degrees of one label pair of an edge type, for choosing join orders.</summary>
/// <param name="DistinctSources">Source nodes with at least one edge.</param>
/// <param name="DistinctTargets">Target nodes with at least one edge.</param>
/// <param name="MaxOutDegree">The largest number of edges leaving one source node.</param>
/// <param name="MaxInDegree">The largest number of edges reaching one target node.</param>
/// <param name="HasParallelEdges">Whether two edges join the same source with the same target.</param>
/// <param name="SelfLoops">Edges whose source and target are the same node; 0 when the tables differ.</param>
public sealed record EdgePairStatistics(
    int DistinctSources,
    int DistinctTargets,
    int MaxOutDegree,
    int MaxInDegree,
    bool HasParallelEdges,
    int SelfLoops)
{
    /// <summary>The statistics of a pair without edges.</summary>
    public static EdgePairStatistics Empty { get; } = new(0, 0, 0, 0, false, 0);
}
