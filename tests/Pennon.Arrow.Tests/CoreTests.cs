using Pennon.Arrow.Compute;
using Pennon.TestSupport;

namespace Pennon.Arrow.Tests;

/// <summary>Buffers, views, null counts and leaks of the core types; builders have a file of their own.</summary>
public class CoreTests
{
    public static TheoryData<int> EveryType() => [.. Enumerable.Range(0, RandomArrays.Types.Count)];

    [Theory]
    [MemberData(nameof(EveryType))]
    public void A_slice_of_a_slice_shows_the_rows_between(int type)
    {
        var random = new Random(type + 700);
        for (var round = 0; round < 10; round++)
        {
            var whole = RandomArrays.Make(random, RandomArrays.Types[type], 200, 0.3);
            var rows = ArrowText.Rows(whole);
            var from = random.Next(0, 200);
            var one = whole.Slice(from, random.Next(0, 200 - from));
            var inner = random.Next(0, one.Length + 1);
            var two = one.Slice(inner, random.Next(0, one.Length - inner + 1));
            ArrowAssert.Rows(rows[from..(from + one.Length)], one);
            ArrowAssert.Rows(rows[(from + inner)..(from + inner + two.Length)], two);
            Assert.Equal(from + inner, two.Offset);
        }
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Slices_outside_the_rows_are_refused(int type)
    {
        var array = RandomArrays.Make(new Random(1), RandomArrays.Types[type], 10);
        foreach (var (offset, length) in new[] { (-1, 1), (0, 11), (11, 0), (5, 6), (5, -1), (1, int.MaxValue) })
            Assert.Throws<ArgumentOutOfRangeException>(() => array.Slice(offset, length));
        Assert.Equal(0, array.Slice(10, 0).Length);
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Equality_is_of_values_and_not_of_layout(int type)
    {
        var random = new Random(type + 800);
        var array = RandomArrays.Make(random, RandomArrays.Types[type], 60, 0.2, sliced: true);
        var copy = Take.Apply(array, Enumerable.Range(0, 60).ToArray());
        Assert.True(ArrowArrayEquality.Same(array, copy));
        Assert.True(ArrowArrayEquality.Same(array, array));
        Assert.False(ArrowArrayEquality.Same(array, array.Slice(0, 59)));
        Assert.False(ArrowArrayEquality.Same(array, new NullArray(60)) && array is not NullArray);
        var rows = ArrowText.Rows(array);
        for (var i = 0; i < 60; i++)
        {
            var j = random.Next(60);
            Assert.Equal(rows[i] == rows[j], ArrowArrayEquality.SameRow(array, i, copy, j));
        }
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Disposing_every_owner_returns_all_memory(int type)
    {
        if (RandomArrays.Types[type].Id is ArrowTypeId.Null) return;
        var allocator = new TestArrowAllocator();
        var source = RandomArrays.Make(new Random(type), RandomArrays.Types[type], 80, 0.3);
        using (var array = Take.Apply(source, Enumerable.Range(0, 80).ToArray(), allocator))
        {
            var slice = array.Slice(3, 70);
            var nested = slice.Slice(5, 10);
            _ = ArrowText.Rows(nested);
            _ = nested.NullCount;
            slice.Dispose();
            slice.Dispose();
            nested.Dispose();
            using var shared = array.Share();
            using var joined = Concat.Apply([array, shared], allocator);
            _ = ArrowText.Rows(joined);
        }
        allocator.AssertReturned();
    }

    [Fact]
    public void Null_counts_are_counted_once_and_follow_the_view()
    {
        var bits = ArrowBuffer.Of<byte>([0b1010_1010, 0b0000_1111, 0xFF]);
        var array = ArrowArray.Create(ArrowType.Int8, 18, -1, 3, [bits, ArrowBuffer.Of<sbyte>(new sbyte[24])]);
        Assert.Equal(6, array.NullCount);
        Assert.Equal(4, array.Slice(8, 8).NullCount + array.Slice(0, 1).NullCount);
        Assert.Equal(0, array.Slice(13, 5).NullCount);
        Assert.Equal(5, new NullArray(9).Slice(2, 5).NullCount);
    }

    [Fact]
    public void Buffers_too_short_for_their_rows_are_refused()
    {
        var four = ArrowBuffer.Of<int>([1, 2, 3, 4]);
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.Int32, 5, 0, 0, [ArrowBuffer.Empty, four]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.Int32, 4, 0, 1, [ArrowBuffer.Empty, four]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.Int64, 3, 0, 0, [ArrowBuffer.Empty, four]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.String, 3, 0, 0, [ArrowBuffer.Empty, four, ArrowBuffer.Of<byte>([1, 2])]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.Int32, 4, 1, 0, [ArrowBuffer.Empty.Slice(0, 0), ArrowBuffer.Of<int>([1, 2, 3])]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.Int32, 9, 1, 0, [ArrowBuffer.Of<byte>([1]), ArrowBuffer.Of<int>(new int[9])]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(ArrowType.String, 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 1])]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(new ListType(ArrowType.Int32), 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<int>([0, 1])]));
        Assert.Throws<ArgumentException>(() => ArrowArray.Create(new DictionaryType(ArrowType.Int8, ArrowType.String), 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ArrowArray.Create(ArrowType.Null, -1, 0, 0, []));
    }

    [Fact]
    public void A_buffer_released_too_often_says_so()
    {
        var buffer = new TestArrowAllocator().Allocate(10);
        buffer.Retain();
        buffer.Release();
        buffer.Release();
        Assert.Throws<ObjectDisposedException>(() => buffer.Release());
        Assert.Throws<ObjectDisposedException>(() => buffer.Retain());
    }

    [Fact]
    public void Allocations_are_aligned_and_recycled_memory_is_not_shared()
    {
        var random = new Random(2);
        var live = new List<(ArrowBuffer Buffer, byte Mark)>();
        for (var i = 0; i < 2000; i++)
        {
            if (live.Count > 0 && random.Next(2) == 0)
            {
                var at = random.Next(live.Count);
                Assert.False(live[at].Buffer.Span.ContainsAnyExcept(live[at].Mark));
                live[at].Buffer.Release();
                live.RemoveAt(at);
            }
            var buffer = ArrowAllocator.Default.Allocate(random.Next(1, 1 << random.Next(1, 18)));
            unsafe
            {
                fixed (byte* pointer = buffer.Span) Assert.Equal(0, (nint)pointer % ArrowAllocator.Alignment);
            }
            buffer.MutableSpan.Fill((byte)i);
            live.Add((buffer, (byte)i));
        }
        foreach (var (buffer, mark) in live) Assert.False(buffer.Span.ContainsAnyExcept(mark));
    }

    [Fact]
    public void Bit_ranges_agree_with_single_bits_at_every_offset()
    {
        var random = new Random(5);
        var bytes = new byte[40];
        random.NextBytes(bytes);
        for (var offset = 0; offset < 70; offset++)
        {
            for (var count = 0; count <= 64; count += 1 + count / 9)
            {
                ulong expected = 0;
                for (var i = 0; i < count; i++) expected |= (BitUtility.Get(bytes, offset + i) ? 1UL : 0) << i;
                Assert.Equal(expected, BitUtility.ReadBits(bytes, offset, count));
                Assert.Equal(expected, Pennon.Arrow.Compute.Spans.Bits.Load(bytes, offset, count));
                Assert.Equal(System.Numerics.BitOperations.PopCount(expected), BitUtility.CountOnes(bytes, offset, count));
                var target = new byte[20];
                Array.Fill(target, (byte)0xFF);
                var start = random.Next(0, 60);
                BitUtility.Copy(bytes, offset, target, start, count);
                Assert.Equal(expected, BitUtility.ReadBits(target, start, count));
                Assert.Equal(160 - count + System.Numerics.BitOperations.PopCount(expected), BitUtility.CountOnes(target, 0, 160));
            }
        }
    }

    [Fact]
    public void Types_compare_by_value_and_schemas_by_name_order_and_metadata()
    {
        for (var i = 0; i < RandomArrays.Types.Count; i++)
        {
            for (var j = 0; j < RandomArrays.Types.Count; j++)
                Assert.Equal(i == j, RandomArrays.Types[i] == RandomArrays.Types[j]);
        }
        Assert.Equal(new ListType(ArrowType.Int32), (ArrowType)new ListType(ArrowType.Int32));
        Assert.NotEqual(new ListType(new Field("item", ArrowType.Int32, false)), (ArrowType)new ListType(ArrowType.Int32));
        var schema = new Schema([new Field("a", ArrowType.Int32), new Field("a", ArrowType.String)]);
        Assert.Equal(0, schema.IndexOf("a"));
        Assert.Equal(-1, schema.IndexOf("A"));
        Assert.Contains("the columns are 'a', 'a'", Assert.Throws<KeyNotFoundException>(() => schema.Field("b")).Message, StringComparison.Ordinal);
        Assert.NotEqual(schema, new Schema(schema.Fields, new Dictionary<string, string> { ["k"] = "v" }));
    }

    [Fact]
    public void Batches_refuse_columns_that_do_not_fit()
    {
        var schema = new Schema([new Field("x", ArrowType.Int32)]);
        var column = new PrimitiveArray<int>(ArrowType.Int32, [1, 2]);
        Assert.Throws<ArgumentException>(() => new RecordBatch(schema, [column], 3));
        Assert.Throws<ArgumentException>(() => new RecordBatch(schema, [], 2));
        Assert.Throws<ArgumentException>(() => new RecordBatch(schema, [new NullArray(2)], 2));
        var batch = new RecordBatch(schema, [column], 2);
        Assert.Throws<KeyNotFoundException>(() => batch.Column("y"));
        Assert.Equal(2, ((PrimitiveArray<int>)batch.Slice(1, 1).Column("x")).Values[0]);
    }
}
