namespace Pennon.Arrow.Tests;

public sealed class ArrayBuilderTests
{
    [Fact]
    public void Primitive_values_and_nulls_come_back()
    {
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        builder.Append(7);
        builder.AppendNull();
        builder.Append(long.MinValue);
        var array = (PrimitiveArray<long>)builder.Build();
        Assert.Equal(3, array.Length);
        Assert.Equal(1, array.NullCount);
        Assert.True(array.IsNull(1));
        Assert.Equal([7, 0, long.MinValue], array.Values.ToArray());
        Assert.Equal(0, builder.Length);
    }

    [Fact]
    public void A_string_builder_can_be_used_again_after_Build()
    {
        var builder = new BinaryBuilder(ArrowType.String);
        builder.Append("hé");
        builder.Append((string?)null);
        builder.Append("");
        var first = (StringArray)builder.Build();
        builder.Append("z");
        var second = (StringArray)builder.Build();
        Assert.Equal(["hé", null, ""], Enumerable.Range(0, 3).Select(first.GetString));
        Assert.Equal("z", second.GetString(0));
    }

    [Fact]
    public void Lists_of_structs_nest()
    {
        var type = new ListType(new StructType([new Field("x", ArrowType.Int32)]));
        var builder = (ListBuilder)ArrayBuilder.Create(type);
        var item = (StructBuilder)builder.Items;
        ((PrimitiveBuilder<int>)item.Children[0]).Append(1);
        item.EndRow();
        item.AppendNull();
        builder.EndRow();
        builder.AppendNull();
        builder.EndRow();
        var list = (ListArray)builder.Build();
        Assert.Equal([0, 2, 2, 2], list.Offsets.ToArray());
        Assert.True(list.IsNull(1));
        var sliced = (ListArray)list.Slice(1, 2);
        Assert.Equal([2, 2, 2], sliced.Offsets.ToArray());
        Assert.Equal(1, sliced.NullCount);
    }

    [Fact]
    public void A_fixed_size_list_row_with_too_few_items_is_refused()
    {
        var builder = new FixedSizeListBuilder(new FixedSizeListType(ArrowType.Float32, 2));
        ((PrimitiveBuilder<float>)builder.Items).Append(1f);
        Assert.Throws<InvalidOperationException>(builder.EndRow);
    }

    [Fact]
    public void Buffers_start_at_multiples_of_64()
    {
        foreach (var size in new[] { 1, 63, 64, 4096, 100_000, 5_000_000 })
        {
            var buffer = ArrowAllocator.Default.Allocate(size);
            unsafe
            {
                fixed (byte* p = buffer.Span) Assert.Equal(0, (long)p % 64);
            }
            Assert.Equal(size, buffer.Length);
            buffer.Release();
        }
    }
}
