namespace Pennon.Graph.Tests.Model;

public sealed class TaggedValueTests
{
    [Fact]
    public void Every_kind_is_read_as_it_was_written()
    {
        var writer = new TaggedWriter();
        var list = writer.Begin(map: false);
        writer.WriteNull();
        writer.WriteBoolean(true);
        writer.WriteInt64(long.MinValue);
        writer.WriteDouble(double.NaN);
        writer.WriteString("é"u8);
        writer.WriteBytes([1, 2, 3]);
        var map = writer.Begin(map: true);
        writer.WriteName("k"u8);
        writer.WriteBoolean(false);
        writer.End(map, 1);
        writer.End(list, 7);

        var value = new TaggedValue(writer.Written);

        Assert.Equal(TaggedKind.List, value.Kind);
        Assert.Equal(7, value.Count);
        var items = value.Items;
        Assert.True(items.MoveNext());
        Assert.Equal(TaggedKind.Null, items.Current.Kind);
        Assert.True(items.MoveNext());
        Assert.True(items.Current.GetBoolean());
        Assert.True(items.MoveNext());
        Assert.Equal(long.MinValue, items.Current.GetInt64());
        Assert.True(items.MoveNext());
        Assert.True(double.IsNaN(items.Current.GetDouble()));
        Assert.True(items.MoveNext());
        Assert.Equal("é", items.Current.GetString());
        Assert.True(items.MoveNext());
        Assert.Equal(TaggedKind.Bytes, items.Current.Kind);
        Assert.Equal([1, 2, 3], items.Current.GetBytes().ToArray());
        Assert.True(items.MoveNext());
        var entries = items.Current.Items;
        Assert.True(entries.MoveNext());
        Assert.Equal("k"u8.ToArray(), entries.Name.ToArray());
        Assert.False(entries.Current.GetBoolean());
        Assert.False(entries.MoveNext());
        Assert.False(items.MoveNext());
    }

    [Fact]
    public void Cut_or_broken_bytes_are_refused()
    {
        var writer = new TaggedWriter();
        var map = writer.Begin(map: true);
        writer.WriteName("name"u8);
        writer.WriteString("value"u8);
        writer.WriteName("n"u8);
        writer.WriteInt64(5);
        writer.End(map, 2);
        var whole = writer.Written.ToArray();

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<FormatException>(() => _ = new TaggedValue(whole.AsSpan(0, length)).Kind);
        }

        Assert.Throws<FormatException>(() => _ = new TaggedValue([.. whole, 0]).Kind);
        Assert.Throws<FormatException>(() => _ = new TaggedValue([200]).Kind);
        Assert.Throws<FormatException>(() => _ = new TaggedValue([7, 255, 255, 255, 127, 0]).Kind);
    }

    [Fact]
    public void Deep_nesting_is_refused_rather_than_overflowing_the_stack()
    {
        var bytes = Enumerable.Repeat(new byte[] { 7, 1, 0, 0, 0 }, 100_000).SelectMany(b => b).Append((byte)0).ToArray();

        Assert.Throws<FormatException>(() => _ = new TaggedValue(bytes).Kind);
    }

    [Fact]
    public void A_value_of_another_kind_is_not_given()
    {
        var writer = new TaggedWriter();
        writer.WriteInt64(1);

        Assert.Throws<InvalidOperationException>(() => new TaggedValue(writer.Written).GetDouble());
        Assert.Throws<InvalidOperationException>(() => new TaggedValue(writer.Written).GetString());
        Assert.False(new TaggedValue(writer.Written).Items.MoveNext());
    }
}
