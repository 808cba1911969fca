namespace Pennon.Graph.Tests.Model;

public sealed class CsrBuilderTests
{
    [Fact]
    public void An_empty_edge_list_gives_offsets_of_zero()
    {
        var (outgoing, incoming) = CsrBuilder.Build(3, 2, [], []);

        Assert.Equal([0u, 0, 0, 0], outgoing.Offsets.ToArray());
        Assert.Equal([0u, 0, 0], incoming.Offsets.ToArray());
        Assert.Equal(0, outgoing.EdgeCount);
        Assert.Equal(0, outgoing.MaxDegree);
        Assert.False(outgoing.HasParallelEdges);
    }

    [Fact]
    public void No_nodes_and_no_edges_are_an_index_too()
    {
        var (outgoing, _) = CsrBuilder.Build(0, 0, [], []);

        Assert.Equal(0, outgoing.NodeCount);
    }

    [Fact]
    public void Neighbours_are_sorted_and_edge_ids_follow_them()
    {
        var (outgoing, incoming) = CsrBuilder.Build(3, 4, [2, 0, 2, 2, 0], [3, 1, 0, 3, 0]);

        Assert.Equal([0u, 2, 2, 5], outgoing.Offsets.ToArray());
        Assert.Equal([0u, 1, 0, 3, 3], outgoing.Neighbours.ToArray());
        Assert.Equal([4u, 1, 2, 0, 3], outgoing.EdgeIds.ToArray());
        Assert.True(outgoing.HasParallelEdges);
        Assert.Equal([0u, 2, 3, 3, 5], incoming.Offsets.ToArray());
        Assert.Equal([0u, 2, 0, 2, 2], incoming.Neighbours.ToArray());
        Assert.Equal([4u, 2, 1, 0, 3], incoming.EdgeIds.ToArray());
        Assert.Equal(2, outgoing.NodesWithEdges);
        Assert.Equal(3, outgoing.MaxDegree);
        Assert.Equal([0u, 3, 3], outgoing.NeighboursOf(2).ToArray());
        Assert.Equal(0, outgoing.DegreeOf(1));
    }

    [Fact]
    public void Random_graphs_agree_with_sorting()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var sources = random.Next(1, 60);
            var targets = random.Next(1, 60);
            var edges = random.Next(0, 500);
            var from = Enumerable.Range(0, edges).Select(_ => (uint)random.Next(sources)).ToArray();
            var to = Enumerable.Range(0, edges).Select(_ => (uint)random.Next(targets)).ToArray();

            var (outgoing, incoming) = CsrBuilder.Build(sources, targets, from, to);

            var order = Enumerable.Range(0, edges).OrderBy(e => from[e]).ThenBy(e => to[e]).ThenBy(e => e).ToArray();
            Assert.True(order.Select(e => (uint)e).SequenceEqual(outgoing.EdgeIds.ToArray()), $"seed {seed}");
            Assert.True(order.Select(e => to[e]).SequenceEqual(outgoing.Neighbours.ToArray()), $"seed {seed}");
            order = Enumerable.Range(0, edges).OrderBy(e => to[e]).ThenBy(e => from[e]).ThenBy(e => e).ToArray();
            Assert.True(order.Select(e => (uint)e).SequenceEqual(incoming.EdgeIds.ToArray()), $"seed {seed}");
        }
    }

    [Fact]
    public void Self_loops_and_parallel_edges_are_counted()
    {
        var (outgoing, incoming) = CsrBuilder.Build(3, 3, [0, 0, 1, 1, 2], [0, 0, 2, 1, 0]);

        var statistics = CsrBuilder.Measure(outgoing, incoming, sameTable: true);

        Assert.Equal(new EdgePairStatistics(3, 3, 2, 3, true, 3), statistics);
        Assert.Equal(0, CsrBuilder.Measure(outgoing, incoming, sameTable: false).SelfLoops);
    }
}
