using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.TestSupport;

namespace Pennon.Lance.Tests.Writing;

/// <summary>Columns of random nesting, cut into random batches, pages and files, come back as they went in.</summary>
public sealed class RandomSchemaTests
{
    static readonly ArrowType[] Leaves =
    [
        ArrowType.Boolean, ArrowType.Int8, ArrowType.UInt16, ArrowType.Int32, ArrowType.UInt64, ArrowType.Float32, ArrowType.Float64, ArrowType.String, ArrowType.LargeString, ArrowType.Binary, ArrowType.Date32,
        new FixedSizeBinaryType(5), new Decimal128Type(30, 3), new FixedSizeListType(ArrowType.Float32, 3), new FixedSizeListType(new Field("item", ArrowType.Boolean), 9), new FixedSizeListType(ArrowType.Float64, 40),
    ];

    static ArrowType RandomType(Random random, int depth) => (depth == 0 ? 0 : random.Next(6)) switch
    {
        1 or 2 => new ListType(new Field("item", RandomType(random, depth - 1), random.Next(3) > 0)),
        3 => new StructType([.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => new Field($"f{i}", RandomType(random, depth - 1), random.Next(3) > 0))]),
        4 => new MapType(new Field("key", ArrowType.String, nullable: false), new Field("value", RandomType(random, depth - 1))),
        5 => new LargeListType(new Field("item", RandomType(random, depth - 1), random.Next(3) > 0)),
        _ => Leaves[random.Next(Leaves.Length)],
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Columns_of_any_nesting_come_back(int seed)
    {
        var random = new Random(seed);
        var schema = new Schema([.. Enumerable.Range(0, 3).Select(i => new Field($"c{i}", RandomType(random, 4), random.Next(3) > 0))]);
        var values = new RandomRows(seed, nulls: random.Next(4) * 0.2) { MaxListLength = 2 + random.Next(5) };
        var batches = Enumerable.Range(0, 3).Select(_ => values.CreateBatch(schema, random.Next(500))).ToList();
        var store = new MemoryObjectStore();
        var options = new LanceWriteOptions { PageBytes = 4096 << random.Next(4), MaxRowsPerFile = random.Next(2) == 0 ? 300 : 1 << 20, Parallelism = random.Next(3) };
        await using var writer = await LanceTableWriter.CreateAsync(store, "t", schema, options);
        foreach (var batch in batches) await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        await staged.CommitAsync();
        using var dataset = await LanceDataset.OpenAsync(store, "t");
        Assert.Equal(schema, dataset.Schema);
        var expected = Rows(batches);
        var actual = new List<RecordBatch>();
        await foreach (var batch in dataset.ScanAsync()) actual.Add(batch);
        var read = Rows(actual);
        Assert.Equal(expected.Count, read.Count);
        for (var i = 0; i < read.Count; i++) Assert.True(expected[i] == read[i], $"seed {seed}, {schema}, row {i}: read {read[i]}, wrote {expected[i]}");
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    static List<string> Rows(List<RecordBatch> batches)
    {
        var rows = new List<string>();
        foreach (var batch in batches)
        {
            var columns = batch.Columns.Select(c => ArrowText.Rows(c).ToList()).ToList();
            for (var i = 0; i < batch.Length; i++) rows.Add(string.Join(" | ", columns.Select(c => c[i])));
        }
        return rows;
    }
}
