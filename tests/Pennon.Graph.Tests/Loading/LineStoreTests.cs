using System.Text;
using Pennon.TestSupport;

namespace Pennon.Graph.Tests.Loading;

public sealed class LineStoreTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 10)]
    [InlineData(1)]
    public void Lines_come_back_in_order_whether_they_fit_in_memory_or_not(int memory)
    {
        using var folder = new TempFolder("lines");
        using var store = new LineStore(folder.FullName, memory);
        var expected = new List<(string, string, long)>();
        for (var i = 0; i < 500; i++)
        {
            var text = i == 250 ? new string('x', 100_000) : new string('y', i % 50);
            var file = $"file {i / 100}";
            expected.Add((text, file, i * 3L));
            store.Add(Encoding.UTF8.GetBytes(text), file, i * 3L);
        }

        Assert.Equal(500, store.Count);
        Assert.Equal(expected, store.Drain().Select(l => (Encoding.UTF8.GetString(l.Line.Span), l.File, l.Number)));
        Assert.Equal(0, store.Count);
        Assert.Empty(store.Drain());
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }
}
