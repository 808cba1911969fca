using System.Buffers.Binary;
using Pennon.Arrow;
using Pennon.Lance.Files;

namespace Pennon.Lance.Tests.Files;

public sealed class LanceFileReaderTests
{
    [Theory]
    [InlineData(0, 0, "file version 1")]
    [InlineData(0, 1, "file version 1")]
    [InlineData(0, 2, "file version 1")]
    [InlineData(2, 4, "file version 2.4")]
    [InlineData(3, 0, "file version 3.0")]
    public async Task Other_file_versions_are_refused_by_name(ushort major, ushort minor, string feature)
    {
        byte[] content = await Fixture("tiny_example");
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(content.Length - 8), major);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(content.Length - 6), minor);
        var error = await Assert.ThrowsAsync<LanceNotSupportedException>(() => FixtureFile.OpenAsync(content));
        Assert.Equal(feature, error.Feature);
    }

    [Fact]
    public async Task Something_that_is_no_data_file_is_refused_with_file_and_offset()
    {
        var error = await Assert.ThrowsAsync<LanceFormatException>(() => FixtureFile.OpenAsync(new byte[500]));
        Assert.Equal("damaged.lance", error.File);
        Assert.Equal(496, error.Offset);
        await Assert.ThrowsAsync<LanceFormatException>(() => FixtureFile.OpenAsync([]));
    }

    [Theory]
    [InlineData("rows_100000", 40_000)]
    [InlineData("multi_page", 140_000)]
    [InlineData("multi_page_list", 40_000)]
    [InlineData("vec_f32_1536", 8_000)]
    [InlineData("strings_huge_4", 90_000)]
    public async Task A_single_row_is_read_without_the_rest(string name, int mostBytes)
    {
        byte[] content = await Fixture(name);
        var source = new FixtureFile.BytesReader(content, name);
        using var reader = await LanceFileReader.OpenAsync(source);
        List<FileColumn> columns = [FixtureFile.Columns(reader)[^1]];
        await reader.TakeAsync(columns, new[] { reader.RowCount / 2 });
        long cold = source.BytesRead;
        await reader.TakeAsync(columns, new[] { reader.RowCount / 2 });
        Assert.InRange(source.BytesRead - cold, 1, mostBytes);
        Assert.InRange(cold - Math.Min(content.Length, 64 << 10), 1, Math.Min(mostBytes * 2, content.Length));
    }

    [Fact]
    public async Task Columns_read_together_come_in_few_reads()
    {
        byte[] content = await Fixture("scalars_nulls_50");
        var source = new FixtureFile.BytesReader(content, "scalars");
        using var reader = await LanceFileReader.OpenAsync(source);
        var columns = FixtureFile.Columns(reader);
        int before = source.Reads;
        await reader.ReadAsync(columns, 0, (int)reader.RowCount);
        Assert.True(columns.Count > 25);
        Assert.InRange(source.Reads - before, 1, 6);
    }

    [Fact]
    public async Task Rows_outside_the_file_and_rows_out_of_order_are_refused()
    {
        using var reader = await FixtureFile.OpenAsync(await Fixture("tiny_example"));
        var columns = FixtureFile.Columns(reader);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.ReadAsync(columns, 2, 2));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.ReadAsync(columns, -1, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.TakeAsync(columns, new long[] { 3 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.TakeAsync(columns, new long[] { 1, 1 }));
        Assert.Equal(0, (await reader.TakeAsync(columns, ReadOnlyMemory<long>.Empty))[0].Length);
    }

    [Fact]
    public async Task A_column_of_another_type_than_the_schema_says_is_refused()
    {
        using var reader = await FixtureFile.OpenAsync(await Fixture("tiny_example"));
        foreach (var type in new[] { ArrowType.Int64, ArrowType.String, ArrowType.Boolean, new FixedSizeListType(ArrowType.Int32, 2), new ListType(ArrowType.Int32) })
        {
            var children = type is ListType list ? new[] { new FileColumn(list.Item, 0, []) } : [];
            var column = new FileColumn(new Field("a", type), children.Length > 0 ? -1 : 0, children);
            await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadAsync([column], 0, 3));
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadAsync([new FileColumn(new Field("a", new FixedSizeBinaryType(200_000_000)), 0, [])], 0, 3));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        await Assert.ThrowsAsync<LanceFormatException>(async () => await reader.ReadAsync([new FileColumn(new Field("a", ArrowType.Int32), 9, [])], 0, 3));
    }

    [Fact]
    public async Task A_cancelled_read_stops()
    {
        using var reader = await FixtureFile.OpenAsync(await Fixture("tiny_example"));
        var columns = FixtureFile.Columns(reader);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(columns, 0, 3, new CancellationToken(true)));
    }

    [Fact]
    public async Task Concurrent_reads_of_one_file_agree()
    {
        using var reader = await FixtureFile.OpenAsync(await Fixture("list_struct_300"));
        var columns = FixtureFile.Columns(reader);
        var whole = JsonRows.Print((await reader.ReadAsync(columns, 0, 300))[0]);
        await Parallel.ForAsync(0, 40, async (i, cancellation) =>
        {
            int start = i * 7;
            var part = await reader.ReadAsync(columns, start, 20, cancellation);
            Assert.Equal(whole[start..(start + 20)], JsonRows.Print(part[0]));
        });
    }

    [Fact]
    public async Task Vectors_without_nulls_have_no_validity()
    {
        using var reader = await FixtureFile.OpenAsync(await Fixture("vec_f32_1536"));
        var columns = FixtureFile.Columns(reader).Where(c => c.Field.Name == "v").ToList();
        var arrays = await reader.ReadAsync(columns, 0, (int)reader.RowCount);
        var vectors = (FixedSizeListArray)arrays[0];
        Assert.Equal(8 * 1536, vectors.Items.Length);
        Assert.Equal(0, vectors.NullCount);
    }

    static async Task<byte[]> Fixture(string name)
    {
        Pennon.TestSupport.SharedData.SkipUnlessPresent("lance", "fixtures", "files", name + ".lance");
        return await File.ReadAllBytesAsync(FixtureFile.DataFiles(name)[0]);
    }
}
