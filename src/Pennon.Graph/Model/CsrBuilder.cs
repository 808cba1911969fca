namespace Pennon.Graph;

/// <summary>
/// Builds both directions of a pair's adjacency from its edge list by three counting-sort passes. The first groups edges by target;
/// walking that ascending and appending to the sources yields sorted out-lists, and walking those yields sorted in-lists, so no
/// list is ever sorted by comparison. Equal neighbours keep the order of their edge ids.
/// </summary>
static class CsrBuilder
{
    public static (CsrIndex Out, CsrIndex In) Build(int sourceNodes, int targetNodes, ReadOnlySpan<uint> sources, ReadOnlySpan<uint> targets)
    {
        if (sources.Length != targets.Length)
        {
            throw new ArgumentException($"{sources.Length} sources, but {targets.Length} targets.", nameof(targets));
        }

        var edges = sources.Length;
        var inOffsets = CountOffsets(targetNodes, targets);
        var outOffsets = CountOffsets(sourceNodes, sources);

        var byTarget = GC.AllocateUninitializedArray<uint>(edges);
        var cursor = inOffsets.AsSpan(0, targetNodes).ToArray();
        for (var e = 0; e < edges; e++)
        {
            byTarget[cursor[targets[e]]++] = (uint)e;
        }

        var outNeighbours = GC.AllocateUninitializedArray<uint>(edges);
        var outEdges = GC.AllocateUninitializedArray<uint>(edges);
        cursor = outOffsets.AsSpan(0, sourceNodes).ToArray();
        for (var target = 0; target < targetNodes; target++)
        {
            for (var i = inOffsets[target]; i < inOffsets[target + 1]; i++)
            {
                var edge = byTarget[i];
                var at = cursor[sources[(int)edge]]++;
                outNeighbours[at] = (uint)target;
                outEdges[at] = edge;
            }
        }

        var inNeighbours = GC.AllocateUninitializedArray<uint>(edges);
        var inEdges = byTarget;
        cursor = inOffsets.AsSpan(0, targetNodes).ToArray();
        for (var source = 0; source < sourceNodes; source++)
        {
            for (var i = outOffsets[source]; i < outOffsets[source + 1]; i++)
            {
                var at = cursor[outNeighbours[i]]++;
                inNeighbours[at] = (uint)source;
                inEdges[at] = outEdges[i];
            }
        }

        return (Finish(outOffsets, outNeighbours, outEdges), Finish(inOffsets, inNeighbours, inEdges));
    }

    /// <summary>Wraps arrays that are already in order, measuring what the index reports of itself.</summary>
    public static CsrIndex Finish(uint[] offsets, uint[] neighbours, uint[] edgeIds)
    {
        var maxDegree = 0u;
        var withEdges = 0;
        var parallel = false;
        for (var node = 0; node < offsets.Length - 1; node++)
        {
            var start = offsets[node];
            var end = offsets[node + 1];
            if (start == end)
            {
                continue;
            }

            withEdges++;
            maxDegree = Math.Max(maxDegree, end - start);
            if (!parallel)
            {
                for (var i = start + 1; i < end; i++)
                {
                    if (neighbours[i] == neighbours[i - 1])
                    {
                        parallel = true;
                        break;
                    }
                }
            }
        }

        return new CsrIndex(offsets, neighbours, edgeIds, parallel, (int)maxDegree, withEdges);
    }

    public static EdgePairStatistics Measure(CsrIndex outgoing, CsrIndex incoming, bool sameTable)
    {
        var loops = 0;
        if (sameTable)
        {
            for (var node = 0; node < outgoing.NodeCount; node++)
            {
                var neighbours = outgoing.NeighboursOf(node);
                var at = neighbours.BinarySearch((uint)node);
                if (at < 0)
                {
                    continue;
                }

                var first = at;
                while (first > 0 && neighbours[first - 1] == node)
                {
                    first--;
                }

                while (at + 1 < neighbours.Length && neighbours[at + 1] == node)
                {
                    at++;
                }

                loops += at - first + 1;
            }
        }

        return new EdgePairStatistics(
            outgoing.NodesWithEdges, incoming.NodesWithEdges, outgoing.MaxDegree, incoming.MaxDegree, outgoing.HasParallelEdges, loops);
    }

    static uint[] CountOffsets(int nodes, ReadOnlySpan<uint> ids)
    {
        var offsets = new uint[nodes + 1];
        foreach (var id in ids)
        {
            offsets[id + 1]++;
        }

        var sum = 0u;
        for (var i = 0; i < offsets.Length; i++)
        {
            sum += offsets[i];
            offsets[i] = sum;
        }

        return offsets;
    }
}
