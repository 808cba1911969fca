using Pennon.Arrow;
using Pennon.Lance;
using Pennon.Lance.IO;

namespace Pennon.Storage.Tests;

/// <summary>Small tables of one column <c>n</c>, staged, published and read back.</summary>
static class StorageTables
{
    static readonly Schema Numbers = new([new Field("n", ArrowType.Int64)]);

    public static GraphTable Table(long id, string name, long rows = 0) => new(id, 1, TableKind.Nodes, name, $"nodes/{name}.lance", null, 0, rows, "{}");

    public static async Task<StagedWrite> StageAsync(IObjectStore store, GraphTable table, long[] values, bool append = false, CancellationToken cancellationToken = default)
    {
        var options = new LanceWriteOptions { Parallelism = 0, ReadVersion = append ? table.Version : null };
        await using var writer = append
            ? await LanceTableWriter.AppendAsync(store, table.Path, Numbers, options, cancellationToken)
            : await LanceTableWriter.CreateAsync(store, table.Path, Numbers, options, cancellationToken);
        var builder = new PrimitiveBuilder<long>(ArrowType.Int64);
        foreach (var value in values)
        {
            builder.Append(value);
        }

        using (var batch = new RecordBatch(Numbers, [builder.Build()], values.Length))
        {
            await writer.WriteAsync(batch, cancellationToken);
        }

        var staged = await writer.FinishAsync(cancellationToken);
        return new StagedWrite(table with { RowCount = table.RowCount + values.Length }, staged, append);
    }

    /// <summary>Publishes one write on top of the newest version.</summary>
    public static async Task<GraphManifest> PublishAsync(IObjectStore store, string author, params (string Name, long[] Values)[] tables)
    {
        var publisher = new GraphPublisher(store);
        var parent = await publisher.CurrentAsync();
        await using var commit = new StagedCommit(parent) { Author = author, NextTableId = parent.NextTableId };
        foreach (var (name, values) in tables)
        {
            var known = parent.Find(TableKind.Nodes, name);
            commit.Add(await StageAsync(store, known ?? Table(commit.NextTableId++, name), values, append: known is not null));
        }

        return await publisher.PublishAsync(commit);
    }

    /// <summary>The values of a table as a manifest names it.</summary>
    public static async Task<long[]> ValuesAsync(IObjectStore store, GraphTable table)
    {
        using var dataset = await LanceDataset.OpenAsync(store, table.Path, new LanceOpenOptions { Version = table.Version });
        var values = new List<long>();
        await foreach (var batch in dataset.ScanAsync(null))
        {
            using (batch)
            {
                values.AddRange(((PrimitiveArray<long>)batch.Column(0)).Values);
            }
        }

        return [.. values];
    }

    /// <summary>The whole graph as a line of text, every row read.</summary>
    public static async Task<string> TextAsync(IObjectStore store, GraphManifest manifest)
    {
        var parts = new List<string> { $"v{manifest.Version}" };
        foreach (var table in manifest.Tables)
        {
            parts.Add($"{table.Name}@{table.Version}=[{string.Join(',', await ValuesAsync(store, table))}]");
        }

        return string.Join(' ', parts);
    }

    public static async Task<string> TextAsync(IObjectStore store) => await TextAsync(store, await new GraphPublisher(store).CurrentAsync());

    public static async Task<List<string>> KeysAsync(IObjectStore store)
    {
        var keys = new List<string>();
        await foreach (var item in store.ListAsync(""))
        {
            keys.Add(item.Path);
        }

        return keys;
    }
}
