using Pennon.Arrow;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;
using Pennon.Lance.Wire;

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

    /// <summary>Deletes the rows of some ids and opens the new version of the line.</summary>
    public static async Task<LanceDataset> DeleteAsync(LanceDataset dataset, Func<long, bool> gone)
    {
        await using var staged = await StageDeleteAsync(dataset, gone);
        await staged.CommitAsync();
        return await dataset.RefreshAsync();
    }

    public static async Task<StagedTransaction> StageDeleteAsync(LanceDataset dataset, Func<long, bool> gone)
    {
        var table = dataset.Table;
        var offsets = new Dictionary<uint, List<uint>>();
        await foreach (var batch in dataset.ScanAsync(new ScanOptions { Columns = ["id"], WithRowAddress = true }))
        {
            for (var i = 0; i < batch.Length; i++)
            {
                var address = ((PrimitiveArray<ulong>)batch.Column("_rowaddr")).Values[i];
                if (!gone(((PrimitiveArray<long>)batch.Column("id")).Values[i]))
                    continue;
                if (!offsets.TryGetValue((uint)(address >> 32), out var list))
                    offsets.Add((uint)(address >> 32), list = []);
                list.Add((uint)address);
            }
        }
        var delete = new Transaction.Types.Delete { Predicate = "test" };
        var keys = new List<string>();
        foreach (var (id, list) in offsets)
        {
            var fragment = table.FindFragment(id)!;
            if (list.Count == fragment.LiveRows)
            {
                delete.DeletedFragmentIds.Add(id);
                continue;
            }
            var all = (await fragment.DeletionsAsync(default)).Union(RoaringBitmap.Of([.. list]));
            var (file, key) = await DeletionFileWriter.WriteAsync(table.Store, table.Root, id, dataset.Version, all, default);
            keys.Add(key);
            var message = fragment.Message.Clone();
            message.DeletionFile = file;
            delete.UpdatedFragments.Add(message);
        }
        return StagedTransaction.For(table, new Transaction { Delete = delete }, keys, 0, null);
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
