using Pennon.Arrow;
using Pennon.Lance.IO;

namespace Pennon.Lance.Tests.History;

/// <summary>A small table of numbered rows, and what tests of its history do to it.</summary>
internal static class HistoryTable
{
    public static readonly Schema People = new([new("id", ArrowType.Int64, nullable: false), new("name", ArrowType.String)]);

    /// <summary>Rows with the ids given, each named after its id.</summary>
    public static async IAsyncEnumerable<RecordBatch> Rows(IEnumerable<long> ids, string name = "n")
    {
        await Task.CompletedTask;
        foreach (var part in ids.Chunk(1000))
        {
            var names = new BinaryBuilder(ArrowType.String);
            foreach (var id in part)
                names.Append(id % 5 == 4 ? null : $"{name}{id}");
            yield return new RecordBatch(People, [new PrimitiveArray<long>(ArrowType.Int64, part), names.Build()], part.Length);
        }
    }

    public static IEnumerable<long> Range(long start, int count) => Enumerable.Range(0, count).Select(i => start + i);

    public static async Task<LanceDataset> CreateAsync(IObjectStore store, int rows, string path = "t.lance", bool stableRowIds = false, int rowsPerFile = 1_000_000) =>
        await LanceDataset.CreateAsync(store, path, People, Rows(Range(0, rows)), new LanceWriteOptions { StableRowIds = stableRowIds, MaxRowsPerFile = rowsPerFile });

    /// <summary>Appends to the line a dataset is on and opens the new version of that line.</summary>
    public static async Task<LanceDataset> AppendAsync(LanceDataset dataset, long start, int count)
    {
        await using var writer = LanceTableWriter.Append(dataset, People);
        await foreach (var batch in Rows(Range(start, count)))
            await writer.WriteAsync(batch);
        await using var staged = await writer.FinishAsync();
        await staged.CommitAsync();
        return await dataset.RefreshAsync();
    }

    public static async Task<List<long>> IdsAsync(LanceDataset dataset)
    {
        var ids = new List<long>();
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = ["id"] }))
            ids.AddRange(((PrimitiveArray<long>)batch.Column("id")).Values);
        return ids;
    }

    public static async Task<List<ulong>> ColumnAsync(LanceDataset dataset, string column)
    {
        var values = new List<ulong>();
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = [], WithRowId = true, WithCreatedAtVersion = true, WithLastUpdatedAtVersion = true }))
            values.AddRange(((PrimitiveArray<ulong>)batch.Column(column)).Values);
        return values;
    }

    /// <summary>Every key below a prefix.</summary>
    public static async Task<List<string>> KeysAsync(IObjectStore store, string prefix)
    {
        var keys = new List<string>();
        await foreach (var item in store.ListAsync(prefix))
            keys.Add(item.Path);
        return keys;
    }
}
