using System.Text;

namespace Pennon.Graph.Tests.Model;

public sealed class KeyTableTests
{
    [Fact]
    public void Integer_keys_get_ids_in_the_order_they_come()
    {
        var table = new Int64KeyTable();
        long[] keys = [0, -1, long.MinValue, long.MaxValue, 42];

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.True(table.TryAdd(keys[i], out var id));
            Assert.Equal(i, id);
        }

        Assert.False(table.TryAdd(long.MinValue, out var again));
        Assert.Equal(2, again);
        Assert.True(table.TryFind(42, out var found));
        Assert.Equal(4, found);
        Assert.False(table.TryFind(43, out found));
        Assert.Equal(-1, found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1L << 32)]
    [InlineData(1L << 40)]
    [InlineData(-7)]
    public void Integer_keys_at_any_stride_are_all_found_again(long stride)
    {
        var table = new Int64KeyTable();
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(table.TryAdd(i * stride, out _));
        }

        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(table.TryFind(i * stride, out var id));
            Assert.Equal(i, id);
        }

        Assert.False(table.TryFind(100_000 * stride, out _));
    }

    [Fact]
    public void String_keys_of_every_length_are_found_again()
    {
        var table = new Utf8KeyTable();
        var keys = Enumerable.Range(0, 3_000).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + (i % 26)), i % 40) + i)).Append([]).Append(new byte[3 << 20]).Append("日本"u8.ToArray()).ToArray();

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.True(table.TryAdd(keys[i], out var id));
            Assert.Equal(i, id);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.True(table.TryFind(keys[i], out var id));
            Assert.Equal(i, id);
            Assert.False(table.TryAdd(keys[i], out _));
        }

        Assert.False(table.TryFind("nobody"u8, out _));
        Assert.Equal(keys.Length, table.Count);
    }
}
