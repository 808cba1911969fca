namespace Pennon.Graph.Tests.Model;

public sealed class IdBlocksTests
{
    [Fact]
    public void One_block_maps_by_addition()
    {
        var blocks = new IdBlocks([(100, 5)]);

        Assert.Equal(104UL, blocks.IdAt(4));
        Assert.True(blocks.TryPositionOf(103, out var position));
        Assert.Equal(3, position);
        Assert.False(blocks.TryPositionOf(105, out _));
        Assert.False(blocks.TryPositionOf(99, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.IdAt(5));
    }

    [Fact]
    public void Blocks_keep_their_order_even_when_ids_do_not_ascend()
    {
        var blocks = new IdBlocks([(50, 2), (10, 3), (90, 0), (70, 1)]);
        ulong[] expected = [50, 51, 10, 11, 12, 70];

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], blocks.IdAt(i));
            Assert.True(blocks.TryPositionOf(expected[i], out var position));
            Assert.Equal(i, position);
        }

        Assert.False(blocks.TryPositionOf(52, out _));
        Assert.False(blocks.TryPositionOf(90, out _));
        var positions = new uint[2];
        Assert.Equal(1, blocks.PositionsOf([70UL, 13UL], positions));
        Assert.Equal(-1, blocks.PositionsOf([70UL, 12UL], positions));
        Assert.Equal([5u, 4u], positions);
    }

    [Fact]
    public void No_blocks_hold_no_ids()
    {
        var blocks = new IdBlocks([]);

        Assert.Equal(0, blocks.Count);
        Assert.False(blocks.TryPositionOf(0, out _));
    }
}
