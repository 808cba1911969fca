using System.Diagnostics;
using Pennon.Lance.Files;
using Pennon.Lance.IO;
using Pennon.Lance.Tables;

namespace Pennon.Benchmarks.Lance;

/// <summary>Times reads of the data files of a table, below the level of datasets: what the page decoders cost.</summary>
internal static class ScanTimes
{
    const int Batch = 64 << 10;
    const int Rounds = 5;

    public static async Task RunAsync(string folder, string column)
    {
        string data = Path.Combine(folder, "data");
        var store = new LocalObjectStore(data);
        var files = new List<(LanceFileReader Reader, List<FileColumn> Columns)>();
        foreach (string file in Directory.GetFiles(data, "*.lance"))
        {
            var reader = await LanceFileReader.OpenAsync(await store.OpenAsync(Path.GetFileName(file)));
            files.Add((reader, Columns(reader)));
        }
        long rows = files.Sum(f => f.Reader.RowCount);
        foreach (string name in column.Length > 0 ? [column] : files[0].Columns.Select(c => c.Field.Name).Append("*"))
        {
            double serial = double.MaxValue;
            double parallel = double.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                serial = Math.Min(serial, await TimeAsync(files, name, 1));
                parallel = Math.Min(parallel, await TimeAsync(files, name, Environment.ProcessorCount));
            }
            Console.WriteLine($"{name,-12} {rows} rows: {serial,8:F1} ms on one thread ({rows / serial / 1000:F0} M rows/s), {parallel,8:F1} ms on {Environment.ProcessorCount}");
        }
        await TakeAsync(files);
    }

    static async Task<double> TimeAsync(List<(LanceFileReader Reader, List<FileColumn> Columns)> files, string name, int threads)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = threads }, async (file, cancellation) =>
        {
            FileColumn[] columns = [.. file.Columns.Where(c => name == "*" || c.Field.Name == name)];
            for (long row = 0; row < file.Reader.RowCount; row += Batch)
            {
                var arrays = await file.Reader.ReadAsync(columns, row, (int)Math.Min(Batch, file.Reader.RowCount - row), cancellation);
                foreach (var array in arrays)
                {
                    array.Dispose();
                }
            }
        });
        return watch.Elapsed.TotalMilliseconds;
    }

    static async Task TakeAsync(List<(LanceFileReader Reader, List<FileColumn> Columns)> files)
    {
        var random = new Random(5);
        var (reader, columns) = files[0];
        foreach (int count in new[] { 1, 100, 1000 })
        {
            double best = double.MaxValue;
            for (int round = 0; round < 50; round++)
            {
                long[] rows = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(reader.RowCount)).Distinct().Order()];
                var watch = Stopwatch.StartNew();
                var arrays = await reader.TakeAsync(columns, rows);
                best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
                foreach (var array in arrays)
                {
                    array.Dispose();
                }
            }
            Console.WriteLine($"take {count,5} of one file, all columns: {best:F3} ms");
        }
    }

    static List<FileColumn> Columns(LanceFileReader reader)
    {
        var schema = LanceSchema.Read(reader.Descriptor.Schema.Fields, null, reader.Name);
        int next = 0;
        return [.. schema.Fields.Select(f => Build(f, ref next))];
    }

    static FileColumn Build(LanceField field, ref int next)
    {
        int column = field.IsLeaf ? next++ : -1;
        var children = new List<FileColumn>();
        foreach (var child in field.IsLeaf ? [] : field.Children)
        {
            children.Add(Build(child, ref next));
        }
        return new FileColumn(field.Field, column, children);
    }
}
