using System.Globalization;
using Pennon.Arrow;

namespace Pennon.Lance.Indexes;

/// <summary>Writes the two files of a BTree from sorted pairs.</summary>
static class BTreeWriter
{
    public const string LookupFile = "page_lookup.lance";
    public const string DataFile = "page_data.lance";
    public const string BatchSizeKey = "batch_size";
    const int WriteRows = 64 << 10;

    /// <summary>Writes the files.</summary>
    /// <param name="build">Where they go.</param>
    /// <param name="pageRows">The rows of a page.</param>
    /// <param name="nulls">The rows without a value, which come first.</param>
    /// <param name="sorted">The others, in order.</param>
    /// <param name="count">How many others there are, for the progress; 0 if that is not known.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async ValueTask WriteAsync(
        IndexBuild build, int pageRows, ulong[] nulls, IAsyncEnumerable<PairBatch> sorted, long count, CancellationToken cancellationToken)
    {
        var type = build.Field.Type;
        var pages = new Pages(pageRows);
        var none = KeyList.Of([], IndexKeys.IsNumeric(type));
        var schema = new Schema([new Field("values", type), new Field("ids", ArrowType.UInt64, nullable: false)]);
        var data = await build.CreateFileAsync(DataFile, schema, cancellationToken).ConfigureAwait(false);
        await using (data.ConfigureAwait(false))
        {
            for (var at = 0; at < nulls.Length; at += WriteRows)
            {
                var rows = Math.Min(WriteRows, nulls.Length - at);
                pages.AddNulls(rows);
                await WriteAsync(data, IndexKeys.ToArray(type, rows, none, 0, 0), nulls.AsMemory(at, rows), cancellationToken).ConfigureAwait(false);
            }
            await foreach (var batch in sorted.ConfigureAwait(false))
            {
                for (var at = 0; at < batch.Count; at += WriteRows)
                {
                    var rows = Math.Min(WriteRows, batch.Count - at);
                    pages.Add(batch.Keys, at, rows);
                    await WriteAsync(data, IndexKeys.ToArray(type, 0, batch.Keys, at, rows), batch.Ids.AsMemory(at, rows), cancellationToken).ConfigureAwait(false);
                    build.Progress?.Report(new LanceProgress("write", data.Rows, count == 0 ? 0 : count + nulls.Length));
                }
            }
            await build.FinishFileAsync(DataFile, data, cancellationToken).ConfigureAwait(false);
        }
        await WriteLookupAsync(build, type, pages, pageRows, cancellationToken).ConfigureAwait(false);
    }

    static async ValueTask WriteAsync(IndexFileWriter file, ArrowArray values, ReadOnlyMemory<ulong> ids, CancellationToken cancellationToken)
    {
        using var batch = new RecordBatch(file.Schema, [values, new PrimitiveArray<ulong>(ArrowType.UInt64, ids.Span)], ids.Length);
        await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    static async ValueTask WriteLookupAsync(IndexBuild build, ArrowType type, Pages pages, int pageRows, CancellationToken cancellationToken)
    {
        var schema = new Schema([
            new Field("min", type), new Field("max", type),
            new Field("null_count", ArrowType.UInt32, nullable: false), new Field("page_idx", ArrowType.UInt32, nullable: false)]);
        var file = await build.CreateFileAsync(LookupFile, schema, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var numeric = IndexKeys.IsNumeric(type);
            var count = pages.NullCounts.Count;
            if (count > 0)
            {
                using var batch = new RecordBatch(schema, [
                    IndexKeys.ToArray(type, count - pages.Mins.Count, KeyList.Of(pages.Mins, numeric), 0, pages.Mins.Count),
                    IndexKeys.ToArray(type, count - pages.Maxs.Count, KeyList.Of(pages.Maxs, numeric), 0, pages.Maxs.Count),
                    new PrimitiveArray<uint>(ArrowType.UInt32, pages.NullCounts.ToArray()),
                    new PrimitiveArray<uint>(ArrowType.UInt32, [.. Enumerable.Range(0, count).Select(static p => (uint)p)])], count);
                await file.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            file.SetMetadata(BatchSizeKey, pageRows.ToString(CultureInfo.InvariantCulture));
            file.SetMetadata("range_partitioned", "false");
            await build.FinishFileAsync(LookupFile, file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the lookup says of each page; nulls come first, so that pages without a smallest or largest value do too.</summary>
    sealed class Pages(int pageRows)
    {
        int _room;

        /// <summary>The first values of the pages that start with one.</summary>
        public List<IndexKey> Mins { get; } = [];

        /// <summary>The last values of the pages that have any.</summary>
        public List<IndexKey> Maxs { get; } = [];

        public List<uint> NullCounts { get; } = [];

        public void AddNulls(int count)
        {
            while (count > 0)
            {
                Open();
                var taken = Math.Min(count, _room);
                NullCounts[^1] += (uint)taken;
                _room -= taken;
                count -= taken;
            }
        }

        public void Add(KeyList keys, int start, int count)
        {
            while (count > 0)
            {
                var opened = Open();
                var taken = Math.Min(count, _room);
                if (opened)
                    Mins.Add(keys[start]);
                var last = keys[start + taken - 1];
                if (_fresh)
                    Maxs.Add(last);
                else
                    Maxs[^1] = last;
                _fresh = false;
                _room -= taken;
                start += taken;
                count -= taken;
            }
        }

        // Whether the open page has nulls only.
        bool _fresh;

        bool Open()
        {
            if (_room > 0)
                return false;
            NullCounts.Add(0);
            _room = pageRows;
            _fresh = true;
            return true;
        }
    }
}
