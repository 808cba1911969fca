using System.Buffers;

namespace Pennon.Lance.Indexes.Vectors.Ivf;

/// <summary>How many partitions a search looks at.</summary>
/// <param name="Least">The partitions that are searched in any case.</param>
/// <param name="Most">The partitions that are searched at most while fewer rows than wanted were found.</param>
readonly record struct IvfProbes(int Least, int Most)
{
    /// <summary>What the engine of the format does if nothing is said (TABLE 18.9), with more partitions where these have too few rows.</summary>
    public static IvfProbes Default { get; } = new(20, int.MaxValue);
}

/// <summary>Searches a segment of a vector index.</summary>
static class IvfScan
{
    const int Block = 1024;

    /// <summary>Offers the rows near to a query; their distances are those that the codes give (TABLE 18.9).</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="query">The query, of unit length for cosine.</param>
    /// <param name="probes">How many partitions are searched.</param>
    /// <param name="rows">Which rows count.</param>
    /// <param name="nearest">Takes the rows.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async ValueTask SearchAsync(
        IvfSegment segment, ReadOnlyMemory<float> query, IvfProbes probes, IndexedRows rows, NearestRows nearest, CancellationToken cancellationToken)
    {
        if (query.Length != segment.Dimension)
            throw new ArgumentException($"The query has {query.Length} dimensions, and the index {segment.Dimension}.", nameof(query));
        var order = segment.Nearest(query.Span, Math.Max(probes.Least, probes.Most));
        for (var i = 0; i < order.Length && (i < probes.Least || !nearest.IsFull); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.RowsOf(order[i]) == 0)
                continue;
            var partition = await segment.PartitionAsync(order[i], cancellationToken).ConfigureAwait(false);
            Scan(partition, query.Span, segment.Structure.Centroid(order[i]), rows, nearest);
        }
    }

    static void Scan(IvfPartition partition, ReadOnlySpan<float> query, ReadOnlySpan<float> centroid, IndexedRows rows, NearestRows nearest)
    {
        using var computer = partition.Storage.Prepare(query, centroid);
        var ids = partition.Storage.RowIds;
        var found = ArrayPool<int>.Shared.Rent(Block);
        var distances = ArrayPool<float>.Shared.Rent(Block);
        for (var start = 0; start < ids.Length; start += Block)
        {
            var count = computer.Below(start, Math.Min(Block, ids.Length - start), nearest.Threshold, found, distances);
            for (var i = 0; i < count; i++)
            {
                var id = ids[found[i]];
                if (distances[i] <= nearest.Threshold && rows.TryLocate(id, out var address))
                    nearest.Offer(distances[i], id, address);
            }
        }
        ArrayPool<int>.Shared.Return(found);
        ArrayPool<float>.Shared.Return(distances);
    }
}
